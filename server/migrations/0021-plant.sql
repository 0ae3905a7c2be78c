-- The plant: sites, their devices, and what every source said about each device.
-- All of it is its owner's alone. The policies compare one uuid and are decided once a query.

create table site (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  name       text not null,
  sector     text not null default '',
  country    text not null default '',
  process    text not null default '',
  created_at timestamptz not null default clock_timestamp(),
  label      tlp not null default 'AMBER+STRICT',
  scope      scope not null default 'org',
  audience   uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  unique (owner_id, id)
);
create unique index on site (owner_id, lower(name));

-- The columns from name to last_seen hold what the facts and sightings below come to; the program works them out.
create table asset (
  id            uuid primary key default gen_random_uuid(),
  owner_id      uuid not null references organisation,
  site_id       uuid not null,
  state         text not null default 'proposed' check (state in ('proposed', 'accepted', 'dismissed')),
  given_address text,
  name          text not null default '',
  role          text not null default 'unknown',
  level         text not null default 'unknown',
  zone          text not null default '',
  vendor        text,
  product       text,
  model         text,
  order_number  text,
  firmware      text,
  hardware      text,
  serial        text,
  certainty     text not null default 'guessed' check (certainty in ('stated', 'inferred', 'guessed')),
  addresses     text[] not null default '{}',
  macs          text[] not null default '{}',
  protocols     text[] not null default '{}',
  first_seen    timestamptz,
  last_seen     timestamptz,
  -- Everything one may search for, in lower case. Searched by scanning the owner's rows: behind a policy, no index
  -- may serve an operator that could leak what it compares, and those for patterns are of that kind.
  search        text not null default '',
  name_key      text not null generated always as (lower(name)) stored,
  vendor_key    text not null generated always as (lower(coalesce(vendor, U&'\+10FFFF'))) stored,
  seen_key      timestamptz not null generated always as (coalesce(last_seen, '-infinity'::timestamptz)) stored,
  created_at    timestamptz not null default clock_timestamp(),
  label         tlp not null default 'AMBER+STRICT',
  scope         scope not null default 'org',
  audience      uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  foreign key (owner_id, site_id) references site (owner_id, id)
);
create index on asset (owner_id, name_key, id);
create index on asset (owner_id, vendor_key, id);
create index on asset (owner_id, role, id);
create index on asset (owner_id, seen_key, id);
create index on asset (site_id);

-- One source saying one thing. What contradicts one another stands side by side.
create table asset_fact (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  asset_id   uuid not null,
  field      text not null,
  value      text not null,
  certainty  text not null check (certainty in ('stated', 'inferred', 'guessed')),
  source     text not null check (source in ('capture', 'person', 'import')),
  protocol   text,
  capture_id uuid,
  packet     integer,
  location   jsonb,
  -- Of several facts of one capture, which the engine would rather believe.
  rank       integer not null default 0,
  person_id  uuid references person,
  at         timestamptz not null,
  -- When the source last looked: of two captures the later knows better.
  seen       timestamptz not null,
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete cascade
);
create index on asset_fact (asset_id);
create index on asset_fact (capture_id, packet);

-- What a device was in one capture.
create table asset_sighting (
  owner_id   uuid not null references organisation,
  capture_id uuid not null,
  asset_id   uuid not null,
  addresses  text[] not null,
  macs       text[] not null,
  protocols  text[] not null,
  zone       text not null,
  told_by    integer,
  first_seen timestamptz not null,
  last_seen  timestamptz not null,
  packets    bigint not null,
  bytes      bigint not null,
  primary key (capture_id, asset_id),
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete cascade
);
create index on asset_sighting (asset_id);
create index on asset_sighting (capture_id, packets desc, asset_id);

-- By which addresses a device is known again within its site: its MAC addresses, and IP addresses where one has none.
create table asset_address (
  owner_id uuid not null references organisation,
  site_id  uuid not null,
  address  text not null,
  asset_id uuid not null,
  primary key (owner_id, site_id, address, asset_id),
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete cascade
);
create index on asset_address (asset_id);

alter table site enable row level security;
alter table site force row level security;
create policy own on site using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table asset enable row level security;
alter table asset force row level security;
create policy own on asset using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table asset_fact enable row level security;
alter table asset_fact force row level security;
create policy own on asset_fact using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table asset_sighting enable row level security;
alter table asset_sighting force row level security;
create policy own on asset_sighting using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table asset_address enable row level security;
alter table asset_address force row level security;
create policy own on asset_address using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update on site to busbar_app;
grant select, insert, update, delete on asset, asset_fact, asset_sighting, asset_address to busbar_app;
