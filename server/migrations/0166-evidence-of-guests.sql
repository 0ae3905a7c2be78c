-- A guest gives and is given files as the person and for the organisation that accepted the terms, as he reads threads; acting
-- for another organisation, he is nobody in the case. Of the ledger he is shown, beside what he did himself, what the CERT did
-- with what he gave; a line of anybody else would tell him who is concerned.

create function takes_part(asked uuid) returns boolean language sql stable parallel safe as
$$ select exists (select from case_participant p where p.case_id = asked and is_actor(p)) $$;

drop policy read on case_evidence;
drop policy add on case_evidence;
drop policy change on case_evidence;
create policy read on case_evidence for select using (exists (select from "case" c where c.id = case_evidence.case_id and (
  opens(c) or ((case_evidence.is_shared or case_evidence.person_id = (select actor_person())) and takes_part(c.id)))));
create policy add on case_evidence for insert with check (
  handling = 'quarantined' and not is_shared and type is null
  and exists (select from organisation o where o.id = case_evidence.owner_id and 'cert' = any (o.kinds))
  and case_evidence.person_id is not distinct from (select actor_person())
  and exists (select from "case" c where c.id = case_evidence.case_id and case case_evidence.added_as
    when 'reporter' then c.id = (select actor_receipt())
    when 'member' then opens(c) and (select actor_has('MEM', 'MAD'))
    when 'cert' then opens(c) and (select actor_has('ANA', 'LEAD'))
    else takes_part(c.id)
  end));
create policy change on case_evidence for update using (exists (select from "case" c where c.id = case_evidence.case_id and (
  opens(c) or (case_evidence.person_id = (select actor_person()) and takes_part(c.id)))));

drop policy "case" on blob;
create policy "case" on blob using (case_id is not null and exists (
  select from "case" c where c.id = case_id and (opens(c) or takes_part(c.id))));

create policy given on audit_event for select to busbar_app using (
  case_id is not null and object_kind = 'evidence'
  and (select exists (select from case_participant p where is_actor(p)))
  and exists (select from case_evidence f where f.id = audit_event.object_id and f.case_id = audit_event.case_id
    and f.added_as = 'guest' and f.person_id = (select actor_person()))
  and exists (select from organisation o where o.id = audit_event.organisation_id and 'cert' = any (o.kinds)));
