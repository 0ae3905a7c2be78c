-- What has left. A row exists only under an approval of exactly its snapshot, at its minute or after, and never changes
-- but to be superseded or recalled. Feeds, indexes and the sitemap are worked out from these rows and stored nowhere:
-- what is not here yet can be in none of them.

create table published (
  release_id    uuid primary key,
  owner_id      uuid not null,
  snapshot      bytea not null,
  label         tlp not null,
  scope         scope not null,
  audience      uuid[] not null,
  subject_kind  text not null,
  subject_id    uuid not null,
  kind          text not null,
  ref           text not null,
  version       text not null,
  title         text not null,
  summary       text not null,
  languages     text[] not null,
  published_at  timestamptz not null default clock_timestamp(),
  -- Of its subject the newest; others stay to be verified.
  current       boolean not null default true,
  recalled_at   timestamptz,
  recall_reason text,
  foreign key (release_id, snapshot) references release_approval (release_id, snapshot),
  foreign key (release_id, owner_id, snapshot, label, scope, audience)
    references release (id, owner_id, snapshot, label, scope, audience),
  unique (release_id, owner_id, label, scope, audience)
);
create unique index on published (owner_id, subject_kind, subject_id) where current;
create index on published (published_at desc, release_id desc) where current;

create table published_file (
  release_id uuid not null,
  owner_id   uuid not null,
  label      tlp not null,
  scope      scope not null,
  audience   uuid[] not null,
  name       text not null,
  media_type text not null,
  bytes      bytea not null,
  sha256     bytea not null,
  sha512     bytea not null,
  -- Detached, armored (RFC 9580), by the key that was active at the time.
  signature  text not null,
  key_id     uuid not null references signing_key,
  current    boolean not null default true,
  check (sha256(bytes) = sha256 and sha512(bytes) = sha512),
  primary key (release_id, name),
  foreign key (release_id, name, sha256) references release_artefact (release_id, name, sha256),
  foreign key (release_id, owner_id, label, scope, audience) references published (release_id, owner_id, label, scope, audience)
);
-- An address answers with one file. (One CERT an instance: nothing of another owner is told by it.)
create unique index on published_file (owner_id, name) where current;
create index on published_file (sha256);
create index on published_file (sha512);

-- Counts the changes of what is public, so that whoever keeps a feed ready sees that it is behind.
create table published_edition (
  one    boolean primary key default true check (one),
  number bigint not null
);
insert into published_edition (number) values (0);

create function published_in_time() returns trigger language plpgsql as
$$
begin
  perform from release where id = new.release_id and state in ('approved', 'scheduled')
    and coalesce(send_at, '-infinity') <= clock_timestamp() for update;
  if not found then raise exception 'release-not-due'; end if;
  if not release_is_whole(new.release_id, new.snapshot) then raise exception 'release-changed'; end if;
  return new;
end
$$;
create trigger in_time before insert on published for each row execute function published_in_time();

alter table published enable row level security;
alter table published force row level security;
create policy read on published for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy add on published for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
create policy change on published for update using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));

alter table published_file enable row level security;
alter table published_file force row level security;
create policy read on published_file for select using (
  scope = 'public' and label <= (select actor_ceiling()) or may_see(owner_id, label, scope, audience));
create policy add on published_file for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
create policy change on published_file for update using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));

alter table published_edition enable row level security;
alter table published_edition force row level security;
create policy read on published_edition for select using (true);
create policy change on published_edition for update using ((select actor_has('LEAD')));

grant select, insert, update (current, recalled_at, recall_reason) on published to busbar_app;
grant select, insert, update (current) on published_file to busbar_app;
grant select, update on published_edition to busbar_app;
