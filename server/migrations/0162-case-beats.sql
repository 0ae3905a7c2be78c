-- That something changed in a case, for whoever looks at it: a beat for each change, and the pulse of a case is made of the
-- beats that one may read. Rows are added and never changed, so that two who work in one case never wait for one another; and
-- ids are random, so that nobody learns from them how much is done elsewhere.
create table case_beat (
  id      uuid primary key,
  -- No foreign key: it would lock the row of the case, also where what changed does not, and two could wait for one another.
  case_id uuid not null,
  -- Of something that the CERT alone sees.
  desk    boolean not null
);
create index on case_beat (case_id);

alter table case_beat enable row level security;
alter table case_beat force row level security;
-- Guests and whoever reports without an account read none: what is theirs to see changes their pulse by itself.
create policy read on case_beat for select using ((select actor_person()) is not null
  and (not desk or (select actor_has('ANA', 'LEAD'))) and exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on case_beat for insert with check (pg_trigger_depth() > 0);
create policy forget on case_beat for delete using (pg_trigger_depth() > 0);
grant select, insert, delete on case_beat to busbar_app;

-- What came before says nothing more. Whoever finds another at it leaves it to him.
create function beat(changed uuid, for_desk boolean) returns void language plpgsql as $$
declare
  newest constant uuid := gen_random_uuid();
begin
  -- Who changes something need not read what he tells by it.
  insert into case_beat values (newest, changed, for_desk);
  if pg_try_advisory_xact_lock(162, hashtext(changed::text)) then
    delete from case_beat b where b.case_id = changed and b.desk = for_desk and b.id <> newest;
  end if;
end
$$;

-- Once for each statement and case, however many rows it changed.
create function case_beats() returns trigger language plpgsql as $$
declare
  one record;
begin
  for one in execute format('select distinct %s as id, %s as desk from changed', tg_argv[0], tg_argv[1]) loop
    if one.id is not null then perform beat(one.id, one.desk); end if;
  end loop;
  return null;
end
$$;

do $$
declare
  found record;
  what text;
begin
  for found in
    select t.name, t.events, coalesce(t.of, 'case_id') as of, coalesce(t.desk, 'false') as desk from (values
      ('case', 'update', 'id', null),
      ('case_task', 'insert update', null, 'internal'),
      ('case_measure', 'insert update', null, null),
      ('case_clock', 'insert update', null, null),
      ('case_clock_event', 'insert', null, null),
      ('case_deadline', 'insert update', null, null),
      ('case_notice', 'insert update', null, null),
      ('case_evidence', 'insert update', null, null),
      ('case_run', 'insert update', null, null),
      ('case_observation', 'insert update', null, null),
      ('case_hypothesis', 'insert update', null, null),
      ('case_argument', 'insert update delete', null, null),
      ('case_fact', 'insert update', null, 'true'),
      ('case_report', 'insert update', null, $e$state <> 'final'$e$),
      ('case_finding', 'insert update delete', null, $e$state = 'drafted'$e$),
      ('case_letter', 'insert update', null, 'true'),
      ('case_hold', 'insert update', null, null),
      ('case_purge', 'insert update', null, null),
      ('case_retention', 'insert update', null, null),
      ('consent', 'insert update', $e$case when subject_kind = 'case' then subject_id end$e$, null),
      ('consent_use', 'insert delete', null, null),
      ('consent_left', 'insert update', null, null)
    ) as t (name, events, of, desk)
  loop
    foreach what in array string_to_array(found.events, ' ') loop
      execute format('create trigger %s after %s on %I referencing %s table as changed for each statement execute function case_beats(%L, %L)',
        'beats_' || what, what, found.name, case what when 'delete' then 'old' else 'new' end, found.of, found.desk);
    end loop;
  end loop;
end
$$;

-- How far a file has come changes with each piece of it; that it has come, once.
create function evidence_beats() returns trigger language plpgsql as $$
begin
  perform beat(new.case_id, false);
  return null;
end
$$;
create trigger beats after update of state on evidence for each row
  when (new.case_id is not null and new.state <> old.state) execute function evidence_beats();
