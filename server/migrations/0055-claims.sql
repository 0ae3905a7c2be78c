-- Who says what about which vulnerability. A claim is as far as the document that makes it; the CERT's own claims
-- exist only after two people came to them, the second without seeing what the first had said.

create table vulnerability (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null references organisation,
  -- As far as the farthest of its sources: public, or for whoever may read one of them.
  label      tlp not null default 'AMBER+STRICT',
  scope      scope not null default 'org',
  ref        text not null check (ref ~ '^(CVE-[0-9]{4}-[0-9]{4,19}|VUL-[0-9]{4}-[0-9A-Z]{8})$'),
  -- The latest change of what is as far as the row itself.
  newest_at  timestamptz not null,
  created_at timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  unique (owner_id, ref),
  unique (owner_id, id)
);
create index on vulnerability (newest_at desc, id desc);
-- By its beginning: comparisons may go before a policy, for they tell nothing of what they compared; `like` may not.
create index on vulnerability (ref collate "C");

-- Everything a document may call it by. Only for finding what a new document speaks of; nobody reads it.
create table vulnerability_key (
  owner_id         uuid not null,
  key              text not null,
  vulnerability_id uuid not null,
  primary key (owner_id, key),
  foreign key (owner_id, vulnerability_id) references vulnerability (owner_id, id)
);
create index on vulnerability_key (vulnerability_id);

-- Advisories that are not public have their words beside them; few have, and a search looks at just these.
create index on advisory (id) where words is not null;

-- A document or record that speaks of a vulnerability, as it stands now.
create table vulnerability_source (
  id               uuid primary key default gen_random_uuid(),
  owner_id         uuid not null references organisation,
  label            tlp not null,
  scope            scope not null,
  audience         uuid[] not null default '{}',
  vulnerability_id uuid not null,
  -- By an analyst: the document itself does not say so.
  attached         boolean not null default false,
  -- The advisory of the library, or the record of a catalogue.
  kind             text not null check (kind in ('advisory', 'record')),
  document_id      uuid not null,
  publisher        text not null,
  publisher_kind   text not null check (publisher_kind in ('vendor', 'coordinator', 'discoverer', 'catalogue', 'other')),
  tracking_id      text not null,
  version          text not null,
  title            text not null,
  vendors          text[] not null default '{}',
  severity         text not null check (severity in ('none', 'low', 'medium', 'high', 'critical', 'unknown')),
  score            real,
  exploited        boolean not null default false,
  url              text,
  updated_at       timestamptz not null,
  retrieved_at     timestamptz not null default clock_timestamp(),
  -- A later version of the document does not speak of it any more.
  ended_at         timestamptz,
  check (scope_allowed(label, scope)),
  unique (owner_id, vulnerability_id, document_id),
  unique (owner_id, id),
  foreign key (owner_id, vulnerability_id) references vulnerability (owner_id, id)
);
create index on vulnerability_source (vulnerability_id);
create index on vulnerability_source (document_id);

create table claim (
  id               uuid primary key,
  owner_id         uuid not null references organisation,
  label            tlp not null,
  scope            scope not null,
  audience         uuid[] not null default '{}',
  -- How far what it rests on goes: nothing made of it may go farther.
  limit_label      tlp not null default 'CLEAR',
  limit_scope      scope not null default 'public',
  vulnerability_id uuid not null,
  -- Nothing where the CERT says it; the verdict of the same id then holds who came to it.
  source_id        uuid,
  publisher        text not null,
  kind             text not null check (kind in
    ('productStatus', 'severity', 'exploitation', 'weakness', 'remedy', 'mitigation', 'date')),
  -- What is compared with what: claims of one fact, and those of them that say the same.
  fact             text not null check (length(fact) <= 500),
  value_key        text not null check (length(value_key) <= 500),
  -- What of the kind: the status of a product, the system of a score, which date.
  aspect           text not null,
  subject          text not null,
  value            text not null,
  quote            text not null default '',
  pointer          text not null default '',
  version          text not null default '',
  verification     text not null default 'unverified' check (verification in
    ('unverified', 'singleSource', 'independentSource', 'reproducedByUs')),
  checks           smallint not null default 0,
  corrects_id      uuid,
  retrieved_at     timestamptz not null default clock_timestamp(),
  superseded_at    timestamptz,
  -- The version of the document that took its place.
  superseded_by    text,
  check (scope_allowed(label, scope)),
  check (label >= limit_label and scope <= limit_scope),
  unique (owner_id, id),
  foreign key (owner_id, vulnerability_id) references vulnerability (owner_id, id),
  foreign key (owner_id, source_id) references vulnerability_source (owner_id, id),
  foreign key (owner_id, corrects_id) references claim (owner_id, id)
);
create index on claim (vulnerability_id, fact) where superseded_at is null;
create index on claim (vulnerability_id, superseded_at desc) where superseded_at is not null;
create index on claim (source_id) where superseded_at is null;
create index on claim (corrects_id) where corrects_id is not null;
-- The CERT says one thing of a fact at a time.
create unique index on claim (owner_id, vulnerability_id, fact) where source_id is null and superseded_at is null;

-- How many facts of a vulnerability stand how, counted over everything the CERT knows: for those who decide.
create table vulnerability_standing (
  vulnerability_id uuid primary key,
  owner_id         uuid not null,
  disagreeing      integer not null default 0,
  waiting          integer not null default 0,
  disputed         integer not null default 0,
  checked          integer not null default 0,
  foreign key (owner_id, vulnerability_id) references vulnerability (owner_id, id)
);
create index on vulnerability_standing (owner_id, vulnerability_id) where disagreeing > 0;
create index on vulnerability_standing (owner_id, vulnerability_id) where waiting > 0;
create index on vulnerability_standing (owner_id, vulnerability_id) where disputed > 0;
create index on vulnerability_standing (owner_id, vulnerability_id) where checked > 0;

-- That somebody stands for a value of a fact. Which value is not here.
create table verdict (
  id               uuid primary key default gen_random_uuid(),
  owner_id         uuid not null references organisation,
  label            tlp not null,
  scope            scope not null,
  audience         uuid[] not null default '{}',
  vulnerability_id uuid not null,
  kind             text not null,
  fact             text not null,
  aspect           text not null,
  subject          text not null,
  corrects_id      uuid,
  state            text not null default 'waiting' check (state in
    ('waiting', 'checkedTwice', 'disputed', 'resolved', 'withdrawn')),
  opened_by        uuid not null references person,
  opened_at        timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  unique (id, opened_by),
  foreign key (owner_id, vulnerability_id) references vulnerability (owner_id, id),
  foreign key (owner_id, corrects_id) references claim (owner_id, id)
);
create unique index on verdict (owner_id, vulnerability_id, fact) where state in ('waiting', 'disputed');
create index on verdict (owner_id, state, opened_at, id);
create index on verdict (vulnerability_id);

-- The answers, a table each, so that the keys can say who may follow whom: the second is never the first, the third
-- neither of both, however many ask at once. And so that a policy can say that the first is hidden until the second
-- is there.
create table verdict_first (
  verdict_id   uuid primary key,
  owner_id     uuid not null,
  person_id    uuid not null,
  value        text not null,
  value_key    text not null,
  verification text not null,
  evidence     text not null,
  links        text[] not null,
  claims       uuid[] not null,
  at           timestamptz not null default clock_timestamp(),
  unique (verdict_id, person_id),
  foreign key (owner_id, verdict_id) references verdict (owner_id, id),
  foreign key (verdict_id, person_id) references verdict (id, opened_by)
);

create table verdict_second (
  verdict_id   uuid primary key,
  owner_id     uuid not null,
  first_person uuid not null,
  person_id    uuid not null references person check (person_id <> first_person),
  value        text not null,
  value_key    text not null,
  verification text not null,
  evidence     text not null,
  links        text[] not null,
  claims       uuid[] not null,
  at           timestamptz not null default clock_timestamp(),
  unique (verdict_id, person_id),
  foreign key (owner_id, verdict_id) references verdict (owner_id, id),
  foreign key (verdict_id, first_person) references verdict_first (verdict_id, person_id)
);

create table verdict_third (
  verdict_id    uuid primary key,
  owner_id      uuid not null,
  first_person  uuid not null,
  second_person uuid not null,
  person_id     uuid not null references person check (person_id <> first_person and person_id <> second_person),
  value         text not null,
  value_key     text not null,
  verification  text not null,
  evidence      text not null check (evidence <> ''),
  links         text[] not null,
  claims        uuid[] not null,
  at            timestamptz not null default clock_timestamp(),
  foreign key (owner_id, verdict_id) references verdict (owner_id, id),
  foreign key (verdict_id, first_person) references verdict_first (verdict_id, person_id),
  foreign key (verdict_id, second_person) references verdict_second (verdict_id, person_id)
);

alter table vulnerability enable row level security;
alter table vulnerability force row level security;
create policy read on vulnerability for select using (
  scope = 'public' and label <= (select actor_ceiling())
  or exists (select from vulnerability_source s where s.vulnerability_id = vulnerability.id));
create policy add on vulnerability for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy change on vulnerability for update using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table vulnerability_key enable row level security;
alter table vulnerability_key force row level security;
create policy own on vulnerability_key using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table vulnerability_source enable row level security;
alter table vulnerability_source force row level security;
create policy read on vulnerability_source for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy add on vulnerability_source for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy change on vulnerability_source for update using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table claim enable row level security;
alter table claim force row level security;
create policy read on claim for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy add on claim for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and (source_id is not null or exists (select from verdict_second s where s.verdict_id = claim.id)));
create policy change on claim for update using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table vulnerability_standing enable row level security;
alter table vulnerability_standing force row level security;
create policy own on vulnerability_standing using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table verdict enable row level security;
alter table verdict force row level security;
create policy own on verdict using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and may_see(owner_id, label, scope, audience));

alter table verdict_first enable row level security;
alter table verdict_first force row level security;
-- Blind: whoever is to check it finds nothing here before he has answered, whichever way he asks.
create policy read on verdict_first for select using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from verdict v where v.id = verdict_first.verdict_id)
  and (person_id = (select actor_person()) or exists (
    select from verdict_second s where s.verdict_id = verdict_first.verdict_id)));
create policy add on verdict_first for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and person_id = (select actor_person()));

alter table verdict_second enable row level security;
alter table verdict_second force row level security;
create policy read on verdict_second for select using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from verdict v where v.id = verdict_second.verdict_id));
create policy add on verdict_second for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and person_id = (select actor_person()));

alter table verdict_third enable row level security;
alter table verdict_third force row level security;
create policy read on verdict_third for select using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from verdict v where v.id = verdict_third.verdict_id));
create policy add on verdict_third for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and person_id = (select actor_person()));

grant select, insert on vulnerability, vulnerability_key, vulnerability_source, claim, verdict to busbar_app;
grant update (label, scope, newest_at) on vulnerability to busbar_app;
-- What was said of a vulnerability without a number may turn out to be said of another.
grant update (vulnerability_id) on vulnerability_key, vulnerability_source, claim to busbar_app;
grant update (label, scope, audience, publisher_kind, version, title, vendors, severity, score, exploited, url, updated_at, retrieved_at, ended_at)
  on vulnerability_source to busbar_app;
-- What a claim says is never changed; another takes its place.
grant update (label, scope, audience, superseded_at, superseded_by) on claim to busbar_app;
grant select, insert, update on vulnerability_standing to busbar_app;
grant update (state) on verdict to busbar_app;
grant select, insert on verdict_first, verdict_second, verdict_third to busbar_app;
