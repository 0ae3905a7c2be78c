-- Zones and conduits (IEC 62443-3-2): which devices are protected alike, and by which ways the zones talk.

-- What captures tell of a device's place, its VLAN or network, is a hint; in which zone it stands, people say.
alter table asset rename zone to network;

-- One level for each foundational requirement, FR 1 to FR 7 (IEC 62443-3-3 §4): 0 none … 4 highest.
create domain security_levels as smallint[] check (
  value is null
  or (cardinality(value) = 7 and array_position(value, null) is null and 0 <= all (value) and 4 >= all (value))
);

create table zone (
  id            uuid primary key default gen_random_uuid(),
  owner_id      uuid not null references organisation,
  site_id       uuid not null,
  kind          text not null check (kind in ('zone', 'conduit')),
  -- A dismissed zone keeps its devices, so that accepting it again brings them back; until then they count as placed
  -- nowhere. A dismissed conduit says that this way must not be.
  state         text not null default 'accepted' check (state in ('accepted', 'dismissed')),
  -- What it was proposed as: decided once, it is not proposed again.
  proposal      text,
  name          text not null,
  level         text not null default 'unknown',
  -- Null where nobody said. The words are those of SSVC: Safety Impact, System Exposure.
  safety_impact text check (safety_impact in ('negligible', 'marginal', 'critical', 'catastrophic')),
  exposure      text check (exposure in ('small', 'controlled', 'open')),
  sl_target     security_levels,
  sl_achieved   security_levels,
  -- Of a conduit: what may pass; empty for anything.
  protocols     text[] not null default '{}',
  note          text not null default '',
  -- Where a person put it on the drawing.
  x             integer,
  y             integer,
  created_at    timestamptz not null default clock_timestamp(),
  label         tlp not null default 'AMBER+STRICT',
  scope         scope not null default 'org',
  audience      uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  check ((x is null) = (y is null)),
  unique (owner_id, id),
  unique (owner_id, site_id, id),
  unique (owner_id, site_id, kind, id),
  unique (owner_id, site_id, kind, proposal),
  foreign key (owner_id, site_id) references site (owner_id, id)
);
create unique index on zone (owner_id, site_id, kind, lower(name)) where state = 'accepted';

-- Which zones a conduit joins. The kinds in the keys keep conduits from ending at conduits or on another site.
create table conduit_end (
  owner_id     uuid not null references organisation,
  site_id      uuid not null,
  conduit_id   uuid not null,
  zone_id      uuid not null,
  conduit_kind text not null generated always as ('conduit') stored,
  zone_kind    text not null generated always as ('zone') stored,
  primary key (conduit_id, zone_id),
  foreign key (owner_id, site_id, conduit_kind, conduit_id) references zone (owner_id, site_id, kind, id) on delete cascade,
  foreign key (owner_id, site_id, zone_kind, zone_id) references zone (owner_id, site_id, kind, id) on delete cascade
);
create index on conduit_end (zone_id);

alter table asset add zone_id uuid;
alter table asset add foreign key (owner_id, site_id, zone_id) references zone (owner_id, site_id, id);
create index on asset (zone_id) where zone_id is not null;

alter table zone enable row level security;
alter table zone force row level security;
create policy own on zone using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table conduit_end enable row level security;
alter table conduit_end force row level security;
create policy own on conduit_end using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update on zone to busbar_app;
grant select, insert, delete on conduit_end to busbar_app;
