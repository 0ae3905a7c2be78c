-- Keys of machines: a program acts for an organisation, up to a ceiling, until a day. Only a hash is kept.

create table machine_key (
  id          uuid primary key default gen_random_uuid(),
  owner_id    uuid not null references organisation,
  name        text not null,
  -- Its first characters, to tell it from others.
  start       text not null,
  secret_hash bytea not null unique,
  max_tlp     tlp not null check (max_tlp <= 'AMBER'),
  made_by     uuid references person,
  created_at  timestamptz not null default now(),
  expires_at  timestamptz not null,
  last_used   timestamptz,
  revoked_at  timestamptz
);
create index on machine_key (owner_id, created_at desc);

alter table machine_key enable row level security;
alter table machine_key force row level security;
create policy manage on machine_key using (
  owner_id = (select actor_organisation()) and (select actor_has('MAD', 'VEN', 'GOV', 'ADM')));
grant select, insert, update on machine_key to busbar_app;

grant select (id, owner_id, name, secret_hash, max_tlp, expires_at, last_used, revoked_at) on machine_key to busbar_signin;
grant update (last_used) on machine_key to busbar_signin;
create policy sign_in on machine_key for select to busbar_signin using (true);
create policy used on machine_key for update to busbar_signin using (true);
