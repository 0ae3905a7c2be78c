-- Whom we read: the domain's Peer, which people know as a source. It is working material of the CERT that added it;
-- what it brings into the library stands under the label of each document.

create table peer (
  id              uuid primary key default gen_random_uuid(),
  owner_id        uuid not null references organisation,
  label           tlp not null default 'AMBER+STRICT',
  scope           scope not null default 'org',
  audience        uuid[] not null default '{}',
  name            text not null,
  kind            text not null check (kind in ('csaf-provider', 'csaf-aggregator', 'archive', 'cve', 'kev', 'epss', 'feed')),
  address         text not null,
  hosts           text[] not null,
  local           boolean not null,
  licence         text not null,
  reliability     text not null check (reliability in ('A', 'B', 'C', 'D', 'E', 'F')),
  max_label       tlp not null,
  -- Pinned by a person; `keys` are the armoured keys that carry one of these.
  fingerprints    text[] not null,
  keys            jsonb not null default '[]',
  must_be_signed  boolean not null,
  every_minutes   integer not null check (every_minutes between 5 and 43200),
  state           text not null default 'on' check (state in ('on', 'off')),
  -- Of whole lists only (ETag, Last-Modified); which documents are here already, their rows tell.
  validators      jsonb not null default '{}',
  empty           boolean not null default false,
  problem         jsonb,
  next_at         timestamptz,
  last_run_at     timestamptz,
  last_success_at timestamptz,
  last_new_at     timestamptz,
  failing_since   timestamptz,
  -- The library has changed by it and nobody has compared devices yet.
  unmatched       boolean not null default false,
  added_by        uuid references person,
  created_at      timestamptz not null default clock_timestamp(),
  removed_at      timestamptz,
  check (scope_allowed(label, scope)),
  unique (owner_id, id)
);
create unique index on peer (owner_id, address) where removed_at is null;
create index on peer (next_at) where state = 'on' and removed_at is null;

create table peer_run (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null,
  peer_id    uuid not null,
  job_id     uuid not null,
  started_at timestamptz not null default clock_timestamp(),
  ended_at   timestamptz,
  listed     integer not null default 0,
  fetched    integer not null default 0,
  added      integer not null default 0,
  updated    integer not null default 0,
  unchanged  integer not null default 0,
  held       integer not null default 0,
  missed     integer not null default 0,
  problems   jsonb not null default '[]',
  unique (peer_id, job_id),
  foreign key (owner_id, peer_id) references peer (owner_id, id) on delete cascade
);
create index on peer_run (peer_id, started_at desc);

-- Each content that ever stood at an address of a peer, and what became of it. A run that is killed goes on by these
-- rows: what stands here under the date it is listed with is not asked for again.
create table peer_document (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null,
  peer_id      uuid not null,
  url          text not null,
  listed       text,
  latest       boolean not null default true,
  retrieved_at timestamptz not null default clock_timestamp(),
  publisher    text,
  tracking_id  text,
  version      text,
  title        text,
  label        tlp,
  advisory_id  uuid,
  size         bigint,
  sha256       bytea,
  etag         text,
  hash         text not null check (hash in ('right', 'wrong', 'unchecked')),
  signature    text not null check (signature in ('right', 'wrong', 'unknown-key', 'unchecked')),
  signed_by    text,
  outcome      text not null check (outcome in
    ('added', 'updated', 'unchanged', 'older', 'conflict', 'held', 'unreadable', 'missed')),
  problems     jsonb not null default '[]',
  -- gzip of the bytes, of what the library did not take.
  document     bytea,
  unique (owner_id, id),
  unique nulls not distinct (peer_id, url, sha256),
  foreign key (owner_id, peer_id) references peer (owner_id, id) on delete cascade,
  foreign key (owner_id, advisory_id) references advisory (owner_id, id)
);
create index on peer_document (peer_id, retrieved_at desc, id desc);
create index on peer_document (peer_id, url) where latest;
create index on peer_document (advisory_id) where advisory_id is not null;

-- What is no advisory: news, CVE records, entries of catalogues. One row an id; `seq` rises when its content changes, so
-- that a reader who remembers the last he saw misses nothing.
create table source_item (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null,
  peer_id      uuid not null,
  seq          bigint generated always as identity,
  external_id  text not null,
  title        text not null,
  summary      text not null,
  link         text,
  cves         text[] not null,
  published_at timestamptz,
  retrieved_at timestamptz not null default clock_timestamp(),
  sha256       bytea not null,
  -- gzip of what came.
  raw          bytea not null,
  unique (owner_id, id),
  unique (peer_id, external_id),
  foreign key (owner_id, peer_id) references peer (owner_id, id) on delete cascade
);
create index on source_item (owner_id, seq);
create index on source_item (peer_id, retrieved_at desc, id desc);
create index on source_item using gin (cves);

-- Known exploited vulnerabilities, as catalogues list them.
create table known_exploited (
  owner_id   uuid not null,
  peer_id    uuid not null,
  label      tlp not null,
  scope      scope not null,
  audience   uuid[] not null default '{}',
  cve        text not null,
  added_on   date not null,
  due_on     date,
  ransomware boolean,
  action     text not null,
  check (scope_allowed(label, scope)),
  primary key (peer_id, cve),
  foreign key (owner_id, peer_id) references peer (owner_id, id) on delete cascade
);
create index on known_exploited (cve);

-- The probability of being exploited within thirty days (EPSS), of the latest day only.
create table exploit_probability (
  owner_id   uuid not null,
  peer_id    uuid not null,
  label      tlp not null,
  scope      scope not null,
  audience   uuid[] not null default '{}',
  cve        text not null,
  epss       real not null check (epss between 0 and 1),
  percentile real not null check (percentile between 0 and 1),
  scored_on  date not null,
  check (scope_allowed(label, scope)),
  primary key (peer_id, cve),
  foreign key (owner_id, peer_id) references peer (owner_id, id) on delete cascade
);
create index on exploit_probability (cve);

alter table peer enable row level security;
alter table peer force row level security;
create policy own on peer using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table peer_run enable row level security;
alter table peer_run force row level security;
create policy own on peer_run using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table peer_document enable row level security;
alter table peer_document force row level security;
create policy own on peer_document using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table source_item enable row level security;
alter table source_item force row level security;
create policy own on source_item using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table known_exploited enable row level security;
alter table known_exploited force row level security;
create policy read on known_exploited for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy change on known_exploited using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table exploit_probability enable row level security;
alter table exploit_probability force row level security;
create policy read on exploit_probability for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy change on exploit_probability using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

grant select, insert, update on peer, peer_run, source_item to busbar_app;
grant select, insert, update, delete on peer_document, known_exploited, exploit_probability to busbar_app;
