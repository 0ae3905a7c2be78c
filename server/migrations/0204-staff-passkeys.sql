-- Whether a passkey was shown in a session, and not only a code; and the one setting that signing in reads: whether staff
-- have to (decision 31).
alter table auth.session add column passkey boolean not null default false;

grant select on setting to busbar_signin;
create policy sign_in on setting as restrictive for select to busbar_signin using (name = 'sign-in');
