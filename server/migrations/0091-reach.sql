-- How far the warnings of an advisory reached, for the CERT: counts, and never whose. Read with docs/access.md and decision 0013.
--
-- The function runs as a role that reads which alert is whose and what became of it, and can do nothing else. It takes no
-- question that could tell one organisation from others: no organisation, sector, country or time. Its answers:
-- below five organisations an advisory is not among them at all; what could be true of fewer than five, or of all but
-- fewer than five, is told as that range; devices are told in tens, and not where one organisation has half of them.

grant select (id, owner_id, advisory_id, reached_at, seen_at, acknowledged_at) on alert to busbar_counter;
grant select (alert_id, owner_id, match_id) on alert_match to busbar_counter;
create policy counts on alert for select to busbar_counter using (true);
create policy counts on alert_match for select to busbar_counter using (true);

create function told_of(part bigint, whole bigint) returns integer[] language sql immutable parallel safe as
$$
  select case when part < 5 then array[0, 4] when whole - part < 5 then array[whole - 4, whole] else array[part, part] end::integer[]
$$;

create function reach() returns table (
  advisory_id uuid, organisations integer, devices integer, delivered integer[], seen integer[], acknowledged integer[], unreached integer[])
language sql stable security definer set search_path = public, pg_temp as
$$
  with concerned as (
    select a.advisory_id, a.owner_id, bool_and(a.reached_at is not null) as reached,
      bool_and(a.seen_at is not null) as seen, bool_and(a.acknowledged_at is not null) as acknowledged
    from alert a group by 1, 2
  ), hit as (
    select a.advisory_id, a.owner_id, count(distinct m.match_id) as devices
    from alert a join alert_match m on m.alert_id = a.id group by 1, 2
  )
  select c.advisory_id, count(*)::integer,
    case when 2 * max(h.devices) < sum(h.devices) then (sum(h.devices)::integer / 10) * 10 end,
    told_of(count(*) filter (where reached), count(*)),
    told_of(count(*) filter (where seen), count(*)),
    told_of(count(*) filter (where acknowledged), count(*)),
    told_of(count(*) filter (where not reached), count(*))
  from concerned c left join hit h using (advisory_id, owner_id)
  where (select actor_has('LEAD', 'GOV'))
  group by c.advisory_id having count(*) >= 5
$$;

grant create on schema public to busbar_counter;
alter function reach owner to busbar_counter;
revoke create on schema public from busbar_counter;
revoke execute on function reach from public;
grant execute on function reach to busbar_app;
