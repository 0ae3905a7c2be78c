-- When the holder of a session last showed who he is: as it began, and when he was asked again (decision 31). Of a session
-- that is older than this column nobody knows.
alter table auth.session add column "provedAt" timestamptz;
alter table auth.session alter column "provedAt" set default now();

-- Whether a passkey was shown in a session, and not only a code; and the one setting that signing in reads: whether staff
-- have to (decision 31).
alter table auth.session add column passkey boolean not null default false;

grant select on setting to busbar_signin;
create policy sign_in on setting as restrictive for select to busbar_signin using (name = 'sign-in');
