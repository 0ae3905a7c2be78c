-- Field kits that were made: which file was given out, to whom, with what in it. The file itself lies here for a day.

create table kit (
  id         uuid primary key,
  owner_id   uuid not null references organisation,
  -- The strictest of what is in it.
  label      tlp not null check (label <> 'RED'),
  advisories integer not null check (advisories >= 0),
  program    text not null,
  size       bigint not null,
  sha256     bytea not null check (length(sha256) = 32),
  signature  text not null,
  blob_id    uuid,
  made_by    uuid references person,
  made_at    timestamptz not null default clock_timestamp(),
  unique (owner_id, id),
  foreign key (owner_id, blob_id) references blob (owner_id, id) on delete set null (blob_id)
);
create index on kit (owner_id, made_at desc, id);
create index on kit (blob_id) where blob_id is not null;

alter table kit enable row level security;
alter table kit force row level security;
create policy own on kit using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));
-- The program sweeps away what has lain for a day, and the row lets go of it.
create policy sweep on kit for update using ((select actor_is_founder()));

grant select, insert, update (blob_id) on kit to busbar_app;
