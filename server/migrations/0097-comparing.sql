-- How far the devices of a plant have been compared with the library, so that only what is new since has to be: every
-- pair of a device and an advisory is as `edition` has it, unless the device is due.
create table comparison (
  owner_id   uuid primary key references organisation,
  edition    bigint not null,
  -- By which rules of the engine.
  rules      integer not null,
  -- The advisories that are not for everybody and were for this plant: that one became so changes no edition.
  restricted uuid[] not null
);

-- Devices to be compared with the whole library: many came at once, or the rules are new.
create table comparison_due (
  owner_id uuid not null,
  asset_id uuid not null,
  primary key (owner_id, asset_id),
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete cascade
);

alter table comparison enable row level security;
alter table comparison force row level security;
create policy own on comparison using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

alter table comparison_due enable row level security;
alter table comparison_due force row level security;
create policy own on comparison_due using (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')));

grant select, insert, update on comparison to busbar_app;
grant select, insert, delete on comparison_due to busbar_app;
