-- What a merge made of the warnings of both devices, for taking it back: what it gave to those of the kept one, and which
-- ended by it.

alter table asset_merge add warnings jsonb;
comment on column asset_merge.warnings is 'As the module of the warnings keeps it; unknown of merges from before this was kept.';
grant update (warnings) on asset_merge to busbar_app;
