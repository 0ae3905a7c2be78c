-- A recommendation is changed by whoever read it as it stands; and one that is taken out takes along what was done to it.
alter table case_finding add column revision integer not null default 1;
grant update (revision) on case_finding to busbar_app;
alter table case_finding_step
  drop constraint case_finding_step_finding_id_fkey,
  add foreign key (finding_id) references case_finding on delete cascade;

-- Whoever accepted a finding may give it another owner and another date.
create or replace function case_finding_moves() returns trigger language plpgsql as $$
begin
  if (new.id, new.case_id, new.number, new.created_at) is distinct from (old.id, old.case_id, old.number, old.created_at)
    or not (case old.state
      when 'drafted' then new.state in ('drafted', 'open')
      when 'open' then new.state in ('accepted', 'declined')
      when 'accepted' then new.state in ('accepted', 'done', 'declined')
      else new.state = 'accepted'
    end)
    or old.state = 'drafted' and new.state = 'drafted' and new.revision <> old.revision + 1
    or old.state <> 'drafted' and (new.kind, new.severity, new.effort, new.effect)
      is distinct from (old.kind, old.severity, old.effort, old.effect)
    or not (case when old.state = 'drafted' then actor_has('ANA', 'LEAD')
      else exists (select from "case" c where c.id = old.case_id and holds(c)) end) then
    raise exception 'finding is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
