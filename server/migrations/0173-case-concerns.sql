-- What a case is about in a plant: a site or a device of the organisation that it belongs to, or a name in words where no
-- inventory tells of it, or none that may be read.
create table case_concern (
  id          uuid primary key,
  case_id     uuid not null references "case",
  kind        text not null check (kind in ('site', 'device', 'words')),
  -- Whose inventory it stands in. What is removed from that stays named here, as it was called.
  owner_id    uuid references organisation,
  site_id     uuid,
  asset_id    uuid,
  -- As it was called when it was named, under the key of the case: who reads the case and not the inventory reads this.
  sealed      bytea not null,
  person_id   uuid not null references person,
  person_name text not null,
  added_as    text not null check (added_as in ('member', 'cert')),
  at          timestamptz not null default clock_timestamp(),
  check ((kind = 'words') = (owner_id is null)),
  check (site_id is null or kind = 'site'),
  check (asset_id is null or kind = 'device'),
  foreign key (owner_id, site_id) references site (owner_id, id) on delete set null (site_id),
  foreign key (owner_id, asset_id) references asset (owner_id, id) on delete set null (asset_id),
  unique (case_id, site_id),
  unique (case_id, asset_id)
);
create index on case_concern (owner_id, site_id);
create index on case_concern (owner_id, asset_id);

alter table case_concern enable row level security;
alter table case_concern force row level security;
-- Whoever holds the words of a report may be anybody, also once it belongs to an organisation: he is told of no plant.
create policy read on case_concern for select using (
  (select actor_person()) is not null and exists (select from "case" c where c.id = case_id and opens(c)));
-- Nobody names what he does not read himself: the inventory is that of whoever the case belongs to, as far as it is open now.
create policy name on case_concern for insert with check (
  person_id = (select actor_person()) and added_as = case when (select actor_has('ANA', 'LEAD')) then 'cert' else 'member' end
  and exists (select from "case" c where c.id = case_id and opens(c)
    and (case_concern.owner_id is null or case_concern.owner_id = c.owner_id)
    and ((select actor_has('ANA', 'LEAD')) or c.owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD'))))
  and (kind <> 'site' or exists (select from site s where s.id = site_id))
  and (kind <> 'device' or exists (select from asset a where a.id = asset_id)));
create policy unname on case_concern for delete using (exists (select from "case" c where c.id = case_id and opens(c)
  and ((select actor_has('ANA', 'LEAD')) or c.owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))));
grant select, insert, delete on case_concern to busbar_app;

create trigger beats_insert after insert on case_concern referencing new table as changed
  for each statement execute function case_beats('case_id', 'false');
create trigger beats_delete after delete on case_concern referencing old table as changed
  for each statement execute function case_beats('case_id', 'false');

-- Which devices a case was about tells something without their names: it goes with the key.
create policy purge on case_concern for delete using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = case_concern.case_id and r.purged_at is not null));
create policy purge_finds on case_concern for select using ((select actor_is_founder()) and exists (
  select from case_retention r where r.case_id = case_concern.case_id and r.purged_at is not null));
alter function forget_case(uuid) rename to forget_casework;
create function forget_case(gone uuid) returns void language plpgsql as $$
begin
  perform forget_casework(gone);
  delete from case_concern where case_id = gone;
end
$$;
