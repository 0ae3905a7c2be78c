-- What signing in takes: passwords, sessions, passkeys, authenticator secrets. A schema of its own that only the login
-- busbar_signin may open; the program's usual login (busbar_app) cannot name a table in it.
-- Tables and columns are named as the identity library (better-auth 1.7) names them.

create schema auth;

-- An account has the id of its person. No foreign key: the two are written over different connections.
create table auth."user" (
  id                 uuid primary key,
  name               text not null,
  email              text not null unique,
  "emailVerified"    boolean not null default true,
  image              text,
  "twoFactorEnabled" boolean not null default false,
  -- An account of the demo, whose password stands on the page: nothing it opens is worth a second factor.
  demo               boolean not null default false,
  "createdAt"        timestamptz not null default now(),
  "updatedAt"        timestamptz not null default now()
);

create table auth.account (
  id                      uuid primary key default gen_random_uuid(),
  "accountId"             text not null,
  "providerId"            text not null,
  "userId"                uuid not null references auth."user" on delete cascade,
  "accessToken"           text,
  "refreshToken"          text,
  "idToken"               text,
  "accessTokenExpiresAt"  timestamptz,
  "refreshTokenExpiresAt" timestamptz,
  scope                   text,
  password                text,
  "createdAt"             timestamptz not null default now(),
  "updatedAt"             timestamptz not null default now(),
  unique ("userId", "providerId")
);

create table auth.session (
  id             uuid primary key default gen_random_uuid(),
  token          text not null unique,
  "userId"       uuid not null references auth."user" on delete cascade,
  "expiresAt"    timestamptz not null,
  "ipAddress"    text,
  "userAgent"    text,
  -- This session, and not only its account, has shown a second factor.
  "secondFactor" boolean not null default false,
  "createdAt"    timestamptz not null default now(),
  -- Touched while it is used; a session nobody uses ends.
  "updatedAt"    timestamptz not null default now()
);
create index on auth.session ("userId");

-- As which membership a session acts, where somebody chose one.
create table auth.acting (
  session_id    uuid primary key references auth.session on delete cascade,
  membership_id uuid not null
);

create table auth.verification (
  id          uuid primary key default gen_random_uuid(),
  identifier  text not null,
  value       text not null,
  "expiresAt" timestamptz not null,
  "createdAt" timestamptz not null default now(),
  "updatedAt" timestamptz not null default now()
);
create index on auth.verification (identifier);

create table auth."twoFactor" (
  id                        uuid primary key default gen_random_uuid(),
  "userId"                  uuid not null unique references auth."user" on delete cascade,
  secret                    text not null,
  "backupCodes"             text not null,
  verified                  boolean not null default true,
  "failedVerificationCount" integer not null default 0,
  "lockedUntil"             timestamptz
);

create table auth.passkey (
  id             uuid primary key default gen_random_uuid(),
  name           text,
  "userId"       uuid not null references auth."user" on delete cascade,
  "publicKey"    text not null,
  "credentialID" text not null unique,
  counter        bigint not null,
  "deviceType"   text not null,
  "backedUp"     boolean not null,
  transports     text,
  aaguid         text,
  "createdAt"    timestamptz default now()
);
create index on auth.passkey ("userId");

create table auth."rateLimit" (
  id            uuid primary key default gen_random_uuid(),
  key           text not null unique,
  count         integer not null,
  "lastRequest" bigint not null
);

-- A code of an authenticator app opens one session and no second one while it lasts (RFC 6238 §5.2).
create table auth.used_code (
  user_id uuid not null references auth."user" on delete cascade,
  code    text not null,
  used_at timestamptz not null default now(),
  primary key (user_id, code)
);

grant usage on schema auth to busbar_signin;
grant select, insert, update, delete on all tables in schema auth to busbar_signin;

-- To know as whom somebody may act, signing in reads who is a member of what, and nothing else of ours.
grant select (id, name, state, last_seen) on person to busbar_signin;
grant update (last_seen) on person to busbar_signin;
grant select (id, person_id, organisation_id, roles, since, until) on membership to busbar_signin;
grant select (id, state) on organisation to busbar_signin;
create policy sign_in on person for select to busbar_signin using (true);
create policy seen on person for update to busbar_signin using (true);
create policy sign_in on membership for select to busbar_signin using (true);
create policy sign_in on organisation for select to busbar_signin using (true);
