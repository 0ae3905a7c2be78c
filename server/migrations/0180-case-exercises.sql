-- The exercise that a case leaves behind: read by a person, without names and addresses, and kept with the case until it is
-- played. One a case; it goes with the key of the case.
create table case_exercise (
  case_id     uuid primary key references "case",
  -- {language, title, injects}
  sealed      bytea not null check (length(sealed) > 28),
  person_id   uuid not null references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp()
);
alter table case_exercise enable row level security;
alter table case_exercise force row level security;
create policy read on case_exercise for select using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy keep on case_exercise for insert with check ((select actor_has('ANA', 'LEAD'))
  and person_id = (select actor_person()) and exists (select from "case" c where c.id = case_id and opens(c)));
create policy change on case_exercise for update using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)))
  with check (person_id = (select actor_person()));
grant select, insert, update (sealed, person_id, person_name, at) on case_exercise to busbar_app;
create trigger beats_insert after insert on case_exercise referencing new table as changed
  for each statement execute function case_beats('case_id', 'true');
create trigger beats_update after update on case_exercise referencing new table as changed
  for each statement execute function case_beats('case_id', 'true');
