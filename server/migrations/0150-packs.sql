-- What is carried to and from a CERT without internet: packs that were made here, packs that came, and whose are taken.
-- A pack holds what sources said, and nothing of a member.

-- Whose packs are taken besides those that our own key signed.
create table pack_key (
  id          uuid primary key default gen_random_uuid(),
  owner_id    uuid not null references organisation,
  fingerprint text not null check (fingerprint ~ '^[0-9A-F]{40,64}$'),
  user_ids    text[] not null,
  public_key  text not null,
  expires_at  timestamptz,
  -- By its owner, as the copy of the key that we have says.
  is_revoked  boolean not null default false,
  added_by    uuid references person,
  added_at    timestamptz not null default clock_timestamp(),
  removed_at  timestamptz
);
create unique index on pack_key (owner_id, fingerprint) where removed_at is null;

create table made_pack (
  id              uuid primary key default gen_random_uuid(),
  owner_id        uuid not null references organisation,
  -- Counts up; what came is never replaced by one with a lower number.
  number          integer not null check (number > 0),
  -- The strictest label of what is in it.
  most            tlp not null check (most < 'RED'),
  -- It holds only what the packs up to that one do not.
  since_id        uuid,
  requested_by    uuid references person,
  requested_at    timestamptz not null default clock_timestamp(),
  made_at         timestamptz,
  fingerprint     text,
  size            bigint,
  sha256          bytea,
  manifest_sha256 bytea,
  counts          jsonb,
  -- gzip: hashes of what is in it, for those made since.
  contents        bytea,
  blob_id         uuid,
  unique (owner_id, number),
  unique (owner_id, id),
  foreign key (owner_id, since_id) references made_pack (owner_id, id)
);

create table pack (
  id              uuid primary key default gen_random_uuid(),
  owner_id        uuid not null references organisation,
  name            text not null,
  size            bigint not null,
  evidence_id     uuid,
  brought_by      uuid references person,
  brought_at      timestamptz not null default clock_timestamp(),
  -- What it says of itself, from here on to `since_sha256`; true where `refused` is null.
  number          integer,
  maker_id        uuid,
  maker           text,
  most            tlp,
  made_at         timestamptz,
  signer          jsonb,
  manifest_sha256 bytea,
  since_number    integer,
  since_sha256    bytea,
  checked_at      timestamptz,
  refused         jsonb,
  -- By source: before it is installed what it would change, afterwards what it did.
  changes         jsonb not null default '[]',
  -- Documents that are not in the library, and why.
  left_out        jsonb not null default '[]',
  installed_by    uuid references person,
  installed_at    timestamptz,
  removed_at      timestamptz,
  unique (owner_id, id)
);
create index on pack (owner_id, brought_at desc, id desc) where removed_at is null;
-- The same is installed once, however many ask at the same moment.
create unique index on pack (owner_id, maker_id, number) where installed_at is not null;

-- The way by which a document came, where it was carried; and its detached signature, to be carried on.
alter table peer_document add column pack_id uuid;
alter table peer_document add column signed_with text;
alter table peer_document add foreign key (owner_id, pack_id) references pack (owner_id, id);
-- The last pack that had something of this source, and of when what we have of a catalogue is.
alter table peer add column pack_id uuid;
alter table peer add column as_of timestamptz;
alter table peer add foreign key (owner_id, pack_id) references pack (owner_id, id);

alter table evidence drop constraint evidence_purpose_check;
alter table evidence add constraint evidence_purpose_check
  check (purpose in ('capture', 'import', 'inventory', 'evidence', 'bundle', 'bundle file', 'pack'));

alter table pack_key enable row level security;
alter table pack_key force row level security;
create policy own on pack_key using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD', 'ADM')));

alter table made_pack enable row level security;
alter table made_pack force row level security;
create policy own on made_pack using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD', 'ADM')));

alter table pack enable row level security;
alter table pack force row level security;
-- An analyst sees of a document by which pack it came.
create policy read on pack for select using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD', 'ADM')));
create policy add on pack for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD', 'ADM')));
create policy change on pack for update using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD', 'ADM')));

-- An administrator brings packs and takes them along; besides them he sees none of what the CERT holds.
create policy pack on data_key for select using (
  purpose = 'packs' and owner_id = (select actor_organisation()) and (select actor_has('ADM')));
create policy make_pack on data_key for insert with check (
  purpose = 'packs' and owner_id = (select actor_organisation()) and (select actor_has('ADM')));
create policy pack on evidence using (
  purpose = 'pack' and owner_id = (select actor_organisation()) and (select actor_has('ADM')));
create policy pack on blob using (
  case_id is null and owner_id = (select actor_organisation()) and (select actor_has('ADM'))
  and exists (select from data_key k where k.id = blob.key_id and k.purpose = 'packs'));

grant select, insert, update on pack_key, made_pack, pack to busbar_app;
