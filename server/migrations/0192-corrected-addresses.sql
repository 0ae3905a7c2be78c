-- Devices whose addresses a person corrected are asked for by every capture that is read: it may show what they had before.
create index on asset_fact (owner_id, asset_id) where source = 'person' and field in ('address', 'mac');
