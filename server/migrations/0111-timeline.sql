-- What programs and people saw in a case. What is accepted of it, in the order of its times, is the timeline.

create table case_run (
  id            uuid primary key,
  owner_id      uuid not null references organisation,
  case_id       uuid not null references "case",
  evidence_id   uuid not null,
  tool          text not null,
  version       text not null,
  params        jsonb not null,
  input_sha256  bytea not null check (length(input_sha256) = 32),
  state         text not null default 'running' check (state in ('running', 'done', 'failed', 'cancelled')),
  problem       jsonb,
  output_id     uuid,
  output_sha256 bytea check (length(output_sha256) = 32),
  output_size   bigint,
  counts        jsonb,
  notes         jsonb not null default '[]',
  person_id     uuid not null references person,
  person_name   text not null,
  created_at    timestamptz not null default clock_timestamp(),
  ended_at      timestamptz,
  unique (case_id, id),
  foreign key (case_id, evidence_id) references case_evidence (case_id, id),
  foreign key (owner_id, output_id) references blob (owner_id, id),
  check ((state = 'done') = (output_sha256 is not null))
);
create index on case_run (case_id, created_at desc, id desc);

create table case_observation (
  id          uuid primary key,
  case_id     uuid not null references "case",
  run_id      uuid,
  evidence_id uuid,
  kind        text not null check (kind in
    ('asset', 'flow', 'process', 'file', 'plcBlock', 'logEvent', 'anomaly', 'indicator', 'note')),
  state       text not null check (state in ('suggested', 'accepted', 'rejected')),
  -- As the source says, and with its clock put right; infinity where nothing tells a time.
  said_from   timestamptz not null default 'infinity',
  said_to     timestamptz not null default 'infinity',
  "from"      timestamptz not null default 'infinity',
  "to"        timestamptz not null default 'infinity',
  "precision" text not null check ("precision" in ('exact', 'second', 'minute', 'hour', 'day')),
  -- Its words, addresses and place in the source.
  sealed      bytea not null,
  -- The same thing seen in the same source again; under the key of the case, so that it tells nothing without it.
  origin      text not null,
  techniques  text[] not null default '{}',
  -- Of owners whose rows this must not tell of, so without a foreign key: what a reader may not read he is not shown.
  assets      uuid[] not null default '{}',
  confidence  text not null check (confidence in ('stated', 'inferred', 'guessed')),
  count       bigint not null default 1,
  person_id   uuid references person,
  person_name text,
  added_as    text check (added_as in ('reporter', 'member', 'cert')),
  decided_by  uuid references person,
  decided_name text,
  decided_at  timestamptz,
  created_at  timestamptz not null default clock_timestamp(),
  unique (case_id, id),
  unique (case_id, origin),
  foreign key (case_id, run_id) references case_run (case_id, id),
  foreign key (case_id, evidence_id) references case_evidence (case_id, id),
  check ("from" <= "to"),
  check ((run_id is null) = (added_as is not null))
);
create index on case_observation (case_id, "from", id);
create index on case_observation (case_id, state, "from", id);
create index on case_observation (case_id, evidence_id);

create table case_hypothesis (
  id          uuid primary key,
  case_id     uuid not null references "case",
  sealed      bytea not null,
  state       text not null default 'open' check (state in ('open', 'supported', 'refuted')),
  person_id   uuid not null references person,
  person_name text not null,
  created_at  timestamptz not null default clock_timestamp(),
  unique (case_id, id)
);
create index on case_hypothesis (case_id, created_at, id);

create table case_argument (
  case_id        uuid not null,
  hypothesis_id  uuid not null,
  observation_id uuid not null,
  weighs         text not null check (weighs in ('for', 'against')),
  primary key (hypothesis_id, observation_id),
  foreign key (case_id, hypothesis_id) references case_hypothesis (case_id, id),
  foreign key (case_id, observation_id) references case_observation (case_id, id)
);
create index on case_argument (case_id, hypothesis_id);

alter table case_run enable row level security;
alter table case_run force row level security;
create policy read on case_run for select using (exists (select from "case" c where c.id = case_id and opens(c)));
-- A reporter who lets the CERT only advise has not let it analyse.
create policy run on case_run for insert with check (
  state = 'running' and person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from organisation o where o.id = owner_id and 'cert' = any (o.kinds))
  and exists (select from "case" c where c.id = case_id and opens(c) and c.handling_limit <> 'advise'));
create policy change on case_run for update using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_observation enable row level security;
alter table case_observation force row level security;
create policy read on case_observation for select using (
  exists (select from "case" c where c.id = case_id and opens(c)));
-- The team says what it saw; what others say they saw, it decides on.
create policy add on case_observation for insert with check (
  exists (select from "case" c where c.id = case_id and opens(c)) and case
    when (select actor_has('ANA', 'LEAD')) then run_id is not null or (added_as = 'cert' and person_id = (select actor_person()))
    else state = 'suggested' and run_id is null and person_id is not distinct from (select actor_person())
      and added_as = case when person_id is null then 'reporter' else 'member' end
  end);
create policy change on case_observation for update using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_hypothesis enable row level security;
alter table case_hypothesis force row level security;
create policy read on case_hypothesis for select using (
  exists (select from "case" c where c.id = case_id and opens(c)));
create policy write on case_hypothesis for insert with check (
  person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy change on case_hypothesis for update using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_argument enable row level security;
alter table case_argument force row level security;
create policy read on case_argument for select using (
  exists (select from "case" c where c.id = case_id and opens(c)));
create policy weigh on case_argument using ((select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

grant select, insert on case_run, case_observation, case_hypothesis to busbar_app;
grant update (state, problem, output_id, output_sha256, output_size, counts, notes, ended_at) on case_run to busbar_app;
grant update (state, "from", "to", techniques, assets, confidence, decided_by, decided_name, decided_at)
  on case_observation to busbar_app;
grant update (state) on case_hypothesis to busbar_app;
grant select, insert, update, delete on case_argument to busbar_app;

-- What was seen tells something even where its words are sealed: when, how often, by which technique. It goes with the key.
create policy purge on case_observation for delete using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = case_observation.case_id and r.purged_at is not null));
create policy purge_finds on case_observation for select using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = case_observation.case_id and r.purged_at is not null));
create policy purge on case_argument using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = case_argument.case_id and r.purged_at is not null));
grant delete on case_observation to busbar_app;

create function purge_observations() returns trigger language plpgsql as $$
begin
  delete from case_argument where case_id = old.case_id;
  delete from case_observation where case_id = old.case_id;
  return null;
end
$$;
create trigger purge after delete on data_key for each row when (old.case_id is not null) execute function purge_observations();
