-- Somebody outside the CERT is asked to be the second pair of eyes on one thing: a verdict, or a release that waits. He
-- sees that thing and what it rests on, until a day, and nothing else; he is never its author or approver, for the keys
-- of verdict_second and release_review say so of whoever answers.

create table check_invitation (
  id              uuid primary key default gen_random_uuid(),
  owner_id        uuid not null references organisation,
  -- Whom, and as whom: another membership of the same person opens nothing.
  person_id       uuid not null references person,
  organisation_id uuid not null references organisation,
  verdict_id      uuid,
  release_id      uuid,
  title           text not null,
  note            text not null default '',
  -- Whoever gave what is above GREEN agreed that he sees it: to show it to one more is to widen it (roles.md, section 2).
  consented       boolean not null default false,
  invited_by      uuid not null references person,
  created_at      timestamptz(3) not null default clock_timestamp(),
  until           timestamptz not null,
  revoked_at      timestamptz,
  answered_at     timestamptz,
  check (num_nonnulls(verdict_id, release_id) = 1),
  check (organisation_id <> owner_id and invited_by <> person_id),
  unique (owner_id, id),
  foreign key (owner_id, verdict_id) references verdict (owner_id, id),
  foreign key (owner_id, release_id) references release (owner_id, id)
);
create unique index on check_invitation (person_id, verdict_id) where verdict_id is not null and revoked_at is null;
create unique index on check_invitation (person_id, release_id) where release_id is not null and revoked_at is null;
create index on check_invitation (owner_id, created_at desc, id desc);
create index on check_invitation (verdict_id) where verdict_id is not null;
create index on check_invitation (release_id) where release_id is not null;

create function invited_to_verdict(wanted uuid) returns boolean language sql stable as
$$ select exists (select from check_invitation i where i.verdict_id = wanted and i.person_id = actor_person()
    and i.organisation_id = actor_organisation() and i.revoked_at is null and i.until > clock_timestamp()) $$;

-- Of what the verdict rests on, what bears this label.
create function invited_to_source(wanted uuid, label tlp) returns boolean language sql stable as
$$ select exists (select from check_invitation i where i.verdict_id = wanted and i.person_id = actor_person()
    and i.organisation_id = actor_organisation() and i.revoked_at is null and i.until > clock_timestamp()
    and (label <= 'GREEN' or i.consented)) $$;

create function invited_to_release(wanted uuid, label tlp) returns boolean language sql stable as
$$ select exists (select from check_invitation i where i.release_id = wanted and i.person_id = actor_person()
    and i.organisation_id = actor_organisation() and i.revoked_at is null and i.until > clock_timestamp()
    and (label <= 'GREEN' or i.consented)) $$;

alter table check_invitation enable row level security;
alter table check_invitation force row level security;
create policy staff on check_invitation for select using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy add on check_invitation for insert with check (
  owner_id = (select actor_organisation()) and (select actor_has('LEAD')) and invited_by = (select actor_person()));
create policy change on check_invitation for update using (
  owner_id = (select actor_organisation()) and (select actor_has('ANA', 'LEAD')));
create policy mine on check_invitation for select using (
  person_id = (select actor_person()) and organisation_id = (select actor_organisation())
  and (select actor_has('RES', 'GOV')) and revoked_at is null and until > clock_timestamp());

-- The verdict, without its first answer, which stays hidden from whoever checks it; and the sources of its fact.
create policy invited on verdict for select using (
  (select actor_has('RES', 'GOV')) and scope <> 'named' and invited_to_verdict(id));
create policy invited on vulnerability for select using (
  (select actor_has('RES', 'GOV')) and exists (
    select from verdict v where v.vulnerability_id = vulnerability.id and invited_to_verdict(v.id)));
create policy invited on claim for select using (
  (select actor_has('RES', 'GOV')) and source_id is not null and superseded_at is null and scope <> 'named' and exists (
    select from verdict v where v.vulnerability_id = claim.vulnerability_id and v.fact = claim.fact
      and invited_to_source(v.id, claim.label)));
create policy invited on verdict_second for select using (
  (select actor_has('RES', 'GOV')) and person_id = (select actor_person()));
create policy invited_adds on verdict_second for insert with check (
  (select actor_has('RES', 'GOV')) and person_id = (select actor_person()) and invited_to_verdict(verdict_id));

-- The snapshot as it would leave, and what the checks say of it.
create policy invited on release for select using (
  (select actor_has('RES', 'GOV')) and invited_to_release(id, label));
create policy invited on release_artefact for select using (
  (select actor_has('RES', 'GOV')) and exists (
    select from release r where r.id = release_id and invited_to_release(r.id, r.label)));
create policy invited on release_check for select using (
  (select actor_has('RES', 'GOV')) and exists (
    select from release r where r.id = release_id and invited_to_release(r.id, r.label)));
create policy invited on release_review for select using (
  (select actor_has('RES', 'GOV')) and reviewer_id = (select actor_person()) and exists (
    select from release r where r.id = release_id and invited_to_release(r.id, r.label)));
create policy invited_adds on release_review for insert with check (
  (select actor_has('RES', 'GOV')) and reviewer_id = (select actor_person()) and exists (
    select from release r where r.id = release_id and invited_to_release(r.id, r.label)));

grant select, insert, update (revoked_at, answered_at) on check_invitation to busbar_app;
