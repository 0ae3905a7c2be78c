-- The report of an investigation: facts with what they stand on, the text that names them, and what is recommended. What
-- people write is sealed under the key of the case; here stand numbers, states and hands.

create table case_fact (
  id         uuid primary key default gen_random_uuid(),
  case_id    uuid not null references "case",
  number     integer not null check (number between 1 and 9999),
  -- {says, evidence, reason}
  sealed     bytea not null check (length(sealed) > 28),
  revision   integer not null default 1,
  withdrawn_at timestamptz,
  withdrawn_by text,
  person_id  uuid not null references person,
  person_name text not null,
  at         timestamptz not null default clock_timestamp(),
  check ((withdrawn_at is null) = (withdrawn_by is null)),
  unique (case_id, number)
);

-- A number is given once; what was withdrawn stays so.
create function case_fact_stays() returns trigger language plpgsql as $$
begin
  if (new.id, new.case_id, new.number, new.person_id) is distinct from (old.id, old.case_id, old.number, old.person_id)
    or old.withdrawn_at is not null or new.revision <> old.revision + 1 then
    raise exception 'fact is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger stays before update on case_fact for each row execute function case_fact_stays();

create table case_report (
  id         uuid primary key default gen_random_uuid(),
  case_id    uuid not null references "case",
  version    integer not null check (version between 1 and 9999),
  state      text not null default 'draft' check (state in ('draft', 'submitted', 'final')),
  language   text not null check (language in ('en', 'ru', 'zh')),
  -- {title, sections, sentBack}
  sealed     bytea not null check (length(sealed) > 28),
  revision   integer not null default 1,
  -- Everybody who wrote in this version.
  authors    uuid[] not null check (authors <> '{}' and array_position(authors, null) is null),
  names      text[] not null,
  -- From its submission on: the JSON that everything is made of, and its SHA-256.
  snapshot   bytea check (length(snapshot) > 28),
  sha256     bytea check (length(sha256) = 32),
  checker_id uuid references person,
  checker    text,
  at         timestamptz not null default clock_timestamp(),
  check (num_nulls(snapshot, sha256) in (0, 2) and (state = 'draft') = (snapshot is null)),
  check (num_nulls(checker_id, checker) in (0, 2) and (state = 'final') = (checker_id is not null)),
  -- Author and checker are two people.
  constraint case_report_checker_wrote check (checker_id <> all (authors)),
  unique (case_id, version)
);
-- One at a time is written.
create unique index on case_report (case_id) where state <> 'final';

-- draft → submitted → final, or back to the draft. Who changes the text becomes an author; what is closed is changed by
-- nobody, and what is final stays.
create function case_report_moves() returns trigger language plpgsql as $$
begin
  if (new.id, new.case_id, new.version) is distinct from (old.id, old.case_id, old.version)
    -- Nobody is taken off; with its submission come those who wrote the facts and the recommendations.
    or not old.authors <@ new.authors
    or new.state <> 'submitted' and not new.authors <@ (old.authors || actor_person())
    or not (case old.state
      when 'draft' then new.state in ('draft', 'submitted')
      when 'submitted' then new.state in ('draft', 'final')
      else false
    end)
    or (new.state = 'draft' and old.state = 'draft' or new.state = 'submitted')
      and not coalesce(actor_person() = any (new.authors), false)
    or new.state = 'final' and (new.checker_id is distinct from actor_person()
      or (new.sealed, new.snapshot, new.sha256, new.authors, new.language)
        is distinct from (old.sealed, old.snapshot, old.sha256, old.authors, old.language)) then
    raise exception 'report is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger moves before update on case_report for each row execute function case_report_moves();

create table case_finding (
  id         uuid primary key default gen_random_uuid(),
  case_id    uuid not null references "case",
  number     integer not null check (number between 1 and 9999),
  state      text not null default 'drafted' check (state in ('drafted', 'open', 'accepted', 'done', 'declined')),
  kind       text not null check (kind in ('weakness', 'nonconformity', 'compromise', 'gap')),
  severity   text not null check (severity in ('low', 'medium', 'high', 'critical')),
  effort     text not null check (effort in ('hours', 'days', 'weeks', 'months')),
  effect     text not null check (effect in ('none', 'degraded', 'window', 'stop')),
  -- {title, because, effectNote, owner}
  sealed     bytea not null check (length(sealed) > 28),
  due        date,
  created_at timestamptz not null default clock_timestamp(),
  check (state not in ('accepted', 'done') or due is not null),
  unique (case_id, number)
);
create index on case_finding (created_at desc, id desc);

create table case_finding_step (
  id          uuid primary key default gen_random_uuid(),
  case_id     uuid not null references "case",
  finding_id  uuid not null references case_finding,
  state       text not null,
  sealed      bytea check (length(sealed) > 28),
  person_id   uuid references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp()
);
create index on case_finding_step (finding_id, at);

-- Whoever the case belongs to works on what is open; the team on what is drafted, and opens it with the final report.
create function holds(c "case") returns boolean language sql stable parallel safe as
$$
  select coalesce((c.owner_id = actor_organisation() and actor_has('MEM', 'MAD'))
    or (c.id = actor_receipt() and c.claimed_at is null and c.reporter <> 'member'), false)
$$;

create function case_finding_moves() returns trigger language plpgsql as $$
begin
  if (new.id, new.case_id, new.number, new.created_at) is distinct from (old.id, old.case_id, old.number, old.created_at)
    or not (case old.state
      when 'drafted' then new.state in ('drafted', 'open')
      when 'open' then new.state in ('accepted', 'declined')
      when 'accepted' then new.state in ('done', 'declined')
      else new.state = 'accepted'
    end)
    or old.state <> 'drafted' and (new.kind, new.severity, new.effort, new.effect)
      is distinct from (old.kind, old.severity, old.effort, old.effect)
    or not (case when old.state = 'drafted' then actor_has('ANA', 'LEAD')
      else exists (select from "case" c where c.id = old.case_id and holds(c)) end) then
    raise exception 'finding is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger moves before update on case_finding for each row execute function case_finding_moves();

alter table case_fact enable row level security;
alter table case_fact force row level security;
create policy team on case_fact using ((select actor_has('ANA', 'LEAD'))
    and exists (select from "case" c where c.id = case_id and opens(c)))
  with check ((select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_report enable row level security;
alter table case_report force row level security;
create policy read on case_report for select using (
  (state = 'final' or (select actor_has('ANA', 'LEAD'))) and exists (select from "case" c where c.id = case_id and opens(c)));
create policy begin on case_report for insert with check (
  (select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c))
  and state = 'draft' and authors = array[(select actor_person())]);
create policy change on case_report for update using (
  (select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_finding enable row level security;
alter table case_finding force row level security;
create policy read on case_finding for select using (
  (state <> 'drafted' or (select actor_has('ANA', 'LEAD')))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on case_finding for insert with check (
  state = 'drafted' and (select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c)));
create policy change on case_finding for update using (exists (select from "case" c where c.id = case_id
  and (opens(c) and (select actor_has('ANA', 'LEAD')) or holds(c))));
create policy remove on case_finding for delete using (
  state = 'drafted' and (select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_finding_step enable row level security;
alter table case_finding_step force row level security;
create policy read on case_finding_step for select using (exists (select from case_finding f where f.id = finding_id));
create policy add on case_finding_step for insert with check (
  person_id is not distinct from (select actor_person())
  and exists (select from case_finding f where f.id = finding_id and f.case_id = case_finding_step.case_id));

grant select, insert, update (sealed, revision, withdrawn_at, withdrawn_by) on case_fact to busbar_app;
grant select, insert, update (state, language, sealed, revision, authors, names, snapshot, sha256, checker_id, checker, at)
  on case_report to busbar_app;
grant select, insert, delete, update (state, kind, severity, effort, effect, sealed, due) on case_finding to busbar_app;
grant select, insert on case_finding_step to busbar_app;
