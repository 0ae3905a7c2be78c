-- Tables may say in which site and zone each device stands: what an import made and placed, for taking it back.

alter table inventory add made jsonb not null default '{"sites": [], "zones": []}';
comment on column inventory.made is 'Sites and zones that were not there before this import.';
alter table inventory_row add zone_id uuid;
comment on column inventory_row.zone_id is 'The zone that the import placed the device in.';
-- Only what an import made and nobody uses; what people made is dismissed.
grant delete on zone to busbar_app;
