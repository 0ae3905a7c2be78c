-- Whoever declined an invitation is told so when he comes back to its link, as whoever accepted it; nobody else is.

create or replace function case_participant_moves() returns trigger language plpgsql as $$
declare
  moved constant text := old.state || ' ' || new.state;
  given constant text[] := array['person_id', 'organisation_id', 'state', 'decided_by', 'reason', 'answered_at', 'ended_at'];
begin
  -- His address goes with the key of the case.
  if actor_is_founder() and new.email is null and to_jsonb(new) - 'email' = to_jsonb(old) - 'email'
    and exists (select from case_retention r where r.case_id = new.case_id and r.purged_at is not null) then
    return new;
  end if;
  if to_jsonb(new) - given is distinct from to_jsonb(old) - given
    or new.decided_by is distinct from old.decided_by and moved not in ('proposed invited', 'proposed refused')
    or (new.person_id, new.organisation_id) is distinct from (old.person_id, old.organisation_id) and moved not in ('invited accepted', 'invited declined')
    or not coalesce(case moved
      when 'proposed invited' then new.decided_by = actor_person()
        and exists (select from "case" c where c.id = new.case_id and hosts_alone(c))
      when 'proposed refused' then new.decided_by = actor_person()
        and exists (select from "case" c where c.id = new.case_id and hosts_alone(c))
      when 'invited accepted' then actor_is_founder()
      when 'invited declined' then actor_is_founder()
      when 'accepted left' then is_actor(old)
      when 'proposed removed' then exists (select from "case" c where c.id = new.case_id and hosts(c))
      when 'invited removed' then exists (select from "case" c where c.id = new.case_id and hosts(c))
      when 'accepted removed' then exists (select from "case" c where c.id = new.case_id and hosts(c))
    end, false) then
    raise exception 'participant is not open for this' using errcode = '42501';
  end if;
  return new;
end
$$;
