-- Which advisories may concern which devices. A match belongs to the plant, and nobody else sees that it is there.

create table match (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  label        tlp not null default 'AMBER+STRICT',
  scope        scope not null default 'org',
  audience     uuid[] not null default '{}',
  asset_id     uuid not null,
  advisory_id  uuid not null references advisory,
  certainty    text not null check (certainty in ('exact', 'likely', 'unsure')),
  -- The entry of the advisory that matched, as a person reads it, and the ids of all that did.
  product      text not null,
  product_ids  text[] not null,
  because      jsonb not null,
  look_up      jsonb not null,
  -- The most certain and most severe first: certainty, then score from 10.0 down.
  rank         integer not null,
  severity     text not null,
  -- What the device was when it was compared: two with the same are the same device to an advisory.
  identity     bytea not null,
  search       text not null,
  state        text not null default 'new' check (state in
    ('new', 'confirmed', 'planned', 'mitigated', 'fixed', 'verified', 'notAffected', 'riskAccepted', 'ended')),
  state_reason text,
  -- What a person had said before the match ended; it holds again should the match come back.
  state_before text,
  since        timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  unique (owner_id, asset_id, advisory_id),
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete cascade
);
create index on match (owner_id, rank, id);
create index on match (owner_id, advisory_id);
create index on match (advisory_id);

-- What became of it, step by step; by nobody where the program itself ended or reopened it.
create table match_step (
  id        bigint generated always as identity primary key,
  owner_id  uuid not null,
  match_id  uuid not null,
  state     text not null,
  reason    text,
  person_id uuid references person,
  at        timestamptz not null default clock_timestamp(),
  foreign key (owner_id, match_id) references match (owner_id, id) on delete cascade
);
create index on match_step (match_id, id);

alter table match enable row level security;
alter table match force row level security;
create policy own on match using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table match_step enable row level security;
alter table match_step force row level security;
create policy own on match_step using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update on match to busbar_app;
grant select, insert on match_step to busbar_app;
