-- A site that nothing belongs to may be removed by whoever may add one; the keys of what does keep it. What was learnt as
-- normal there does, too: it outlives the captures that taught it.
alter table site_baseline
  drop constraint site_baseline_owner_id_site_id_fkey,
  add foreign key (owner_id, site_id) references site (owner_id, id);
grant delete on site to busbar_app;
