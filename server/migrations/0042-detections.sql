-- What stands out in a capture, replaced by every analysis; and what is usual at a site, learnt from captures.

create table capture_detection (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references organisation,
  capture_id     uuid not null,
  -- Of the catalogue: the words stay there.
  code           text not null,
  severity       text not null check (severity in ('critical', 'high', 'medium', 'low', 'info')),
  -- 0 is the gravest.
  rank           smallint not null,
  certainty      text not null,
  techniques     text[] not null,
  -- Null where there were several, or none that can be named.
  source_asset   uuid,
  source_address text,
  target_asset   uuid,
  target_address text,
  count          bigint not null,
  refused        bigint not null,
  first_seen     timestamptz not null,
  last_seen      timestamptz not null,
  params         jsonb not null,
  evidence       jsonb not null,
  search         text not null,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade,
  foreign key (owner_id, source_asset) references asset (owner_id, id) on delete set null (source_asset),
  foreign key (owner_id, target_asset) references asset (owner_id, id) on delete set null (target_asset)
);
create index on capture_detection (capture_id, rank, first_seen, id);
create index on capture_detection (source_asset);
create index on capture_detection (target_asset);

create table site_baseline (
  owner_id uuid not null references organisation,
  site_id  uuid not null,
  -- Another one with every capture that is learnt: what was compared with an earlier one is out of date.
  revision uuid not null default gen_random_uuid(),
  -- As docs/baseline.schema.json has it.
  learnt   jsonb not null,
  primary key (owner_id, site_id),
  foreign key (owner_id, site_id) references site (owner_id, id) on delete cascade
);

create table site_baseline_capture (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  site_id    uuid not null,
  -- What a removed capture taught stays until all is forgotten.
  capture_id uuid,
  name       text not null,
  learnt_at  timestamptz not null default now(),
  learnt_by  uuid references person,
  foreign key (owner_id, site_id) references site_baseline (owner_id, site_id) on delete cascade,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete set null (capture_id)
);
create unique index on site_baseline_capture (capture_id);
create index on site_baseline_capture (owner_id, site_id, learnt_at);

alter table capture_detection enable row level security;
alter table capture_detection force row level security;
create policy own on capture_detection using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table site_baseline enable row level security;
alter table site_baseline force row level security;
create policy own on site_baseline using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table site_baseline_capture enable row level security;
alter table site_baseline_capture force row level security;
create policy own on site_baseline_capture using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update, delete on capture_detection, site_baseline, site_baseline_capture to busbar_app;
