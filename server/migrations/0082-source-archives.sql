-- Archives of hundreds of thousands of records: a run that is killed goes on at the entry it had come to.

-- What is still to be read, and how many entries of the first of it have been.
alter table peer_run add column archive jsonb;
alter table peer_run add column place integer not null default 0;
