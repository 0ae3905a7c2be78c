-- How long what is in a case is kept, what keeps it longer, and how it is destroyed: by destroying its key. What stays is
-- that there was a case, its ledger, the hashes of its files, and a tombstone that says by which rule it went.

-- The schedule: how long after its end, and which class a case has when nobody says otherwise.
create table retention_class (
  name   text primary key check (name in ('brief', 'usual', 'long', 'lasting')),
  months integer not null check (months between 1 and 600)
);
insert into retention_class values ('brief', 3), ('usual', 24), ('long', 60), ('lasting', 120);

create table retention_default (
  kind  text not null,
  state text not null check (state in ('closed', 'rejected', 'duplicate')),
  class text not null references retention_class,
  primary key (kind, state)
);
insert into retention_default
  select kind, state, case
    when state <> 'closed' then 'brief'
    when kind in ('vulnerability', 'assessment') then 'long'
    else 'usual'
  end
  from unnest(array['incident', 'vulnerability', 'assessment', 'scan', 'analysis', 'consultation']) as k (kind),
    unnest(array['closed', 'rejected', 'duplicate']) as s (state);

create table case_retention (
  case_id      uuid primary key references "case",
  class        text not null references retention_class,
  -- Those of the class when the case got it: a change of the schedule moves no date that people were told.
  months       integer not null,
  -- Why another class than the usual one; sealed like everything people write.
  sealed       bytea check (length(sealed) > 28),
  chosen_by    uuid references person,
  chooser_name text,
  -- What may be published of it, as whoever it belongs to answered when it ended. Consent is asked for besides.
  lesson       boolean,
  named        boolean,
  answered_by  text check (answered_by in ('member', 'reporter')),
  answered_at  timestamptz,
  -- UTC, both.
  ended_on     date,
  purge_on     date generated always as ((ended_on + make_interval(months => months))::date) stored,
  -- When its owner was told that it is going to be destroyed. A clock that runs ahead destroys nothing at once.
  announced_at timestamptz,
  purged_at    timestamptz,
  -- What the ledger has the SHA-256 of.
  tombstone    jsonb,
  check ((purged_at is null) = (tombstone is null)),
  check ((lesson is null) = (answered_at is null) and (named is null) = (answered_at is null))
);
create index on case_retention (purge_on) where purged_at is null;

create table case_hold (
  id            uuid primary key,
  case_id       uuid not null references "case",
  -- Whose it is: each side lifts its own alone.
  side          text not null check (side in ('owner', 'cert')),
  state         text not null check (state in ('proposed', 'placed', 'refused', 'lifted')),
  sealed        bytea not null check (length(sealed) > 28),
  asked_by      uuid not null references person,
  asker_name    text not null,
  asked_at      timestamptz not null default clock_timestamp(),
  decided_by    uuid references person,
  decider_name  text,
  decided_at    timestamptz,
  ended_by      uuid references person,
  ender_name    text,
  ended_at      timestamptz,
  check ((state = 'proposed') = (decided_at is null)),
  check ((state = 'lifted') = (ended_at is not null))
);
create index on case_hold (case_id, asked_at);
create unique index on case_hold (case_id, side) where state in ('proposed', 'placed');

-- Destroying before its time takes three people: who asks, who approves, and an administrator who does it.
create table case_purge (
  id            uuid primary key default gen_random_uuid(),
  case_id       uuid not null references "case",
  side          text not null check (side in ('owner', 'cert')),
  state         text not null check (state in ('asked', 'refused', 'withdrawn', 'approved', 'executed')),
  -- Stays in the tombstone.
  reason        text not null check (reason <> '' and length(reason) <= 500),
  asked_by      uuid not null references person,
  asker_name    text not null,
  asked_at      timestamptz not null default clock_timestamp(),
  decided_by    uuid references person,
  decided_side  text check (decided_side in ('owner', 'cert')),
  decider_name  text,
  decided_at    timestamptz,
  executed_by   uuid references person,
  executor_name text,
  executed_at   timestamptz,
  check (state not in ('approved', 'executed') or decided_by <> asked_by),
  check (executed_by <> asked_by and executed_by <> decided_by),
  check ((state = 'executed') = (executed_by is not null))
);
create index on case_purge (case_id, asked_at);
create unique index on case_purge (case_id) where state in ('asked', 'approved');

-- Two sides speak for a case: whoever it belongs to, and the CERT's people on its team.
create function speaks_for(c "case", side text) returns boolean language sql stable parallel safe as
$$
  select opens(c) and case side
    when 'owner' then c.owner_id = actor_organisation() and actor_has('MEM', 'MAD')
    else actor_has('ANA', 'LEAD')
  end
$$;

-- … and decide for it (matrix: legal hold / purge approval).
create function decides_for(c "case", side text) returns boolean language sql stable parallel safe as
$$ select speaks_for(c, side) and actor_has(case side when 'owner' then 'MAD' else 'LEAD' end) $$;

-- What belongs to a member is not destroyed early unless its own people asked for it or approve it.
create function approves_purge(c "case", asked_side text) returns boolean language sql stable parallel safe as
$$
  select decides_for(c, 'owner')
    or decides_for(c, 'cert') and (asked_side = 'owner' or c.claimed_at is null and c.reporter <> 'member')
$$;

-- Nothing is destroyed that somebody holds, or wants held; nothing by its date that was not announced a week before.
create function may_purge(r case_retention) returns boolean language sql stable as
$$
  select r.purged_at is null and r.ended_on is not null
    and not exists (select from case_hold h where h.case_id = r.case_id and h.state in ('proposed', 'placed'))
    and (coalesce(r.purge_on <= (clock_timestamp() at time zone 'UTC')::date
        and r.announced_at <= clock_timestamp() - interval '7 days', false)
      or exists (select from case_purge p where p.case_id = r.case_id and p.state = 'executed'))
$$;

-- The clock begins when a case ends, whoever ends it, and stops when it goes on.
create function case_ends() returns trigger language plpgsql as $$
begin
  if new.state in ('closed', 'rejected', 'duplicate') then
    insert into case_retention (case_id, class, months, ended_on)
    select new.id, d.class, k.months, (clock_timestamp() at time zone 'UTC')::date
    from retention_default d join retention_class k on k.name = d.class where d.kind = new.kind and d.state = new.state
    on conflict (case_id) do update set ended_on = excluded.ended_on,
      class = case when case_retention.chosen_by is null then excluded.class else case_retention.class end,
      months = case when case_retention.chosen_by is null then excluded.months else case_retention.months end;
  elsif old.state in ('closed', 'rejected', 'duplicate') then
    update case_retention set ended_on = null where case_id = new.id;
  end if;
  return null;
end
$$;
create trigger ends after update of state on "case" for each row when (new.state <> old.state)
  execute function case_ends();

create function case_retention_changes() returns trigger language plpgsql as $$
declare
  c "case";
  today constant date := clock_timestamp() at time zone 'UTC';
  decides boolean;
begin
  if tg_op = 'INSERT' then
    -- Compared with a row that says nothing yet.
    old := new;
    old.ended_on := null; old.announced_at := null; old.purged_at := null; old.tombstone := null;
    old.chosen_by := null; old.sealed := null; old.lesson := null; old.named := null; old.answered_by := null;
    old.class := null;
  end if;
  if old.purged_at is not null or new.case_id <> old.case_id then
    raise exception 'a tombstone is not changed' using errcode = '42501';
  end if;
  if actor_is_founder() then
    if new.purged_at is not null and not may_purge(old) then
      raise exception 'not to be purged' using errcode = '42501';
    end if;
    return new;
  end if;
  select * into c from "case" where id = new.case_id;
  decides := decides_for(c, 'owner') or decides_for(c, 'cert');
  if new.ended_on is distinct from old.ended_on and new.ended_on is distinct from
      (case when c.state in ('closed', 'rejected', 'duplicate') then today end)
    -- Months are those of the class; the class is chosen by whoever decides, or that of the schedule as long as nobody chose.
    or (new.class, new.months) is distinct from (old.class, old.months) and (
      new.months <> (select months from retention_class where name = new.class)
      or not (decides and new.chosen_by = actor_person()) and (new.chosen_by is not null or not exists (
        select from retention_default d where d.kind = c.kind and d.class = new.class
          and d.state = case when c.state in ('closed', 'rejected', 'duplicate') then c.state else 'closed' end)))
    or (new.chosen_by, new.sealed) is distinct from (old.chosen_by, old.sealed)
      and not (decides and new.chosen_by = actor_person())
    or (new.announced_at, new.purged_at) is distinct from (old.announced_at, old.purged_at)
    or (new.lesson, new.named, new.answered_by) is distinct from (old.lesson, old.named, old.answered_by)
      and not coalesce(case new.answered_by
        when 'member' then decides_for(c, 'owner')
        when 'reporter' then c.id = actor_receipt() and c.claimed_at is null and c.reporter <> 'member'
      end, false) then
    raise exception 'retention is not open for this' using errcode = '42501';
  end if;
  -- Another date is announced anew.
  if (new.ended_on, new.months) is distinct from (old.ended_on, old.months) then
    new.announced_at := null;
  end if;
  return new;
end
$$;
create trigger changes before insert or update on case_retention for each row execute function case_retention_changes();

-- A tombstone stands on a key that is gone; asked at the end of the transaction, which is whole or not at all.
create function tombstone_stands() returns trigger language plpgsql as $$
begin
  if exists (select from data_key k where k.case_id = new.case_id) then
    raise exception 'tombstone over a key that is there';
  end if;
  return null;
end
$$;
create constraint trigger stands after update on case_retention deferrable initially deferred
  for each row when (new.purged_at is not null and old.purged_at is null) execute function tombstone_stands();

create function case_hold_moves() returns trigger language plpgsql as $$
declare
  c "case";
begin
  select * into c from "case" where id = new.case_id;
  if (new.id, new.case_id, new.side, new.sealed, new.asked_by, new.asked_at)
      is distinct from (old.id, old.case_id, old.side, old.sealed, old.asked_by, old.asked_at)
    or not (case old.state || ' ' || new.state
      when 'proposed placed' then new.decided_by = actor_person()
      when 'proposed refused' then new.decided_by = actor_person()
      when 'placed lifted' then new.ended_by = actor_person() and new.decided_by = old.decided_by
      else false end)
    or not coalesce(decides_for(c, old.side), false) then
    raise exception 'hold is not open for this' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger moves before update on case_hold for each row execute function case_hold_moves();

create function case_purge_moves() returns trigger language plpgsql as $$
declare
  c "case";
begin
  select * into c from "case" where id = new.case_id;
  if (new.id, new.case_id, new.side, new.reason, new.asked_by, new.asked_at)
      is distinct from (old.id, old.case_id, old.side, old.reason, old.asked_by, old.asked_at)
    or not coalesce(case old.state || ' ' || new.state
      when 'asked withdrawn' then old.asked_by = actor_person()
      when 'approved withdrawn' then old.asked_by = actor_person() or approves_purge(c, old.side)
      when 'asked refused' then new.decided_by = actor_person() and approves_purge(c, old.side)
      when 'asked approved' then new.decided_by = actor_person() and approves_purge(c, old.side)
      when 'approved executed' then new.executed_by = actor_person() and actor_has('ADM')
        and new.decided_by = old.decided_by
    end, false) then
    raise exception 'purge is not open for this' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger moves before update on case_purge for each row execute function case_purge_moves();

-- The program finds out whose time has come. What is in a case it cannot read.
create policy retention on "case" for select using ((select actor_is_founder()));

alter table retention_class enable row level security;
alter table retention_class force row level security;
create policy read on retention_class for select using (
  (select actor_reads_content() or actor_has('RCP', 'ADM') or actor_is_founder()));
alter table retention_default enable row level security;
alter table retention_default force row level security;
create policy read on retention_default for select using (
  (select actor_reads_content() or actor_has('RCP', 'ADM') or actor_is_founder()));

alter table case_retention enable row level security;
alter table case_retention force row level security;
create policy read on case_retention for select using (exists (select from "case" c where c.id = case_id));
create policy add on case_retention for insert with check (exists (
  select from "case" c where c.id = case_id and opens(c)));
create policy change on case_retention for update using (exists (
  select from "case" c where c.id = case_id and (opens(c) or (select actor_is_founder()))));

alter table case_hold enable row level security;
alter table case_hold force row level security;
create policy read on case_hold for select using (exists (
  select from "case" c where c.id = case_id and (opens(c) or (select actor_has('LEAD') or actor_is_founder()))));
create policy add on case_hold for insert with check (
  asked_by = (select actor_person()) and ended_by is null and exists (
    select from "case" c where c.id = case_id and case case_hold.state
      when 'proposed' then speaks_for(c, side) and decided_by is null
      when 'placed' then decides_for(c, side) and decided_by = (select actor_person())
      else false end));
create policy change on case_hold for update using (exists (
  select from "case" c where c.id = case_id and decides_for(c, side)));

alter table case_purge enable row level security;
alter table case_purge force row level security;
create policy read on case_purge for select using (
  (state in ('approved', 'executed') and (select actor_has('ADM'))) or exists (
    select from "case" c where c.id = case_id and (opens(c) or (select actor_has('LEAD') or actor_is_founder()))));
create policy ask on case_purge for insert with check (
  state = 'asked' and asked_by = (select actor_person()) and decided_by is null and executed_by is null
  and exists (select from "case" c where c.id = case_id and speaks_for(c, side))
  and exists (select from case_retention r where r.case_id = case_purge.case_id and r.ended_on is not null and r.purged_at is null));
create policy change on case_purge for update using ((select actor_has('ADM')) or exists (
  select from "case" c where c.id = case_id and (speaks_for(c, 'owner') or speaks_for(c, 'cert'))));

-- The one way in which the key of a case goes: with its tombstone.
create policy purge on data_key for delete using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = data_key.case_id and r.purged_at is not null));
create policy purge_finds on data_key for select using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = data_key.case_id and r.purged_at is not null));

grant select on retention_class, retention_default to busbar_app;
grant select, insert on case_retention, case_hold, case_purge to busbar_app;
grant update (class, months, sealed, chosen_by, chooser_name, lesson, named, answered_by, answered_at, ended_on,
  announced_at, purged_at, tombstone) on case_retention to busbar_app;
grant update (state, decided_by, decider_name, decided_at, ended_by, ender_name, ended_at) on case_hold to busbar_app;
grant update (state, decided_by, decided_side, decider_name, decided_at, executed_by, executor_name, executed_at)
  on case_purge to busbar_app;

-- Cases that ended before there was a schedule: from the day that they ended.
alter table "case" no force row level security;
alter table case_retention no force row level security;
alter table case_retention disable trigger changes;
insert into case_retention (case_id, class, months, ended_on)
  select c.id, d.class, k.months, (c.since at time zone 'UTC')::date
  from "case" c join retention_default d on d.kind = c.kind and d.state = c.state join retention_class k on k.name = d.class;
alter table case_retention enable trigger changes;
alter table case_retention force row level security;
alter table "case" force row level security;
