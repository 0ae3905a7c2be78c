-- The OpenPGP keys (RFC 9580) with which the CERT signs what it publishes. Public halves are public; secret halves are
-- sealed under the master key and read where something is signed or a key is revoked, and nowhere else.

create table signing_key (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references organisation,
  fingerprint    text not null unique check (fingerprint ~ '^[0-9A-F]{40,64}$'),
  user_ids       text[] not null,
  algorithm      text not null,
  public_key     text not null,
  made_at        timestamptz not null,
  expires_at     timestamptz,
  -- One is active; retired and revoked ones stay, for what they signed is still checked against them.
  state          text not null default 'active' check (state in ('active', 'retired', 'revoked')),
  revoked_reason text,
  changed_at     timestamptz not null default clock_timestamp(),
  added_by       uuid references person,
  added_at       timestamptz not null default clock_timestamp(),
  unique (owner_id, id)
);
create unique index on signing_key (owner_id) where state = 'active';

create table signing_secret (
  key_id   uuid primary key,
  owner_id uuid not null,
  sealed   bytea not null,
  foreign key (owner_id, key_id) references signing_key (owner_id, id)
);

alter table signing_key enable row level security;
alter table signing_key force row level security;
create policy read on signing_key for select using (true);
create policy add on signing_key for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ADM')));
create policy change on signing_key for update using (
  owner_id = (select actor_organisation()) and (select actor_has('ADM')));

alter table signing_secret enable row level security;
alter table signing_secret force row level security;
-- The lead signs by releasing; the administrator revokes.
create policy read on signing_secret for select using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD', 'ADM')));
create policy add on signing_secret for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ADM')));

grant select, insert, update (public_key, state, revoked_reason, changed_at) on signing_key to busbar_app;
grant select, insert on signing_secret to busbar_app;
