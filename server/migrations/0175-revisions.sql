-- Two who change the same row at once: whoever comes late is told, and what he typed stays his.
alter table site add column revision integer not null default 1;

-- Counted here, whoever changes it: by hand in one row, or in many with one press.
alter table case_observation add column revision integer not null default 1;
create function counts_marks() returns trigger language plpgsql as $$
begin
  new.revision := old.revision + 1;
  return new;
end
$$;
create trigger counts_marks before update on case_observation for each row
  when ((old.techniques, old.assets, old.confidence) is distinct from (new.techniques, new.assets, new.confidence))
  execute function counts_marks();
