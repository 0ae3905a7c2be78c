-- Who has an alert in hand by what he did about its warnings has it no more when he takes that back, and whoever has it may
-- give it back. Then it is asked about again: what was set for the next time stays, and is only not heeded meanwhile.

-- The clicks by which this person has it in hand, nothing where he said so himself; and what he was to it before.
alter table alert_reader add column moves uuid[] check (moves is null or state = 'acknowledged');
alter table alert_reader add column before jsonb;
grant update (moves, before) on alert_reader to busbar_app;

drop index alert_remind_at_idx;
create index on alert (remind_at) where remind_at is not null and acknowledged_at is null;
