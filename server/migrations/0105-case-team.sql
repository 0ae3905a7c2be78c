-- Who works on a case. What is in it is open to its team alone: a lead sees that a case is there, and joins it to read it;
-- while it lies at the desk, whoever is on duty reads it.

-- On the row itself, so that its policies ask no other table. Guests read what is addressed to them.
alter table "case"
  add column team   uuid[] not null default '{}',
  add column guests uuid[] not null default '{}';

-- Whoever took a step in a case that is under way already is of its team.
alter table "case" no force row level security;
alter table case_step no force row level security;
alter table "case" disable trigger changes;
update "case" c set team = coalesce((select array_agg(distinct s.person_id) from case_step s where s.case_id = c.id), '{}');
alter table "case" enable trigger changes;
alter table case_step force row level security;
alter table "case" force row level security;

-- May the actor read what is in this case? Never null, for who holds no receipt or is nobody.
create function opens(c "case") returns boolean language sql stable parallel safe as
$$
  select coalesce(c.id = actor_receipt()
    or (c.owner_id = actor_organisation() and actor_has('MEM', 'MAD'))
    or (actor_has('ANA', 'LEAD') and (actor_person() = any (c.team) or c.state = 'received')), false)
$$;

drop policy read on "case";
create policy read on "case" for select using (label <= (select actor_ceiling()) and (
  opens("case") or actor_person() = any (guests) or (select actor_has('LEAD'))));

-- Who takes a case from the desk is of its team; who is not of the team changes nothing but that, and only as a lead.
-- A team grows by who joins it, one at a time and each himself; nobody brings in guests yet.
create or replace function case_changes() returns trigger language plpgsql as $$
begin
  if new.guests <> old.guests or (new.team <> old.team and new.team is distinct from old.team || actor_person()) then
    raise exception 'case is not open for this' using errcode = '42501';
  elsif new.owner_id is distinct from old.owner_id then
    if old.claimed_at is not null or old.reporter = 'member' or new.id is distinct from actor_receipt()
        or new.state <> old.state or new.team <> old.team then
      raise exception 'case is not open for this' using errcode = '42501';
    end if;
  elsif not actor_has('ANA', 'LEAD') then
    raise exception 'case is not open for this' using errcode = '42501';
  elsif not opens(old) and to_jsonb(new) - 'team' is distinct from to_jsonb(old) - 'team' then
    raise exception 'case is not open for this' using errcode = '42501';
  elsif new.state <> 'received' and not coalesce(actor_person() = any (new.team), false) then
    raise exception 'case has no team' using errcode = '42501';
  end if;
  return new;
end
$$;

grant update (team, guests) on "case" to busbar_app;

drop policy read on case_message;
create policy read on case_message for select using (
  (not internal or (select actor_has('ANA', 'LEAD'))) and exists (select from "case" c where c.id = case_id and opens(c)));
drop policy write on case_message;
create policy write on case_message for insert with check (
  exists (select from "case" c where c.id = case_id and opens(c)) and case author
    when 'reporter' then case_id = (select actor_receipt()) and (select actor_person()) is null
    when 'member' then person_id = (select actor_person()) and (select actor_has('MEM', 'MAD'))
    else person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  end);

drop policy read on case_step;
create policy read on case_step for select using (exists (select from "case" c where c.id = case_id and opens(c)));
drop policy write on case_step;
create policy write on case_step for insert with check (
  person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

-- The key of a case. Its custodian is the CERT, and stays it when a member claims the case; who may use it, the case says.
alter table data_key add column case_id uuid unique references "case";
drop policy own on data_key;
create policy own on data_key using (
  case_id is null and owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD', 'ANA', 'LEAD')));
create policy "case" on data_key for select using (case_id is not null and exists (
  select from "case" c where c.id = case_id and (opens(c) or (select actor_person()) = any (c.guests))));
create policy make on data_key for insert with check (
  case_id is not null and purpose = 'case:' || case_id
  and exists (select from organisation o where o.id = owner_id and 'cert' = any (o.kinds))
  and exists (select from "case" c where c.id = case_id and opens(c)));
