-- What whoever a case is from lets out of it, whatever else he agreed to: his handling limit and his answers of its end.
-- The gate asks as people who may not open the case, so it stands beside it and tells nothing of what is in it.
create table case_bounds (
  case_id    uuid primary key references "case",
  -- shareIndicators
  indicators boolean not null,
  -- Nothing: it was not asked yet.
  lesson     boolean,
  named      boolean,
  -- Its key was destroyed: nobody is left who could take anything back.
  gone       boolean not null
);

-- Whoever writes it and whatever he writes: it says what the case says.
create function case_bounds_are_true() returns trigger language plpgsql as $$
begin
  select c.handling_limit = 'shareIndicators', r.lesson, r.named, r.purged_at is not null
    into strict new.indicators, new.lesson, new.named, new.gone
    from "case" c left join case_retention r on r.case_id = c.id where c.id = new.case_id;
  return new;
end $$;
create trigger are_true before insert or update on case_bounds for each row execute function case_bounds_are_true();

create function case_bounds_begin() returns trigger language plpgsql as $$
begin
  insert into case_bounds (case_id) values (new.case_id) on conflict do nothing;
  return null;
end $$;
create trigger begins_bounds after insert on consent_use for each row execute function case_bounds_begin();

create function case_bounds_follow() returns trigger language plpgsql as $$
declare
  changed constant uuid := coalesce(to_jsonb(new) ->> 'case_id', to_jsonb(new) ->> 'id');
begin
  -- Where another transaction is just writing the first row, this waits for it: an answer that found no row to change
  -- would be lost.
  insert into case_bounds (case_id) values (changed) on conflict (case_id) do update set case_id = excluded.case_id;
  return null;
end $$;
create trigger bounds_follow after update of handling_limit on "case" for each row execute function case_bounds_follow();
create trigger bounds_follow after insert or update of lesson, named, purged_at on case_retention
  for each row execute function case_bounds_follow();

alter table case_bounds enable row level security;
alter table case_bounds force row level security;
create policy gate on case_bounds for select using (exists (
  select from consent_use u where u.case_id = case_bounds.case_id and u.owner_id = (select actor_organisation()))
  and (select actor_has('ANA', 'LEAD')));
create policy own on case_bounds using (
  exists (select from "case" c where c.id = case_id and (opens(c) or (select actor_is_founder()))));
grant select, insert, update (case_id) on case_bounds to busbar_app;

alter table "case" no force row level security;
alter table case_retention no force row level security;
alter table consent_use no force row level security;
alter table case_bounds no force row level security;
insert into case_bounds (case_id) select distinct case_id from consent_use;
alter table case_bounds force row level security;
alter table consent_use force row level security;
alter table case_retention force row level security;
alter table "case" force row level security;

-- Why this item may not leave so marked, so far, at that moment: name, lesson, indicators, consent. Nothing: it may.
create function use_stopped_by(u consent_use, kind text, marked tlp, far scope, moment timestamptz) returns text
  language sql stable as
$$
  select case
    when b.gone is not false then 'consent'
    when u.part = 'name' and b.named = false then 'name'
    when (u.part = 'lesson' or kind = 'lesson') and b.lesson = false then 'lesson'
    when u.part like 'indicator:%' and not b.indicators then 'indicators'
    when not exists (select from consent k
      where k.subject_kind = 'case' and k.subject_id = u.case_id and u.part = any (k.parts)
        and k.state in ('granted', 'narrowed') and k.until > greatest(moment, clock_timestamp())
        and k.label <= marked and far <= k.audience) then 'consent'
  end from (select) as one left join case_bounds b on b.case_id = u.case_id
$$;

-- The checks of the program say it first; this is for a program that forgets to ask.
create function leaves_within_consent() returns trigger language plpgsql as $$
declare
  stopped text;
begin
  select use_stopped_by(u, r.kind, r.label, r.scope, clock_timestamp()) into stopped
    from release r join consent_use u on u.subject_kind = r.subject_kind and u.subject_id = r.subject_id
    where r.id = new.release_id and use_stopped_by(u, r.kind, r.label, r.scope, clock_timestamp()) is not null limit 1;
  if found then raise exception 'release-beyond-consent' using detail = stopped; end if;
  return new;
end $$;
create trigger within_consent before insert on release_approval for each row execute function leaves_within_consent();
create trigger within_consent before insert on published for each row execute function leaves_within_consent();

-- A lead keeps the books of what his CERT let out, also of what goes to others alone: he held the bytes at the gate, and
-- whoever approves, tells, supersedes and recalls a row has to find it.
create policy keep on published for select using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
create policy keep on published_file for select using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
-- Its words are taken from the search in the same transaction: what he does not see he cannot take away.
create policy keep on search_restricted for select using (
  release_id is not null and owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
