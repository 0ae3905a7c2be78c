-- Who there is, and the one rule of who may see what. Read with docs/access.md.
--
-- The program connects as busbar_app, which owns nothing and obeys every policy below. Each transaction says who
-- acts: busbar.person, busbar.organisation, busbar.roles, busbar.ceiling. Nothing said means a visitor.

create type role_code as enum ('PUB', 'RCP', 'RES', 'VEN', 'MEM', 'MAD', 'GOV', 'ANA', 'LEAD', 'TRN', 'TEE', 'ADM', 'SVC');

-- From open to closed: the order is used.
create type tlp as enum ('CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED');
create type scope as enum ('named', 'case', 'org', 'orgs', 'clients', 'community', 'members', 'partners', 'public');

create function actor_person() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('busbar.person', true), '')::uuid $$;

create function actor_organisation() returns uuid language sql stable parallel safe as
$$ select nullif(current_setting('busbar.organisation', true), '')::uuid $$;

create function actor_roles() returns text[] language sql stable parallel safe as
$$ select string_to_array(coalesce(nullif(current_setting('busbar.roles', true), ''), 'PUB'), ',') $$;

create function actor_has(variadic wanted text[]) returns boolean language sql stable parallel safe as
$$ select actor_roles() && wanted $$;

-- The strictest label the actor may be shown: a machine account has a ceiling, a visitor sees CLEAR.
create function actor_ceiling() returns tlp language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('busbar.ceiling', true), ''), 'CLEAR')::tlp $$;

-- Administrators run the system and read no content; this is the list of those who do.
create function actor_reads_content() returns boolean language sql stable parallel safe as
$$ select actor_has('RES', 'VEN', 'MEM', 'MAD', 'GOV', 'ANA', 'LEAD', 'TRN', 'SVC') $$;

-- The program itself, founding an instance or letting an invited person in. No membership can carry it.
create function actor_is_founder() returns boolean language sql stable parallel safe as
$$ select 'FOUNDER' = any (actor_roles()) $$;

-- TLP limits the scope that can be chosen; it never grants access (FIRST, TLP 2.0: not a control marking).
create function scope_allowed(label tlp, chosen scope) returns boolean language sql immutable parallel safe as
$$
  select chosen <= case label
    when 'RED' then 'case'
    when 'AMBER+STRICT' then 'orgs'
    when 'AMBER' then 'clients'
    when 'GREEN' then 'partners'
    when 'CLEAR' then 'public'
  end::scope
$$;

create table organisation (
  id         uuid primary key default gen_random_uuid(),
  name       text not null,
  aliases    text[] not null default '{}',
  kinds      text[] not null check (kinds <@ array['operator', 'vendor', 'research', 'government', 'cert', 'integrator', 'training'] and kinds <> '{}'),
  country    text not null,
  sectors    text[] not null default '{}',
  parent_id  uuid references organisation,
  state      text not null default 'active' check (state in ('applied', 'verified', 'active', 'suspended', 'left')),
  created_at timestamptz not null default now()
);
-- Confusable names are how one member is taken for another; the service compares skeletons, this stops the plain case.
create unique index on organisation (lower(name));

create table person (
  id         uuid primary key default gen_random_uuid(),
  name       text not null,
  email      text not null,
  language   text check (language in ('en', 'ru', 'zh')),
  timezone   text,
  state      text not null default 'active' check (state in ('active', 'ended')),
  last_seen  timestamptz,
  created_at timestamptz not null default now()
);
create unique index on person (lower(email));

create table membership (
  id              uuid primary key default gen_random_uuid(),
  person_id       uuid not null references person,
  organisation_id uuid not null references organisation,
  roles           role_code[] not null check (roles <> '{}' and not roles && array['PUB', 'RCP']::role_code[]),
  since           timestamptz not null default now(),
  until           timestamptz,
  approved_by     uuid references person
);
create unique index on membership (person_id, organisation_id) where until is null;
create index on membership (organisation_id) where until is null;

create table invitation (
  id              uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references organisation,
  name            text not null,
  email           text not null,
  roles           role_code[] not null check (roles <> '{}'),
  code_hash       bytea not null unique,
  invited_by      uuid references person,
  created_at      timestamptz not null default now(),
  expires_at      timestamptz not null,
  accepted_at     timestamptz,
  withdrawn_at    timestamptz
);
create index on invitation (organisation_id, created_at desc);

create table community (
  id             uuid primary key default gen_random_uuid(),
  name           text not null unique,
  default_label  tlp not null default 'GREEN',
  hidden_members boolean not null default false,
  created_at     timestamptz not null default now()
);

create table community_member (
  community_id    uuid not null references community on delete cascade,
  organisation_id uuid not null references organisation,
  primary key (community_id, organisation_id)
);
create index on community_member (organisation_id);

-- Settings of the instance that everybody may read: its name, its telephone number, whether it is a demo.
create table setting (
  name  text primary key,
  value jsonb not null
);

-- The rule. An object is for its scope; its label is under the actor's ceiling; its owner sees it, administrators do not.
create function may_see(owner uuid, label tlp, chosen scope, audience uuid[]) returns boolean language sql stable parallel safe as
$$
  select label <= actor_ceiling() and case chosen
    when 'public' then true
    when 'named' then actor_person() = any (audience)
    when 'case' then false
    else actor_reads_content() and (
      owner = actor_organisation()
      or case chosen
        when 'orgs' then actor_organisation() = any (audience)
        when 'clients' then actor_organisation() = any (audience)
          or exists (select from organisation o where o.id = actor_organisation() and o.parent_id = any (audience))
        when 'community' then exists (
          select from community_member m where m.organisation_id = actor_organisation() and m.community_id = any (audience))
        when 'members' then actor_has('RES', 'VEN', 'MEM', 'MAD', 'ANA', 'LEAD', 'TRN')
        when 'partners' then actor_has('RES', 'VEN', 'MEM', 'MAD', 'ANA', 'LEAD', 'TRN', 'GOV', 'SVC')
        else false
      end)
  end
$$;

alter table organisation enable row level security;
alter table organisation force row level security;
create policy read on organisation for select using (
  'cert' = any (kinds) or id = (select actor_organisation())
  or (select actor_has('ANA', 'LEAD', 'ADM') or actor_is_founder())
  or exists (select from membership m where m.organisation_id = organisation.id and m.person_id = (select actor_person())));
create policy add on organisation for insert with check ((select actor_has('LEAD') or actor_is_founder()));
create policy change on organisation for update using ((select actor_has('LEAD')));

alter table membership enable row level security;
alter table membership force row level security;
create policy read on membership for select using (
  person_id = (select actor_person()) or organisation_id = (select actor_organisation())
  or (select actor_has('LEAD', 'ADM') or actor_is_founder()));
create policy add on membership for insert with check ((select actor_is_founder()));
-- Who manages users of an organisation: its authoriser or, for a vendor or an authority, its people; the CERT's are managed by the administrator.
create policy change on membership for update using (
  organisation_id = (select actor_organisation()) and (select actor_has('MAD', 'VEN', 'GOV', 'ADM')));

alter table person enable row level security;
alter table person force row level security;
create policy read on person for select using (
  id = (select actor_person()) or (select actor_has('LEAD', 'ADM') or actor_is_founder())
  or exists (select from membership m where m.person_id = person.id and m.organisation_id = (select actor_organisation())));
create policy add on person for insert with check ((select actor_is_founder()));
create policy change on person for update using (id = (select actor_person()));

alter table invitation enable row level security;
alter table invitation force row level security;
create policy manage on invitation using (
  (organisation_id = (select actor_organisation()) and (select actor_has('MAD', 'VEN', 'GOV', 'ADM')))
  or (select actor_has('LEAD') or actor_is_founder()));

alter table community enable row level security;
alter table community force row level security;
create policy read on community for select using (
  (select actor_has('ANA', 'LEAD'))
  or exists (select from community_member m where m.community_id = community.id and m.organisation_id = (select actor_organisation())));
create policy add on community for insert with check ((select actor_has('LEAD') or actor_is_founder()));

alter table community_member enable row level security;
alter table community_member force row level security;
-- Not by way of the table itself: a policy that asks its own table would ask for ever.
create policy read on community_member for select using (
  (select actor_has('ANA', 'LEAD')) or organisation_id = (select actor_organisation()));
create policy add on community_member for insert with check ((select actor_has('LEAD') or actor_is_founder()));

alter table setting enable row level security;
alter table setting force row level security;
create policy read on setting for select using (true);
create policy change on setting using ((select actor_has('ADM') or actor_is_founder()));

grant select, insert, update on organisation, person, membership, invitation, community to busbar_app;
grant select, insert, delete on community_member to busbar_app;
grant select, insert, update on setting to busbar_app;
