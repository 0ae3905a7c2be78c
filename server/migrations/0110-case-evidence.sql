-- Files of cases. The CERT holds their bytes under the key of the case; who may see them, the case says. Nothing of them is
-- shared with another case or owner, so that nobody learns by sending a file that somebody else has it.

alter table evidence
  add column case_id      uuid references "case",
  add column uploaded_for uuid references organisation,
  -- What strangers send is counted apart: of reports that came as usual, and of those that came in masses.
  add column allowance    text check (allowance in ('report', 'slow report'));
alter table evidence drop constraint evidence_purpose_check;
alter table evidence add constraint evidence_purpose_check check (purpose in ('capture', 'import', 'inventory', 'evidence'));
alter table evidence add constraint evidence_of_case check ((purpose = 'evidence') = (case_id is not null));
create unique index on evidence (subject_id) where case_id is not null;
create index on evidence (allowance, created_at) where allowance is not null;

alter table blob add column case_id uuid references "case";
create index on blob (case_id) where case_id is not null;

create table case_evidence (
  id          uuid primary key,
  owner_id    uuid not null references organisation,
  case_id     uuid not null references "case",
  -- Its name, and what whoever added it says of it.
  sealed      bytea not null,
  -- What is done with it since it arrived whole; that it did, `evidence` says.
  handling    text not null default 'quarantined' check (handling in ('quarantined', 'available', 'sealed')),
  type        text,
  is_shared   boolean not null default false,
  -- In seconds, added to what it says.
  clock_offset      bigint not null default 0 check (abs(clock_offset) <= 3155760000),
  clock_uncertainty integer not null default 0 check (clock_uncertainty between 0 and 31557600),
  added_as    text not null check (added_as in ('reporter', 'member', 'cert', 'guest')),
  person_id   uuid references person,
  person_name text,
  created_at  timestamptz not null default clock_timestamp(),
  unique (case_id, id),
  check ((added_as = 'reporter') = (person_id is null)),
  check (not is_shared or handling = 'available')
);
create index on case_evidence (case_id, created_at desc, id desc);

alter table case_evidence enable row level security;
alter table case_evidence force row level security;
-- A guest sees what he added, and what he was given.
create policy read on case_evidence for select using (exists (select from "case" c where c.id = case_id and (
  opens(c) or ((select actor_person()) = any (c.guests) and (is_shared or person_id = (select actor_person()))))));
create policy add on case_evidence for insert with check (
  handling = 'quarantined' and not is_shared and type is null
  and exists (select from organisation o where o.id = owner_id and 'cert' = any (o.kinds))
  and exists (select from "case" c where c.id = case_id and case added_as
    when 'reporter' then c.id = (select actor_receipt()) and (select actor_person()) is null
    when 'member' then opens(c) and person_id = (select actor_person()) and (select actor_has('MEM', 'MAD'))
    when 'cert' then opens(c) and person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
    else person_id = (select actor_person()) and person_id = any (c.guests)
  end));
create policy change on case_evidence for update using (exists (select from "case" c where c.id = case_id and (
  opens(c) or ((select actor_person()) = any (c.guests) and person_id = (select actor_person())))));

-- Whoever sends a file brings it to its end, which tells its type. All else is the team's, and to break a seal a lead's.
create function case_evidence_changes() returns trigger language plpgsql as $$
begin
  if not actor_has('ANA', 'LEAD') and (old.type is not null or to_jsonb(new) - 'type' <> to_jsonb(old) - 'type') then
    raise exception 'evidence is not open for this' using errcode = '42501';
  elsif old.handling = 'sealed' and new.handling <> 'sealed' and not actor_has('LEAD') then
    raise exception 'evidence is sealed' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger changes before update on case_evidence for each row execute function case_evidence_changes();

grant select, insert on case_evidence to busbar_app;
grant update (handling, type, is_shared, clock_offset, clock_uncertainty) on case_evidence to busbar_app;

drop policy own on evidence;
create policy own on evidence using (case_id is null
  and owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));
-- As far as one sees the file of the case that it belongs to.
create policy "case" on evidence using (case_id is not null and exists (
  select from case_evidence e where e.id = subject_id and e.case_id = evidence.case_id));
-- The program counts what there is, finishes what a kill interrupted, and takes away what strangers began and left.
create policy program on evidence for select using ((select actor_is_founder()));
create policy sweep on evidence for update using (
  (select actor_is_founder()) and allowance is not null and state = 'receiving' and created_at < now() - interval '3 days')
  with check ((select actor_is_founder()) and state = 'removed');

drop policy own on blob;
create policy own on blob using (case_id is null
  and owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));
create policy "case" on blob using (case_id is not null and exists (
  select from "case" c where c.id = case_id and (opens(c) or (select actor_person()) = any (c.guests))));
