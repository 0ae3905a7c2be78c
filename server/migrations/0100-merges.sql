-- Two devices that a person says are one, and one that a person says are two.
--
-- What is merged keeps its facts, sightings and addresses under its own id, points at the device it is part of, and is
-- known again by them; the device shows what holds of all its parts. So a capture read later finds each part where it
-- belongs, and undoing a merge moves nothing.

alter table asset
  drop constraint asset_state_check,
  add merged_into uuid,
  add state_before text check (state_before in ('proposed', 'accepted', 'dismissed')),
  add check (state in ('proposed', 'accepted', 'dismissed', 'merged')),
  add check ((state = 'merged') = (merged_into is not null) and (state = 'merged') = (state_before is not null)),
  add check (merged_into <> id),
  add foreign key (owner_id, merged_into) references asset (owner_id, id);
create index on asset (merged_into) where merged_into is not null;

create table asset_merge (
  id        uuid primary key default gen_random_uuid(),
  owner_id  uuid not null references organisation,
  kept_id   uuid not null,
  part_id   uuid not null,
  -- What was part of it before: it comes along, and goes along when this is undone.
  along     uuid[] not null,
  person_id uuid references person,
  at        timestamptz not null default clock_timestamp(),
  undone_at timestamptz,
  unique (owner_id, id),
  foreign key (owner_id, kept_id) references asset (owner_id, id) on delete cascade,
  foreign key (owner_id, part_id) references asset (owner_id, id) on delete cascade
);
create index on asset_merge (kept_id);
create index on asset_merge (part_id);

-- Which value holds, where whoever merged chose another than the rule would; gone when the merge is undone.
alter table asset_fact add merge_id uuid;
alter table asset_fact add foreign key (owner_id, merge_id) references asset_merge (owner_id, id) on delete cascade;
create index on asset_fact (merge_id) where merge_id is not null;

-- What a capture shows of one device is another: remembered for when the capture is read again.
create table asset_split (
  owner_id   uuid not null references organisation,
  capture_id uuid not null,
  from_id    uuid not null,
  to_id      uuid not null,
  primary key (owner_id, capture_id, from_id),
  foreign key (owner_id, from_id) references asset (owner_id, id) on delete cascade,
  foreign key (owner_id, to_id) references asset (owner_id, id) on delete cascade
);
create index on asset_split (from_id);
create index on asset_split (to_id);

-- Two that look alike and are two: nobody is asked again.
create table asset_apart (
  owner_id  uuid not null references organisation,
  one_id    uuid not null,
  other_id  uuid not null,
  person_id uuid references person,
  at        timestamptz not null default clock_timestamp(),
  primary key (owner_id, one_id, other_id),
  check (one_id < other_id),
  foreign key (owner_id, one_id) references asset (owner_id, id) on delete cascade,
  foreign key (owner_id, other_id) references asset (owner_id, id) on delete cascade
);
create index on asset_apart (other_id);

alter table asset_merge enable row level security;
alter table asset_merge force row level security;
create policy own on asset_merge using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table asset_split enable row level security;
alter table asset_split force row level security;
create policy own on asset_split using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table asset_apart enable row level security;
alter table asset_apart force row level security;
create policy own on asset_apart using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update (undone_at) on asset_merge to busbar_app;
grant select, insert on asset_split, asset_apart to busbar_app;
