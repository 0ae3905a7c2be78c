import { randomUUID } from 'node:crypto';

import { done, type NewWebhook, type Route, type Webhook, type webhookApi } from '@busbar/contract';
import { vendorKeys } from '@busbar/csaf';

import type { Actor } from '../../platform/actor.ts';
import { type Fetcher, NotFetched, urlOf } from '../../platform/fetcher.ts';
import type { Ask } from '../../platform/http.ts';
import type { KeyWrapper } from '../../platform/keys.ts';
import { conflict, notFound, toldOf, tooMany } from '../../platform/problem.ts';
import { handOver, secretContext } from './webhook-post.ts';
import { newSecret } from './webhook-signature.ts';
import {
  changeHook,
  deleteHook,
  findHook,
  insertHook,
  listHooks,
  type NewHook,
  secretOf,
  type WebhookRow,
} from './webhook-store.ts';

export type WebhookService = ReturnType<typeof webhookService>;

type AskOf<Name extends keyof typeof webhookApi> =
  (typeof webhookApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

const most = 10;
const testsAtOnce = 4;

/** Programs of an organisation that are told by HTTPS (Standard Webhooks 1.0.0). */
export function webhookService({ fetcher, wrapper }: { fetcher: Fetcher; wrapper: KeyWrapper }) {
  let tests = 0;

  return {
    async list({ tx, actor }: AskOf<'list'>) {
      return { items: (await listHooks(tx, organisationOf(actor))).map(toWebhook) };
    },

    async add({ tx, actor, body, trail }: AskOf<'add'>) {
      const owner = organisationOf(actor);
      if ((await listHooks(tx, owner)).length >= most)
        throw conflict('webhooks-full', `Your organisation has ${most} webhooks; change one of them`, {
          most,
        });
      const id = randomUUID();
      const secret = newSecret();
      const sealed = await wrapper.wrap(Buffer.from(secret), secretContext(id));
      const row = await insertHook(
        tx,
        { ...columnsOf(body), id, owner_id: owner, added_by: actor.person },
        sealed,
      );
      trail.on({ ...traceOf(row), details: { url: row.url, maxTlp: row.max_label } });
      return { webhook: toWebhook(row), secret };
    },

    async change({ tx, actor, params, body, trail }: AskOf<'change'>): Promise<Webhook> {
      const { state, ...changed } = body;
      const row =
        (await changeHook(tx, params.id, organisationOf(actor), { ...columnsOf(changed), state })) ??
        missing();
      trail.on({ ...traceOf(row), details: { url: row.url, maxTlp: row.max_label, state } });
      return toWebhook(row);
    },

    async remove({ tx, actor, params, trail }: AskOf<'remove'>) {
      const row = (await deleteHook(tx, params.id, organisationOf(actor))) ?? missing();
      trail.on(traceOf(row));
      return done;
    },

    async test({ tx, actor, params, trail }: AskOf<'test'>) {
      const row = (await findHook(tx, params.id, organisationOf(actor))) ?? missing();
      const sealed = (await secretOf(tx, row.id)) ?? missing();
      trail.on({ ...traceOf(row), details: { url: row.url } });
      if (tests >= testsAtOnce)
        throw tooMany('busy-testing', 'Others are testing just now; try again in half a minute');
      tests++;
      try {
        const secret = (await wrapper.unwrap(sealed, secretContext(row.id))).toString();
        const message = { type: 'test', timestamp: new Date().toISOString(), data: {} };
        return { answered: await handOver(fetcher, row.url, secret, randomUUID(), message), problem: null };
      } catch (error) {
        if (!(error instanceof NotFetched)) throw error;
        return { answered: error.answered ?? null, problem: toldOf(error) };
      } finally {
        tests--;
      }
    },
  };
}

const columnsOf = ({ name, url, maxTlp, kinds, vendors, minSeverity, warnings }: NewWebhook): NewHook => ({
  name,
  url: urlOf(url).href,
  max_label: maxTlp,
  kinds,
  vendors,
  vendor_keys: [...new Set(vendors.flatMap(vendorKeys))],
  min_severity: minSeverity,
  warnings,
});

const toWebhook = (row: WebhookRow): Webhook => ({
  id: row.id,
  name: row.name,
  url: row.url,
  maxTlp: row.max_label,
  kinds: row.kinds,
  vendors: row.vendors,
  minSeverity: row.min_severity,
  warnings: row.warnings,
  state: row.state,
  offReason: row.off_reason,
  lastSentAt: row.last_sent_at?.toISOString() ?? null,
  createdAt: row.created_at.toISOString(),
});

const traceOf = ({ id, name, owner_id }: WebhookRow) => ({ kind: 'webhook', id, name, owner: owner_id });

/** A signature is made with each of them; one cannot be a webhook of nobody. */
const organisationOf = (actor: Actor) => actor.organisation ?? missing();

function missing(): never {
  throw notFound('webhook');
}
