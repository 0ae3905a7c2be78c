-- Legal clocks of a case, their deadlines, and the notices that end them. A notice leaves when the authoriser of the member
-- sends it, letter by letter as he read it, and by nobody else.

-- Where authorities take notices, as this instance knows it.
create table authority (
  id              uuid primary key default gen_random_uuid(),
  name            text not null,
  laws            text[] not null default '{}',
  -- The authority itself, where it reads here.
  organisation_id uuid references organisation,
  mail            text check (mail = lower(mail) and length(mail) <= 254),
  public_key      text check (length(public_key) <= 100000),
  page            text check (page like 'https://%' and length(page) <= 2000),
  phone           text,
  removed_at      timestamptz,
  created_at      timestamptz not null default clock_timestamp(),
  check (public_key is null or mail is not null)
);

create table case_clock (
  id          uuid primary key,
  case_id     uuid not null references "case",
  law         text not null check (law ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  version     integer not null check (version > 0),
  sha256      text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  -- The law and its calendar as their files were when it was started: a deadline that somebody was told stays.
  content     jsonb not null,
  zone        text not null check (next_at('2026-01-01', zone, 0) is not null),
  person_id   uuid not null references person,
  person_name text not null,
  at          timestamptz not null default clock_timestamp(),
  stopped_at  timestamptz,
  stop_reason bytea check (length(stop_reason) > 28),
  check ((stopped_at is null) = (stop_reason is null)),
  unique (case_id, id)
);
create unique index on case_clock (case_id, law) where stopped_at is null;

-- What deadlines run from. The last word on an event counts; what was said before stays.
create table case_clock_event (
  id          bigint generated always as identity primary key,
  case_id     uuid not null,
  clock_id    uuid not null,
  event       text not null check (event in ('awareness', 'handled', 'remedyAvailable', 'materiality', 'ransomPaid')),
  at          timestamptz not null,
  person_id   uuid not null references person,
  person_name text not null,
  recorded_at timestamptz not null default clock_timestamp(),
  foreign key (case_id, clock_id) references case_clock (case_id, id)
);
create index on case_clock_event (clock_id, id);

create table case_notice (
  id             uuid primary key,
  case_id        uuid not null references "case",
  clock_id       uuid not null,
  stage          text not null,
  language       text not null check (language in ('en', 'ru', 'zh')),
  -- { field: value }, sealed, while it is written; and the letters that left.
  sealed         bytea not null check (length(sealed) > 28),
  state          text not null default 'draft' check (state in ('draft', 'sent')),
  letter         bytea check (length(letter) > 28),
  sha256         text check (sha256 ~ '^[0-9a-f]{64}$'),
  how            text check (how in ('here', 'mail', 'ourselves')),
  authority_id   uuid references authority,
  authority_name text,
  sent_at        timestamptz,
  sent_by        uuid references person,
  sent_name      text,
  reference      text,
  revision       integer not null default 1,
  created_at     timestamptz not null default clock_timestamp(),
  check (case state
    when 'draft' then num_nonnulls(letter, sha256, how, authority_id, authority_name, sent_at, sent_by, sent_name, reference) = 0
    else num_nonnulls(letter, sha256, how, authority_name, sent_at, sent_by, sent_name) = 7
      and (how = 'ourselves' or authority_id is not null)
  end),
  unique (case_id, id),
  foreign key (case_id, clock_id) references case_clock (case_id, id)
);
create index on case_notice (case_id, created_at);
create unique index on case_notice (clock_id, stage) where state = 'sent';

create table case_deadline (
  id        uuid primary key default gen_random_uuid(),
  case_id   uuid not null,
  clock_id  uuid not null,
  law       text not null,
  stage     text not null,
  zone      text not null,
  from_what text not null,
  from_at   timestamptz,
  assumed   boolean not null,
  due_at    timestamptz,
  last_day  date,
  notice_id uuid,
  ended_at  timestamptz,
  -- Whose people are told that it comes: of the member, and of the CERT. When, and how often they were.
  tells     uuid[] not null,
  remind_at timestamptz,
  reminded  integer not null default 0,
  check (last_day is null or due_at is not null),
  check ((notice_id is null) = (ended_at is null)),
  check (remind_at is null or (due_at is not null and ended_at is null)),
  unique (clock_id, stage),
  foreign key (case_id, clock_id) references case_clock (case_id, id),
  foreign key (case_id, notice_id) references case_notice (case_id, id)
);
create index on case_deadline (case_id);
create index on case_deadline (remind_at) where remind_at is not null;

-- What a member sent to an authority that reads here, as the authority has it. It is the authority's, and outlives the case.
create table received_notice (
  id          uuid primary key,
  owner_id    uuid not null references organisation,
  from_name   text not null,
  reference   text not null,
  law         text not null,
  stage       text not null,
  title       text not null,
  letter      text not null check (length(letter) <= 1000000),
  sha256      text not null,
  received_at timestamptz not null default clock_timestamp(),
  unique (owner_id, id)
);
create index on received_notice (owner_id, received_at desc, id desc);

-- What was sent stays as it was sent; only the name that the authority gave it is added, once. And only the authoriser of
-- the organisation that the case belongs to sends, himself.
create function case_notice_changes() returns trigger language plpgsql as $$
begin
  if old.state = 'sent' then
    if old.reference is not null or to_jsonb(new) - 'reference' is distinct from to_jsonb(old) - 'reference' then
      raise exception 'notice was sent' using errcode = '42501';
    end if;
  elsif new.state = 'sent' and not (
      actor_has('MAD') and new.sent_by = actor_person() and new.revision = old.revision and new.sealed = old.sealed
      and exists (select from "case" c where c.id = new.case_id and c.owner_id = actor_organisation())) then
    raise exception 'notice is sent by the authoriser of the member' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger changes before update on case_notice for each row execute function case_notice_changes();

-- A deadline ends with the notice that was sent for it, and begins to run no more.
create function case_deadline_changes() returns trigger language plpgsql as $$
begin
  if new.notice_id is not null and not exists (
      select from case_notice n where n.id = new.notice_id and n.clock_id = new.clock_id and n.state = 'sent' and n.sent_at = new.ended_at) then
    raise exception 'deadline ends with a notice' using errcode = '42501';
  end if;
  if tg_op = 'UPDATE' and old.notice_id is not null
    and (new.notice_id, new.due_at, new.ended_at) is distinct from (old.notice_id, old.due_at, old.ended_at) then
    raise exception 'deadline has ended' using errcode = '42501';
  end if;
  return new;
end
$$;
create trigger changes before insert or update on case_deadline for each row execute function case_deadline_changes();

alter table authority enable row level security;
alter table authority force row level security;
create policy read on authority for select using ((select actor_reads_content() or actor_has('ADM')));
create policy manage on authority for insert with check ((select actor_has('ADM')));
create policy remove on authority for update using ((select actor_has('ADM')));

alter table case_clock enable row level security;
alter table case_clock force row level security;
create policy read on case_clock for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy start on case_clock for insert with check (
  person_id = (select actor_person()) and exists (select from "case" c where c.id = case_id and opens(c)));
create policy stop on case_clock for update using (
  (select actor_person()) is not null and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_clock_event enable row level security;
alter table case_clock_event force row level security;
create policy read on case_clock_event for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy say on case_clock_event for insert with check (
  person_id = (select actor_person()) and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_notice enable row level security;
alter table case_notice force row level security;
create policy read on case_notice for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy draft on case_notice for insert with check (
  (select actor_person()) is not null and state = 'draft' and exists (select from "case" c where c.id = case_id and opens(c)));
create policy write on case_notice for update using (
  (select actor_person()) is not null and exists (select from "case" c where c.id = case_id and opens(c)));

alter table case_deadline enable row level security;
alter table case_deadline force row level security;
create policy read on case_deadline for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy count on case_deadline for insert with check (exists (select from "case" c where c.id = case_id and opens(c)));
create policy recount on case_deadline for update using (exists (select from "case" c where c.id = case_id and opens(c)));
-- The program sees which ones come, to have each organisation's own people told, and what is in no case.
create policy due on case_deadline using ((select actor_is_founder()));

alter table received_notice enable row level security;
alter table received_notice force row level security;
create policy read on received_notice for select using (
  owner_id = (select actor_organisation()) and (select actor_has('GOV', 'ANA', 'LEAD')));
create policy send on received_notice for insert with check ((select actor_has('MAD')) and exists (
  select from case_notice n join authority a on a.id = n.authority_id
  where n.id = received_notice.id and n.state = 'sent' and n.how = 'here' and n.sent_by = (select actor_person())
    and n.sha256 = received_notice.sha256 and a.organisation_id = received_notice.owner_id));

grant select, insert on authority, case_clock, case_clock_event, case_notice, case_deadline, received_notice to busbar_app;
grant update (removed_at) on authority to busbar_app;
grant update (stopped_at, stop_reason) on case_clock to busbar_app;
grant update (sealed, state, letter, sha256, how, authority_id, authority_name, sent_at, sent_by, sent_name, reference, revision)
  on case_notice to busbar_app;
grant update (from_what, from_at, assumed, due_at, last_day, notice_id, ended_at, tells, remind_at, reminded)
  on case_deadline to busbar_app;

-- A notice that was sent goes by mail to the address of its authority, and to nobody else.
alter table dispatch drop constraint dispatch_kind_check;
alter table dispatch add constraint dispatch_kind_check check (kind in ('published', 'recalled', 'warning', 'confirmation', 'notice'));
alter table dispatch add check (kind <> 'notice' or texts = '{}');
drop policy own on dispatch;
create policy own on dispatch using (owner_id = (select actor_organisation()) and (select actor_reads_content()))
  with check (owner_id = (select actor_organisation()) and (select actor_reads_content())
    and (kind = 'warning' or (select actor_has('LEAD')) or (kind = 'notice' and (select actor_has('MAD')))));

create or replace function delivery_stays_inside() returns trigger language plpgsql as
$$
declare
  d dispatch;
begin
  select * into d from dispatch where id = new.dispatch_id;
  if d.release_id is not null then return new; end if;
  if d.kind = 'confirmation' and exists (
      select from subscription s where s.id = new.subscription_id and s.state = 'unconfirmed' and s.address = new.address)
    or d.kind = 'notice' and exists (
      select from case_notice n join authority a on a.id = n.authority_id
      where 'notice ' || n.id = d.key and n.state = 'sent' and n.how = 'mail' and a.mail = new.address)
    or d.kind = 'warning' and (exists (
      select from membership m join person p on p.id = m.person_id
      where m.person_id = new.person_id and m.organisation_id = new.owner_id and m.until is null
        and lower(p.email) = new.address)
    or exists (select from webhook w where w.id = new.webhook_id and w.owner_id = new.owner_id and w.url = new.address)) then
    return new;
  end if;
  raise exception 'delivery-leaves-without-release';
end
$$;
