-- What a merge gave to the device that was kept, for taking it back: it is accepted by it, and stands where its part stood.

alter table asset_merge
  add kept_state text check (kept_state in ('proposed', 'accepted', 'dismissed')),
  add zone_lent boolean not null default false;
comment on column asset_merge.kept_state is 'The state of the kept device before; unknown of merges from before this was kept.';
comment on column asset_merge.zone_lent is 'Nobody had placed the kept device: it stands where somebody had put the part.';
