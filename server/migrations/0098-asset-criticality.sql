-- What people say of a device that no capture tells: how much depends on it, what runs on it, and where it is plugged in.
-- Like every column from name to last_seen, worked out from facts; null where nobody said.
alter table asset
  add criticality text check (criticality in ('low', 'medium', 'high', 'very-high')),
  add software    text,
  add slot        text;
