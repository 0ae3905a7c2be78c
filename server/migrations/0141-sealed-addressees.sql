-- To whom a notice went, and what the authority calls it, is what people wrote, too: it is sealed under the key of the case. Which
-- of the authorities of this instance it was stays readable for the post, until the row goes with the key.
alter table case_notice add column addressee bytea check (length(addressee) > 28);
alter table case_unsealed add column notice uuid;
alter table case_unsealed drop constraint case_unsealed_check;
alter table case_unsealed add constraint case_unsealed_one check (num_nonnulls(message, step, notice) <= 1);

-- What was there before waits until the program, which has the keys, seals it at its next start.
alter table case_notice no force row level security;
alter table case_unsealed no force row level security;
insert into case_unsealed (case_id, notice, text)
  select case_id, id, jsonb_build_object('to', authority_name, 'reference', reference) from case_notice where state = 'sent';
alter table case_notice force row level security;
alter table case_unsealed force row level security;

alter table case_notice drop column authority_name, drop column reference;
alter table case_notice add constraint case_notice_sent check (case state
  when 'draft' then num_nonnulls(letter, sha256, how, authority_id, addressee, sent_at, sent_by, sent_name) = 0
  else num_nonnulls(letter, sha256, how, addressee, sent_at, sent_by, sent_name) = 7
    and (how = 'ourselves' or authority_id is not null)
end) not valid;

-- What was sent stays as it was sent. Only the authoriser of the organisation that the case belongs to sends, himself.
create or replace function case_notice_changes() returns trigger language plpgsql as $$
begin
  if old.state = 'sent' then
    if old.addressee is not null or not actor_is_founder()
        or to_jsonb(new) - 'addressee' is distinct from to_jsonb(old) - 'addressee' then
      raise exception 'notice was sent' using errcode = '42501';
    end if;
  elsif new.state = 'sent' and not (
      actor_has('MAD') and new.sent_by = actor_person() and new.revision = old.revision and new.sealed = old.sealed
      and exists (select from "case" c where c.id = new.case_id and c.owner_id = actor_organisation())) then
    raise exception 'notice is sent by the authoriser of the member' using errcode = '42501';
  end if;
  return new;
end
$$;
create policy seal on case_notice using (
  (select actor_is_founder()) and exists (select from case_unsealed u where u.notice = case_notice.id));
create index on case_unsealed (notice);
grant update (addressee) on case_notice to busbar_app;
