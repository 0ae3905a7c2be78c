-- A search reads what it needs from one narrow index, in the order of the list, and the rows of one page besides. An
-- entry holds 2,704 bytes at the most: the program keeps name and words below that.
drop index asset_owner_id_name_key_id_idx;
create index on asset (owner_id, name_key, id) include (search, site_id, state, role);
