-- What is told of a case bears the label of the case, whoever tells it: the database writes it, and it is asked again when
-- it is sent. RED is for its recipients alone (TLP 2.0), so no program is told of a case.
alter table dispatch add column case_id uuid references "case";

alter table "case" no force row level security;
alter table dispatch no force row level security;
update dispatch d set case_id = c.id from "case" c
  where c.ref = d.about ->> 'ref' and (d.kind in ('notice', 'letter') or d.about ->> 'kind' in ('case', 'deadline'));
alter table dispatch force row level security;
alter table "case" force row level security;

-- That letters of a case are AMBER+STRICT, whatever the case is.
do $$
declare
  rule name;
begin
  for rule in select conname from pg_constraint where conrelid = 'dispatch'::regclass and contype = 'c'
      and pg_get_constraintdef(oid) like '%letter%AMBER+STRICT%' loop
    execute format('alter table dispatch drop constraint %I', rule);
  end loop;
end
$$;
-- Not asked of old rows: what was told is not taken back.
alter table dispatch
  add check (kind <> 'letter' or texts = '{}'),
  add constraint dispatch_of_case check (
    case_id is not null or kind not in ('notice', 'letter') and about ->> 'kind' not in ('case', 'deadline')) not valid,
  add check (case_id is null or kind in ('notice', 'letter', 'warning'));

create function dispatch_bears_label() returns trigger language plpgsql as $$
begin
  select c.label, 'case' into new.label, new.scope from "case" c where c.id = new.case_id;
  if not found then raise exception 'dispatch-without-case' using errcode = '42501'; end if;
  return new;
end
$$;
create trigger bears_label before insert on dispatch for each row
  when (new.case_id is not null) execute function dispatch_bears_label();

-- As before, and no program is told of a case.
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
    or d.kind = 'warning' and (exists (
      select from membership m join person p on p.id = m.person_id
      where m.person_id = new.person_id and m.organisation_id = new.owner_id and m.until is null
        and lower(p.email) = new.address)
    or d.case_id is null and exists (
      select from webhook w where w.id = new.webhook_id and w.owner_id = new.owner_id and w.url = new.address)) then
    return new;
  end if;
  raise exception 'delivery-leaves-without-release';
end
$$;
