-- As with assets: a search reads one narrow index in the order of the list. An entry holds 2,704 bytes at the most: the
-- program keeps the words below that.
drop index capture_operation_capture_id_dangerous_count_id_idx;
create index on capture_operation (capture_id, dangerous desc, count desc, id desc) include (owner_id, search);
