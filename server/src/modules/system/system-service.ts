import { randomBytes, timingSafeEqual } from 'node:crypto';

import type { Contact, Instance, SetUp } from '@busbar/contract';
import { sql } from 'kysely';

import { founder } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { type Identity, sha256 } from '../../platform/identity.ts';
import { conflict, malformed } from '../../platform/problem.ts';
import { version } from '../../platform/version.ts';
import type { PeopleService } from '../people/people-service.ts';
import { type DemoAccount, lockSetUp, setSetting, settingsOf, type SignInRule } from './system-store.ts';

export type SystemService = ReturnType<typeof systemService>;

/** Fills an empty instance with the made-up constituency, in transactions of its own; finds itself done when called again. */
export interface Demo {
  fill(): Promise<void>;
}

/** What the instance is and how it begins. Needs people for the first administrator, who has which passkeys, and the demo. */
export function systemService(people: PeopleService, identity: Identity, database: Database, demo: Demo) {
  // Of this process and this start; only what it prints fits.
  let codeHash: Buffer | undefined;

  return {
    /** Makes the code that sets up an empty instance, for whoever sees the program start. Undefined once it is set up. */
    async setUpCode(): Promise<string | undefined> {
      const { cert } = await database.as(founder, settingsOf);
      if (cert) return undefined;
      const code = randomBytes(16)
        .toString('hex')
        .toUpperCase()
        .replaceAll(/.{8}(?!$)/g, '$&-');
      codeHash = sha256(code);
      return code;
    },

    async instance({ tx }: { tx: Db }): Promise<Instance> {
      return instanceOf(tx);
    },

    /** How to reach the CERT, which is on everything it publishes. */
    async contact(tx: Db): Promise<Contact | null> {
      return (await settingsOf(tx)).cert ?? null;
    },

    /** By the connection that it is asked with: whoever asks often takes no second one from those who work. */
    async health(tx: Db) {
      const { rows } = await sql<{
        jobs: boolean;
      }>`select to_regclass('queue.version') is not null as jobs`.execute(tx);
      const jobs = rows[0]!.jobs;
      return { status: jobs ? 'ok' : 'failing', database: true, jobs, at: new Date().toISOString() } as const;
    },

    async setUp({ tx, body, trail, become }: Ask<unknown, unknown, SetUp>) {
      await become(founder);
      await begin(tx, body.code);
      const { cert, administrator } = body;
      people.refuseCommonPassword(
        administrator.password,
        [administrator.name, administrator.email, cert.name, cert.shortName],
        'administrator.password',
      );
      const organisation = await people.enrolOrganisation(tx, {
        name: cert.name,
        kinds: ['cert'],
        country: cert.country,
        sectors: [],
      });
      await setSetting(tx, 'cert', { ...cert, url: '' });
      await setSetting(tx, 'sign-in', { staffMustUsePasskey: true });
      const person = await people.enrolPerson(tx, {
        ...administrator,
        memberships: [{ organisation: organisation.id, roles: ['ADM'] }],
      });
      trail.on({
        kind: 'organisation',
        id: organisation.id,
        name: organisation.name,
        owner: organisation.id,
      });
      await become({
        ...founder,
        person,
        name: administrator.name,
        organisation: organisation.id,
        roles: ['ADM'],
      });
      return { organisation: organisation.id, person };
    },

    /** Whoever asks passkeys of all has one: else the next request would find nobody who could take it back. */
    async setSignIn({ tx, body, actor, trail }: Ask<unknown, unknown, SignInRule>): Promise<Instance> {
      const own = actor.person && (await identity.secondFactor(actor.person));
      if (body.staffMustUsePasskey && !(own && own.passkeys > 0))
        throw conflict('own-passkey-first', 'Add a passkey to your own account first, on your profile');
      await setSetting(tx, 'sign-in', body);
      trail.on({ kind: 'instance', owner: actor.organisation, details: body });
      return instanceOf(tx);
    },

    async startDemo({ tx, body, trail, become }: Ask<unknown, unknown, { code: string }>): Promise<Instance> {
      await become(founder);
      await begin(tx, body.code);
      await demo.fill();
      trail.on({ kind: 'instance', name: 'demo' });
      return instanceOf(tx);
    },

    /** For the demo, in a transaction of the founder: whose instance this is, and whom one may sign in as. */
    async declareDemo(tx: Db, cert: Contact, accounts: readonly DemoAccount[]): Promise<void> {
      await setSetting(tx, 'cert', cert);
      await setSetting(tx, 'demo', { accounts });
    },
  };

  /** Only on an empty instance, and only for whoever saw it start. */
  async function begin(tx: Db, code: string): Promise<void> {
    await lockSetUp(tx);
    if ((await settingsOf(tx)).cert)
      throw conflict('already-set-up', 'This instance is set up. Sign in, or ask for an invitation');
    const given = sha256(code.trim().toUpperCase());
    if (codeHash && timingSafeEqual(given, codeHash)) return;
    throw malformed(
      'set-up-code-wrong',
      'This is not the code that the program printed when it last started',
      {},
      [{ path: 'code', message: 'is not the one that was printed' }],
    );
  }
}

async function instanceOf(tx: Db): Promise<Instance> {
  const { cert = null, demo, 'sign-in': signIn } = await settingsOf(tx);
  return {
    state: cert ? 'ready' : 'empty',
    demo: demo !== undefined,
    version,
    cert,
    demoAccounts: [...(demo?.accounts ?? [])],
    staffMustUsePasskey: signIn?.staffMustUsePasskey ?? false,
  };
}
