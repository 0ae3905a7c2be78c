-- What was planned, done and told to authorities in a case goes with its key, as what was seen in it does: which playbook,
-- which laws, to whom and when tell something even where the words are sealed. The ledger keeps that it was done, and the
-- hash of what left. What an authority received is the authority's.
drop policy due on case_deadline;
create policy due on case_deadline for select using ((select actor_is_founder()));
create policy remind on case_deadline for update using ((select actor_is_founder()));
do $$
declare
  t text;
begin
  foreach t in array array['case_deadline', 'case_notice', 'case_clock_event', 'case_clock', 'case_measure_step',
    'case_measure', 'case_task_change', 'case_task', 'case_playbook'] loop
    execute format('create policy purge on %1$I for delete using ((select actor_is_founder()) and exists (
      select from case_retention r where r.case_id = %1$I.case_id and r.purged_at is not null))', t);
    -- What is deleted has to be seen, too.
    execute format('create policy purge_finds on %1$I for select using ((select actor_is_founder()) and exists (
      select from case_retention r where r.case_id = %1$I.case_id and r.purged_at is not null))', t);
    execute format('grant delete on %I to busbar_app', t);
  end loop;
end
$$;

-- All that goes with the key of a case: by the purge, and once more where a backup from before it is restored.
create function forget_case(gone uuid) returns void language plpgsql as $$
begin
  delete from case_argument where case_id = gone;
  delete from case_observation where case_id = gone;
  delete from case_correspondent where case_id = gone;
  delete from case_feature where case_id = gone;
  delete from delivery where recipient in (select id::text from case_participant where case_id = gone);
  update case_participant set email = null where case_id = gone;
  delete from case_deadline where case_id = gone;
  delete from case_notice where case_id = gone;
  delete from case_clock_event where case_id = gone;
  delete from case_clock where case_id = gone;
  delete from case_measure_step where case_id = gone;
  delete from case_measure where case_id = gone;
  delete from case_task_change where case_id = gone;
  delete from case_task where case_id = gone;
  delete from case_playbook where case_id = gone;
end
$$;
create function purge_case() returns trigger language plpgsql as $$
begin
  perform forget_case(old.case_id);
  return null;
end
$$;
drop trigger purge on data_key;
drop trigger forgets on data_key;
drop function purge_observations(), forget_correspondent();
create trigger purge after delete on data_key for each row when (old.case_id is not null) execute function purge_case();
