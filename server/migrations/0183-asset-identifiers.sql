-- Names that machines give a product (CPE, package URL), as inventories bring them. Like every column from name to
-- last_seen, worked out from facts; null where nobody said.
alter table asset
  add cpe  text,
  add purl text;
