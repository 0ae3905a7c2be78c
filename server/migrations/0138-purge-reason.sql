-- Why somebody wants a case destroyed is told where the case opens, and to a lead elsewhere once it is decided: it stays in
-- the tombstone. An administrator needs the row to do it.
drop policy read on case_purge;
create policy read on case_purge for select using (
  (state in ('approved', 'executed') and (select actor_has('LEAD', 'ADM'))) or exists (
    select from "case" c where c.id = case_id and (opens(c) or (select actor_is_founder()))));
