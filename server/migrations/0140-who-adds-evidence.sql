-- A case has a `person_id`, too: the one who reported it. Where the policies of its files asked who added a file, they asked
-- that one, so that nobody but the reporter himself added files to a case of a member, and no guest saw his own.
drop policy read on case_evidence;
drop policy add on case_evidence;
drop policy change on case_evidence;
create policy read on case_evidence for select using (exists (select from "case" c where c.id = case_evidence.case_id and (
  opens(c) or ((select actor_person()) = any (c.guests)
    and (case_evidence.is_shared or case_evidence.person_id = (select actor_person()))))));
create policy add on case_evidence for insert with check (
  handling = 'quarantined' and not is_shared and type is null
  and exists (select from organisation o where o.id = case_evidence.owner_id and 'cert' = any (o.kinds))
  and case_evidence.person_id is not distinct from (select actor_person())
  and exists (select from "case" c where c.id = case_evidence.case_id and case case_evidence.added_as
    when 'reporter' then c.id = (select actor_receipt())
    when 'member' then opens(c) and (select actor_has('MEM', 'MAD'))
    when 'cert' then opens(c) and (select actor_has('ANA', 'LEAD'))
    else (select actor_person()) = any (c.guests)
  end));
create policy change on case_evidence for update using (exists (select from "case" c where c.id = case_evidence.case_id and (
  opens(c) or ((select actor_person()) = any (c.guests) and case_evidence.person_id = (select actor_person())))));
