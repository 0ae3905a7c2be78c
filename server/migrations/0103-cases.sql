-- One case for everything the CERT works on with somebody outside. Who reports without an account holds the words of its
-- receipt; to him, to the CERT's analysts and leads, and to the organisation that claimed it, it is there. To nobody else.

-- The case whose receipt the actor has shown. He is nobody besides.
create function actor_receipt() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('busbar.receipt', true), '')::uuid $$;

create table "case" (
  id             uuid primary key,
  -- Random, and no sequence: it tells nothing of how many there are.
  ref            text not null unique,
  kind           text not null check (kind in ('incident', 'vulnerability', 'assessment', 'scan', 'analysis', 'consultation')),
  title          text not null,
  owner_id       uuid not null references organisation,
  label          tlp not null default 'AMBER+STRICT',
  scope          scope not null default 'case',
  state          text not null default 'received' check (state in
    ('received', 'triaged', 'containing', 'eradicating', 'recovering', 'monitoring', 'closed', 'rejected', 'duplicate')),
  state_reason   text,
  since          timestamptz not null default clock_timestamp(),
  lane           text not null check (lane in ('usual', 'slow')),
  reporter       text not null check (reporter in ('anonymous', 'named', 'member')),
  reporter_name  text,
  reporter_reach text,
  person_id      uuid references person,
  handling_limit text not null check (handling_limit in ('advise', 'analyse', 'shareIndicators')),
  language       text not null check (language in ('en', 'ru', 'zh')),
  -- What was reported, as it was reported: danger, control, sees, place, details.
  report         jsonb not null,
  impact         jsonb not null,
  aware_at       timestamptz not null,
  received_at    timestamptz not null default clock_timestamp(),
  claimed_at     timestamptz,
  check (scope_allowed(label, scope)),
  check ((reporter = 'member') = (person_id is not null)),
  check (reporter <> 'anonymous' or (reporter_name is null and reporter_reach is null))
);
create index on "case" (received_at desc, id desc);
create index on "case" (owner_id, received_at desc, id desc);

-- The words of a receipt: a salt and an argon2id hash under a secret of the program, found by the reference. No word of it
-- is kept anywhere else. Whoever is let in by it is asked nothing more, so only the program reads this.
create table case_receipt (
  case_id uuid primary key references "case",
  ref     text not null unique,
  salt    bytea not null,
  hash    bytea not null
);

create table case_message (
  id          uuid primary key default gen_random_uuid(),
  case_id     uuid not null references "case",
  author      text not null check (author in ('reporter', 'member', 'cert')),
  internal    boolean not null default false,
  body        text not null check (body <> '' and length(body) <= 20000),
  person_id   uuid references person,
  person_name text,
  at          timestamptz not null default clock_timestamp(),
  check (author = 'cert' or not internal),
  check ((author = 'reporter') = (person_id is null))
);
create index on case_message (case_id, at desc, id desc);

create table case_step (
  id          bigint generated always as identity primary key,
  case_id     uuid not null references "case",
  state       text not null,
  reason      text,
  person_id   uuid not null references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp()
);
create index on case_step (case_id, id);

alter table "case" enable row level security;
alter table "case" force row level security;
create policy read on "case" for select using (label <= (select actor_ceiling()) and (
  id = (select actor_receipt())
  or (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
  or (select actor_has('ANA', 'LEAD'))));
-- Without an account one reports to a CERT, as the holder of the receipt that is being made; as a member, for one's own.
create policy report on "case" for insert with check (
  state = 'received' and label = 'AMBER+STRICT' and scope = 'case' and claimed_at is null and case reporter
    when 'member' then owner_id = (select actor_organisation()) and person_id = (select actor_person())
      and (select actor_has('MEM', 'MAD'))
    else id = (select actor_receipt()) and (select actor_person()) is null
      and exists (select from organisation o where o.id = owner_id and 'cert' = any (o.kinds))
  end);
create policy change on "case" for update
  using ((select actor_has('ANA', 'LEAD')) or id = (select actor_receipt()))
  with check ((select actor_has('ANA', 'LEAD')) or
    (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')) and id = (select actor_receipt())));

-- The CERT moves a case and gives it to nobody; whoever shows its receipt takes it into his organisation, once, and
-- moves nothing.
create function case_changes() returns trigger language plpgsql as $$
begin
  if new.owner_id is distinct from old.owner_id then
    if old.claimed_at is not null or old.reporter = 'member' or new.id is distinct from actor_receipt() or new.state <> old.state then
      raise exception 'case is not open for this' using errcode = '42501';
    end if;
  elsif not actor_has('ANA', 'LEAD') then
    raise exception 'case is not open for this' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger changes before update on "case" for each row execute function case_changes();

alter table case_receipt enable row level security;
alter table case_receipt force row level security;
create policy program on case_receipt using ((select actor_is_founder()));

alter table case_message enable row level security;
alter table case_message force row level security;
create policy read on case_message for select using (
  (not internal or (select actor_has('ANA', 'LEAD'))) and exists (select from "case" c where c.id = case_id));
create policy write on case_message for insert with check (
  exists (select from "case" c where c.id = case_id) and case author
    when 'reporter' then case_id = (select actor_receipt()) and (select actor_person()) is null
    when 'member' then person_id = (select actor_person()) and (select actor_has('MEM', 'MAD'))
    else person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  end);

alter table case_step enable row level security;
alter table case_step force row level security;
create policy read on case_step for select using (exists (select from "case" c where c.id = case_id));
create policy write on case_step for insert with check (
  person_id = (select actor_person()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id));

-- Messages and steps are only ever added.
grant select, insert on "case", case_receipt, case_message, case_step to busbar_app;
grant update (state, state_reason, since, owner_id, claimed_at) on "case" to busbar_app;
