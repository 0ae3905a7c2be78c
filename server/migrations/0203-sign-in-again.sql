-- When the holder of a session last showed who he is: as it began, and when he was asked again (decision 31). Of a session
-- that is older than this column nobody knows.
alter table auth.session add column "provedAt" timestamptz;
alter table auth.session alter column "provedAt" set default now();
