-- An administrator reads no case. When something must be looked at all the same, he asks for one, for a reason and some
-- hours, and a lead lets him in: another person. Its owner is told, and every line he leaves in the ledger has the reason.

create table break_glass (
  id           uuid primary key default gen_random_uuid(),
  case_id      uuid not null references "case",
  state        text not null default 'asked' check (state in ('asked', 'refused', 'approved', 'ended')),
  -- Read by the owner, and kept in the ledger.
  reason       text not null check (reason <> '' and length(reason) <= 500),
  hours        integer not null check (hours between 1 and 24),
  asked_by     uuid not null references person,
  asker_name   text not null,
  asked_at     timestamptz not null default clock_timestamp(),
  decided_by   uuid references person,
  decider_name text,
  decided_at   timestamptz,
  until        timestamptz,
  ended_by     uuid references person,
  ender_name   text,
  ended_at     timestamptz,
  check (decided_by <> asked_by),
  check ((state = 'asked') = (decided_by is null)),
  check ((state in ('approved', 'ended')) = (until is not null)),
  check (until <= decided_at + make_interval(hours => hours)),
  check ((state = 'ended') = (ended_by is not null))
);
create index on break_glass (case_id, asked_at);
create index on break_glass (asked_by, until) where state = 'approved';
create unique index on break_glass (case_id, asked_by) where state = 'asked';

create function break_glass_moves() returns trigger language plpgsql as $$
begin
  if (new.id, new.case_id, new.reason, new.hours, new.asked_by, new.asker_name, new.asked_at)
      is distinct from (old.id, old.case_id, old.reason, old.hours, old.asked_by, old.asker_name, old.asked_at)
    or not coalesce(case old.state || ' ' || new.state
      when 'asked refused' then new.decided_by = actor_person() and actor_has('LEAD')
      when 'asked approved' then new.decided_by = actor_person() and actor_has('LEAD')
      when 'approved ended' then new.ended_by = actor_person() and (actor_has('LEAD') or old.asked_by = actor_person())
        and (new.decided_by, new.until) = (old.decided_by, old.until)
    end, false) then
    raise exception 'break-glass is not open for this' using errcode = '42501';
  end if;
  -- The clock is the database's.
  if new.state = 'approved' then
    new.decided_at := clock_timestamp();
    new.until := new.decided_at + make_interval(hours => new.hours);
  end if;
  return new;
end
$$;
create trigger moves before update on break_glass for each row execute function break_glass_moves();

-- Has the actor broken the glass of this case? It ends at its hour, inside a transaction, too.
create function breaks_glass(looked_into uuid) returns boolean language sql stable parallel safe as
$$
  select case when actor_has('ADM') then exists (
    select from break_glass b where b.case_id = looked_into and b.asked_by = actor_person() and b.state = 'approved'
      and b.until > clock_timestamp())
  else false end
$$;

create or replace function opens(c "case") returns boolean language sql stable parallel safe as
$$
  select coalesce(c.id = actor_receipt()
    or (c.owner_id = actor_organisation() and actor_has('MEM', 'MAD'))
    or (actor_has('ANA', 'LEAD') and (actor_person() = any (c.team) or c.state = 'received')), false)
    or breaks_glass(c.id)
$$;
create policy break_glass on "case" for select using (breaks_glass(id));

-- It asks no policy of the case, which asks it.
alter table break_glass enable row level security;
alter table break_glass force row level security;
create policy read on break_glass for select using (
  asked_by = (select actor_person()) or (select actor_has('LEAD') or actor_is_founder()));
create policy ask on break_glass for insert with check (
  state = 'asked' and asked_by = (select actor_person()) and (select actor_has('ADM'))
  and decided_by is null and until is null and ended_by is null);
create policy change on break_glass for update using (
  asked_by = (select actor_person()) or (select actor_has('LEAD')));
grant select, insert, update (state, decided_by, decider_name, decided_at, until, ended_by, ender_name, ended_at)
  on break_glass to busbar_app;

-- Whatever an administrator does while he may look into a case carries the reason: no part of the program can forget it.
-- Before `seal`, which hashes the line.
create function audit_break_glass() returns trigger language plpgsql as $$
declare
  b break_glass;
begin
  if actor_has('ADM') then
    select * into b from break_glass g where g.asked_by = actor_person() and g.state = 'approved' and g.until > clock_timestamp()
      order by g.case_id = new.object_id desc nulls last limit 1;
    if found then
      new.reason := coalesce(new.reason, b.reason);
      new.details := new.details || jsonb_build_object('breakGlass', b.id);
    end if;
  end if;
  return new;
end
$$;
create trigger break_glass before insert on audit_event for each row execute function audit_break_glass();
