-- Long work as people see it. The queue itself (schema queue) is pg-boss's; a job here is run by one message there,
-- and by another when a worker died. `attempt` tells them apart: only the last may store anything.

create table job (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  kind         text not null,
  subject_kind text not null,
  subject_id   uuid not null,
  subject_name text not null default '',
  requested_by uuid references person,
  roles        text[] not null,
  payload      jsonb not null default '{}',
  state        text not null default 'queued' check (state in ('queued', 'running', 'done', 'failed', 'cancelled')),
  step         jsonb,
  done         bigint not null default 0,
  total        bigint,
  attempt      integer not null default 0,
  -- How far attempts may count before the job is given up; a retry by hand raises it.
  give_up_at   integer not null default 5,
  problem      jsonb,
  created_at   timestamptz not null default clock_timestamp(),
  started_at   timestamptz,
  ended_at     timestamptz
);
create index on job (owner_id, created_at desc);
create index on job (subject_id, created_at desc);

alter table job enable row level security;
alter table job force row level security;
create policy own on job using (
  ((select actor_reads_content()) and owner_id = (select actor_organisation())) or (select actor_has('ADM') or actor_is_founder()))
  with check (((select actor_reads_content()) and owner_id = (select actor_organisation())) or (select actor_has('ADM') or actor_is_founder()));
grant select, insert, update on job to busbar_app;
