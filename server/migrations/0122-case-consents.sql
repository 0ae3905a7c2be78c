-- Consent to what is in a case, item by item: the CERT asks, whoever the case belongs to answers. The same table, moves and
-- steps as for plants; what is asked for are its parts, and it never becomes wider.

alter table consent
  drop constraint consent_subject_kind_check,
  drop constraint consent_parts_check,
  drop constraint consent_check1,
  add column audience    scope,
  add column label       tlp,
  add column attribution text check (attribution in ('named', 'pseudonym', 'anonymous')),
  -- Of a case: the purpose, under its key.
  add column sealed      bytea check (length(sealed) > 28),
  add constraint consent_subject_kind_check check (subject_kind in ('plant', 'case')),
  add constraint consent_subject_check check (case subject_kind
    when 'plant' then owner_id <> reader_id and parts <@ array['devices', 'warnings'] and 'devices' = any (parts)
      and num_nonnulls(audience, label, attribution, sealed) = 0
    else num_nulls(audience, label, attribution, sealed) = 0 and purpose = '' and parts <> '{}' and cardinality(parts) <= 50
      and scope_allowed(label, audience) and person_id is null
  end);
create index on consent (subject_id) where subject_kind = 'case';

-- The reason of a step, under the key of the case.
alter table consent_step add column sealed bytea check (length(sealed) > 28);

-- What was asked for, in the words of then. A part is named by its kind and the id of what it is of: fact:…, lesson.
create table consent_item (
  consent_id uuid not null,
  owner_id   uuid not null,
  case_id    uuid not null references "case",
  part       text not null check (part ~ '^(fact|indicator):[0-9a-f-]{36}$' or part in ('lesson', 'name')),
  sealed     bytea not null check (length(sealed) > 28),
  primary key (consent_id, part),
  foreign key (owner_id, consent_id) references consent (owner_id, id)
);
create index on consent_item (case_id, part);

-- Which items of a case go into something that may leave. As long as it stands here, the gate asks for consent to each.
create table consent_use (
  subject_kind text not null,
  subject_id   uuid not null,
  case_id      uuid not null references "case",
  part         text not null,
  owner_id     uuid not null references organisation,
  -- The reference of the case and what it is: no content.
  name         text not null,
  primary key (subject_kind, subject_id, case_id, part)
);
create index on consent_use (case_id, part);

-- What already left, written by the gate in the transaction in which it left.
create table consent_left (
  release_id  uuid not null references published (release_id),
  case_id     uuid not null references "case",
  part        text not null,
  owner_id    uuid not null references organisation,
  ref         text not null,
  version     text not null,
  label       tlp not null,
  scope       scope not null,
  -- Organisations that could read it at that minute; everybody could read what is public.
  members     integer not null,
  at          timestamptz not null default clock_timestamp(),
  recalled_at timestamptz,
  primary key (release_id, case_id, part)
);
create index on consent_left (case_id, at desc);

-- Whoever the case belongs to: the authoriser of the member, or the holder of its receipt where no member has it.
create function may_consent(wanted uuid) returns boolean language sql stable parallel safe as
$$
  select exists (select from "case" c where c.id = wanted and (
    (c.owner_id = actor_organisation() and actor_has('MAD'))
    or (c.id = actor_receipt() and c.claimed_at is null and c.reporter <> 'member')))
$$;

create or replace function consent_moves() returns trigger language plpgsql as $$
begin
  if (new.owner_id, new.subject_kind, new.subject_id, new.reader_id, new.roles, new.purpose, new.case_ref)
    is distinct from (old.owner_id, old.subject_kind, old.subject_id, old.reader_id, old.roles, old.purpose, old.case_ref)
    or not (case old.state
      when 'requested' then new.state in ('granted', 'narrowed', 'refused', 'withdrawn')
      when 'granted' then new.state in ('narrowed', 'withdrawn')
      when 'narrowed' then new.state in ('narrowed', 'withdrawn')
      else false
    end)
    or new.sealed is distinct from old.sealed
    or new.until > old.until or not new.parts <@ old.parts
    -- The label is the most open one it may carry; attribution goes from a name to none.
    or new.audience > old.audience or new.label < old.label
    or array_position(array['named', 'pseudonym', 'anonymous'], new.attribution)
      < array_position(array['named', 'pseudonym', 'anonymous'], old.attribution)
    or (old.person_id is not null and new.person_id is distinct from old.person_id)
    or (new.state in ('granted', 'narrowed') and new.until <= clock_timestamp())
    or not coalesce(case old.subject_kind
      when 'plant' then old.owner_id = actor_organisation() and actor_has('MAD') or new.state = 'withdrawn'
      else may_consent(old.subject_id) or (new.state = 'withdrawn'
        and exists (select from "case" c where c.id = old.subject_id and opens(c)) and actor_has('ANA', 'LEAD'))
    end, false) then
    raise exception 'consent is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;

create or replace function consent_traces() returns trigger language plpgsql as $$
begin
  insert into consent_step (owner_id, consent_id, state, parts, until, reason, sealed, person_id, person, organisation_id)
  values (new.owner_id, new.id, new.state, new.parts, new.until,
    coalesce(current_setting('busbar.reason', true), ''),
    decode(nullif(current_setting('busbar.sealed_reason', true), ''), 'hex'), actor_person(),
    coalesce((select name from person where id = actor_person()), ''), actor_organisation());
  return null;
end $$;

drop policy read on consent;
create policy read on consent for select using (
  (select actor_is_founder()) or case subject_kind
    when 'plant' then (owner_id = (select actor_organisation()) and (select actor_has('MEM', 'MAD')))
      or (reader_id = (select actor_organisation()) and (select actor_has('ANA')))
    -- The gate asks whether it holds, whoever of the CERT stands there; what it is about is in the items.
    else (reader_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')))
      or exists (select from "case" c where c.id = subject_id and opens(c))
  end);
drop policy give on consent;
create policy give on consent for insert with check (
  subject_kind = 'plant' and owner_id = (select actor_organisation()) and (select actor_has('MAD')) and state = 'granted'
  and requested_by is null and person_id is null
  and exists (select from organisation o where o.id = reader_id and 'cert' = any (o.kinds)));
drop policy ask on consent;
create policy ask on consent for insert with check (
  reader_id = (select actor_organisation()) and state = 'requested' and requested_by = (select actor_person())
  and person_id is null and exists (select from organisation o where o.id = reader_id and 'cert' = any (o.kinds))
  and case subject_kind
    when 'plant' then (select actor_has('ANA'))
    else (select actor_has('ANA', 'LEAD'))
      and exists (select from "case" c where c.id = subject_id and c.owner_id = consent.owner_id and opens(c))
  end);
drop policy change on consent;
create policy change on consent for update using (case subject_kind
  when 'plant' then (owner_id = (select actor_organisation()) and (select actor_has('MAD')))
    or (reader_id = (select actor_organisation()) and (select actor_has('ANA')))
  -- To hold it while something leaves is to lock it: the moves above see to it that this changes nothing.
  else (reader_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')))
    or may_consent(subject_id)
end);

drop policy add on consent_step;
create policy add on consent_step for insert with check (
  organisation_id is not distinct from (select actor_organisation())
  and exists (select from consent c where c.id = consent_id));

alter table consent_item enable row level security;
alter table consent_item force row level security;
create policy read on consent_item for select using (exists (select from "case" c where c.id = case_id and opens(c)));
create policy ask on consent_item for insert with check (
  (select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c))
  and exists (select from consent k where k.id = consent_id and k.subject_kind = 'case' and k.subject_id = case_id
    and k.state = 'requested' and part = any (k.parts)));

alter table consent_use enable row level security;
alter table consent_use force row level security;
create policy read on consent_use for select using (
  (owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')))
  or exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on consent_use for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy remove on consent_use for delete using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));

alter table consent_left enable row level security;
alter table consent_left force row level security;
create policy read on consent_left for select using (
  (owner_id = (select actor_organisation()) and (select actor_has('LEAD')))
  or exists (select from "case" c where c.id = case_id and opens(c)));
create policy add on consent_left for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));
create policy recall on consent_left for update using (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')));

grant update (audience, label, attribution) on consent to busbar_app;
grant select, insert on consent_item, consent_left to busbar_app;
grant select, insert, delete on consent_use to busbar_app;
grant update (recalled_at) on consent_left to busbar_app;
