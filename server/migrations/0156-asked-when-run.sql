-- A policy that looks into a table is planned with that table's policies, and those with theirs: to write down one blob
-- took 40 ms of planning, nearly all of it for what only the program asks. Behind a function of PL/pgSQL, which the
-- planner does not look into, such a question is planned once in a connection, and only if it is asked. It is asked by
-- whoever asks the table, so that the same policies hold within.
create function is_purged(looked_at uuid) returns boolean language plpgsql stable parallel safe as
$$
begin
  return exists (select from case_retention r where r.case_id = looked_at and r.purged_at is not null);
end
$$;

do $$
declare
  p record;
  asks constant text := '( SELECT actor_is_founder() AS actor_is_founder) AND ';
begin
  for p in
    select tablename, policyname, qual from pg_policies
    where schemaname = 'public' and with_check is null
  loop
    if regexp_replace(p.qual, '\s+', ' ', 'g') = format(
      '(%s(EXISTS ( SELECT FROM case_retention r WHERE ((r.case_id = %I.case_id) AND (r.purged_at IS NOT NULL)))))',
      asks, p.tablename)
    then
      execute format('alter policy %I on %I using ((select actor_is_founder()) and is_purged(case_id))', p.policyname, p.tablename);
    end if;
  end loop;
end
$$;

create function has_invited(looked_at uuid) returns boolean language plpgsql stable parallel safe as
$$
begin
  return exists (
    select from case_participant p where p.case_id = looked_at and p.state in ('invited', 'accepted', 'declined'));
end
$$;
alter policy invitation on data_key using ((select actor_is_founder()) and has_invited(case_id));

create function opens_packs(looked_at uuid) returns boolean language plpgsql stable parallel safe as
$$
begin
  return exists (select from data_key k where k.id = looked_at and k.purpose = 'packs');
end
$$;
alter policy pack on blob using (
  case_id is null and owner_id = (select actor_organisation()) and (select actor_has('ADM')) and opens_packs(key_id));

create function opens_case(looked_at uuid) returns boolean language plpgsql stable parallel safe as
$$
begin
  return exists (select from "case" c where c.id = looked_at and opens(c));
end
$$;
create function reads_thread(looked_at uuid) returns boolean language plpgsql stable parallel safe as
$$
begin
  return exists (select from case_thread t where t.id = looked_at);
end
$$;
create function writes_in_thread(looked_at uuid) returns boolean language plpgsql stable parallel safe as
$$
begin
  return exists (
    select from case_thread t join case_participant p on p.id = any (t.participants)
    where t.id = looked_at and is_actor(p));
end
$$;
alter policy write on case_message with check (
  case when thread_id is null then opens_case(case_id) else reads_thread(thread_id) end
  and case author
    when 'reporter' then case_id = (select actor_receipt()) and (select actor_person()) is null
    when 'member' then person_id = (select actor_person()) and (select actor_has('MEM', 'MAD')) and opens_case(case_id)
    when 'guest' then person_id = (select actor_person()) and writes_in_thread(thread_id)
    else person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD')) and opens_case(case_id)
  end);
