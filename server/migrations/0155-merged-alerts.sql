-- Of two devices that turn out to be one, what was told of the one was told of the other. What still waits to be told
-- is then told once: only that may be taken back.
grant delete on alert, alert_match to busbar_app;
create policy told_stays on alert as restrictive for delete using (told_at is null);
