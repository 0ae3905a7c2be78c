-- Who looked at my case? The ledger knows; here it learns to say it to whom the case is open: by which case, and with the
-- names as they were, which he may not look up himself.

alter table audit_event
  add column person_name       text not null default '',
  add column organisation_name text not null default '',
  -- The case in which it was done. Custody of its evidence, its history and its access log are views of this.
  add column case_id           uuid;
create index on audit_event (case_id, at desc, id desc) where case_id is not null;
create index on audit_event (at desc, id desc);

-- What was written before these columns were there keeps its digest.
create or replace function audit_digest(e audit_event) returns bytea language sql stable as
$$
  select sha256(convert_to((jsonb_build_array(
    e.id, (extract(epoch from e.at) * 1000000)::bigint, e.person_id, e.organisation_id, to_jsonb(e.roles), e.action,
    e.object_kind, e.object_id, e.object_name, e.owner_id, e.reason, e.details, e.request_id)
    || case when e.person_name = '' and e.organisation_name = '' and e.case_id is null then '[]'
         else jsonb_build_array(e.person_name, e.organisation_name, e.case_id) end)::text, 'utf8'))
$$;

create or replace function audit_seal() returns trigger language plpgsql as
$$
begin
  new.id := gen_random_uuid();
  new.at := clock_timestamp();
  new.person_id := actor_person();
  new.organisation_id := actor_organisation();
  new.person_name := coalesce((select name from person where id = new.person_id), '');
  new.organisation_name := coalesce((select name from organisation where id = new.organisation_id), '');
  new.roles := actor_roles();
  new.digest := audit_digest(new);
  return new;
end
$$;

create policy "case" on audit_event for select to busbar_app using (
  case_id is not null and exists (select from "case" c where c.id = case_id and opens(c)));

-- Which glass was broken is told by the case in which it was done, also where the line is about a file of it.
create or replace function audit_break_glass() returns trigger language plpgsql as
$$
declare
  b break_glass;
begin
  if actor_has('ADM') then
    select * into b from break_glass g where g.asked_by = actor_person() and g.state = 'approved' and g.until > clock_timestamp()
      order by g.case_id = coalesce(new.case_id, new.object_id) desc nulls last limit 1;
    if found then
      new.reason := coalesce(new.reason, b.reason);
      new.details := new.details || jsonb_build_object('breakGlass', b.id);
    end if;
  end if;
  return new;
end
$$;
