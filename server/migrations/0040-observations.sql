-- What else a capture shows: quantities of the process, files carried over, sign-ins that everybody could read.
-- Replaced by every analysis, like the other rows below `capture`.

create table capture_variable (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  capture_id uuid not null,
  asset_id   uuid,
  address    text not null,
  protocol   text not null,
  name       text not null,
  count      bigint not null,
  sets       bigint not null,
  changes    bigint not null,
  first      double precision not null,
  last       double precision not null,
  least      double precision not null,
  most       double precision not null,
  -- Of the values that somebody set.
  least_set  double precision,
  most_set   double precision,
  first_seen timestamptz not null,
  last_seen  timestamptz not null,
  -- [microseconds since 1970, value] at changes.
  points     jsonb not null,
  search     text not null,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade,
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete set null (asset_id)
);
create index on capture_variable (capture_id, sets desc, changes desc, id);
create index on capture_variable (asset_id);

create table capture_transfer (
  id            uuid primary key default gen_random_uuid(),
  owner_id      uuid not null references organisation,
  capture_id    uuid not null,
  -- Whose file it is or becomes, and the other side.
  asset_id      uuid,
  address       text not null,
  other_asset   uuid,
  other_address text not null,
  protocol      text not null,
  way           text not null check (way in ('to', 'from')),
  kind          text not null,
  name          text not null,
  bytes         bigint not null,
  complete      boolean not null,
  first_seen    timestamptz not null,
  last_seen     timestamptz not null,
  location      jsonb not null,
  -- [offset, length] in the unpacked capture: the content stays where it is.
  pieces        jsonb not null,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade,
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete set null (asset_id),
  foreign key (owner_id, other_asset) references asset (owner_id, id) on delete set null (other_asset)
);
create index on capture_transfer (capture_id, bytes desc, id);
create index on capture_transfer (asset_id);
create index on capture_transfer (other_asset);

-- The secret itself is nowhere; `secret` is how long it was.
create table capture_credentials (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references organisation,
  capture_id     uuid not null,
  source_asset   uuid,
  source_address text not null,
  target_asset   uuid,
  target_address text not null,
  protocol       text not null,
  scheme         text not null,
  user_name      text not null,
  secret         integer not null,
  count          bigint not null,
  first_seen     timestamptz not null,
  last_seen      timestamptz not null,
  location       jsonb not null,
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete cascade,
  foreign key (owner_id, source_asset) references asset (owner_id, id) on delete set null (source_asset),
  foreign key (owner_id, target_asset) references asset (owner_id, id) on delete set null (target_asset)
);
create index on capture_credentials (capture_id, count desc, id);
create index on capture_credentials (source_asset);
create index on capture_credentials (target_asset);

alter table capture_variable enable row level security;
alter table capture_variable force row level security;
create policy own on capture_variable using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table capture_transfer enable row level security;
alter table capture_transfer force row level security;
create policy own on capture_transfer using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table capture_credentials enable row level security;
alter table capture_credentials force row level security;
create policy own on capture_credentials using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update, delete on capture_variable, capture_transfer, capture_credentials to busbar_app;
