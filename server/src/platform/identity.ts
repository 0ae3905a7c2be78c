import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import { type Role, staffRoles, type Tlp } from '@busbar/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { type Actor, holderOf, visitor } from './actor.ts';
import { record } from './audit.ts';
import type { Config } from './config.ts';
import type { Database } from './database.ts';
import type { Links } from './links.ts';
import type { Log } from './log.ts';
import { type Brought, endSession, mountSignIn, type Proof, signInLibrary, sweep } from './sign-in.ts';

export type Identity = ReturnType<typeof identityOver>;

export interface NewAccount {
  readonly person: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  /** Its password stands on the page; it opens without a second factor. */
  readonly demo?: boolean;
}

interface SessionRow {
  session: string;
  token: string;
  person: string;
  name: string;
  demo: boolean;
  strong: boolean;
  has_factor: boolean;
  stale: boolean;
  proved_at: Date | null;
  proved: boolean;
  proof: Proof;
  /** A passkey was shown in this session, and the account still has one. */
  by_passkey: boolean;
  must_use_passkey: boolean;
  chosen: string | null;
  membership: string | null;
  organisation: string | null;
  roles: Role[] | null;
}

/**
 * Who asks. Nothing is kept between requests: a session, a membership or a key that ends is gone with the next one.
 */
export function identityOver(config: Config, database: Database, links: Links, log: Log) {
  const pool = database.signIn;
  const library = signInLibrary(config, pool, log);
  const cookie = new RegExp(`(?:^|; *)(?:__Secure-)?busbar\\.session_token=([^;]+)`);

  // Sent to the pages of the report and to nothing else, so that who follows a report by its words leaves no name there.
  const receiptCookie = /(?:^|; *)busbar\.receipt=([\w-]+)/;

  /** The session a request brings, unless it ended or must not be used any more. */
  async function sessionOf(request: FastifyRequest): Promise<SessionRow | undefined> {
    const token = signedToken(cookie.exec(request.headers.cookie ?? '')?.[1], library.secret);
    return token ? findSession(token) : undefined;
  }

  async function findSession(token: string): Promise<SessionRow | undefined> {
    const { rows } = await pool.query<SessionRow>({
      name: 'session',
      text: sessionQuery,
      values: [token, staffRoles],
    });
    const row = rows[0];
    // Opened by the password alone before the account had a second factor: it must not outlive that day.
    if (!row || (row.has_factor && !row.strong && !row.demo)) return undefined;
    return row;
  }

  async function identify(request: FastifyRequest): Promise<Actor> {
    const { authorization } = request.headers;
    if (authorization) return machineWith(authorization);
    const receipt = links.read('receipt', receiptCookie.exec(request.headers.cookie ?? '')?.[1] ?? '');
    if (receipt) return holderOf(receipt);
    const session = await sessionOf(request);
    if (!session) return visitor;
    if (session.stale) await touch(session);
    return actorOf(session);
  }

  async function machineWith(authorization: string): Promise<Actor> {
    const key = /^Bearer (busbar_\w{8}_[\w-]{43})$/.exec(authorization)?.[1];
    if (!key) return visitor;
    const { rows } = await pool.query<{
      id: string;
      name: string;
      owner_id: string;
      max_tlp: Tlp;
      stale: boolean;
    }>({
      name: 'machine key',
      text: `select k.id, k.name, k.owner_id, k.max_tlp, k.last_used is null or k.last_used < now() - interval '5 minutes' as stale
        from public.machine_key k join public.organisation o on o.id = k.owner_id and o.state in ('verified', 'active')
        where k.secret_hash = $1 and k.revoked_at is null and k.expires_at > now()`,
      values: [sha256(key)],
    });
    const found = rows[0];
    if (!found) return visitor;
    if (found.stale)
      await pool.query('update public.machine_key set last_used = now() where id = $1', [found.id]);
    return {
      ...visitor,
      name: found.name,
      organisation: found.owner_id,
      roles: ['SVC'],
      ceiling: found.max_tlp,
    };
  }

  async function touch({ session, person }: SessionRow): Promise<void> {
    await pool.query(
      `with used as (update auth.session set "updatedAt" = now() where id = $1)
       update public.person set last_seen = now() where id = $2`,
      [session, person],
    );
  }

  return {
    identify,

    /** Mounts /api/auth/*: the sign-in of the library, with our rules around it. */
    mount(app: FastifyInstance): void {
      const around = {
        pool,
        issuer: async () => {
          const { rows } = await database.app.query<{ short: string }>(
            `select value ->> 'shortName' as short from setting where name = 'cert'`,
          );
          return rows[0]?.short ?? 'Busbar';
        },
        clear: async (request: FastifyRequest): Promise<Brought | undefined> => {
          const row = await sessionOf(request);
          if (row)
            return {
              token: row.token,
              person: row.person,
              name: row.name,
              acting: row.chosen,
              provedAt: row.proved_at,
              proved: row.proved,
              proof: row.proof,
              byPasskey: row.by_passkey,
              mustUsePasskey: row.must_use_passkey,
            };
          const token = signedToken(cookie.exec(request.headers.cookie ?? '')?.[1], library.secret);
          if (token) await endSession(pool, token);
          return undefined;
        },
        record: async (
          action: string,
          token: string | undefined,
          person: string | null,
          requestId: string,
        ) => {
          const row = token ? await findSession(token) : undefined;
          const actor = row ? actorOf(row) : { ...visitor, person };
          await database.as(actor, (tx) =>
            record(
              tx,
              action,
              { kind: 'person', id: actor.person, name: actor.name, owner: actor.organisation },
              requestId,
            ),
          );
        },
      };
      mountSignIn(app, library, around, config.origin);
    },

    /**
     * Gives a person an account. Call it last in the transaction that adds the person: it is written over another
     * connection, and what a failed transaction leaves behind opens nothing and is replaced by the next attempt.
     */
    async addAccount({ person, name, email, password, demo = false }: NewAccount): Promise<void> {
      const context = await library.auth.$context;
      const hash = await context.password.hash(password);
      await pool.query(
        'delete from auth."user" u where email = $1 and not exists (select from public.person p where p.id = u.id)',
        [email],
      );
      await pool.query(
        `with added as (insert into auth."user" (id, name, email, demo) values ($1, $2, $3, $4) returning id)
         insert into auth.account ("accountId", "providerId", "userId", password) select id, 'credential', id, $5 from added`,
        [person, name, email, demo, hash],
      );
    },

    async rename(person: string, name: string): Promise<void> {
      await pool.query('update auth."user" set name = $2 where id = $1', [person, name]);
    },

    /** What an account can show besides its password. Null for whom has no account. */
    async secondFactor(
      person: string,
    ): Promise<{ passkeys: number; totp: boolean; recoveryCodesLeft: number } | null> {
      const { rows } = await pool.query<{ passkeys: number; totp: boolean }>(
        `select u."twoFactorEnabled" as totp, (select count(*) from auth.passkey k where k."userId" = u.id) as passkeys
         from auth."user" u where u.id = $1`,
        [person],
      );
      const found = rows[0];
      if (!found) return null;
      const codes = found.totp
        ? await library.auth.api.viewBackupCodes({ body: { userId: person } })
        : undefined;
      return {
        passkeys: found.passkeys,
        totp: found.totp,
        recoveryCodesLeft: codes?.backupCodes.length ?? 0,
      };
    },

    /** Which of these people have a second factor, and whether a passkey is among them. */
    async withSecondFactor(people: readonly string[]): Promise<Map<string, { passkey: boolean }>> {
      const { rows } = await pool.query<{ id: string; totp: boolean; passkey: boolean }>(
        `select u.id, u."twoFactorEnabled" as totp, exists (select from auth.passkey k where k."userId" = u.id) as passkey
         from auth."user" u where u.id = any ($1)`,
        [people],
      );
      return new Map(rows.filter(({ totp, passkey }) => totp || passkey).map((row) => [row.id, row]));
    },

    async staffMustUsePasskey(): Promise<boolean> {
      const { rows } = await pool.query<{ must: boolean }>(`select exists (${staffRule}) as must`);
      return rows[0]!.must;
    },

    async actAs(session: string, membership: string): Promise<void> {
      await pool.query(
        `insert into auth.acting values ($1, $2) on conflict (session_id) do update set membership_id = excluded.membership_id`,
        [session, membership],
      );
    },

    sweep: () => sweep(pool),

    /** Takes away every second factor, trusted device and session of an account; its password stays. */
    async resetSecondFactor(person: string): Promise<void> {
      await pool.query(
        `with a as (delete from auth.passkey where "userId" = $1), b as (delete from auth."twoFactor" where "userId" = $1),
           c as (delete from auth.session where "userId" = $1), d as (delete from auth.verification where value = $1::text)
         update auth."user" set "twoFactorEnabled" = false where id = $1`,
        [person],
      );
    },
  };
}

/** A key of a machine, and what is kept of it. */
export function newMachineKey(): { secret: string; start: string; hash: Buffer } {
  const start = `busbar_${randomBytes(4).toString('hex')}`;
  const secret = `${start}_${randomBytes(32).toString('base64url')}`;
  return { secret, start, hash: sha256(secret) };
}

export const sha256 = (text: string) => createHash('sha256').update(text).digest();

function actorOf({
  session,
  person,
  name,
  demo,
  has_factor,
  proved,
  by_passkey,
  must_use_passkey,
  membership,
  organisation,
  roles,
}: SessionRow): Actor {
  const isStaff = roles?.some((role) => staffRoles.includes(role)) ?? false;
  const passkeyNeeded = must_use_passkey && !by_passkey && isStaff;
  const signedIn = { ...visitor, person, name, session, proved };
  if (passkeyNeeded || (!has_factor && !demo)) return { ...signedIn, restricted: true, passkeyNeeded };
  return membership ? { ...signedIn, organisation, roles: roles!, ceiling: 'RED' } : signedIn;
}

const staffRule = `select from public.setting where name = 'sign-in' and value @> '{"staffMustUsePasskey": true}'`;

/** As whom a session acts is what its person chose, and while nothing was chosen the oldest membership. */
const sessionQuery = `
  select s.id as session, s.token, p.id as person, p.name, u.demo, s."secondFactor" as strong,
    u."twoFactorEnabled" or exists (select from auth.passkey k where k."userId" = u.id) as has_factor,
    s."provedAt" as proved_at, coalesce(s."provedAt" > now() - interval '10 minutes', false) as proved,
    case when exists (select from auth.passkey k where k."userId" = u.id) then 'passkey'
      when u."twoFactorEnabled" then 'code' else 'password' end as proof,
    s.passkey and exists (select from auth.passkey k where k."userId" = u.id) as by_passkey,
    not u.demo and exists (${staffRule})
      and exists (select from public.membership b where b.person_id = p.id and b.until is null
        and b.roles && $2::public.role_code[]) as must_use_passkey,
    s."updatedAt" < now() - interval '5 minutes' or p.last_seen is null as stale,
    a.membership_id as chosen, m.id as membership, m.organisation_id as organisation, m.roles::text[] as roles
  from auth.session s
  join auth."user" u on u.id = s."userId"
  join public.person p on p.id = u.id and p.state = 'active'
  left join auth.acting a on a.session_id = s.id
  left join lateral (
    select m.id, m.organisation_id, m.roles from public.membership m
    join public.organisation o on o.id = m.organisation_id and o.state in ('verified', 'active')
    where m.person_id = p.id and m.until is null and (a.membership_id is null or m.id = a.membership_id)
    order by m.since, m.id limit 1) m on true
  where s.token = $1 and s."expiresAt" > now() and s."updatedAt" > now() - interval '8 hours'`;

/** The library signs its cookies: value, a dot, HMAC-SHA-256 in base64. */
function signedToken(value: string | undefined, secret: string): string | undefined {
  if (!value) return undefined;
  const [token, signature] = safelyDecoded(value).split(/\.(?=[^.]*$)/);
  if (!token || !signature) return undefined;
  const expected = createHmac('sha256', secret).update(token).digest();
  const given = Buffer.from(signature, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined;
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
