-- Who besides its owner may read something, what for, and until when. So far of plants: a member authoriser lets analysts
-- of the CERT read his. The rule is one function, reads_until: the policies ask it of who acts, and the page "Who sees my
-- inventory?" asks it of everybody.

create table consent (
  id             uuid primary key default gen_random_uuid(),
  -- Who gives it.
  owner_id       uuid not null references organisation,
  -- What may be read. A plant is named by its organisation.
  subject_kind   text not null check (subject_kind in ('plant')),
  subject_id     uuid not null,
  parts          text[] not null check (parts <@ array['devices', 'warnings'] and 'devices' = any (parts)),
  -- By whom: those of an organisation who have one of these roles, or of them one person alone. Roles that may hold it
  -- are those of the matrix (roles.md, section 3): of a plant, analysts.
  reader_id      uuid not null references organisation,
  roles          role_code[] not null default '{ANA}' check (roles <> '{}' and roles <@ '{ANA}'),
  person_id      uuid references person,
  purpose        text not null,
  -- Of one case; empty for standing consent.
  case_ref       text not null default '',
  -- What has expired is in the state it had; the moment decides.
  state          text not null check (state in ('requested', 'granted', 'narrowed', 'withdrawn', 'refused')),
  until          timestamptz not null,
  requested_by   uuid references person,
  created_at     timestamptz(3) not null default clock_timestamp(),
  check (subject_kind <> 'plant' or subject_id = owner_id),
  check (owner_id <> reader_id),
  check (until <= created_at + interval '367 days'),
  unique (owner_id, id)
);
create index on consent (owner_id, created_at desc, id desc);
create index on consent (reader_id, created_at desc, id desc);

-- What became of it, step by step, with the names of those who did it: neither side sees the people of the other.
create table consent_step (
  id              bigint generated always as identity primary key,
  owner_id        uuid not null,
  consent_id      uuid not null,
  state           text not null,
  parts           text[] not null,
  until           timestamptz not null,
  reason          text not null default '',
  person_id       uuid references person,
  person          text not null,
  organisation_id uuid references organisation,
  at              timestamptz not null default clock_timestamp(),
  foreign key (owner_id, consent_id) references consent (owner_id, id)
);
create index on consent_step (consent_id, id);

-- Whoever gives it may give, refuse, narrow and withdraw; whoever has it may only give it back. It never becomes wider.
create function consent_moves() returns trigger language plpgsql as $$
begin
  if (new.owner_id, new.subject_kind, new.subject_id, new.reader_id, new.roles, new.purpose, new.case_ref)
    is distinct from (old.owner_id, old.subject_kind, old.subject_id, old.reader_id, old.roles, old.purpose, old.case_ref)
    or not (case old.state
      when 'requested' then new.state in ('granted', 'narrowed', 'refused', 'withdrawn')
      when 'granted' then new.state in ('narrowed', 'withdrawn')
      when 'narrowed' then new.state in ('narrowed', 'withdrawn')
      else false
    end)
    or new.until > old.until or not new.parts <@ old.parts
    or (old.person_id is not null and new.person_id is distinct from old.person_id)
    or (new.state in ('granted', 'narrowed') and new.until <= clock_timestamp())
    or not (old.owner_id = actor_organisation() and actor_has('MAD') or new.state = 'withdrawn') then
    raise exception 'consent is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
create trigger moves before update on consent for each row execute function consent_moves();

create function consent_traces() returns trigger language plpgsql as $$
begin
  insert into consent_step (owner_id, consent_id, state, parts, until, reason, person_id, person, organisation_id)
  values (new.owner_id, new.id, new.state, new.parts, new.until,
    coalesce(current_setting('busbar.reason', true), ''), actor_person(),
    coalesce((select name from person where id = actor_person()), ''), actor_organisation());
  return null;
end $$;
create trigger traces after insert or update on consent for each row execute function consent_traces();

-- Until when somebody with these roles of this organisation may read this part of a plant; null if he may not. What has
-- expired is closed at that moment, inside a transaction, too.
create function reads_until(plant uuid, part text, organisation uuid, person uuid, roles text[]) returns timestamptz
language sql stable parallel safe as
$$
  select case
    when plant = organisation and roles && array['MEM', 'MAD'] then 'infinity'::timestamptz
    else (
      select max(c.until) from consent c
      where c.owner_id = plant and c.subject_kind = 'plant' and part = any (c.parts)
        and c.reader_id = organisation and c.roles::text[] && reads_until.roles
        and (c.person_id is null or c.person_id = person)
        and c.state in ('granted', 'narrowed') and c.until > clock_timestamp())
  end
$$;

-- The plant that is read in this transaction, if whoever acts may read this part of it: his own, or the one that he
-- named. One at a time, so that the policies compare one uuid and lists are read along their index.
create function actor_plant(part text) returns uuid language sql stable parallel safe as
$$
  select p.id
  from (select coalesce(nullif(current_setting('busbar.plant', true), '')::uuid, actor_organisation()) as id) p
  where reads_until(p.id, part, actor_organisation(), actor_person(), actor_roles()) is not null
$$;

alter table consent enable row level security;
alter table consent force row level security;
create policy read on consent for select using (
  (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
  or (reader_id = (select actor_organisation()) and (select actor_has('ANA')))
  or (select actor_is_founder()));
create policy give on consent for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('MAD')) and state = 'granted' and requested_by is null
  and person_id is null and exists (select from organisation o where o.id = reader_id and 'cert' = any (o.kinds)));
create policy ask on consent for insert with check (
  reader_id = (select actor_organisation()) and (select actor_has('ANA')) and state = 'requested'
  and requested_by = (select actor_person()) and person_id is null
  and exists (select from organisation o where o.id = reader_id and 'cert' = any (o.kinds)));
create policy change on consent for update using (
  (owner_id = (select actor_organisation()) and (select actor_has('MAD')))
  or (reader_id = (select actor_organisation()) and (select actor_has('ANA'))));

alter table consent_step enable row level security;
alter table consent_step force row level security;
create policy read on consent_step for select using (exists (select from consent c where c.id = consent_id));
create policy add on consent_step for insert with check (
  organisation_id = (select actor_organisation()) and exists (select from consent c where c.id = consent_id));

grant select, insert, update (state, until, parts, person_id) on consent to busbar_app;
grant select, insert on consent_step to busbar_app;

-- Reading asks who may read the plant; changing stays with its owner.
do $$
declare
  one record;
begin
  for one in select * from (values
    ('site', 'devices'), ('asset', 'devices'), ('asset_fact', 'devices'), ('asset_sighting', 'devices'),
    ('zone', 'devices'), ('conduit_end', 'devices'),
    ('match', 'warnings'), ('match_step', 'warnings')) as plant (name, part)
  loop
    execute format('drop policy own on %I', one.name);
    execute format('create policy read on %I for select using (owner_id = (select actor_plant(%L)))', one.name, one.part);
    execute format('create policy add on %I for insert with check (
      owner_id = (select actor_organisation()) and (select actor_has(''MEM'', ''MAD'')))', one.name);
    execute format('create policy change on %I for update using (
      owner_id = (select actor_organisation()) and (select actor_has(''MEM'', ''MAD'')))', one.name);
    execute format('create policy remove on %I for delete using (
      owner_id = (select actor_organisation()) and (select actor_has(''MEM'', ''MAD'')))', one.name);
  end loop;
end $$;
