-- How a row's foreign keys are looked up is planned once in a connection, and planned anew when the tables they lead to
-- have been analysed. Whoever fills an empty table and what refers to it in one transaction would otherwise look through
-- the whole table for each row, for autovacuum sees none of it before the end.
create function analyze_if_grown(filled regclass) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  counted integer := (select greatest(relpages, 4) from pg_class where oid = filled);
begin
  if pg_relation_size(filled) > 2 * counted * current_setting('block_size')::bigint then
    execute format('analyze (skip_locked) %s', filled);
  end if;
end $$;
revoke execute on function analyze_if_grown from public;
grant execute on function analyze_if_grown to busbar_app;
