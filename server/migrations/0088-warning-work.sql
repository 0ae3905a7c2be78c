-- What people do about warnings: what they chose, what became of it, and what was known when.

-- What is said of a whole site, where nothing is said of the zone a device stands in; null where nobody said.
alter table site
  add exposure      text check (exposure in ('small', 'controlled', 'open')),
  add safety_impact text check (safety_impact in ('negligible', 'marginal', 'critical', 'catastrophic'));

alter table match
  -- The version of the advisory that it was compared with last.
  add version text not null default '',
  -- The last day on which the risk is accepted; then it is to be looked at again.
  add accepted_until date check (accepted_until is null or state in ('riskAccepted', 'ended'));
create index on match (owner_id, accepted_until) where accepted_until is not null;

-- What people chose to do, in the words of the advisory as they read them.
create table match_measure (
  owner_id  uuid not null,
  match_id  uuid not null,
  -- A hash of kind and text: the same words of a later version are the same measure.
  key       text not null check (length(key) = 22),
  kind      text not null,
  text      text not null,
  chosen_by uuid references person,
  chosen_at timestamptz not null default clock_timestamp(),
  done_by   uuid references person,
  done_at   timestamptz,
  primary key (match_id, key),
  check ((done_by is null) = (done_at is null)),
  foreign key (owner_id, match_id) references match (owner_id, id) on delete cascade
);

-- Each step says what stood then, so that nobody has to work out afterwards what was known.
alter table match_step
  add what      text not null default 'state' check (what in ('state', 'decision', 'plan', 'measure')),
  add urgency   text,
  add certainty text,
  add version   text,
  add details   jsonb,
  -- What to go back to, should whoever did it take it back.
  add before    jsonb,
  -- Steps of one click; whoever clicked may take them back together.
  add move_id   uuid;
create index on match_step (owner_id, move_id) where move_id is not null;
create index on match_step (owner_id, at, id);

alter table match_measure enable row level security;
alter table match_measure force row level security;
create policy own on match_measure using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update, delete on match_measure to busbar_app;
