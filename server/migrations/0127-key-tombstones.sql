-- What was purged stays purged, also where an older backup is restored: of every key that was destroyed its id stays here,
-- whoever destroyed it, and goes into every backup. It opens nothing and tells nothing of what it once opened.
create table key_tombstone (
  key_id       uuid primary key,
  destroyed_at timestamptz not null default clock_timestamp()
);

create function bury_key() returns trigger language plpgsql as
$$
begin
  insert into key_tombstone (key_id) values (old.id) on conflict do nothing;
  return null;
end
$$;
create trigger bury after delete on data_key for each row execute function bury_key();

alter table key_tombstone enable row level security;
alter table key_tombstone force row level security;
create policy bury on key_tombstone for insert with check (true);
create policy read on key_tombstone for select using ((select actor_is_founder()));
grant insert, select on key_tombstone to busbar_app;
