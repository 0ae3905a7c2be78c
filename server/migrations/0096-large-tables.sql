-- A table of fifty thousand devices is taken in one go: what each row of it cost was mostly this.

-- The same grams, five times as fast: word by word, and counted by their place. That one stands twice is nothing to an
-- index, which keeps each once.
create or replace function grams(words text) returns text[] language sql immutable parallel safe as
$$
  select array(
    select substr(word, place, size)
    from string_to_table(words, ' ') word, generate_series(2, 3) size, generate_series(1, length(word) - size + 1) place)
$$;

-- Whose they are is held by the key that names their device or table together with its owner.
alter table asset drop constraint asset_owner_id_fkey;
alter table asset_fact drop constraint asset_fact_owner_id_fkey;
alter table asset_sighting drop constraint asset_sighting_owner_id_fkey;
alter table asset_address drop constraint asset_address_owner_id_fkey;
alter table inventory_row drop constraint inventory_row_owner_id_fkey;

-- Most facts of most plants come from no capture.
drop index asset_fact_capture_id_packet_idx;
create index on asset_fact (capture_id, packet) where capture_id is not null;
