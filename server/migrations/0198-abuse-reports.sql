-- Programs report abuse by mail, the same thing again and again: it is one case, and is counted there.

create table case_abuse (
  case_id   uuid primary key references "case",
  -- A keyed hash of who sent it, what kind of abuse it is and which address it is about.
  series    bytea not null check (length(series) = 32),
  letters   integer not null default 1 check (letters > 0),
  -- As the letters say, all together.
  incidents bigint not null check (incidents > 0),
  last_at   timestamptz not null default clock_timestamp()
);
create index on case_abuse (series, last_at desc);

alter table case_abuse enable row level security;
alter table case_abuse force row level security;
create policy program on case_abuse using ((select actor_is_founder()));

grant select, insert, delete, update (letters, incidents, last_at) on case_abuse to busbar_app;

-- Who wrote goes with the key of the case, and what it was about.
create or replace function forget_correspondent() returns trigger language plpgsql as $$
begin
  delete from case_correspondent where case_id = old.case_id;
  delete from case_abuse where case_id = old.case_id;
  return null;
end
$$;
