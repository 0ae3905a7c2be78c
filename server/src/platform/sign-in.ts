import { createHmac } from 'node:crypto';

import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Kysely, PostgresDialect } from 'kysely';
import type pg from 'pg';

import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { isCommonPassword } from './passwords.ts';
import { passkeyNeeded, Problem, signInAgainNeeded, signInNeeded, tooMany } from './problem.ts';

/** A session lasts a working day, whatever happens; one that nobody uses ends earlier: see `sessions.ts`. */
export const SESSION_SECONDS = 24 * 3600;
const PASSWORD_TRIES = { most: 20, perMinutes: 15 };

/** What the library offers that we offer, too. Accounts come from set-up, invitations and the demo, never from here. */
const offered = new Set([
  'POST sign-in/email',
  'POST sign-out',
  'POST two-factor/enable',
  'POST two-factor/disable',
  'POST two-factor/verify-totp',
  'POST two-factor/verify-backup-code',
  'POST two-factor/generate-backup-codes',
  'GET passkey/generate-authenticate-options',
  'POST passkey/verify-authentication',
  'GET passkey/generate-register-options',
  'POST passkey/verify-registration',
  'GET passkey/list-user-passkeys',
  'POST passkey/delete-passkey',
  'POST passkey/update-passkey',
  'POST change-password',
  'GET list-sessions',
  'POST revoke-session',
  'POST revoke-other-sessions',
]);

/** What an account has to show who its holder is: the strongest, and no weaker one beside it. */
export type Proof = 'passkey' | 'code' | 'password';

/** What the library does for a proof; the session that it opens on the way is ended before anybody has it. */
const proofs: Record<Proof, string> = {
  passkey: 'passkey/verify-authentication',
  code: 'two-factor/verify-totp',
  password: 'sign-in/email',
};

/** Else whoever sits down at an open screen could put a proof of his own in the place of the account's. */
const provedFirst = new Set([
  'passkey/generate-register-options',
  'passkey/delete-passkey',
  'two-factor/enable',
  'two-factor/disable',
]);

export type SignInLibrary = ReturnType<typeof signInLibrary>;

/** better-auth over the schema `auth`. */
export function signInLibrary(config: Config, pool: pg.Pool, log: Log) {
  const secret = config.masterKey.derive('sign-in').toString('hex');
  const db = new Kysely<any>({ dialect: new PostgresDialect({ pool }) });
  const auth = betterAuth({
    appName: 'Busbar',
    baseURL: config.origin,
    basePath: '/api/auth',
    secret,
    database: { db, type: 'postgres', schemaName: 'auth' },
    trustedOrigins: sameOrigins(config.origin),
    telemetry: { enabled: false },
    logger: {
      level: 'error',
      // Its messages may name people in what follows the first argument; that stays here.
      log: (level, message, cause) =>
        log[level](
          { ...(cause instanceof Error && { err: cause }) },
          `sign-in: ${message.replaceAll(/\S+@\S+/g, '…')}`,
        ),
    },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12, maxPasswordLength: 200 },
    session: {
      expiresIn: SESSION_SECONDS,
      disableSessionRefresh: true,
      // Adding a passkey asks for a sign-in within the last half hour.
      freshAge: 1800,
      cookieCache: { enabled: false },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 300,
      // A control room shares one address.
      customRules: {
        '/sign-in/email': { window: 60, max: 20 },
        '/two-factor/*': { window: 60, max: 20 },
        '/passkey/verify-authentication': { window: 60, max: 30 },
        '/change-password': { window: 60, max: 10 },
      },
    },
    advanced: {
      cookiePrefix: 'busbar',
      useSecureCookies: config.origin.startsWith('https:'),
      // Said out loud: the library lowers these guards when it believes itself in a test.
      disableOriginCheck: false,
      disableCSRFCheck: false,
      // Set by `webRequest` from what the server believes of proxies, never by the caller.
      ipAddress: { ipAddressHeaders: ['x-busbar-ip'] },
      // Our migrations make its tables, and a test compares them; it would read every column of the database at each start.
      database: { generateId: 'uuid', validateSchema: false },
    },
    plugins: [
      twoFactor({ issuer: 'Busbar', trustDeviceMaxAge: 30 * 86_400 }),
      passkey({
        rpID: new URL(config.origin).hostname,
        rpName: 'Busbar',
        origin: config.origin,
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        // Possession alone is one factor; the passkey must also have asked for a finger, a face or a PIN.
        registration: {
          afterVerification: async ({ verification }) =>
            askedForMore(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: async ({ verification }) =>
            askedForMore(verification.authenticationInfo.userVerified),
        },
      }),
    ],
  });
  return { auth, secret };
}

function askedForMore(userVerified: boolean | undefined): void {
  if (userVerified) return;
  throw new APIError('FORBIDDEN', {
    code: 'USER_VERIFICATION_NEEDED',
    message: 'This passkey did not ask for a finger, a face or a PIN. Set one on the device and try again',
  });
}

/** On one's own machine people type 127.0.0.1 as well as localhost. */
function sameOrigins(origin: string): string[] {
  const { protocol, hostname, port } = new URL(origin);
  const names = ['localhost', '127.0.0.1', '[::1]'];
  if (!names.includes(hostname)) return [origin];
  return names.map((name) => `${protocol}//${name}${port && `:${port}`}`);
}

/** The session a request brought, alive. */
export interface Brought {
  readonly token: string;
  readonly person: string;
  readonly name: string;
  readonly acting: string | null;
  /** When its holder last showed who he is; and whether that was within the last ten minutes. */
  readonly provedAt: Date | null;
  readonly proved: boolean;
  readonly proof: Proof;
  readonly byPasskey: boolean;
  readonly mustUsePasskey: boolean;
}

/** What surrounds the library: which sessions are alive, and what the ledger is told. */
export interface Surroundings {
  readonly pool: pg.Pool;
  /** The session a request brings, if it may be used; ends it otherwise. */
  clear(request: FastifyRequest): Promise<Brought | undefined>;
  /** The short name of this CERT, for authenticator apps. */
  issuer(): Promise<string>;
  /** Written before the answer leaves. */
  record(action: string, token: string | undefined, person: string | null, requestId: string): Promise<void>;
}

/** Actions the ledger is told of, by the path that did them. */
const recorded: Record<string, string> = {
  'passkey/verify-authentication': 'signed in',
  'sign-out': 'signed out',
  'two-factor/disable': 'authenticator app removed',
  'two-factor/generate-backup-codes': 'recovery codes made',
  'passkey/verify-registration': 'passkey added',
  'passkey/delete-passkey': 'passkey removed',
  'change-password': 'password changed',
  'revoke-session': 'session ended',
  'revoke-other-sessions': 'other sessions ended',
};

export function mountSignIn(
  app: FastifyInstance,
  library: SignInLibrary,
  around: Surroundings,
  origin: string,
): void {
  app.route({
    method: ['GET', 'POST'],
    url: '/api/auth/*',
    handler: async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      const way = request.method === 'POST' ? /^sign-in-again\/(\w+)$/.exec(path)?.[1] : undefined;
      if (way && Object.hasOwn(proofs, way))
        return signInAgain(request, reply, way as Proof, library, around, origin);
      if (!offered.has(`${request.method} ${path}`))
        throw new Problem(404, 'no-such-address', 'Nothing lives at this address');
      const body = bodyOf(request);
      const before = await around.clear(request);
      if (path === 'sign-in/email') await slowDown(around.pool, accountOf(library.secret, body));
      // Else it would tell a guesser which code to sign in again with.
      if (path === 'two-factor/verify-totp' && before)
        await slowDown(around.pool, guessesOf(library.secret, before));
      // Nor may a password and a code, which can be phished, take the place of a passkey where it has to be one.
      if (provedFirst.has(path) && before?.proof === 'passkey' && before.mustUsePasskey && !before.byPasskey)
        throw passkeyNeeded();
      if (provedFirst.has(path) && before && before.proof !== 'password' && !before.proved) {
        await around.record('asked to sign in again', before.token, before.person, request.id);
        throw signInAgainNeeded();
      }
      if (path === 'change-password' && isCommonPassword(String(body['newPassword']), [before?.name ?? '']))
        return reply
          .code(400)
          .send({ code: 'PASSWORD_COMPROMISED', message: 'This password is among the first that are tried' });
      if (path === 'two-factor/enable') body['issuer'] = await around.issuer();

      const answer = await library.auth.handler(
        webRequest(request, request.url, body, origin, before !== undefined),
      );
      return send(
        reply,
        answer,
        await aftermath(request, path, body, answer, before, around, library.secret),
      );
    },
  });
}

/** Whoever is signed in shows once more who he is. It counts for this session, and opens none. */
async function signInAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  way: Proof,
  library: SignInLibrary,
  around: Surroundings,
  origin: string,
): Promise<FastifyReply> {
  const { pool } = around;
  const before = await around.clear(request);
  if (!before) throw signInNeeded();
  const guesses = guessesOf(library.secret, before);
  await slowDown(pool, guesses);
  const refusal = await refusalOf();
  await around.record(
    refusal ? 'signing in again refused' : 'signed in again',
    before.token,
    before.person,
    request.id,
  );
  void reply.header('cache-control', 'no-store');
  if (refusal) return reply.code(refusal.status).send(refusal.body);
  await pool.query('update auth.session set "provedAt" = now(), passkey = passkey or $2 where token = $1', [
    before.token,
    way === 'passkey',
  ]);
  await pool.query('delete from auth.attempt where account = $1', [guesses]);
  return reply.send({});

  async function refusalOf(): Promise<{ status: number; body: unknown } | undefined> {
    if (way !== before!.proof)
      return {
        status: 403,
        body: { code: 'OTHER_PROOF_NEEDED', message: `This account shows its ${before!.proof}` },
      };
    const { response, code, password } = bodyOf(request);
    const email = way === 'password' ? await emailOf(pool, before!.person) : undefined;
    const given = { passkey: { response }, code: { code: String(code) }, password: { email, password } }[way];
    const answer = await library.auth.handler(
      webRequest(request, `/api/auth/${proofs[way]}`, given, origin, true),
    );
    const opened = sessionSetBy(answer);
    const whose = opened ? await endSession(pool, opened) : way === 'code' ? before!.person : undefined;
    if (answer.status >= 400) return { status: answer.status, body: await answer.json().catch(() => ({})) };
    if (whose !== before!.person)
      return {
        status: 403,
        body: { code: 'PROOF_OF_ANOTHER', message: 'This is the passkey of another account' },
      };
    if (way === 'code' && !(await isFirstUse(pool, before!.token, hmac(library.secret, String(code)))))
      return {
        status: 401,
        body: { code: 'INVALID_CODE', message: 'This code was used before; wait for the next' },
      };
    return undefined;
  }
}

function bodyOf(request: FastifyRequest): Record<string, unknown> {
  const { body } = request;
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  // Nobody is sent anywhere by us: where to go after signing in is the page's business.
  const { callbackURL: _, name, ...kept } = fields as Record<string, unknown>;
  return typeof name === 'string' ? { ...kept, name: name.slice(0, 100) } : kept;
}

/** Many addresses guessing at one account are as slow together as one; alike whether the account exists or not. */
async function slowDown(pool: pg.Pool, account: string): Promise<void> {
  const { rows } = await pool.query<{ count: number }>(
    `insert into auth.attempt as a (account, count) values ($1, 1) on conflict (account) do update set
       count = case when a.since < now() - $2 * interval '1 minute' then 1 else a.count + 1 end,
       since = case when a.since < now() - $2 * interval '1 minute' then now() else a.since end
     returning count`,
    [account, PASSWORD_TRIES.perMinutes],
  );
  if (rows[0]!.count > PASSWORD_TRIES.most)
    throw tooMany(
      'too-many-attempts',
      'Too many attempts to sign in to this account. Wait a quarter of an hour, or use a passkey',
      { minutes: PASSWORD_TRIES.perMinutes },
    );
}

function webRequest(
  request: FastifyRequest,
  url: string,
  body: Record<string, unknown>,
  origin: string,
  withSession: boolean,
): Request {
  const headers = new Headers();
  for (const name of [
    'cookie',
    'origin',
    'referer',
    'user-agent',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ]) {
    const value = request.headers[name];
    if (typeof value === 'string') headers.set(name, value);
  }
  if (!withSession) headers.set('cookie', withoutSession(headers.get('cookie') ?? ''));
  headers.set('x-busbar-ip', request.ip);
  if (request.method === 'GET') return new Request(new URL(url, origin), { headers });
  headers.set('content-type', 'application/json');
  return new Request(new URL(url, origin), { method: 'POST', headers, body: JSON.stringify(body) });
}

const withoutSession = (cookies: string) =>
  cookies
    .split(/; */)
    .filter((cookie) => !cookie.includes('busbar.session_token='))
    .join('; ');

interface Outcome {
  readonly status: number;
  readonly body: unknown;
  readonly cookies: boolean;
}

/** What must be true before the answer may leave. */
async function aftermath(
  request: FastifyRequest,
  path: string,
  body: Record<string, unknown>,
  answer: Response,
  before: Brought | undefined,
  around: Surroundings,
  secret: string,
): Promise<Outcome> {
  const { pool } = around;
  const told: unknown = await answer.json().catch(() => null);
  const outcome: Outcome = { status: answer.status, body: told, cookies: true };
  const opened = sessionSetBy(answer);
  const withDrawn = async (status: number, code: string, message: string): Promise<Outcome> => {
    if (opened) await endSession(pool, opened);
    return { status, body: { code, message }, cookies: false };
  };

  // The library calls a passkey it cannot verify a failure of its own.
  if (answer.status === 500 && path === 'passkey/verify-registration') return { ...outcome, status: 400 };
  if (answer.status >= 400) {
    if (path === 'sign-in/email')
      await around.record('sign-in refused', undefined, await personOf(pool, body['email']), request.id);
    return outcome;
  }
  if (path === 'sign-in/email')
    await pool.query('delete from auth.attempt where account = $1', [accountOf(secret, body)]);
  // A password must not open what a passkey guards.
  if (path === 'sign-in/email' && opened && (await hasOnlyPasskeys(pool, opened)))
    return withDrawn(403, 'PASSKEY_NEEDED', 'This account is opened with its passkey');
  if (
    path === 'two-factor/verify-totp' &&
    opened &&
    !before &&
    !(await isFirstUse(pool, opened, hmac(secret, String(body['code']))))
  )
    return withDrawn(401, 'INVALID_CODE', 'This code was used before; wait for the next');

  const token = opened ?? before?.token;
  if (token && path !== 'sign-out') await strengthen(pool, token);
  if (token && (path === proofs.passkey || path === 'passkey/verify-registration'))
    await pool.query('update auth.session set passkey = true where token = $1', [token]);
  if (opened && before?.acting) await actInstead(pool, opened, before);
  // The library opens a new session where a password or a factor changes; nobody has shown anew who he is.
  if (opened && before && path !== proofs.passkey && path !== proofs.password)
    await proveInstead(pool, opened, before);
  if (opened && path === proofs.password) await trustOnly(pool, opened);
  const action =
    recorded[path] ??
    (opened && !before ? 'signed in' : undefined) ??
    (path === 'two-factor/verify-totp' ? 'authenticator app added' : undefined);
  if (action) await around.record(action, token, before?.person ?? null, request.id);
  return path === 'passkey/generate-authenticate-options'
    ? { ...outcome, body: { ...(told as object), userVerification: 'required' } }
    : outcome;
}

/** The session has shown a second factor, if its account has one: a trusted device shows it, too. */
async function strengthen(pool: pg.Pool, token: string): Promise<void> {
  await pool.query(
    `update auth.session s set "secondFactor" = true from auth."user" u
     where s.token = $1 and u.id = s."userId"
       and (u."twoFactorEnabled" or exists (select from auth.passkey k where k."userId" = u.id))`,
    [token],
  );
}

/** The library opens a new session when a password or a factor changes; it acts as the one before did. */
async function actInstead(pool: pg.Pool, token: string, { person, acting }: Brought): Promise<void> {
  await pool.query(
    `insert into auth.acting (session_id, membership_id) select id, $3 from auth.session where token = $1 and "userId" = $2
     on conflict (session_id) do nothing`,
    [token, person, acting],
  );
}

async function proveInstead(pool: pg.Pool, token: string, before: Brought): Promise<void> {
  await pool.query('update auth.session set "provedAt" = $2, passkey = $3 where token = $1', [
    token,
    before.provedAt,
    before.byPasskey,
  ]);
}

/** A device that is trusted lets in without the code of the app: a password alone is no proof of who has one. */
async function trustOnly(pool: pg.Pool, token: string): Promise<void> {
  await pool.query(
    `update auth.session s set "provedAt" = null from auth."user" u
     where s.token = $1 and u.id = s."userId" and u."twoFactorEnabled"`,
    [token],
  );
}

async function isFirstUse(pool: pg.Pool, token: string, code: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `insert into auth.used_code as u (user_id, code) select "userId", $2 from auth.session where token = $1
     on conflict (user_id, code) do update set used_at = now() where u.used_at < now() - interval '5 minutes'`,
    [token, code],
  );
  return rowCount === 1;
}

async function hasOnlyPasskeys(pool: pg.Pool, token: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select from auth.session s join auth."user" u on u.id = s."userId"
     where s.token = $1 and not u."twoFactorEnabled" and exists (select from auth.passkey k where k."userId" = u.id)`,
    [token],
  );
  return rowCount === 1;
}

async function personOf(pool: pg.Pool, email: unknown): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>('select id from auth."user" where email = lower($1)', [
    String(email),
  ]);
  return rows[0]?.id ?? null;
}

async function emailOf(pool: pg.Pool, person: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ email: string }>('select email from auth."user" where id = $1', [
    person,
  ]);
  return rows[0]?.email;
}

/** Forgets what has run out. */
export async function sweep(pool: pg.Pool): Promise<void> {
  await pool.query(`delete from auth.session where "expiresAt" < now() or "updatedAt" < now() - interval '8 hours';
    delete from auth.verification where "expiresAt" < now();
    delete from auth.used_code where used_at < now() - interval '5 minutes';
    delete from auth.attempt where since < now() - interval '1 day'`);
}

/** @returns whose it was */
export async function endSession(pool: pg.Pool, token: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ userId: string }>(
    'delete from auth.session where token = $1 returning "userId"',
    [token],
  );
  return rows[0]?.userId;
}

function sessionSetBy(answer: Response): string | undefined {
  const cookie = answer.headers.getSetCookie().findLast((line) => line.includes('busbar.session_token='));
  const value = cookie && /busbar\.session_token=([^;]+)/.exec(cookie)?.[1];
  return value ? decodeURIComponent(value).split('.')[0] : undefined;
}

function send(reply: FastifyReply, answer: Response, { status, body, cookies }: Outcome): FastifyReply {
  if (cookies) for (const cookie of answer.headers.getSetCookie()) void reply.header('set-cookie', cookie);
  const wait = answer.headers.get('x-retry-after');
  if (wait) void reply.header('retry-after', wait);
  const shown =
    status === 429 && body && typeof body === 'object' && !('code' in body)
      ? { ...body, code: 'TOO_MANY_REQUESTS' }
      : body;
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .send(shown ?? {});
}

const accountOf = (secret: string, body: Record<string, unknown>) =>
  hmac(secret, String(body['email']).trim().toLowerCase());

const guessesOf = (secret: string, { person }: Brought) => hmac(secret, `again ${person}`);

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('base64');
