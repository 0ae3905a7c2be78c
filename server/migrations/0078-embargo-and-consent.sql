-- What the gate asks of a publication that is no part of its text: until when those concerned agreed to be silent, and
-- whether whoever proposed it still agrees that what he gave leaves.

alter table publication
  add column embargo_until timestamptz,
  add column embargo_with  text not null default '';

alter table publication_proposal
  add column consent_ended_at timestamptz;

-- As before; and of what was accepted, its owner may take back that it leaves, once.
create or replace function publication_proposal_moves() returns trigger language plpgsql as $$
begin
  if old.state = 'accepted' and new.state = 'accepted' and new.owner_id = actor_organisation()
    and old.consent_ended_at is null and new.consent_ended_at is not null
    and new.content = old.content and new.owner_id = old.owner_id and new.cert_id = old.cert_id then
    return new;
  end if;
  if old.state <> 'proposed' or new.content <> old.content or new.owner_id <> old.owner_id or new.cert_id <> old.cert_id
    or new.consent_ended_at is distinct from old.consent_ended_at
    or new.state = 'withdrawn' and new.owner_id <> actor_organisation()
    or new.state in ('accepted', 'declined') and new.cert_id <> actor_organisation() then
    raise exception 'proposal is not open for this' using errcode = 'BB001';
  end if;
  return new;
end $$;
