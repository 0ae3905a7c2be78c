-- How many devices a site has, and how many of them wait for somebody to look, are counted from the index alone.
create index on asset (owner_id, site_id, state);
