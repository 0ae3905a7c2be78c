-- How often something was tried within a window of time, beside the tries of passwords and seen by nobody else. `who` is a
-- keyed hash: no address and no reference can be read here, and what does not exist is counted like what does.
create table auth.tries (
  who   bytea primary key,
  count integer not null,
  until timestamptz not null
);
create index on auth.tries (until);
grant select, insert, update, delete on auth.tries to busbar_signin;
