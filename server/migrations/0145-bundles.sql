-- What people save in a field kit for the CERT: encrypted to a key of the CERT (age-encryption.org/v1), and brought here by
-- the member whose plant it shows.

-- One key a CERT. The public half stands in kits and on pages; the secret half is sealed under the master key.
create table bundle_key (
  owner_id  uuid primary key references organisation,
  recipient text not null unique check (recipient ~ '^age1[0-9a-z]{58}$'),
  made_at   timestamptz not null default clock_timestamp()
);

create table bundle_secret (
  owner_id uuid primary key references bundle_key,
  sealed   bytea not null
);

alter table evidence drop constraint evidence_purpose_check;
alter table evidence add constraint evidence_purpose_check
  check (purpose in ('capture', 'import', 'inventory', 'evidence', 'bundle', 'bundle file'));

create table bundle (
  id          uuid primary key,
  owner_id    uuid not null references organisation,
  site_id     uuid not null,
  evidence_id uuid not null,
  name        text not null,
  state       text not null default 'receiving' check (state in ('receiving', 'imported')),
  -- By its own word.
  made_at     timestamptz,
  program     text,
  person_id   uuid references person,
  created_at  timestamptz not null default clock_timestamp(),
  imported_at timestamptz,
  label       tlp not null default 'AMBER+STRICT',
  scope       scope not null default 'org',
  audience    uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  check ((state = 'imported') = (imported_at is not null)),
  unique (owner_id, id),
  foreign key (owner_id, site_id) references site (owner_id, id),
  foreign key (owner_id, evidence_id) references evidence (owner_id, id)
);
create index on bundle (owner_id, created_at desc, id);

-- A capture whose packets are elsewhere: its report came in a bundle.
alter table capture add bundle_id uuid;
alter table capture add foreign key (owner_id, bundle_id) references bundle (owner_id, id);
create index on capture (bundle_id) where bundle_id is not null;

create table bundle_file (
  owner_id    uuid not null references organisation,
  bundle_id   uuid not null,
  place       integer not null check (place >= 0),
  name        text not null,
  type        text not null,
  size        bigint not null check (size >= 0),
  sha256      bytea not null check (length(sha256) = 32),
  -- What it became: both empty where it was known before.
  evidence_id uuid,
  capture_id  uuid,
  before_id   uuid,
  primary key (bundle_id, place),
  check (before_id is null or evidence_id is null),
  foreign key (owner_id, bundle_id) references bundle (owner_id, id) on delete cascade,
  foreign key (owner_id, before_id) references bundle (owner_id, id),
  foreign key (owner_id, evidence_id) references evidence (owner_id, id),
  foreign key (owner_id, capture_id) references capture (owner_id, id) on delete set null (capture_id)
);
create index on bundle_file (owner_id, sha256);
create index on bundle_file (capture_id) where capture_id is not null;
create index on bundle_file (before_id) where before_id is not null;
create index on bundle_file (evidence_id) where evidence_id is not null;

alter table bundle_key enable row level security;
alter table bundle_key force row level security;
create policy read on bundle_key for select using (true);
create policy add on bundle_key for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));

alter table bundle_secret enable row level security;
alter table bundle_secret force row level security;
-- The program opens a bundle as the CERT, for which it was encrypted, and stores it as the member who brought it.
create policy read on bundle_secret for select using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
create policy add on bundle_secret for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));

alter table bundle enable row level security;
alter table bundle force row level security;
create policy own on bundle using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table bundle_file enable row level security;
alter table bundle_file force row level security;
create policy own on bundle_file using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert on bundle_key, bundle_secret to busbar_app;
grant select, insert, update, delete on bundle, bundle_file to busbar_app;
