-- Network captures, and what the engine made of each. The rows below `capture` are replaced by every analysis.

create table capture (
  id          uuid primary key default gen_random_uuid(),
  owner_id    uuid not null references organisation,
  site_id     uuid not null,
  evidence_id uuid not null,
  name        text not null,
  -- Version of the engine, and what it found in numbers; empty until the first analysis is done.
  engine      text,
  summary     jsonb,
  counts      jsonb,
  -- The report as the engine wrote it, sealed.
  report_id   uuid,
  created_at  timestamptz not null default clock_timestamp(),
  label       tlp not null default 'AMBER+STRICT',
  scope       scope not null default 'org',
  audience    uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  foreign key (owner_id, site_id) references site (owner_id, id),
  foreign key (owner_id, evidence_id) references evidence (owner_id, id),
  foreign key (owner_id, report_id) references blob (owner_id, id)
);
create index on capture (owner_id, created_at desc, id);
create index on capture (site_id);

alter table asset_fact add foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade;
alter table asset_sighting add foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade;

create table capture_conversation (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  capture_id   uuid not null,
  from_asset   uuid,
  from_address text not null,
  to_asset     uuid,
  to_address   text not null,
  protocol     text not null,
  transport    text not null,
  port         integer,
  packets      bigint not null,
  bytes        bigint not null,
  messages     bigint not null,
  first_seen   timestamptz not null,
  last_seen    timestamptz not null,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade,
  foreign key (owner_id, from_asset) references asset (owner_id, id) on delete set null (from_asset),
  foreign key (owner_id, to_asset) references asset (owner_id, id) on delete set null (to_asset)
);
create index on capture_conversation (capture_id, packets desc, id);
create index on capture_conversation (from_asset);
create index on capture_conversation (to_asset);

create table capture_operation (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references organisation,
  capture_id     uuid not null,
  code           text not null,
  title          text not null,
  protocol       text not null,
  access         text not null,
  dangerous      boolean not null,
  techniques     text[] not null,
  source_asset   uuid,
  source_address text not null,
  target_asset   uuid,
  target_address text not null,
  count          bigint not null,
  refused        bigint not null,
  first_seen     timestamptz not null,
  last_seen      timestamptz not null,
  samples        jsonb not null,
  search         text not null,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade,
  foreign key (owner_id, source_asset) references asset (owner_id, id) on delete set null (source_asset),
  foreign key (owner_id, target_asset) references asset (owner_id, id) on delete set null (target_asset)
);
create index on capture_operation (capture_id, dangerous desc, count desc, id);
create index on capture_operation (source_asset);
create index on capture_operation (target_asset);

-- Malformed messages, and well-formed ones that are not right.
create table capture_finding (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  capture_id uuid not null,
  code       text not null,
  protocol   text not null,
  field      text not null,
  params     jsonb not null,
  count      bigint not null,
  location   jsonb,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade
);
create index on capture_finding (capture_id, count desc, id);

alter table capture enable row level security;
alter table capture force row level security;
create policy own on capture using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table capture_conversation enable row level security;
alter table capture_conversation force row level security;
create policy own on capture_conversation using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table capture_operation enable row level security;
alter table capture_operation force row level security;
create policy own on capture_operation using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table capture_finding enable row level security;
alter table capture_finding force row level security;
create policy own on capture_finding using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update, delete on capture, capture_conversation, capture_operation, capture_finding to busbar_app;
