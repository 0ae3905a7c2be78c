-- What was decided on many observations in one press is one decision: it is taken back as one, and what others decided
-- since stays as they left it.
alter table case_observation
  add column decision_id  uuid,
  add column state_before text check (state_before in ('suggested', 'accepted', 'rejected')),
  add check ((decision_id is null) = (state_before is null)),
  -- Who had decided before, in which press, and what had stood before that: taken back, it stands as it stood.
  add column prior_by       uuid references person,
  add column prior_name     text,
  add column prior_at       timestamptz,
  add column prior_decision uuid,
  add column prior_state    text check (prior_state in ('suggested', 'accepted', 'rejected')),
  add check ((prior_decision is null) = (prior_state is null));
create index on case_observation (case_id, decision_id) where decision_id is not null;
grant update (decision_id, state_before, prior_by, prior_name, prior_at, prior_decision, prior_state) on case_observation to busbar_app;

-- An argument that does not hold is struck through, and stays with who withdrew it and why; so it does when somebody
-- says later that it counts again.
alter table case_argument
  add column withdrawn_by   uuid references person,
  add column withdrawn_name text,
  add column withdrawn_at   timestamptz,
  -- Why, under the key of the case.
  add column withdrawn_why  bytea,
  add column again_by       uuid references person,
  add column again_name     text,
  add column again_at       timestamptz,
  add check (num_nulls(withdrawn_by, withdrawn_name, withdrawn_at, withdrawn_why) in (0, 4)),
  add check (num_nulls(again_by, again_name, again_at) in (0, 3)),
  add check (again_at is null or withdrawn_at is not null);

-- A playbook that was taken by mistake goes again with all that it added, while nothing of it was done or changed.
create policy take_back on case_task for delete using (
  playbook_id is not null and state = 'open' and revision = 1 and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy take_back on case_measure for delete using (
  playbook_id is not null and state = 'proposed' and revision = 1 and (select actor_has('ANA', 'LEAD'))
  and exists (select from "case" c where c.id = case_id and opens(c)));
create policy take_back on case_playbook for delete using (
  (select actor_has('ANA', 'LEAD')) and exists (select from "case" c where c.id = case_id and opens(c)));
create trigger beats_delete after delete on case_playbook referencing old table as changed
  for each statement execute function case_beats('case_id', 'false');
