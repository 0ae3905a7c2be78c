-- What people are told of the warnings of their plant, and what became of it for each of them.
-- Read with docs/handbook/warnings.md.

-- The next time after `since` at which a clock in `zone` shows this hour, on this day of the week (ISO 8601, 1 is Monday)
-- where one is given. An hour that a clock change leaves out comes when the change is over; one that it shows twice counts once.
create function next_at(since timestamptz, zone text, hour integer, weekday integer default null) returns timestamptz
language sql stable parallel safe as
$$
  select min(at) from (
    select (day + make_interval(hours => hour)) at time zone zone as at
    from generate_series(0, 8) as later, lateral (select (since at time zone zone)::date + later as day) as d
    where weekday is null or extract(isodow from day) = weekday) as times
  where at > since
$$;

-- How somebody wants to be told; the row of nobody is how it is for whoever of the organisation has not chosen.
create table alert_setting (
  owner_id          uuid not null references organisation,
  person_id         uuid references person,
  at_once           boolean not null,
  digest            text not null check (digest in ('daily', 'weekly', 'none')),
  hour              integer not null check (hour between 0 and 23),
  weekday           integer not null check (weekday between 1 and 7),
  zone              text not null check (next_at('2026-01-01', zone, 0) is not null),
  -- Of the organisation: after how long it is asked again, and who is asked when nobody answers.
  remind_hours      integer check (remind_hours between 1 and 168),
  second_contact_id uuid references person,
  unique nulls not distinct (owner_id, person_id),
  check ((person_id is null) = (remind_hours is not null)),
  check (person_id is null or second_contact_id is null)
);
create index on alert_setting (person_id) where person_id is not null;

-- What an organisation is told of one advisory: all its devices together.
create table alert (
  id              uuid primary key default gen_random_uuid(),
  owner_id        uuid not null references organisation,
  label           tlp not null default 'AMBER+STRICT',
  scope           scope not null default 'org',
  audience        uuid[] not null default '{}',
  advisory_id     uuid not null references advisory,
  urgency         text not null check (urgency in ('immediate', 'out-of-cycle', 'scheduled', 'defer')),
  -- Devices that are found until then join it. Afterwards it is told, and what is found later is another.
  ready_at        timestamptz not null,
  told_at         timestamptz,
  -- When it is asked whether somebody has acknowledged it; how often it was. Nothing when nobody is asked any more.
  remind_at       timestamptz,
  reminded        integer not null default 0,
  -- When the first channel reached somebody, the first person opened it, and the first said that he has it.
  reached_at      timestamptz,
  seen_at         timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by uuid references person,
  created_at      timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  check ((acknowledged_at is null) = (acknowledged_by is null)),
  unique (owner_id, id)
);
create unique index on alert (owner_id, advisory_id, urgency) where told_at is null;
create index on alert (ready_at) where told_at is null;
create index on alert (remind_at) where remind_at is not null;
create index on alert (owner_id, created_at desc, id desc);

-- Each piece of news of a match is told once, for ever: that it is there (or there again: since), and that it is this urgent.
create table alert_match (
  alert_id uuid not null,
  owner_id uuid not null,
  match_id uuid not null,
  since    timestamptz not null,
  urgency  text not null,
  primary key (alert_id, match_id),
  unique (match_id, since, urgency),
  foreign key (owner_id, alert_id) references alert (owner_id, id) on delete cascade,
  foreign key (owner_id, match_id) references match (owner_id, id) on delete cascade
);

-- One alert and one person, once.
create table alert_reader (
  alert_id        uuid not null,
  owner_id        uuid not null,
  person_id       uuid not null references person,
  state           text not null default 'queued' check (state in
    ('queued', 'sent', 'seen', 'acknowledged', 'bounced', 'keyExpired')),
  -- When it goes by mail, by itself or with others; nothing where it is only shown.
  send_at         timestamptz,
  digest          boolean not null,
  -- The mail that carried it.
  dispatch_id     uuid references dispatch,
  seen_at         timestamptz,
  acknowledged_at timestamptz,
  primary key (alert_id, person_id),
  check (state <> 'seen' or seen_at is not null),
  check (state <> 'acknowledged' or seen_at is not null and acknowledged_at is not null),
  foreign key (owner_id, alert_id) references alert (owner_id, id) on delete cascade
);
create index on alert_reader (owner_id, person_id);
create index on alert_reader (dispatch_id, person_id) where dispatch_id is not null;
create index on alert_reader (send_at) where dispatch_id is null and send_at is not null;

-- A date that comes and a date that has passed are each told once.
create table alert_due (
  match_id    uuid not null,
  owner_id    uuid not null,
  due         date not null,
  kind        text not null check (kind in ('soon', 'passed')),
  told_at     timestamptz not null default clock_timestamp(),
  primary key (match_id, due, kind),
  foreign key (owner_id, match_id) references match (owner_id, id) on delete cascade
);

-- A calendar of due dates, at an address that only its owner knows: of the address there is a hash.
create table alert_calendar (
  owner_id   uuid not null references organisation,
  person_id  uuid not null references person,
  token_hash bytea not null unique,
  -- Whether it names devices and advisories; whoever keeps the calendar reads them.
  names      boolean not null,
  created_at timestamptz not null default clock_timestamp(),
  read_at    timestamptz,
  primary key (owner_id, person_id)
);

alter table alert_setting enable row level security;
alter table alert_setting force row level security;
create policy read on alert_setting for select using (
  owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy own on alert_setting using (
  owner_id = (select actor_organisation()) and person_id = (select actor_person()));
create policy all_of_us on alert_setting using (
  owner_id = (select actor_organisation()) and person_id is null and (select actor_has('MAD', 'VEN', 'GOV')));
create policy due on alert_setting for select using ((select actor_is_founder()));

alter table alert enable row level security;
alter table alert force row level security;
create policy own on alert using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy due on alert for select using ((select actor_is_founder()));

alter table alert_match enable row level security;
alter table alert_match force row level security;
create policy own on alert_match using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

-- Only a person sees and acknowledges, and only for himself.
alter table alert_reader enable row level security;
alter table alert_reader force row level security;
create policy own on alert_reader using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
  with check (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD'))
    and (state not in ('seen', 'acknowledged') or person_id = (select actor_person())));
create policy due on alert_reader for select using ((select actor_is_founder()));

alter table alert_due enable row level security;
alter table alert_due force row level security;
create policy own on alert_due using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));
create policy due on alert_due for select using ((select actor_is_founder()));

alter table alert_calendar enable row level security;
alter table alert_calendar force row level security;
create policy own on alert_calendar using (
  owner_id = (select actor_organisation()) and person_id = (select actor_person()));
-- Whoever has the address: the program finds out whose it is.
create policy link on alert_calendar using ((select actor_is_founder()));

-- The program sees whose dates come, to have each organisation's own job tell of them.
create policy due on match for select using ((select actor_is_founder()) and due is not null);

-- A program of an organisation is told of its warnings when that was chosen.
alter table webhook add column warnings boolean not null default false;

grant select, insert, update, delete on alert_setting, alert_calendar to busbar_app;
grant select, insert, update (ready_at, told_at, remind_at, reminded, reached_at, seen_at, acknowledged_at, acknowledged_by)
  on alert to busbar_app;
grant select, insert on alert_match, alert_due to busbar_app;
grant select, insert, update (state, send_at, digest, dispatch_id, seen_at, acknowledged_at) on alert_reader to busbar_app;
