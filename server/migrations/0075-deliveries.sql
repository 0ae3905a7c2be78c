-- What reaches people outside the portal: who asked for it, what is told, and what became of it for each of them.
-- Read with docs/handbook/delivery.md.

create table subscription (
  id           uuid primary key default gen_random_uuid(),
  -- The organisation its person acted for; for a reader without an account, the CERT.
  owner_id     uuid not null references organisation,
  person_id    uuid references person,
  address      text not null check (address = lower(address) and length(address) <= 254),
  language     text not null check (language in ('en', 'ru', 'zh')),
  -- Nothing named: everything of it.
  kinds        text[] not null default '{}',
  vendors      text[] not null default '{}',
  vendor_keys  text[] not null default '{}',
  min_severity text check (min_severity in ('low', 'medium', 'high', 'critical')),
  -- An address that a reader typed counts when somebody who reads its mail has confirmed it.
  state        text not null check (state in ('unconfirmed', 'on', 'off')),
  off_reason   jsonb,
  -- How often in a row its mail server refused the address for good.
  refusals     integer not null default 0,
  created_at   timestamptz not null default clock_timestamp(),
  check (person_id is not null or state <> 'off' or off_reason is not null),
  unique (owner_id, id)
);
create index on subscription (person_id) where person_id is not null;
create index on subscription (address);
create index on subscription (id) where state = 'on';

-- The OpenPGP key of a person, to which mail is encrypted.
create table recipient_key (
  person_id   uuid primary key references person,
  fingerprint text not null check (fingerprint ~ '^[0-9A-F]{40,64}$'),
  public_key  text not null check (length(public_key) <= 100000),
  user_ids    text[] not null,
  expires_at  timestamptz,
  added_at    timestamptz not null default clock_timestamp()
);

-- Who asked how often for mail to an address that is not confirmed. Hashes only, for a day.
create table mail_request (
  who bytea not null,
  at  timestamptz not null default clock_timestamp()
);
create index on mail_request (who, at);

create table webhook (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  name         text not null,
  url          text not null check (url like 'https://%' and length(url) <= 2000),
  max_label    tlp not null check (max_label <= 'AMBER'),
  kinds        text[] not null default '{}',
  vendors      text[] not null default '{}',
  vendor_keys  text[] not null default '{}',
  min_severity text check (min_severity in ('low', 'medium', 'high', 'critical')),
  state        text not null default 'on' check (state in ('on', 'off')),
  off_reason   jsonb,
  failures     integer not null default 0,
  last_sent_at timestamptz,
  added_by     uuid references person,
  created_at   timestamptz not null default clock_timestamp(),
  unique (owner_id, id)
);
create index on webhook (owner_id, created_at desc);

create table webhook_secret (
  webhook_id uuid primary key,
  owner_id   uuid not null,
  sealed     bytea not null,
  foreign key (owner_id, webhook_id) references webhook (owner_id, id) on delete cascade
);

-- Something to be told, once for all its recipients. What tells of a release stands on a row that left through the gate,
-- under the same label and for the same audience; what does not stays within the organisation it belongs to.
create table dispatch (
  id          uuid primary key default gen_random_uuid(),
  owner_id    uuid not null references organisation,
  label       tlp not null,
  scope       scope not null,
  audience    uuid[] not null default '{}',
  -- The same event is told once, however often somebody says that it happened.
  key         text not null check (length(key) <= 300),
  kind        text not null check (kind in ('published', 'recalled', 'warning', 'confirmation')),
  release_id  uuid,
  -- What subscriptions ask for, and what programs are told: kind, vendors, severity, ref …
  about       jsonb not null,
  -- { language: { subject, text } }; the words of a confirmation are the program's own.
  texts       jsonb not null,
  path        text not null check (path ~ '^/[^/\\]'),
  -- When its recipients were all found.
  expanded_at timestamptz,
  created_at  timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  check ((kind in ('published', 'recalled')) = (release_id is not null)),
  check (kind <> 'confirmation' or texts = '{}' and label = 'CLEAR'),
  unique (owner_id, key),
  unique (owner_id, id),
  foreign key (release_id, owner_id, label, scope, audience)
    references published (release_id, owner_id, label, scope, audience)
);
create index on dispatch (owner_id, release_id) where release_id is not null;
create index on dispatch (created_at) where expanded_at is null;

create table delivery (
  id              uuid primary key default gen_random_uuid(),
  owner_id        uuid not null,
  dispatch_id     uuid not null,
  channel         text not null check (channel in ('mail', 'webhook')),
  -- Who of its channel: an address, or the id of a webhook. Nobody is told the same twice.
  recipient       text not null,
  address         text not null,
  -- As whom it is read: one membership, or nobody in particular.
  person_id       uuid references person,
  organisation_id uuid references organisation,
  subscription_id uuid references subscription on delete set null,
  webhook_id      uuid references webhook on delete set null,
  language        text not null,
  state           text not null default 'queued' check (state in ('queued', 'sent', 'failed', 'givenUp', 'withdrawn')),
  -- How it went: readable, readable for its recipient alone, or a word that there is something to read.
  form            text check (form in ('open', 'encrypted', 'notice')),
  attempts        integer not null default 0,
  next_at         timestamptz not null default clock_timestamp(),
  -- Until then one run of a job has it in hand; a later run of the same job takes it over, for the first is dead.
  leased_until    timestamptz,
  leased_by       uuid,
  leased_in       integer,
  reason          jsonb,
  sent_at         timestamptz,
  created_at      timestamptz not null default clock_timestamp(),
  unique (dispatch_id, channel, recipient),
  unique (owner_id, id),
  foreign key (owner_id, dispatch_id) references dispatch (owner_id, id)
);
create index on delivery (next_at) where state in ('queued', 'failed');
create index on delivery (dispatch_id, state);

-- Told is what is out, and recalled what was recalled.
create function dispatch_stands_on_release() returns trigger language plpgsql as
$$
begin
  if new.kind = 'published' and not exists (
      select from published p where p.release_id = new.release_id and p.recalled_at is null)
    or new.kind = 'recalled' and not exists (
      select from published p where p.release_id = new.release_id and p.recalled_at is not null) then
    raise exception 'dispatch-without-release';
  end if;
  return new;
end
$$;
create trigger stands_on_release before insert on dispatch for each row execute function dispatch_stands_on_release();

-- What has not left through the gate reaches nobody but people and programs of its own organisation, and whoever is
-- asked whether an address is his.
create function delivery_stays_inside() returns trigger language plpgsql as
$$
declare
  d dispatch;
begin
  select * into d from dispatch where id = new.dispatch_id;
  if d.release_id is not null then return new; end if;
  if d.kind = 'confirmation' and exists (
      select from subscription s where s.id = new.subscription_id and s.state = 'unconfirmed' and s.address = new.address)
    or exists (
      select from membership m join person p on p.id = m.person_id
      where m.person_id = new.person_id and m.organisation_id = new.owner_id and m.until is null
        and lower(p.email) = new.address)
    or exists (select from webhook w where w.id = new.webhook_id and w.owner_id = new.owner_id and w.url = new.address) then
    return new;
  end if;
  raise exception 'delivery-leaves-without-release';
end
$$;
create trigger stays_inside before insert or update of address, dispatch_id on delivery
  for each row execute function delivery_stays_inside();

alter table subscription enable row level security;
alter table subscription force row level security;
create policy own on subscription using (
  person_id = (select actor_person()) and owner_id = (select actor_organisation()));
-- The gate finds out whom a release concerns, and what became of it.
create policy staff on subscription for select using ((select actor_has('ANA', 'LEAD')));
create policy keep on subscription for update using ((select actor_has('LEAD')));
-- Whoever holds a link that was mailed to the address.
create policy link on subscription using ((select actor_is_founder()));

alter table recipient_key enable row level security;
alter table recipient_key force row level security;
create policy own on recipient_key using (person_id = (select actor_person()));
create policy encrypt on recipient_key for select using ((select actor_has('LEAD')));

alter table mail_request enable row level security;
alter table mail_request force row level security;
create policy program on mail_request using ((select actor_is_founder()));

alter table webhook enable row level security;
alter table webhook force row level security;
create policy own on webhook using (
  owner_id = (select actor_organisation()) and (select actor_has('MAD', 'VEN', 'GOV', 'ADM')));
create policy staff on webhook for select using ((select actor_has('ANA', 'LEAD')));
create policy keep on webhook for update using ((select actor_has('LEAD')));

alter table webhook_secret enable row level security;
alter table webhook_secret force row level security;
create policy own on webhook_secret using (
  owner_id = (select actor_organisation()) and (select actor_has('MAD', 'VEN', 'GOV', 'ADM')));
create policy sign on webhook_secret for select using ((select actor_has('LEAD')));

alter table dispatch enable row level security;
alter table dispatch force row level security;
create policy own on dispatch using (owner_id = (select actor_organisation()) and (select actor_reads_content()))
  with check (owner_id = (select actor_organisation()) and (select actor_reads_content())
    and (kind = 'warning' or (select actor_has('LEAD'))));
create policy due on dispatch for select using ((select actor_is_founder()));

alter table delivery enable row level security;
alter table delivery force row level security;
create policy own on delivery using (owner_id = (select actor_organisation()) and (select actor_reads_content()));
create policy due on delivery for select using ((select actor_is_founder()));

grant select, insert, update, delete on subscription, recipient_key, webhook, webhook_secret to busbar_app;
grant select, insert, delete on mail_request to busbar_app;
grant select, insert, update (expanded_at) on dispatch to busbar_app;
grant select, insert, update (state, form, attempts, next_at, leased_until, leased_by, leased_in, reason,
  sent_at) on delivery to busbar_app;
