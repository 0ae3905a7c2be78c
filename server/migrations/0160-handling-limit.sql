-- What the CERT may do with a case is said by whoever it is from, at any time, and by nobody else: by the people of the
-- organisation it belongs to, and until it belongs to one, by the holder of its words.
create function sets_limit(c "case") returns boolean language sql stable parallel safe as
$$
  select coalesce(case when c.claimed_at is not null or c.reporter = 'member'
    then c.owner_id = actor_organisation() and actor_has('MEM', 'MAD')
    else c.id = actor_receipt() and actor_person() is null end, false)
$$;
create policy limits on "case" for update using (sets_limit("case")) with check (sets_limit("case"));
grant update (handling_limit) on "case" to busbar_app;

-- As before, but for the first question after the founder's.
create or replace function case_changes() returns trigger language plpgsql as $$
declare
  same constant boolean := to_jsonb(new) - 'team' = to_jsonb(old) - 'team';
begin
  if actor_is_founder() then
    if to_jsonb(new) - 'guests' is distinct from to_jsonb(old) - 'guests' then
      raise exception 'case is not open for this' using errcode = '42501';
    end if;
    new.guests := coalesce((
      select array_agg(distinct p.person_id) from case_participant p where p.case_id = new.id and p.state = 'accepted'), '{}');
    return new;
  end if;
  if new.handling_limit <> old.handling_limit then
    if not sets_limit(old) or to_jsonb(new) - 'handling_limit' is distinct from to_jsonb(old) - 'handling_limit' then
      raise exception 'its limit is set by whoever it is from' using errcode = '42501';
    end if;
    return new;
  end if;
  if new.guests is distinct from old.guests then
    raise exception 'guests are those who accepted' using errcode = '42501';
  elsif new.owner_id is distinct from old.owner_id then
    if old.claimed_at is not null or old.reporter = 'member' or new.id is distinct from actor_receipt()
        or new.state <> old.state or new.team <> old.team then
      raise exception 'case is not open for this' using errcode = '42501';
    end if;
  elsif not actor_has('ANA', 'LEAD') then
    raise exception 'case is not open for this' using errcode = '42501';
  elsif not opens(old) and (new.team <> old.team || actor_person() or not same) then
    raise exception 'case is not open for this' using errcode = '42501';
  elsif not array_remove(old.team, actor_person()) <@ new.team then
    raise exception 'nobody is sent away but by himself' using errcode = '42501';
  elsif new.state <> 'received' and (cardinality(new.team) = 0
      or not coalesce(actor_person() = any (new.team), false) and not (same and coalesce(actor_person() = any (old.team), false))) then
    raise exception 'case has no team' using errcode = '42501';
  elsif exists (select from unnest(new.team) as t (person)
      where t.person <> all (old.team) and t.person <> actor_person() and not exists (
        select from membership m where m.person_id = t.person and m.organisation_id = actor_organisation()
          and m.until is null and m.roles && array['ANA', 'LEAD']::role_code[])) then
    raise exception 'not of the CERT' using errcode = '42501';
  end if;
  return new;
end
$$;
