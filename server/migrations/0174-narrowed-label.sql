-- The label of a case may be narrowed by whoever works on it, and is put back by whoever it is from alone. Under TLP:RED
-- nothing of it leaves but marked so: consent stays as it was given, and counts again when the label is put back.
grant update (label) on "case" to busbar_app;

create function narrows_label(c "case", narrowed tlp) returns boolean language sql stable parallel safe as
$$ select sets_limit(c) or narrowed > c.label and opens(c) and actor_has('ANA', 'LEAD') $$;

-- A change of the label is asked about here, and changes nothing else; the rest is asked about as before.
create function case_label_changes() returns trigger language plpgsql as $$
begin
  if not narrows_label(old, new.label) or new.label < 'AMBER+STRICT'
      or to_jsonb(new) - 'label' is distinct from to_jsonb(old) - 'label' then
    raise exception 'its label is narrowed by its team and widened by whoever it is from' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger label_changes before update on "case" for each row
  when (new.label is distinct from old.label) execute function case_label_changes();
drop trigger changes on "case";
create trigger changes before update on "case" for each row
  when (new.label is not distinct from old.label) execute function case_changes();

alter table case_bounds add column closed boolean not null default false;
create or replace function case_bounds_are_true() returns trigger language plpgsql as $$
begin
  select c.handling_limit = 'shareIndicators', r.lesson, r.named, r.purged_at is not null, c.label = 'RED'
    into strict new.indicators, new.lesson, new.named, new.gone, new.closed
    from "case" c left join case_retention r on r.case_id = c.id where c.id = new.case_id;
  return new;
end $$;
create trigger bounds_follow_label after update of label on "case" for each row execute function case_bounds_follow();

-- As before, and nothing of what is closed.
create or replace function use_stopped_by(u consent_use, kind text, marked tlp, far scope, moment timestamptz) returns text
  language sql stable as
$$
  select case
    when b.gone is not false then 'consent'
    when b.closed and marked < 'RED' then 'label'
    when u.part = 'name' and b.named = false then 'name'
    when (u.part = 'lesson' or kind = 'lesson') and b.lesson = false then 'lesson'
    when u.part like 'indicator:%' and not b.indicators then 'indicators'
    when not exists (select from consent k
      where k.subject_kind = 'case' and k.subject_id = u.case_id and u.part = any (k.parts)
        and k.state in ('granted', 'narrowed') and k.until > greatest(moment, clock_timestamp())
        and k.label <= marked and far <= k.audience) then 'consent'
  end from (select) as one left join case_bounds b on b.case_id = u.case_id
$$;
