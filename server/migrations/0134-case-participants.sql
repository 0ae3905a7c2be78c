-- Who from outside takes part in a case, on which terms, and what is said with whom. A guest never reads what is in the
-- case: he reads the threads that name him, as the person and for the organisation that accepted the terms.

create table case_participant (
  id                uuid primary key,
  case_id           uuid not null references "case",
  -- How he cites it. Random: it tells nothing of the case, nor of how many there are.
  ref               text not null unique,
  role              text not null check (role in ('reporter', 'vendor', 'expert', 'authority')),
  -- {name, home, note}: whom, for whom he speaks, and what he reads before he accepts. Under the key of the case.
  sealed            bytea not null check (length(sealed) > 28),
  -- Where his invitation is mailed to, until the case is purged. As whom he takes part, he says when he accepts.
  email             text check (email = lower(email) and length(email) <= 254),
  language          text not null check (language in ('en', 'ru', 'zh')),
  person_id         uuid references person,
  organisation_id   uuid references organisation,
  state             text not null check (state in
    ('proposed', 'refused', 'invited', 'declined', 'accepted', 'left', 'removed')),
  -- What he was asked to agree to, word for word, and what he is told of the case before he does.
  terms             text not null,
  about             jsonb not null,
  invited_by        uuid not null references person,
  inviter_name      text not null,
  decided_by        uuid references person,
  reason            bytea check (length(reason) > 28),
  created_at        timestamptz not null default clock_timestamp(),
  answered_at       timestamptz,
  ended_at          timestamptz,
  check (decided_by <> invited_by),
  check ((state in ('accepted', 'left')) <= (person_id is not null and organisation_id is not null)),
  unique (case_id, id)
);
create unique index on case_participant (case_id, email) where state in ('proposed', 'invited', 'accepted');
create index on case_participant (person_id, organisation_id) where state = 'accepted';

-- Said among the team and those named here; beside them by the people of the owner where it says so.
create table case_thread (
  id           uuid primary key,
  case_id      uuid not null references "case",
  -- Its title, under the key of the case.
  sealed       bytea not null check (length(sealed) > 28),
  owner_reads  boolean not null,
  participants uuid[] not null,
  opened_by    uuid not null references person,
  opener_name  text not null,
  at           timestamptz not null default clock_timestamp(),
  unique (case_id, id)
);
create index on case_thread (case_id, at);

-- A message without a thread is between the reporter, the owner and the team.
alter table case_message
  add column thread_id uuid,
  add foreign key (case_id, thread_id) references case_thread (case_id, id),
  drop constraint case_message_author_check,
  add check (author in ('reporter', 'member', 'cert', 'guest')),
  add check (author <> 'guest' or thread_id is not null),
  add check (author <> 'reporter' or thread_id is null),
  add check (not internal or thread_id is null);
create index on case_message (thread_id, at desc) where thread_id is not null;

-- Up to when a person has read a thread; that of the case itself goes by the id of the case.
create table case_seen (
  person_id uuid not null references person,
  thread    uuid not null,
  case_id   uuid not null references "case",
  until     timestamptz not null,
  primary key (person_id, thread)
);

create function is_actor(p case_participant) returns boolean language sql stable parallel safe as
$$ select p.state = 'accepted' and p.person_id = actor_person() and p.organisation_id = actor_organisation() $$;

-- May the actor say who from outside takes part in it? He is of its team, or authorises for its owner.
create function hosts(c "case") returns boolean language sql stable parallel safe as
$$ select opens(c) and (actor_has('ANA', 'LEAD') or (actor_has('MAD') and c.owner_id = actor_organisation())) $$;

-- … and without asking anybody?
create function hosts_alone(c "case") returns boolean language sql stable parallel safe as
$$ select opens(c) and (actor_has('LEAD') or (actor_has('MAD') and c.owner_id = actor_organisation())) $$;

alter table case_participant enable row level security;
alter table case_participant force row level security;
create policy room on case_participant for select using (
  (select actor_person()) is not null and exists (select from "case" c where c.id = case_id and opens(c)));
-- His own part, also when it is over; what it opened is asked by is_actor.
create policy mine on case_participant for select using (
  person_id = (select actor_person()) and organisation_id = (select actor_organisation()));
create policy program on case_participant for select using ((select actor_is_founder()));
-- The program, sending the mail that invites.
create policy post on case_participant for select using (
  state = 'invited' and (select actor_has('LEAD') and actor_person() is null));
create policy add on case_participant for insert with check (
  invited_by = (select actor_person()) and person_id is null and decided_by is null and (
    state = 'invited' and exists (select from "case" c where c.id = case_id and hosts_alone(c))
    or state = 'proposed' and exists (
      select from "case" c where c.id = case_id and (opens(c) or (select actor_person()) = any (c.guests)))));
create policy decide on case_participant for update using (
  exists (select from "case" c where c.id = case_id and hosts(c)));
create policy leave on case_participant for update using (is_actor(case_participant)) with check (
  state = 'left' and person_id = (select actor_person()));
-- Whoever holds the link that was mailed to the address.
create policy link on case_participant for update using ((select actor_is_founder()) and state = 'invited')
  with check ((select actor_is_founder()) and state in ('accepted', 'declined'));

create policy purge on case_participant for update using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = case_participant.case_id and r.purged_at is not null));
-- The program shows an invitation to whoever holds its link, and opens nothing else with the key.
create policy invitation on data_key for select using ((select actor_is_founder()) and exists (
  select from case_participant p where p.case_id = data_key.case_id and p.state in ('invited', 'accepted', 'declined')));

create function case_participant_moves() returns trigger language plpgsql as $$
declare
  moved constant text := old.state || ' ' || new.state;
  given constant text[] := array['person_id', 'organisation_id', 'state', 'decided_by', 'reason', 'answered_at', 'ended_at'];
begin
  -- His address goes with the key of the case.
  if actor_is_founder() and new.email is null and to_jsonb(new) - 'email' = to_jsonb(old) - 'email'
    and exists (select from case_retention r where r.case_id = new.case_id and r.purged_at is not null) then
    return new;
  end if;
  if to_jsonb(new) - given is distinct from to_jsonb(old) - given
    or new.decided_by is distinct from old.decided_by and moved not in ('proposed invited', 'proposed refused')
    or (new.person_id, new.organisation_id) is distinct from (old.person_id, old.organisation_id) and moved <> 'invited accepted'
    or not coalesce(case moved
      when 'proposed invited' then new.decided_by = actor_person()
        and exists (select from "case" c where c.id = new.case_id and hosts_alone(c))
      when 'proposed refused' then new.decided_by = actor_person()
        and exists (select from "case" c where c.id = new.case_id and hosts_alone(c))
      when 'invited accepted' then actor_is_founder()
      when 'invited declined' then actor_is_founder()
      when 'accepted left' then is_actor(old)
      when 'proposed removed' then exists (select from "case" c where c.id = new.case_id and hosts(c))
      when 'invited removed' then exists (select from "case" c where c.id = new.case_id and hosts(c))
      when 'accepted removed' then exists (select from "case" c where c.id = new.case_id and hosts(c))
    end, false) then
    raise exception 'participant is not open for this' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger moves before update on case_participant for each row execute function case_participant_moves();

alter table case_thread enable row level security;
alter table case_thread force row level security;
create policy read on case_thread for select using (
  exists (select from "case" c where c.id = case_id and opens(c)
    and ((select actor_has('ANA', 'LEAD')) or owner_reads and (select actor_person()) is not null))
  or exists (select from case_participant p where p.id = any (participants) and is_actor(p)));
create policy add on case_thread for insert with check (
  opened_by = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c))
  and (select count(*) from case_participant p where p.case_id = case_thread.case_id and p.id = any (participants)
    and p.state in ('invited', 'accepted')) = cardinality(participants));

drop policy read on case_message;
create policy read on case_message for select using (case when thread_id is null
  then (not internal or (select actor_has('ANA', 'LEAD'))) and exists (select from "case" c where c.id = case_id and opens(c))
  else exists (select from case_thread t where t.id = thread_id) end);
drop policy write on case_message;
create policy write on case_message for insert with check (
  case when thread_id is null
    then exists (select from "case" c where c.id = case_id and opens(c))
    else exists (select from case_thread t where t.id = thread_id) end
  and case author
    when 'reporter' then case_id = (select actor_receipt()) and (select actor_person()) is null
    when 'member' then person_id = (select actor_person()) and (select actor_has('MEM', 'MAD'))
      and exists (select from "case" c where c.id = case_id and opens(c))
    when 'guest' then person_id = (select actor_person()) and exists (
      select from case_thread t join case_participant p on p.id = any (t.participants)
      where t.id = thread_id and is_actor(p))
    else person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
      and exists (select from "case" c where c.id = case_id and opens(c))
  end);

alter table case_seen enable row level security;
alter table case_seen force row level security;
create policy own on case_seen using (person_id = (select actor_person()))
  with check (person_id = (select actor_person()) and exists (select from "case" c where c.id = case_id));

-- Who is a guest of a case follows from who accepted, and from nothing that anybody says.
create policy program_counts_guests on "case" for update using ((select actor_is_founder()));

-- Who takes a case from the desk is of its team; who is not of the team changes nothing but that, and only as a lead. One
-- of the team brings in colleagues of the CERT, and leaves when another stays.
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

-- How long a case is kept is no guest's to know.
drop policy read on case_retention;
create policy read on case_retention for select using (exists (
  select from "case" c where c.id = case_id and (opens(c) or (select actor_has('LEAD', 'ADM') or actor_is_founder()))));

grant select, insert, update (state, person_id, organisation_id, decided_by, reason, answered_at, ended_at, email)
  on case_participant to busbar_app;
grant select, insert on case_thread to busbar_app;
grant select, insert, update (until), delete on case_seen to busbar_app;
