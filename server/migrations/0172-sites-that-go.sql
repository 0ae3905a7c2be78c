-- A site that nothing belongs to may be removed by whoever may add one; the keys of what does keep it.
grant delete on site to busbar_app;
