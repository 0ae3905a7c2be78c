-- An invitation into a case is mailed to whom it names, who may have no account yet. It tells nothing of the case: its
-- words are the program's own, as those of a confirmation are.

alter table dispatch
  drop constraint dispatch_kind_check,
  add constraint dispatch_kind_check
    check (kind in ('published', 'recalled', 'warning', 'confirmation', 'notice', 'participation', 'letter')),
  add check (kind <> 'participation' or texts = '{}' and label = 'CLEAR');

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
    or exists (select from webhook w where w.id = new.webhook_id and w.owner_id = new.owner_id and w.url = new.address)) then
    return new;
  end if;
  raise exception 'delivery-leaves-without-release';
end
$$;

-- Whom a case invited goes with its key: the address stands in what was mailed to it, too. Nothing else that was sent is
-- ever taken back.
create policy purge on delivery for delete using ((select actor_is_founder()) and exists (
  select from case_participant p join case_retention r on r.case_id = p.case_id
  where p.id::text = recipient and r.purged_at is not null));
create policy kept on delivery as restrictive for delete using ((select actor_is_founder()));

grant delete on delivery to busbar_app;
