-- Bytes that people entrust to us: encrypted from the first byte on, content-addressed within their owner only.

-- One key for each purpose of an organisation, wrapped by the master key. Destroying the row purges all it sealed.
create table data_key (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  purpose    text not null,
  wrapped    bytea not null,
  created_at timestamptz not null default now(),
  unique (owner_id, id),
  unique (owner_id, purpose)
);

-- Sealed bytes in the store. A blob that nothing refers to (yet, or any more) is doomed, and swept away in time:
-- so no kill at any moment leaves bytes behind that nobody knows of.
create table blob (
  id         uuid primary key,
  owner_id   uuid not null references organisation,
  key_id     uuid,
  -- A keyed hash of what was sealed: who reads it learns nothing, not even whether another owner has the same.
  address    text not null,
  size       bigint not null,
  -- How many frames of what size, in order: [count, bytes, count, bytes …]. Lets a reader begin anywhere.
  frames     jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  doomed_at  timestamptz default clock_timestamp() + interval '1 day',
  unique (owner_id, id),
  foreign key (owner_id, key_id) references data_key (owner_id, id) on delete set null (key_id)
);
create index on blob (doomed_at) where doomed_at is not null;
-- The same content is held once.
create unique index on blob (owner_id, address) where doomed_at is null;

create table evidence (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references organisation,
  purpose        text not null check (purpose in ('capture', 'import')),
  subject_id     uuid not null,
  subject_name   text not null,
  state          text not null default 'receiving' check (state in ('receiving', 'stored', 'damaged', 'removed')),
  size           bigint not null check (size >= 0),
  -- What is on disk for certain: never more than was told to the sender.
  received       bigint not null default 0,
  claimed_sha256 bytea check (length(claimed_sha256) = 32),
  sha256         bytea check (length(sha256) = 32),
  key_id         uuid,
  blob_id        uuid,
  uploaded_by    uuid references person,
  roles          text[] not null,
  created_at     timestamptz not null default clock_timestamp(),
  stored_at      timestamptz,
  label          tlp not null default 'AMBER+STRICT',
  scope          scope not null default 'org',
  audience       uuid[] not null default '{}',
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  foreign key (owner_id, key_id) references data_key (owner_id, id) on delete set null (key_id),
  foreign key (owner_id, blob_id) references blob (owner_id, id)
);
create index on evidence (owner_id, state);
create index on evidence (blob_id);

alter table data_key enable row level security;
alter table data_key force row level security;
create policy own on data_key using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));

alter table blob enable row level security;
alter table blob force row level security;
create policy own on blob using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));
-- The program sweeps away what nobody refers to.
create policy sweep on blob using ((select actor_is_founder()) and doomed_at <= now());

alter table evidence enable row level security;
alter table evidence force row level security;
create policy own on evidence using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));

grant select, insert, delete on data_key to busbar_app;
grant select, insert, update, delete on blob to busbar_app;
grant select, insert, update on evidence to busbar_app;
