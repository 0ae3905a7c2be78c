-- Who changed last what two may write at once: whoever comes late is told whose words stand there now.
alter table case_task add column changed_name text;
alter table case_fact add column changed_name text;
alter table case_report add column changed_name text;
alter table case_notice add column changed_name text;

create function names_who_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or new.revision <> old.revision then
    new.changed_name := (select name from person where id = actor_person());
  end if;
  return new;
end
$$;
do $$
declare
  t text;
begin
  foreach t in array array['case_task', 'case_fact', 'case_report', 'case_notice'] loop
    -- After the triggers that say what may change, which go by name.
    execute format('create trigger who_changed before insert or update on %I for each row execute function names_who_changed()', t);
  end loop;
end
$$;
