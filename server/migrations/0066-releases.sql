-- The release gate: what is to leave, frozen, checked, seen by a second person and approved by a third.
-- Read with docs/decisions/0010-the-release-gate.md. Nothing here is ever shown outside the CERT.

create table release (
  id           uuid primary key default gen_random_uuid(),
  owner_id     uuid not null references organisation,
  label        tlp not null,
  scope        scope not null,
  audience     uuid[] not null default '{}',
  subject_kind text not null,
  subject_id   uuid not null,
  kind         text not null,
  ref          text not null,
  version      text not null,
  title        text not null,
  -- SHA-256 of the manifest below. What is approved is this, and nothing that was changed since.
  snapshot     bytea not null check (length(snapshot) = 32),
  -- Everybody who wrote in this version.
  authors      uuid[] not null check (authors <> '{}' and array_position(authors, null) is null),
  proposer_id  uuid not null references person,
  -- What the subject said of itself when it was frozen, for checks to be asked again: sources, claims, embargo.
  facts        jsonb not null,
  state        text not null default 'proposed'
    check (state in ('proposed', 'blocked', 'approved', 'scheduled', 'sent', 'recalled', 'rejected', 'withdrawn')),
  send_at      timestamptz,
  reason       text,
  sent_at      timestamptz,
  created_at   timestamptz not null default clock_timestamp(),
  check (scope_allowed(label, scope)),
  unique (owner_id, id),
  unique (id, snapshot, authors, proposer_id),
  unique (id, owner_id, snapshot, label, scope, audience)
);
create index on release (owner_id, created_at desc, id desc);
-- One at a time: a new snapshot takes the place of the one that waited.
create unique index on release (owner_id, subject_kind, subject_id)
  where state in ('proposed', 'blocked', 'approved', 'scheduled');

-- The exact bytes that would leave.
create table release_artefact (
  id         uuid primary key default gen_random_uuid(),
  owner_id   uuid not null,
  release_id uuid not null,
  name       text not null check (name ~ '^[a-z0-9][a-z0-9._/+-]{0,250}$' and name !~ '\.\.'),
  media_type text not null,
  bytes      bytea not null,
  sha256     bytea not null generated always as (sha256(bytes)) stored,
  unique (release_id, name),
  unique (release_id, name, sha256),
  foreign key (owner_id, release_id) references release (owner_id, id)
);

-- What the checks said, each once more whenever somebody asks.
create table release_check (
  owner_id   uuid not null,
  release_id uuid not null,
  name       text not null,
  outcome    text not null check (outcome in ('passed', 'warning', 'blocked')),
  findings   jsonb not null,
  at         timestamptz not null default clock_timestamp(),
  primary key (release_id, name),
  foreign key (owner_id, release_id) references release (owner_id, id)
);

-- The second pair of eyes: answers each warning, and whether this could prepare an attack.
create table release_review (
  release_id  uuid primary key,
  owner_id    uuid not null,
  snapshot    bytea not null,
  authors     uuid[] not null,
  proposer_id uuid not null,
  reviewer_id uuid not null references person,
  could_harm  boolean not null,
  reason      text not null check (length(trim(reason)) > 0),
  -- { name of the check: reason }
  answers     jsonb not null,
  at          timestamptz not null default clock_timestamp(),
  check (reviewer_id <> all (authors)),
  unique (release_id, reviewer_id),
  foreign key (owner_id, release_id) references release (owner_id, id),
  foreign key (release_id, snapshot, authors, proposer_id) references release (id, snapshot, authors, proposer_id)
);

-- Author, second checker and approver are three people. The keys carry their ids here, so that no race and no
-- forgotten question in the program can make them fewer; and there is one approval, of one snapshot.
create table release_approval (
  release_id  uuid primary key,
  owner_id    uuid not null,
  snapshot    bytea not null,
  authors     uuid[] not null,
  proposer_id uuid not null,
  reviewer_id uuid not null,
  approver_id uuid not null references person,
  at          timestamptz not null default clock_timestamp(),
  constraint release_approver_wrote check (approver_id <> all (authors)),
  constraint release_approver_proposed check (approver_id <> proposer_id),
  constraint release_approver_reviewed check (approver_id <> reviewer_id),
  unique (release_id, snapshot),
  foreign key (owner_id, release_id) references release (owner_id, id),
  foreign key (release_id, snapshot, authors, proposer_id) references release (id, snapshot, authors, proposer_id),
  foreign key (release_id, reviewer_id) references release_review (release_id, reviewer_id)
);

-- What a snapshot is the hash of: whose, for whom, and every artefact by hash and name.
create function release_manifest(r release) returns text language sql stable as
$$
  select concat_ws(E'\n', 'busbar release 1',
    r.subject_kind || ' ' || r.subject_id, r.ref, r.version, r.label, r.scope,
    array_to_string(r.audience, ' '), array_to_string(r.authors, ' '), r.proposer_id,
    (select string_agg(encode(a.sha256, 'hex') || '  ' || a.name, E'\n' order by a.name collate "C")
     from release_artefact a where a.release_id = r.id)) || E'\n'
$$;

create function release_is_whole(wanted uuid, named bytea) returns boolean language sql stable as
$$ select coalesce((select r.snapshot = named and sha256(convert_to(release_manifest(r), 'utf8')) = named
    from release r where r.id = wanted), false) $$;

-- A release that waits may be approved, if nothing about it was changed, nothing blocks it and every warning is answered.
create function release_may_be_approved() returns trigger language plpgsql as
$$
declare
  review release_review;
begin
  perform from release where id = new.release_id and state = 'proposed' for update;
  if not found then raise exception 'release-not-waiting'; end if;
  if not release_is_whole(new.release_id, new.snapshot) then raise exception 'release-changed'; end if;
  select * into review from release_review where release_id = new.release_id;
  if review.could_harm then raise exception 'release-could-harm'; end if;
  if exists (select from release_check c where c.release_id = new.release_id and (c.outcome = 'blocked'
    or c.outcome = 'warning' and length(trim(coalesce(review.answers ->> c.name, ''))) = 0)) then
    raise exception 'release-check-open';
  end if;
  return new;
end
$$;
create trigger may_be_approved before insert on release_approval for each row execute function release_may_be_approved();

-- Bytes join a snapshot while it is made, and never after somebody looked at it.
create function release_artefact_in_time() returns trigger language plpgsql as
$$
begin
  perform from release where id = new.release_id for update;
  if exists (select from release_review where release_id = new.release_id)
    or exists (select from release_approval where release_id = new.release_id) then
    raise exception 'release-changed';
  end if;
  return new;
end
$$;
create trigger in_time before insert on release_artefact for each row execute function release_artefact_in_time();

alter table release enable row level security;
alter table release force row level security;
create policy staff on release using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')))
  with check (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table release_artefact enable row level security;
alter table release_artefact force row level security;
create policy staff on release_artefact using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table release_check enable row level security;
alter table release_check force row level security;
create policy staff on release_check using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table release_review enable row level security;
alter table release_review force row level security;
create policy read on release_review for select using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy add on release_review for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')) and reviewer_id = (select actor_person()));

alter table release_approval enable row level security;
alter table release_approval force row level security;
create policy read on release_approval for select using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy add on release_approval for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')) and approver_id = (select actor_person()));
-- Taken back before the minute; what was published holds on to its approval.
create policy take_back on release_approval for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));

grant select, insert, update (state, send_at, reason, sent_at) on release to busbar_app;
grant select, insert on release_artefact, release_review to busbar_app;
grant select, insert, update (outcome, findings, at) on release_check to busbar_app;
grant select, insert, delete on release_approval to busbar_app;
