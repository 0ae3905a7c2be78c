-- What publishers say about vulnerabilities, as received. The CERT that imported a document owns it; its label says
-- how far it may go, and what carries TLP:CLEAR is public.

-- Counts the changes of the library. Whoever keeps something computed from the advisories sees by it that he is behind,
-- and whoever changes them holds this row, so that editions are committed in their order.
create table advisory_edition (
  one    boolean primary key default true check (one),
  number bigint not null
);
insert into advisory_edition (number) values (0);

create table advisory (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  label        tlp not null,
  scope        scope not null,
  audience     uuid[] not null default '{}',
  publisher    text not null,
  tracking_id  text not null,
  version      text not null,
  status       text not null check (status in ('draft', 'interim', 'final')),
  title        text not null,
  vendors      text[] not null,
  vendor_keys  text[] not null,
  cves         text[] not null,
  severity     text not null check (severity in ('none', 'low', 'medium', 'high', 'critical', 'unknown')),
  score        real,
  has_fix      boolean not null,
  published_at timestamptz not null,
  updated_at   timestamptz not null,
  -- Where it stands among the newest: a date in the future does not hold the first place.
  newest_at    timestamptz not null,
  -- What matching needs of it (gzip of JSON), so that nobody has to read the document for that again.
  facts        bytea not null,
  -- Only of what is not public; see advisory_word_public.
  words        tsvector,
  problems     jsonb not null default '[]',
  edition      bigint not null,
  check (scope_allowed(label, scope)),
  unique (owner_id, publisher, tracking_id),
  unique (owner_id, id),
  unique (id, label, scope)
);
create index on advisory (newest_at desc, id desc);
create index on advisory (score desc nulls last, newest_at desc, id desc);
create index on advisory (edition);

-- Every version ever received, byte for byte (gzip), under the label it came with.
create table advisory_version (
  owner_id    uuid not null,
  advisory_id uuid not null,
  version     text not null,
  label       tlp not null,
  scope       scope not null,
  audience    uuid[] not null default '{}',
  sha256      bytea not null,
  size        bigint not null,
  document    bytea not null,
  received_at timestamptz not null default now(),
  check (scope_allowed(label, scope)),
  primary key (advisory_id, version),
  foreign key (owner_id, advisory_id) references advisory (owner_id, id)
);

-- The words of public advisories, and of no others: the keys and the check see to it. They stand apart because an
-- index on words is of no use below a policy: PostgreSQL asks the policy first, row by row, before any operator that
-- might tell of what it compared (ts_match_vq is not leakproof).
create table advisory_word_public (
  advisory_id uuid primary key,
  label       tlp not null default 'CLEAR' check (label = 'CLEAR'),
  scope       scope not null default 'public' check (scope = 'public'),
  words       tsvector not null,
  foreign key (advisory_id, label, scope) references advisory (id, label, scope)
);
create index on advisory_word_public using gin (words) with (fastupdate = off);

create table advisory_import (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  label        tlp not null default 'AMBER+STRICT',
  scope        scope not null default 'org',
  audience     uuid[] not null default '{}',
  name         text not null,
  size         bigint not null,
  evidence_id  uuid not null,
  requested_by uuid references person,
  added        integer not null default 0,
  updated      integer not null default 0,
  unchanged    integer not null default 0,
  refused      jsonb not null default '[]',
  created_at   timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  foreign key (owner_id, evidence_id) references evidence (owner_id, id)
);
create index on advisory_import (owner_id, created_at desc);

alter table advisory_edition enable row level security;
alter table advisory_edition force row level security;
create policy read on advisory_edition for select using (true);
create policy change on advisory_edition for update using ((select actor_has('ANA', 'LEAD')));

alter table advisory enable row level security;
alter table advisory force row level security;
create policy read on advisory for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy add on advisory for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy change on advisory for update using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table advisory_version enable row level security;
alter table advisory_version force row level security;
create policy read on advisory_version for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy add on advisory_version for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table advisory_word_public enable row level security;
alter table advisory_word_public force row level security;
create policy read on advisory_word_public for select using (true);
create policy add on advisory_word_public for insert with check ((select actor_has('ANA', 'LEAD')));
create policy change on advisory_word_public for update using ((select actor_has('ANA', 'LEAD')));
create policy remove on advisory_word_public for delete using ((select actor_has('ANA', 'LEAD')));

alter table advisory_import enable row level security;
alter table advisory_import force row level security;
create policy own on advisory_import using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

grant select, update on advisory_edition to busbar_app;
grant select, insert, update on advisory, advisory_import to busbar_app;
grant select, insert on advisory_version to busbar_app;
grant select, insert, update, delete on advisory_word_public to busbar_app;
