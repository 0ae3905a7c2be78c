-- One search over what readers may read: advisories and records of others, and what the CERT has published. Here stand
-- the words of them, made by the program a moment after the text itself was committed. What goes away or goes less far than before
-- loses its words at once, in the transaction that does it: triggers see to that, whoever forgets.
-- Why there are two tables: docs/access.md.

-- What has no words yet, or old ones. Rows leave in the transaction that brings the words, so a kill loses none.
create table search_due (
  id         bigint generated always as identity primary key,
  owner_id   uuid not null references organisation,
  kind       text not null check (kind in ('advisory', 'record', 'publication')),
  subject_id uuid not null,
  -- Of what is for named people: one of them, for nobody else can read it.
  person_id  uuid
);

-- A column that a key can hold on to: a published row that is read, and not superseded or recalled.
alter table published add column readable boolean not null generated always as (current and recalled_at is null) stored;
alter table published add unique (release_id, label, scope, readable);
alter table vulnerability_source add unique (id, label, scope);

-- What everybody may read, and nothing else: the keys and the checks hold each row to a document that is public and
-- is there. Hence everybody may see all rows, and PostgreSQL may use the indexes on words; below a policy it may not
-- (ts_match_vq is not leakproof).
create table search_public (
  id          uuid primary key default gen_random_uuid(),
  label       tlp not null default 'CLEAR' check (label = 'CLEAR'),
  scope       scope not null default 'public' check (scope = 'public'),
  readable    boolean not null default true check (readable),
  advisory_id uuid,
  release_id  uuid,
  -- Of a record of a catalogue: what it says of one vulnerability.
  source_id   uuid,
  language    text not null default '',
  ref         text not null,
  title       text not null,
  -- The beginning of the text, for the passage that is shown.
  text        text not null,
  -- A: numbers. B: names, which is title, vendor, product. D: everything else.
  words       tsvector not null,
  newest_at   timestamptz not null,
  check (num_nonnulls(advisory_id, release_id, source_id) = 1),
  foreign key (advisory_id, label, scope) references advisory (id, label, scope) deferrable initially deferred,
  foreign key (source_id, label, scope) references vulnerability_source (id, label, scope) deferrable initially deferred,
  foreign key (release_id, label, scope, readable) references published (release_id, label, scope, readable)
    deferrable initially deferred
);
create index search_public_advisory_words on search_public using gin (words) with (fastupdate = off) where advisory_id is not null;
create index search_public_release_words on search_public using gin (words) with (fastupdate = off) where release_id is not null;
create index search_public_source_words on search_public using gin (words) with (fastupdate = off) where source_id is not null;
create index search_public_advisory_newest on search_public (newest_at desc, id desc) where advisory_id is not null;
create index search_public_release_newest on search_public (newest_at desc, id desc) where release_id is not null;
create index search_public_source_newest on search_public (newest_at desc, id desc) where source_id is not null;
create index on search_public (source_id) where source_id is not null;
create index on search_public (advisory_id) where advisory_id is not null;
create index on search_public (release_id) where release_id is not null;

-- The same of what some may read. Asked row by row, under the rule.
create table search_restricted (
  id          uuid primary key default gen_random_uuid(),
  owner_id    uuid not null references organisation,
  label       tlp not null,
  scope       scope not null,
  audience    uuid[] not null default '{}',
  readable    boolean not null default true check (readable),
  advisory_id uuid,
  release_id  uuid,
  source_id   uuid,
  language    text not null default '',
  ref         text not null,
  title       text not null,
  text        text not null,
  words       tsvector not null,
  newest_at   timestamptz not null,
  check (scope_allowed(label, scope)),
  check (num_nonnulls(advisory_id, release_id, source_id) = 1),
  foreign key (advisory_id, label, scope) references advisory (id, label, scope) deferrable initially deferred,
  foreign key (source_id, label, scope) references vulnerability_source (id, label, scope) deferrable initially deferred,
  foreign key (release_id, label, scope, readable) references published (release_id, label, scope, readable)
    deferrable initially deferred
);
create index on search_restricted (source_id) where source_id is not null;
create index on search_restricted (advisory_id) where advisory_id is not null;
create index on search_restricted (release_id) where release_id is not null;

-- The words that names of public things are made of, for "did you mean": which row uses which. A word leaves with the
-- last row that uses it.
create table search_name (
  entry_id uuid not null references search_public on delete cascade,
  term     text collate "C" not null,
  primary key (term, entry_id)
);
create index on search_name (entry_id);

-- The stem by the dictionary of its language, or the word itself.
create function search_stem(word text) returns text language sql immutable parallel safe as
$$
  select coalesce((case
    when word ~ '^[a-z]+$' then ts_lexize('english_stem', word)
    when word ~ '^[а-я]+$' then ts_lexize('russian_stem', word)
  end)[1], word)
$$;

-- Words of letters and digits only, so there is nothing to quote.
create function search_words(numbers text[], names text[], body text[]) returns tsvector language sql immutable parallel safe as
$$
  select coalesce(string_agg(format('''%s'':1%s', word, weight), ' '), '')::tsvector from (
    select word, min(weight) as weight from (
      select unnest(numbers) as word, 'A' as weight
      union all select unnest(names), 'B' union all select search_stem(unnest(names)), 'B'
      union all select unnest(body), 'D' union all select search_stem(unnest(body)), 'D'
    ) every group by word
  ) each
$$;

-- What is left of the first seven letters when one or two of them are left out, as hashes. Two words that are two
-- mistakes or fewer apart have one of these in common (W. Garbe, Symmetric Delete spelling correction, 2012). It needs
-- no extension of the server and holds for every script.
create function search_near(word text) returns integer[] language sql immutable parallel safe as
$$
  with start as (select left(word, 7) as w),
    one as (select overlay(w placing '' from i for 1) as w from start, generate_series(1, length(w)) i),
    two as (select overlay(w placing '' from i for 1) as w from one, generate_series(1, length(w)) i where length(word) > 5)
  select array_agg(('x' || left(md5(w), 8))::bit(32)::integer)
  from (select w from start union select w from one union select w from two) every
$$;

create table search_term (
  term text collate "C" primary key check (length(term) between 3 and 32),
  near integer[] not null generated always as (search_near(term)) stored
);
create index on search_term using gin (near) with (fastupdate = off);

create function search_term_ends() returns trigger language plpgsql as $$
begin
  delete from search_term t using (select distinct term from gone) g
  where t.term = g.term and not exists (select from search_name n where n.term = t.term);
  return null;
end $$;
create trigger ends after delete on search_name referencing old table as gone
  for each statement execute function search_term_ends();

create function search_advisory_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.label, new.scope, new.audience) is distinct from (old.label, old.scope, old.audience) then
    delete from search_public where advisory_id = new.id;
    delete from search_restricted where advisory_id = new.id;
  end if;
  insert into search_due (owner_id, kind, subject_id, person_id)
  values (new.owner_id, 'advisory', new.id, case new.scope when 'named' then new.audience[1] end);
  return null;
end $$;
create trigger search_added after insert on advisory for each row execute function search_advisory_changed();
create trigger search_changed after update of label, scope, audience, version, title on advisory
  for each row execute function search_advisory_changed();

-- A probability that a catalogue gives has nothing to be found by but the number of the vulnerability.
create function search_record_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (new.ended_at is not null
    or (new.label, new.scope, new.audience) is distinct from (old.label, old.scope, old.audience)) then
    delete from search_public where source_id = new.id;
    delete from search_restricted where source_id = new.id;
  end if;
  if new.ended_at is null then
    insert into search_due (owner_id, kind, subject_id, person_id)
    values (new.owner_id, 'record', new.id, case new.scope when 'named' then new.audience[1] end);
  end if;
  return null;
end $$;
create trigger search_added after insert on vulnerability_source
  for each row when (new.kind = 'record' and new.title not like '%: EPSS') execute function search_record_changed();
create trigger search_changed after update of label, scope, audience, title, vendors, ended_at on vulnerability_source
  for each row when (new.kind = 'record' and new.title not like '%: EPSS') execute function search_record_changed();

create function search_published_changed() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    delete from search_public where release_id = new.release_id;
    delete from search_restricted where release_id = new.release_id;
  else
    insert into search_due (owner_id, kind, subject_id, person_id)
    values (new.owner_id, 'publication', new.release_id, case new.scope when 'named' then new.audience[1] end);
  end if;
  return null;
end $$;
create trigger search_added after insert on published for each row when (new.subject_kind = 'publication')
  execute function search_published_changed();
create trigger search_ended after update on published for each row when (not new.readable)
  execute function search_published_changed();

-- Everything there is already. The owner of the tables is under their policies, too, until he says otherwise.
alter table advisory no force row level security;
alter table vulnerability_source no force row level security;
alter table published no force row level security;
insert into search_due (owner_id, kind, subject_id, person_id)
  select owner_id, 'publication', release_id, case scope when 'named' then audience[1] end
  from published where readable and subject_kind = 'publication' order by published_at desc;
insert into search_due (owner_id, kind, subject_id, person_id)
  select owner_id, 'advisory', id, case scope when 'named' then audience[1] end from advisory order by newest_at desc;
insert into search_due (owner_id, kind, subject_id, person_id)
  select owner_id, 'record', id, case scope when 'named' then audience[1] end
  from vulnerability_source where kind = 'record' and ended_at is null and title not like '%: EPSS' order by updated_at desc;
alter table vulnerability_source force row level security;
alter table published force row level security;
alter table advisory force row level security;

alter table search_due enable row level security;
alter table search_due force row level security;
create policy own on search_due using (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table search_public enable row level security;
alter table search_public force row level security;
create policy read on search_public for select using (true);
create policy add on search_public for insert with check ((select actor_has('ANA', 'LEAD')));
create policy remove on search_public for delete using ((select actor_has('ANA', 'LEAD')));

alter table search_restricted enable row level security;
alter table search_restricted force row level security;
-- The rule, and before it what it says of most rows in words that are asked once: asked row by row it takes its time.
create policy read on search_restricted for select using (
  coalesce((select actor_organisation()), (select actor_person())) is not null and (
    label <= (select actor_ceiling()) and (
      owner_id = (select actor_organisation()) and scope > 'case' and (select actor_reads_content())
      or scope in ('members', 'partners') and (select actor_reads_content() and actor_has('RES', 'VEN', 'MEM', 'MAD', 'ANA', 'LEAD', 'TRN')))
    or may_see(owner_id, label, scope, audience)));
create policy add on search_restricted for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy remove on search_restricted for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));

alter table search_name enable row level security;
alter table search_name force row level security;
create policy read on search_name for select using (true);
create policy add on search_name for insert with check ((select actor_has('ANA', 'LEAD')));

alter table search_term enable row level security;
alter table search_term force row level security;
create policy read on search_term for select using (true);
create policy add on search_term for insert with check ((select actor_has('ANA', 'LEAD')));
create policy remove on search_term for delete using ((select actor_has('ANA', 'LEAD')));

grant select, insert, update (person_id), delete on search_due to busbar_app;
grant select, insert, delete on search_public, search_restricted to busbar_app;
grant select, insert on search_name to busbar_app;
grant select, insert, delete on search_term to busbar_app;
