-- What the CERT is writing. All of it is the working state and the CERT's own: what readers read is a snapshot that a
-- release let out, in tables of the release gate.

create table publication (
  id                uuid primary key default gen_random_uuid(),
  owner_id          uuid not null references organisation,
  -- Of the working state. Under which label and for whom it is to go out stands in release_….
  label             tlp not null default 'AMBER+STRICT',
  scope             scope not null default 'org',
  audience          uuid[] not null default '{}',
  -- Random: nobody reads from one how many there are, or that there is another.
  ref               text not null,
  kind              text not null check (kind in ('advisory', 'earlyWarning', 'threatReport', 'incidentNotice',
    'guidance', 'lesson', 'statistics', 'exerciseReport', 'rfc2350', 'policy')),
  language          text not null check (language in ('en', 'ru', 'zh')),
  release_label     tlp not null default 'CLEAR',
  release_scope     scope not null default 'public',
  release_audience  uuid[] not null default '{}',
  sectors           text[] not null default '{}',
  change_note       text not null default '',
  version           integer not null default 1,
  state             text not null default 'draft' check (state in ('draft', 'sourced', 'checked', 'inTranslation',
    'approved', 'scheduled', 'published', 'withdrawn')),
  published_version integer,
  proposal_id       uuid,
  proposed_by       text,
  created_by        uuid not null references person,
  created_at        timestamptz not null default clock_timestamp(),
  -- In milliseconds, because that is what comes back of it as the place where a page of the list ended.
  updated_at        timestamptz(3) not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  check (scope_allowed(release_label, release_scope)),
  unique (owner_id, ref),
  unique (owner_id, id)
);
create index on publication (owner_id, updated_at desc, id desc);

-- Who wrote, checked and approved a version. The primary key is the separation of duties: one person, one part, and
-- two who race for different parts meet in it.
create table publication_hand (
  owner_id       uuid not null,
  publication_id uuid not null,
  version        integer not null,
  person_id      uuid not null references person,
  part           text not null check (part in ('author', 'checker', 'approver')),
  at             timestamptz not null default clock_timestamp(),
  primary key (publication_id, version, person_id),
  foreign key (owner_id, publication_id) references publication (owner_id, id)
);

create table publication_block (
  owner_id       uuid not null,
  publication_id uuid not null,
  -- Made by the page that adds the block, so that adding it twice adds it once.
  id             uuid not null,
  revision       integer not null,
  -- The revision that last changed what it says: to move a block is no conflict with writing in it.
  said           integer not null,
  place          double precision not null,
  removed        boolean not null default false,
  kind           text not null,
  heading        text not null,
  text           text not null,
  data           jsonb not null,
  person_id      uuid not null references person,
  editor         uuid not null,
  at             timestamptz not null default clock_timestamp(),
  -- When its heading or text last changed, which is when translations of it grew old.
  words_at       timestamptz not null default clock_timestamp(),
  primary key (publication_id, id),
  unique (owner_id, publication_id, id),
  foreign key (owner_id, publication_id) references publication (owner_id, id)
);

create table publication_translation (
  owner_id       uuid not null,
  publication_id uuid not null,
  block_id       uuid not null,
  language       text not null check (language in ('en', 'ru', 'zh')),
  revision       integer not null,
  heading        text not null,
  text           text not null,
  -- What the original said when this was translated from it.
  from_heading   text not null,
  from_text      text not null,
  from_version   integer not null,
  person_id      uuid not null references person,
  editor         uuid not null,
  at             timestamptz not null default clock_timestamp(),
  primary key (publication_id, block_id, language),
  foreign key (owner_id, publication_id, block_id) references publication_block (owner_id, publication_id, id)
);

-- What stood in a block before another hand, or before a while; and, not yet settled, what was written against a
-- revision that another had changed meanwhile.
create table publication_variant (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null,
  publication_id uuid not null,
  block_id       uuid not null,
  -- Of a translation; null: of the original.
  language       text check (language in ('en', 'ru', 'zh')),
  base           integer not null,
  content        jsonb not null,
  person_id      uuid not null references person,
  editor         uuid not null,
  at             timestamptz not null default clock_timestamp(),
  settled_at     timestamptz,
  foreign key (owner_id, publication_id, block_id) references publication_block (owner_id, publication_id, id)
);
create index on publication_variant (publication_id, block_id, at);
-- One page has one other version of a block, which grows while its person writes on.
create unique index on publication_variant (publication_id, block_id, coalesce(language, ''), editor) where settled_at is null;

-- A version as it went out. What a reader got is never changed, only said to be superseded or withdrawn.
create table publication_version (
  owner_id       uuid not null,
  publication_id uuid not null,
  version        integer not null,
  state          text not null check (state in ('published', 'revised', 'withdrawn')),
  snapshot       jsonb not null,
  sha256         bytea not null,
  published_at   timestamptz not null,
  primary key (publication_id, version),
  foreign key (owner_id, publication_id) references publication (owner_id, id)
);

create table publication_step (
  id             bigint generated always as identity primary key,
  owner_id       uuid not null,
  publication_id uuid not null,
  version        integer not null,
  state          text not null,
  reason         text,
  person_id      uuid references person,
  at             timestamptz not null default clock_timestamp(),
  foreign key (owner_id, publication_id) references publication (owner_id, id)
);
create index on publication_step (publication_id, id);

-- Who has it open, and in which block; nobody after half a minute of silence.
create table publication_presence (
  owner_id       uuid not null,
  publication_id uuid not null,
  editor         uuid not null,
  person_id      uuid not null references person,
  block_id       uuid,
  at             timestamptz not null default clock_timestamp(),
  primary key (publication_id, editor),
  foreign key (owner_id, publication_id) references publication (owner_id, id)
);

-- What members, vendors, finders and partners would like to see published. Theirs; the CERT reads and answers it, and
-- whatever it makes of it is a publication of its own that they do not see before it is out.
create table publication_proposal (
  id             uuid primary key default gen_random_uuid(),
  owner_id       uuid not null references organisation,
  label          tlp not null default 'AMBER+STRICT',
  scope          scope not null default 'orgs',
  audience       uuid[] not null,
  cert_id        uuid not null references organisation,
  state          text not null default 'proposed' check (state in ('proposed', 'accepted', 'declined', 'withdrawn')),
  content        jsonb not null,
  organisation   text not null,
  person_id      uuid not null references person,
  person_name    text not null,
  at             timestamptz(3) not null default clock_timestamp(),
  answer         text,
  answered_at    timestamptz,
  check (scope_allowed(label, scope)),
  check (audience = array[cert_id]),
  unique (owner_id, id)
);
create index on publication_proposal (owner_id, at desc, id desc);
create index on publication_proposal (cert_id, at desc, id desc);

-- Text changes in a draft and nowhere else, whoever forgot to look; the share lock makes a move wait for it, and it
-- for a move.
create function publication_must_be_open() returns trigger language plpgsql as $$
declare
  now_state text;
begin
  select state into now_state from publication where id = new.publication_id for share;
  if now_state is null or not (now_state = any (tg_argv)) then
    raise exception 'publication is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger open before insert or update on publication_block
  for each row execute function publication_must_be_open('draft');
create trigger open before insert or update on publication_translation
  for each row execute function publication_must_be_open('draft', 'inTranslation');

-- A version cannot count as checked, approved or out without somebody who checked and somebody who approved it; that
-- they are others than its authors is what the primary key of publication_hand says.
create function publication_needs_hands() returns trigger language plpgsql as $$
begin
  if new.state in ('checked', 'inTranslation', 'approved', 'scheduled', 'published') and not exists (
      select from publication_hand h where h.publication_id = new.id and h.version = new.version and h.part = 'checker')
    or new.state in ('approved', 'scheduled', 'published') and not exists (
      select from publication_hand h where h.publication_id = new.id and h.version = new.version and h.part = 'approver') then
    raise exception 'publication lacks a hand' using errcode = 'BB002';
  end if;
  return new;
end $$;
create trigger hands before insert or update of state on publication
  for each row execute function publication_needs_hands();

-- Its owner takes a proposal back, the CERT answers it, and nobody rewrites what was proposed.
create function publication_proposal_moves() returns trigger language plpgsql as $$
begin
  if old.state <> 'proposed' or new.content <> old.content or new.owner_id <> old.owner_id or new.cert_id <> old.cert_id
    or new.state = 'withdrawn' and new.owner_id <> actor_organisation()
    or new.state in ('accepted', 'declined') and new.cert_id <> actor_organisation() then
    raise exception 'proposal is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger moves before update on publication_proposal
  for each row execute function publication_proposal_moves();

alter table publication enable row level security;
alter table publication force row level security;
create policy own on publication using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_hand enable row level security;
alter table publication_hand force row level security;
create policy own on publication_hand using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_block enable row level security;
alter table publication_block force row level security;
create policy own on publication_block using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_translation enable row level security;
alter table publication_translation force row level security;
create policy own on publication_translation using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_variant enable row level security;
alter table publication_variant force row level security;
create policy own on publication_variant using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_version enable row level security;
alter table publication_version force row level security;
create policy own on publication_version using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_step enable row level security;
alter table publication_step force row level security;
create policy own on publication_step using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_presence enable row level security;
alter table publication_presence force row level security;
create policy own on publication_presence using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table publication_proposal enable row level security;
alter table publication_proposal force row level security;
create policy read on publication_proposal for select using (
  owner_id = (select actor_organisation()) and (select actor_has('RES', 'VEN', 'MEM', 'MAD', 'GOV'))
  or cert_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy add on publication_proposal for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('RES', 'VEN', 'MEM', 'MAD', 'GOV')) and state = 'proposed'
  and exists (select from organisation o where o.id = cert_id and 'cert' = any (o.kinds)));
create policy change on publication_proposal for update using (
  owner_id = (select actor_organisation()) and (select actor_has('RES', 'VEN', 'MEM', 'MAD', 'GOV'))
  or cert_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

grant select, insert, update on publication, publication_block, publication_translation, publication_variant,
  publication_version, publication_proposal to busbar_app;
grant select, insert, delete on publication_hand to busbar_app;
grant select, insert on publication_step to busbar_app;
grant select, insert, update, delete on publication_presence to busbar_app;
