-- What comes to the desk by mail. The program fetches it; each letter is taken once, files itself in its case, and is sealed
-- under the key of that case like everything else that people write in it.

-- How far a mailbox was read, and how it went. `id` is a keyed hash of server, user and folder.
create table mailbox (
  id           bytea primary key,
  uid_validity bigint not null default 0,
  last_uid     bigint not null default 0,
  looked_at    timestamptz,
  next_at      timestamptz not null default clock_timestamp(),
  failures     integer not null default 0,
  problem      jsonb
);

-- A letter that was taken, by a keyed hash: it is recognised when it comes again, and leads to no case.
create table letter_taken (
  letter bytea primary key,
  at     timestamptz not null default clock_timestamp()
);

-- Whom the program answered by itself, by a keyed hash, for an hour.
create table letter_answered (
  address bytea primary key,
  at      timestamptz not null default clock_timestamp()
);

-- Who reported a case by mail. The address is compared by a keyed hash, and read under the key of the case alone.
create table case_correspondent (
  case_id uuid primary key references "case",
  address bytea not null check (length(address) = 32),
  -- {address, language, answers, key}
  sealed  bytea not null check (length(sealed) > 28)
);

create table case_letter (
  id         uuid primary key,
  case_id    uuid not null references "case",
  -- `apart`: from an address that the case does not know; the CERT alone reads it until somebody takes it for the reporter's.
  kind       text not null check (kind in ('report', 'reply', 'apart', 'automatic')),
  message_id uuid unique references case_message,
  signature  text not null check (signature in ('signed', 'unconfirmed', 'unchecked', 'wrong', 'unsigned')),
  encrypted  boolean not null,
  sealed     bytea not null check (length(sealed) > 28),
  at         timestamptz not null default clock_timestamp(),
  taken_by   uuid references person,
  taker_name text,
  check ((kind = 'reply') <= (message_id is not null)),
  check (kind <> 'report' or message_id is null),
  check ((kind in ('apart', 'automatic') and message_id is not null) = (taken_by is not null)),
  check ((taken_by is null) = (taker_name is null))
);
create index on case_letter (case_id, at);

-- What is sent to somebody who wrote. Whom to, how it is encrypted and which letter it answers is sealed.
create table case_reply (
  id         uuid primary key,
  case_id    uuid not null references "case",
  -- `receipt`: what opened a case has come; `came`: a letter has come, and nothing of a case; `message`: what the CERT writes.
  kind       text not null check (kind in ('receipt', 'came', 'message')),
  message_id uuid unique references case_message,
  -- Whoever wrote it said that it may be read on its way.
  in_clear   boolean not null default false,
  -- Nothing once it was sent.
  sealed     bytea check (length(sealed) > 28),
  check ((kind = 'message') = (message_id is not null)),
  check (kind = 'message' or not in_clear)
);
create index on case_reply (case_id);

alter table mailbox enable row level security;
alter table mailbox force row level security;
create policy program on mailbox using ((select actor_is_founder()));
alter table letter_taken enable row level security;
alter table letter_taken force row level security;
create policy program on letter_taken using ((select actor_is_founder()));
alter table letter_answered enable row level security;
alter table letter_answered force row level security;
create policy program on letter_answered using ((select actor_is_founder()));
alter table case_correspondent enable row level security;
alter table case_correspondent force row level security;
create policy program on case_correspondent using ((select actor_is_founder()));

alter table case_letter enable row level security;
alter table case_letter force row level security;
create policy read on case_letter for select using ((select actor_has('ANA', 'LEAD')) and exists (
  select from "case" c where c.id = case_id and opens(c)));
create policy file on case_letter for insert with check ((select actor_is_founder()));
create policy take on case_letter for update
  using (message_id is null and kind in ('apart', 'automatic') and (select actor_has('ANA', 'LEAD')) and exists (
    select from "case" c where c.id = case_id and opens(c)))
  with check (taken_by = (select actor_person()));

alter table case_reply enable row level security;
alter table case_reply force row level security;
create policy program on case_reply using ((select actor_is_founder()));
-- The post, which sends it.
create policy post on case_reply for select using ((select actor_has('LEAD') and actor_person() is null));

grant select, insert, update (uid_validity, last_uid, looked_at, next_at, failures, problem) on mailbox to busbar_app;
grant select, insert on letter_taken to busbar_app;
grant select, insert, delete on letter_answered to busbar_app;
grant select, insert, delete, update (sealed) on case_correspondent to busbar_app;
grant select, insert, update (message_id, taken_by, taker_name) on case_letter to busbar_app;
grant select, insert, update (sealed) on case_reply to busbar_app;

-- Who wrote goes with the key of the case; what he wrote cannot be read any more.
create function forget_correspondent() returns trigger language plpgsql as $$
begin
  delete from case_correspondent where case_id = old.case_id;
  return null;
end
$$;
create trigger forgets after delete on data_key for each row when (old.case_id is not null)
  execute function forget_correspondent();

-- A letter of a case goes to whoever wrote. His address stands under the key of the case and not here, so that the row of a
-- delivery tells nobody who reported.
alter table dispatch drop constraint dispatch_kind_check;
alter table dispatch
  add constraint dispatch_kind_check
    check (kind in ('published', 'recalled', 'warning', 'confirmation', 'notice', 'participation', 'letter')),
  add check (kind <> 'letter' or texts = '{}' and label = 'AMBER+STRICT');
alter table delivery
  add column reply_id uuid references case_reply,
  add check (reply_id is null or address = 'letter');

drop trigger stays_inside on delivery;
create trigger stays_inside before insert or update of address, dispatch_id on delivery
  for each row when (new.reply_id is null) execute function delivery_stays_inside();

create function delivery_answers() returns trigger language plpgsql as $$
begin
  if not exists (
      select from dispatch d join case_reply r on d.key = 'letter ' || r.id
      where d.id = new.dispatch_id and d.kind = 'letter' and r.id = new.reply_id) then
    raise exception 'delivery-without-letter';
  end if;
  return new;
end
$$;
create trigger answers before insert or update of address, dispatch_id, reply_id on delivery
  for each row when (new.reply_id is not null) execute function delivery_answers();
