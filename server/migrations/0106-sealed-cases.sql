-- What people write in a case is sealed under the key of the case, by the program: the database keeps no word of it. Who
-- destroys that one row of data_key destroys all of it.

-- What was there before waits here until the program, which has the keys, seals it at its next start. Then it is empty.
create table case_unsealed (
  id      uuid primary key default gen_random_uuid(),
  case_id uuid not null references "case",
  message uuid,
  step    uuid,
  text    text not null,
  check (num_nonnulls(message, step) <= 1)
);

-- Identity of a step, to which its reason is bound; `id` is only its place in the row of steps.
alter table case_step add column uid uuid not null default gen_random_uuid() unique;

-- In a table of its own: who sees that a case is there does not see by that what is in it.
create table case_content (
  case_id uuid primary key references "case",
  -- What was reported, as it was reported, and by whom: {danger, control, sees, place, details, name, reach}.
  sealed  bytea not null check (length(sealed) > 28)
);

alter table "case" no force row level security;
alter table case_message no force row level security;
alter table case_step no force row level security;
insert into case_unsealed (case_id, text)
  select id, report || jsonb_build_object('name', reporter_name, 'reach', reporter_reach) from "case";
insert into case_unsealed (case_id, message, text) select case_id, id, body from case_message;
insert into case_unsealed (case_id, step, text) select case_id, uid, reason from case_step where reason is not null;
alter table "case" force row level security;
alter table case_message force row level security;
alter table case_step force row level security;

alter table "case" drop column title, drop column state_reason, drop column reporter_name, drop column reporter_reach,
  drop column report;
alter table case_message drop column body, add column sealed bytea check (length(sealed) > 28);
alter table case_message add check (sealed is not null) not valid;
alter table case_step drop column reason, add column sealed bytea check (length(sealed) > 28);

alter table case_unsealed enable row level security;
alter table case_unsealed force row level security;
create policy program on case_unsealed using ((select actor_is_founder()));
grant select, delete, truncate on case_unsealed to busbar_app;

alter table case_content enable row level security;
alter table case_content force row level security;
create policy read on case_content for select using (exists (select from "case" c where c.id = case_id and opens(c)));
-- With the case, in its transaction.
create policy add on case_content for insert with check (exists (
  select from "case" c where c.id = case_id and opens(c) and c.state = 'received'));
grant select, insert on case_content to busbar_app;

-- The program seals what was there before, and reads nothing else by this.
create policy seal on case_content for insert with check (
  (select actor_is_founder()) and exists (select from case_unsealed u where u.case_id = case_content.case_id));
create policy seal on case_message using (
  (select actor_is_founder()) and exists (select from case_unsealed u where u.message = case_message.id));
create policy seal on case_step using (
  (select actor_is_founder()) and exists (select from case_unsealed u where u.step = case_step.uid));
create policy seal_make on data_key for insert with check (
  (select actor_is_founder()) and exists (select from case_unsealed u where u.case_id = data_key.case_id));
create policy seal on data_key for select using (
  (select actor_is_founder()) and exists (select from case_unsealed u where u.case_id = data_key.case_id));
grant update (sealed) on case_message, case_step to busbar_app;
create index on case_unsealed (case_id);
create index on case_unsealed (message);
create index on case_unsealed (step);
