-- What a document says is worked out by rules, and rules get better; what is said comes by ways, and ways are closed.

-- A document or record that claims were worked out of: by which rules, and by which ways it came. Where it goes, and
-- what it says, is not here.
create table claim_document (
  owner_id     uuid not null references organisation,
  document_id  uuid not null,
  rules        integer not null,
  -- Sources; the id of nothing stands for what somebody brought by hand.
  ways         uuid[] not null,
  -- None of them is left: what it says is history.
  withdrawn_at timestamptz,
  primary key (owner_id, document_id)
);
create index on claim_document using gin (ways);

-- How far the claims of a CERT follow the rules of the program; `reading` while it reads everything anew.
create table claim_derivation (
  owner_id uuid primary key references organisation,
  rules    integer not null default 0,
  reading  integer,
  stage    text not null default 'advisories' check (stage in ('advisories', 'records')),
  after_id uuid,
  done     integer not null default 0
);

-- Not every change of a claim is a change of mind: the document was read anew, or its source was removed.
alter table claim add column superseded_why text not null default 'version'
  check (superseded_why in ('version', 'reread', 'removed'));
alter table vulnerability_source add column removed_at timestamptz;

alter table claim_document enable row level security;
alter table claim_document force row level security;
create policy own on claim_document using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table claim_derivation enable row level security;
alter table claim_derivation force row level security;
create policy own on claim_derivation using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

-- Only what belongs to a source that was removed, and that nobody rests a verdict on.
create policy remove on claim for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and source_id is not null and superseded_why = 'removed');
create policy remove on vulnerability_source for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')) and removed_at is not null);

grant select, insert, update on claim_document, claim_derivation to busbar_app;
grant delete on claim, vulnerability_source to busbar_app;
grant update (superseded_why) on claim to busbar_app;
grant update (removed_at) on vulnerability_source to busbar_app;
