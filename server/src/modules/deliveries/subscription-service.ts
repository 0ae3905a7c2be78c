import { createHmac } from 'node:crypto';

import {
  done,
  type NewSubscription,
  type OpenPgpKey,
  type Route,
  type Subscription,
  type subscriptionApi,
} from '@busbar/contract';
import { vendorKeys } from '@busbar/csaf';

import { type Actor, founder } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import type { MasterKey } from '../../platform/config.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Mailer } from '../../platform/mail.ts';
import { conflict, notFound, tooMany, unavailable } from '../../platform/problem.ts';
import type { SigningService } from '../signing/signing-service.ts';
import type { DeliveryService } from './delivery-service.ts';
import type { Links } from '../../platform/links.ts';
import {
  changeSubscription,
  countRequests,
  deleteKey,
  deleteOthers,
  deleteSubscription,
  findSubscription,
  forgetUnconfirmed,
  insertSubscription,
  keyOf,
  keyOfAddress,
  listSubscriptions,
  type RecipientKeyRow,
  saveKey,
  type SubscriptionRow,
  type Wanted,
} from './subscription-store.ts';

export type SubscriptionService = ReturnType<typeof subscriptionService>;

export interface SubscriptionParts {
  readonly database: Database;
  readonly mailer: Mailer;
  readonly signing: SigningService;
  readonly links: Links;
  readonly deliveries: DeliveryService;
  readonly masterKey: MasterKey;
  wake(): void;
}

type AskOf<Name extends keyof typeof subscriptionApi> =
  (typeof subscriptionApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

/** More is a mailing list of one, and no help to anybody. */
const most = 20;
/** Requests in an hour: for one address, from one place, and of everybody. */
const limits = { address: 3, place: 10, all: 300 } as const;

/** What people are told of by mail: members under their account, and readers without one by links. */
export function subscriptionService(parts: SubscriptionParts) {
  const { database, mailer, signing, links, deliveries } = parts;
  const blind = parts.masterKey.derive('who asks for mail');

  return {
    async list({ tx, actor }: AskOf<'list'>) {
      const rows = actor.person ? await listSubscriptions(tx, actor.person) : [];
      const key = actor.person ? await keyOf(tx, actor.person) : undefined;
      return {
        items: rows.map(toSubscription),
        mail: mailer.server !== undefined,
        key: key ? toKey(key) : null,
      };
    },

    async add({ tx, actor, body, trail }: AskOf<'add'>): Promise<Subscription> {
      const me = await account(tx, actor);
      if ((await listSubscriptions(tx, me.id)).length >= most)
        throw conflict('subscriptions-full', `You have ${most} subscriptions; change one of them`, { most });
      const row = await insertSubscription(tx, {
        ...columnsOf(body),
        owner_id: actor.organisation!,
        person_id: me.id,
        address: me.email.toLowerCase(),
        state: 'on',
      });
      trail.on(traceOf(row));
      return toSubscription(row);
    },

    async change({ tx, actor, params, body, trail }: AskOf<'change'>): Promise<Subscription> {
      const me = await account(tx, actor);
      const row = await changeSubscription(tx, params.id, {
        ...columnsOf(body),
        address: me.email.toLowerCase(),
        state: 'on',
      });
      if (!row) return missing();
      trail.on(traceOf(row));
      return toSubscription(row);
    },

    async end({ tx, params, trail }: AskOf<'end'>) {
      const row = (await deleteSubscription(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      return done;
    },

    async request({ tx, actor, body, from, trail, become, afterCommit }: AskOf<'request'>) {
      if (!mailer.server)
        throw unavailable(
          'mail-off-here',
          'This CERT sends no mail at present. Read the feed instead: /feed.atom',
        );
      const { address, ...wanted } = body;
      await become(founder);
      await forgetUnconfirmed(tx);
      const asked = [`address ${address}`, `place ${from}`, 'all'].map((who) =>
        createHmac('sha256', blind).update(who).digest(),
      );
      const [byAddress, byPlace, all] = await countRequests(tx, asked);
      if (byPlace! > limits.place || all! > limits.all)
        throw tooMany('too-many-requests', 'Too many have asked for mail just now. Try again in an hour');
      const postman = (await deliveries.postman(tx)) ?? missing();
      // Whoever asks again and again for somebody else is told the same as everybody, and nothing is sent.
      if (byAddress! <= limits.address) {
        const row = await insertSubscription(tx, {
          ...columnsOf(wanted),
          owner_id: postman.organisation!,
          person_id: null,
          address,
          state: 'unconfirmed',
        });
        await become(postman);
        await deliveries.ask(tx, postman.organisation!, row);
        afterCommit(() => parts.wake());
      }
      await become(actor);
      trail.on({ kind: 'subscription' });
      return done;
    },

    async byLink({ tx, actor, params }: AskOf<'byLink'>): Promise<Subscription> {
      return toSubscription(await held(tx, actor, (id) => findSubscription(tx, id), params.token));
    },

    async confirm({ tx, actor, params, trail }: AskOf<'confirm'>): Promise<Subscription> {
      const id = links.read('confirm', params.token) ?? missing();
      const row = await asProgram(tx, actor, async () => {
        const found = (await findSubscription(tx, id)) ?? missing();
        if (found.state !== 'unconfirmed') return found;
        await deleteOthers(tx, found);
        return (await changeSubscription(tx, id, { state: 'on' }))!;
      });
      trail.on(traceOf(row));
      return toSubscription(row);
    },

    async changeByLink({ tx, actor, params, body, trail }: AskOf<'changeByLink'>): Promise<Subscription> {
      const row = await held(
        tx,
        actor,
        (id) => changeSubscription(tx, id, { ...columnsOf(body), state: 'on' }),
        params.token,
      );
      trail.on(traceOf(row));
      return toSubscription(row);
    },

    async endByLink({ tx, actor, params, trail }: AskOf<'endByLink'>) {
      const row = await held(tx, actor, (id) => deleteSubscription(tx, id), params.token);
      trail.on(traceOf(row));
      return done;
    },

    /** One click in a mail program (RFC 8058), which knows neither accounts nor pages. Twice is as good as once. */
    async oneClick(token: string): Promise<void> {
      const id = links.read('manage', token);
      if (!id) return;
      await database.as(founder, async (tx) => {
        const row = await deleteSubscription(tx, id);
        if (row) await record(tx, 'subscription ended', traceOf(row));
      });
    },

    /** Whether mail to the actor himself can be encrypted. */
    async keyState(tx: Db, person: string): Promise<'none' | OpenPgpKey['state']> {
      const key = await keyOf(tx, person);
      return key ? toKey(key).state : 'none';
    },

    /** The key that the person of this address gave, armored; asked by the program, working for the CERT. */
    async keyOfAddress(tx: Db, address: string): Promise<string | undefined> {
      const key = await keyOfAddress(tx, address);
      return key && toKey(key).state !== 'expired' ? key.public_key : undefined;
    },

    async setKey({ tx, actor, body, trail }: AskOf<'setKey'>): Promise<OpenPgpKey> {
      const me = await account(tx, actor);
      const { fingerprint, userIds, expiresAt, armored } = await signing.readPublic(body.publicKey);
      const key = {
        person_id: me.id,
        fingerprint,
        public_key: armored,
        user_ids: userIds.map((one) => one.slice(0, 300)).slice(0, 20),
        expires_at: expiresAt,
      };
      await saveKey(tx, key);
      trail.on({ kind: 'recipient key', id: me.id, name: fingerprint, owner: actor.organisation });
      return toKey(key);
    },

    async removeKey({ tx, actor, trail }: AskOf<'removeKey'>) {
      const me = await account(tx, actor);
      const key = (await deleteKey(tx, me.id)) ?? missing();
      trail.on({ kind: 'recipient key', id: me.id, name: key.fingerprint, owner: actor.organisation });
      return done;
    },
  };

  /** What a link names. The program acts, for its holder may have no account. */
  async function held(
    tx: Db,
    actor: Actor,
    work: (id: string) => Promise<SubscriptionRow | undefined>,
    token: string,
  ): Promise<SubscriptionRow> {
    const id = links.read('manage', token) ?? missing();
    return (await asProgram(tx, actor, () => work(id))) ?? missing();
  }

  async function asProgram<T>(tx: Db, actor: Actor, work: () => Promise<T>): Promise<T> {
    await database.become(tx, founder);
    const result = await work();
    await database.become(tx, actor);
    return result;
  }
}

async function account(tx: Db, actor: Actor): Promise<{ id: string; email: string }> {
  if (!actor.person || !actor.organisation) throw notFound('account');
  const row = await tx
    .selectFrom('person')
    .select(['id', 'email'])
    .where('id', '=', actor.person)
    .executeTakeFirst();
  if (!row) throw notFound('account');
  return row;
}

const columnsOf = ({ language, kinds, vendors, minSeverity }: NewSubscription): Wanted => ({
  language,
  kinds,
  vendors,
  vendor_keys: [...new Set(vendors.flatMap(vendorKeys))],
  min_severity: minSeverity,
});

function toSubscription(row: SubscriptionRow): Subscription {
  return {
    id: row.id,
    address: row.address,
    language: row.language,
    kinds: row.kinds,
    vendors: row.vendors,
    minSeverity: row.min_severity,
    state: row.state,
    offReason: row.off_reason,
    createdAt: row.created_at.toISOString(),
  };
}

function toKey({ fingerprint, user_ids, expires_at }: Omit<RecipientKeyRow, 'added_at'>): OpenPgpKey {
  return {
    fingerprint,
    userIds: user_ids,
    expiresAt: expires_at?.toISOString() ?? null,
    state: expires_at && expires_at.getTime() <= Date.now() ? 'expired' : 'usable',
  };
}

const traceOf = ({ id, owner_id, person_id }: SubscriptionRow) => ({
  kind: 'subscription',
  id,
  owner: person_id ? owner_id : null,
});

function missing(): never {
  throw notFound('subscription');
}
