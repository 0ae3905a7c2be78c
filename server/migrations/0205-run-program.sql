-- What read the file: SHA-256 of the one file of JavaScript that ran, and what ran it. Runs that ended before did not keep it.
alter table case_run
  add program_sha256 bytea check (length(program_sha256) = 32),
  add runtime text,
  add check ((program_sha256 is null) = (runtime is null)),
  add check (program_sha256 is null or state = 'done');
grant update (program_sha256, runtime) on case_run to busbar_app;
