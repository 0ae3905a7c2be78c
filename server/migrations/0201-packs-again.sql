-- A pack holds sources of kinds that only a newer program knows. Once this one is newer, the same pack is installed again for those.
alter table pack add column pass integer not null default 1;

-- Each time once, however many ask at the same moment.
drop index pack_owner_id_maker_id_number_idx;
create unique index on pack (owner_id, maker_id, number, pass) where installed_at is not null;
