-- What is to be done in a case: tasks, the playbooks that they come from, and measures of containment, each with what it does
-- to the process. What people write is sealed under the key of the case.

-- A playbook that was chosen for a case, as its file was then. The file is public knowledge; that it was chosen is not.
create table case_playbook (
  id          uuid primary key default gen_random_uuid(),
  case_id     uuid not null references "case",
  playbook    text not null check (playbook ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  version     integer not null check (version > 0),
  sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  content     jsonb not null,
  person_id   uuid not null references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp(),
  unique (case_id, playbook),
  unique (case_id, id)
);

create table case_task (
  id            uuid primary key,
  case_id       uuid not null references "case",
  -- The step it came from. Its words are those of the playbook until somebody writes others.
  playbook_id   uuid,
  step          text,
  sealed        bytea check (length(sealed) > 28),
  internal      boolean not null default false,
  side          text not null check (side in ('cert', 'member')),
  effect        text not null check (effect in ('none', 'possible', 'stops', 'unknown')),
  assignee_id   uuid references person,
  assignee_name text,
  due           timestamptz,
  state         text not null default 'open' check (state in ('open', 'doing', 'done', 'dropped')),
  revision      integer not null default 1,
  place         bigint generated always as identity,
  changed_at    timestamptz not null default clock_timestamp(),
  check ((playbook_id is null) = (step is null)),
  check (step is not null or sealed is not null),
  check ((assignee_id is null) = (assignee_name is null)),
  unique (case_id, playbook_id, step),
  unique (case_id, id),
  foreign key (case_id, playbook_id) references case_playbook (case_id, id)
);
create index on case_task (case_id, place);

-- How a task was before each change, so that the last one can be taken back.
create table case_task_change (
  id          bigint generated always as identity primary key,
  case_id     uuid not null,
  task_id     uuid not null,
  -- What it led to.
  revision    integer not null,
  before      jsonb not null,
  sealed      bytea,
  person_id   uuid not null references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp(),
  unique (task_id, revision),
  foreign key (case_id, task_id) references case_task (case_id, id)
);
create index on case_task_change (case_id, person_id, at desc);

create table case_measure (
  id             uuid primary key,
  case_id        uuid not null references "case",
  playbook_id    uuid,
  step           text,
  sealed         bytea check (length(sealed) > 28),
  effect         text not null check (effect in ('none', 'possible', 'stops', 'unknown')),
  reversible     text not null check (reversible in ('yes', 'partly', 'no')),
  confirm        text not null check (confirm in ('nobody', 'shiftSupervisor', 'plantManager', 'safetyEngineer')),
  state          text not null default 'proposed' check (state in ('proposed', 'confirmed', 'done', 'undone', 'dropped')),
  -- Who said yes for the process, sealed: himself by his account, or by telephone to whoever wrote it down.
  confirmed_by   bytea check (length(confirmed_by) > 28),
  confirmed_at   timestamptz,
  by_telephone   boolean,
  recorded_by    uuid references person,
  recorded_name  text,
  revision       integer not null default 1,
  place          bigint generated always as identity,
  check ((playbook_id is null) = (step is null)),
  check (step is not null or sealed is not null),
  -- What may reach the process is somebody's to confirm, and nothing of it is done before he has.
  check (effect = 'none' or confirm <> 'nobody'),
  check (confirm = 'nobody' or state not in ('confirmed', 'done', 'undone') or confirmed_at is not null),
  check (num_nonnulls(confirmed_by, confirmed_at, by_telephone, recorded_by, recorded_name) in (0, 5)),
  unique (case_id, playbook_id, step),
  unique (case_id, id),
  foreign key (case_id, playbook_id) references case_playbook (case_id, id)
);
create index on case_measure (case_id, place);

create table case_measure_step (
  id          uuid primary key,
  case_id     uuid not null,
  measure_id  uuid not null,
  state       text not null,
  note        bytea check (length(note) > 28),
  person_id   uuid not null references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp(),
  foreign key (case_id, measure_id) references case_measure (case_id, id)
);
create index on case_measure_step (measure_id, at);

-- Which way a measure goes, and whose word counts: of somebody of the member whose process it is, or what somebody was told
-- by telephone. What was confirmed stays as it was confirmed; to change it, it is proposed anew.
create function case_measure_changes() returns trigger language plpgsql as $$
begin
  if not (old.state = new.state or (old.state, new.state) in (
      ('proposed', 'confirmed'), ('proposed', 'done'), ('proposed', 'dropped'), ('confirmed', 'done'),
      ('confirmed', 'proposed'), ('confirmed', 'dropped'), ('done', 'undone'), ('undone', 'proposed'), ('dropped', 'proposed')))
    or (old.state, new.state) = ('proposed', 'done') and new.confirm <> 'nobody' then
    raise exception 'measure does not go this way' using errcode = '42501';
  end if;
  if (old.state <> 'proposed' or new.state <> 'proposed')
    and (new.sealed, new.effect, new.reversible, new.confirm) is distinct from (old.sealed, old.effect, old.reversible, old.confirm) then
    raise exception 'measure is not proposed any more' using errcode = '42501';
  end if;
  if new.state = 'proposed' and new.confirmed_at is not null then
    raise exception 'measure was confirmed as something else' using errcode = '42501';
  end if;
  if new.confirmed_at is distinct from old.confirmed_at and new.confirmed_at is not null and not (
      new.state = 'confirmed' and new.recorded_by = actor_person() and new.confirmed_at <= clock_timestamp()
      and (new.by_telephone or (actor_has('MEM', 'MAD')
        and exists (select from "case" c where c.id = new.case_id and c.owner_id = actor_organisation())))) then
    raise exception 'measure is confirmed by whom it concerns' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger changes before update on case_measure for each row execute function case_measure_changes();

alter table case_playbook enable row level security;
alter table case_playbook force row level security;
create policy read on case_playbook for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy choose on case_playbook for insert with check (
  person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

-- Whoever holds a receipt reads what is planned for him, and changes nothing.
alter table case_task enable row level security;
alter table case_task force row level security;
create policy read on case_task for select using (
  (not internal or (select actor_has('ANA', 'LEAD'))) and exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on case_task for insert with check (
  (select actor_person()) is not null and (not internal or (select actor_has('ANA', 'LEAD')))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy change on case_task for update using (
  (select actor_person()) is not null and (not internal or (select actor_has('ANA', 'LEAD')))
  and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_task_change enable row level security;
alter table case_task_change force row level security;
create policy read on case_task_change for select using (exists (select from case_task t where t.id = task_id));
create policy add on case_task_change for insert with check (
  person_id = (select actor_person()) and exists (select from case_task t where t.id = task_id));

alter table case_measure enable row level security;
alter table case_measure force row level security;
create policy read on case_measure for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on case_measure for insert with check (
  (select actor_person()) is not null and state = 'proposed' and confirmed_at is null
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy change on case_measure for update using (
  (select actor_person()) is not null and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_measure_step enable row level security;
alter table case_measure_step force row level security;
create policy read on case_measure_step for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on case_measure_step for insert with check (
  person_id = (select actor_person()) and exists (select from "case" c where c.id = case_id and opens(c)));

grant select, insert on case_playbook, case_task, case_task_change, case_measure, case_measure_step to busbar_app;
grant update (sealed, side, effect, assignee_id, assignee_name, due, state, revision, changed_at) on case_task to busbar_app;
grant update (sealed, effect, reversible, confirm, state, confirmed_by, confirmed_at, by_telephone, recorded_by, recorded_name,
  revision) on case_measure to busbar_app;
