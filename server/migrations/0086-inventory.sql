-- Tables of devices that people bring: a file, how it was read, and what became of each row.

alter table evidence drop constraint evidence_purpose_check;
alter table evidence add constraint evidence_purpose_check check (purpose in ('capture', 'import', 'inventory'));

create table inventory (
  id          uuid primary key,
  owner_id    uuid not null references organisation,
  site_id     uuid not null,
  evidence_id uuid not null,
  name        text not null,
  state       text not null default 'receiving' check (state in ('receiving', 'read', 'imported', 'undone')),
  -- How people want it read; what they leave open is guessed.
  choice      jsonb not null default '{}',
  reading     jsonb,
  counts      jsonb,
  person_id   uuid references person,
  created_at  timestamptz not null default clock_timestamp(),
  imported_at timestamptz,
  label       tlp not null default 'AMBER+STRICT',
  scope       scope not null default 'org',
  audience    uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  foreign key (owner_id, site_id) references site (owner_id, id),
  foreign key (owner_id, evidence_id) references evidence (owner_id, id)
);
create index on inventory (owner_id, created_at desc, id);

create table inventory_row (
  owner_id     uuid not null references organisation,
  inventory_id uuid not null,
  row          integer not null,
  outcome      text not null check (outcome in ('new', 'changed', 'known', 'left')),
  says         jsonb not null,
  changes      jsonb not null,
  notes        jsonb not null,
  noted        boolean not null,
  asset_id     uuid,
  -- What the import itself did to the device, for undoing it.
  created      boolean not null default false,
  accepted     boolean not null default false,
  primary key (inventory_id, row),
  foreign key (owner_id, inventory_id) references inventory (owner_id, id) on delete cascade,
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete set null (asset_id)
);
create index on inventory_row (asset_id);
create index on inventory_row (inventory_id, outcome, row);

alter table asset_fact add inventory_id uuid;
alter table asset_fact add inventory_row integer;
alter table asset_fact add foreign key (owner_id, inventory_id) references inventory (owner_id, id);
create index on asset_fact (inventory_id) where inventory_id is not null;

-- One device has a serial number, however it is written.
create function serial_key(serial text) returns text language sql immutable parallel safe as
$$ select upper(translate(serial, ' -_./:', '')) $$;
alter table asset add serial_key text generated always as (serial_key(serial)) stored;
create index on asset (site_id, serial_key) where serial_key is not null;

alter table inventory enable row level security;
alter table inventory force row level security;
create policy own on inventory using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table inventory_row enable row level security;
alter table inventory_row force row level security;
create policy own on inventory_row using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update, delete on inventory, inventory_row to busbar_app;
