-- What came in and what became of it. One list a CERT; two people at once do not get the same item.

create table radar_item (
  id          uuid primary key default gen_random_uuid(),
  owner_id    uuid not null references organisation,
  label       tlp not null,
  scope       scope not null,
  audience    uuid[] not null default '{}',
  document_id uuid not null,
  kind        text not null check (kind in ('advisory', 'record')),
  cause       text not null check (cause in ('added', 'changed', 'contradicts')),
  publisher   text not null,
  tracking_id text not null,
  version     text not null,
  title       text not null,
  summary     text not null default '',
  url         text,
  severity    text not null check (severity in ('none', 'low', 'medium', 'high', 'critical', 'unknown')),
  score       real,
  exploited   boolean not null default false,
  search      text not null,
  -- What contradicts, is exploited or is severe first.
  rank        integer not null,
  state       text not null default 'new' check (state in ('new', 'later', 'attached', 'publishing', 'dropped')),
  reason      text,
  decided_by  uuid references person,
  decided_at  timestamptz,
  until       timestamptz,
  attached_id uuid,
  held_by     uuid references person,
  held_until  timestamptz,
  at          timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  unique (owner_id, document_id),
  unique (owner_id, id),
  foreign key (owner_id, attached_id) references vulnerability (owner_id, id)
);
create index on radar_item (owner_id, state, rank, at desc, id);
create index on radar_item (owner_id, rank, at desc, id) where state in ('new', 'later');
-- Counting by state reads nothing else.
create index on radar_item (owner_id, state) include (until, label, scope, audience);

create table radar_step (
  id        bigint generated always as identity primary key,
  owner_id  uuid not null,
  item_id   uuid not null,
  state     text not null,
  reason    text,
  person_id uuid references person,
  at        timestamptz not null default clock_timestamp(),
  foreign key (owner_id, item_id) references radar_item (owner_id, id)
);
create index on radar_step (item_id, id);

alter table radar_item enable row level security;
alter table radar_item force row level security;
create policy own on radar_item using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and (scope = 'public' or may_see(owner_id, label, scope, audience)));

alter table radar_step enable row level security;
alter table radar_step force row level security;
create policy own on radar_step using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from radar_item i where i.id = radar_step.item_id));

grant select, insert, update on radar_item to busbar_app;
grant select, insert on radar_step to busbar_app;
