-- How often a password was tried for one account, from wherever. The key is a keyed hash of the address that was typed,
-- so that accounts that do not exist are counted alike and no address can be read here.
create table auth.attempt (
  account text primary key,
  count   integer not null,
  since   timestamptz not null default now()
);
grant select, insert, update, delete on auth.attempt to busbar_signin;
