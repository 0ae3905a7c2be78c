-- Words are found through an index, without showing anybody the rows of others.
--
-- Below a policy PostgreSQL asks the policy first, row by row, before any operator that might tell of what it compares.
-- Those for patterns are of that kind, so no index may serve a search of busbar_app by words. The functions at the end
-- run as a role that reads words and can do nothing else, not even sign in. They say the rule themselves and answer with
-- nothing but ids, and the program reads what bears these ids under its policies, like everything. See decision 0011.
create extension if not exists btree_gin;

-- Every two and every three characters (gramsOf in server/src/platform/search.ts chooses among them) that stand together in a word. Not the trigrams of pg_trgm: in a database with
-- the locale C these know ASCII alone, and a Chinese word is often two characters.
create function grams(words text) returns text[] language sql immutable parallel safe as
$$
  select coalesce(array_agg(distinct gram), '{}')
  from (
    select a || lead(a, 1) over place as two, a || lead(a, 1) over place || lead(a, 2) over place as three
    from unnest(string_to_array(words, null)) with ordinality as character (a, n)
    window place as (order by n)
  ) as run, unnest(array[two, three]) as gram
  where gram not like '% %'
$$;

create index on asset using gin (owner_id, grams(search)) with (gin_pending_list_limit = 256);
create index on capture_operation using gin (capture_id, grams(search)) with (gin_pending_list_limit = 256);

grant select (id, owner_id, search) on asset to busbar_search;
grant select (id, owner_id, capture_id, search) on capture_operation to busbar_search;
create policy words on asset for select to busbar_search using (true);
create policy words on capture_operation for select to busbar_search using (true);

-- Up to `most` devices of the acting organisation that have these grams. The settings leave no other way than the index:
-- without statistics, which a policy hides as well, the planner would guess.
create function assets_with(wanted text[], most integer) returns setof uuid
language sql stable security definer
set search_path = public, pg_temp set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as
$$
  select id from asset
  where owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')) and grams(search) @> wanted
  limit most
$$;

-- The same of the operations that a capture shows.
create function operations_with(capture uuid, wanted text[], most integer) returns setof uuid
language sql stable security definer
set search_path = public, pg_temp set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off as
$$
  select id from capture_operation
  where owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')) and capture_id = capture
    and grams(search) @> wanted
  limit most
$$;

-- A function can only be given to a role that may make some there; afterwards it may not.
grant create on schema public to busbar_search;
alter function assets_with owner to busbar_search;
alter function operations_with owner to busbar_search;
revoke create on schema public from busbar_search;
revoke execute on function assets_with, operations_with from public;
grant execute on function assets_with, operations_with to busbar_app;
