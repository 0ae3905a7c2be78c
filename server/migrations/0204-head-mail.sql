-- Who of an organisation is mailed the head of the ledger each day: a copy outside, by which he can prove later that
-- nothing before it was changed. The head is public, and so is the mail.
create table head_reader (
  owner_id  uuid not null references organisation,
  person_id uuid not null references person,
  since     timestamptz not null default clock_timestamp(),
  primary key (owner_id, person_id)
);
create index on head_reader (person_id);

alter table head_reader enable row level security;
alter table head_reader force row level security;
create policy own on head_reader using (
  owner_id = (select actor_organisation()) and person_id = (select actor_person()));
-- The program finds out whose mail it is, and then works for one organisation.
create policy due on head_reader for select using ((select actor_is_founder()));
create policy told on head_reader for select using (
  owner_id = (select actor_organisation()) and (select actor_person()) is null and (select actor_reads_content()));
grant select, insert, delete on head_reader to busbar_app;

alter table dispatch
  drop constraint dispatch_kind_check,
  add constraint dispatch_kind_check
    check (kind in ('published', 'recalled', 'warning', 'confirmation', 'notice', 'participation', 'letter', 'head')),
  add check (kind <> 'head' or label = 'CLEAR' and scope = 'org');
drop policy own on dispatch;
create policy own on dispatch using (owner_id = (select actor_organisation()) and (select actor_reads_content()))
  with check (owner_id = (select actor_organisation()) and (select actor_reads_content())
    and (kind in ('warning', 'head') or (select actor_has('LEAD')) or (kind = 'notice' and (select actor_has('MAD')))));

-- As before; and a head goes to people of the organisation whose choice it was.
create or replace function delivery_stays_inside() returns trigger language plpgsql as
$$
declare
  d dispatch;
begin
  select * into d from dispatch where id = new.dispatch_id;
  if d.release_id is not null then return new; end if;
  if d.kind = 'confirmation' and exists (
      select from subscription s where s.id = new.subscription_id and s.state = 'unconfirmed' and s.address = new.address)
    or d.kind = 'participation' and exists (
      select from case_participant p where p.id::text = new.recipient and p.state = 'invited' and p.email = new.address)
    or d.kind = 'notice' and exists (
      select from case_notice n join authority a on a.id = n.authority_id
      where 'notice ' || n.id = d.key and n.state = 'sent' and n.how = 'mail' and a.mail = new.address)
    or d.kind in ('warning', 'head') and exists (
      select from membership m join person p on p.id = m.person_id
      where m.person_id = new.person_id and m.organisation_id = new.owner_id and m.until is null
        and lower(p.email) = new.address)
    or d.kind = 'warning' and d.case_id is null and exists (
      select from webhook w where w.id = new.webhook_id and w.owner_id = new.owner_id and w.url = new.address) then
    return new;
  end if;
  raise exception 'delivery-leaves-without-release';
end
$$;
