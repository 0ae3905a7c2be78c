import { vendorKeys } from '@busbar/csaf';

import { type Actor, visitor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import {
  type About,
  type DispatchRow,
  insertDeliveries,
  type NewDelivery,
  type Reader,
  readersAmong,
  setExpanded,
  type Severity,
} from './delivery-store.ts';
import { type SubscriptionRow, subscriptionsAfter } from './subscription-store.ts';
import { hooksOn, type WebhookRow } from './webhook-store.ts';

const atOnce = 500;
const severities: readonly Severity[] = ['none', 'low', 'medium', 'high', 'critical'];

/** Did somebody ask for this? What names no vendor, or has no severity, is not kept from anybody by that. */
export function wants(
  { kinds, vendor_keys, min_severity }: Pick<SubscriptionRow, 'kinds' | 'vendor_keys' | 'min_severity'>,
  about: About,
): boolean {
  if (kinds.length > 0 && !kinds.includes(about.kind as never)) return false;
  if (min_severity && about.severity && severities.indexOf(about.severity) < severities.indexOf(min_severity))
    return false;
  if (vendor_keys.length === 0 || about.vendors.length === 0) return true;
  const keys = new Set(about.vendors.flatMap(vendorKeys));
  return vendor_keys.some((key) => keys.has(key));
}

/** Asks the database as the recipient: mail tells nobody what the portal would not show him. */
export function mayRead(database: Database, reads: (tx: Db, release: string) => Promise<boolean>) {
  const known = new Map<string, Promise<boolean>>();
  return (dispatch: DispatchRow, actor: Actor): Promise<boolean> => {
    const { person, organisation, roles, ceiling } = actor;
    const byName = dispatch.scope === 'named' ? person : '';
    const as = `${dispatch.release_id} ${organisation} ${roles.join()} ${ceiling} ${byName}`;
    const answer = known.get(as) ?? database.look(actor, (tx) => reads(tx, dispatch.release_id!));
    known.set(as, answer);
    return answer;
  };
}

export const asReader = ({ person, name, organisation, roles }: Reader): Actor => ({
  person,
  name,
  organisation,
  roles,
  ceiling: 'RED',
  restricted: false,
});

export const asHook = ({ owner_id, name, max_label }: WebhookRow): Actor => ({
  ...visitor,
  name,
  organisation: owner_id,
  roles: ['SVC'],
  ceiling: max_label,
});

/** Finds everybody who asked for it and may read it, some at a time; begun again, it adds whoever is missing. */
export async function findRecipients(
  database: Database,
  postman: Actor,
  dispatch: DispatchRow,
  reads: (dispatch: DispatchRow, actor: Actor) => Promise<boolean>,
  keep: <T>(store: (tx: Db) => Promise<T>) => Promise<T>,
): Promise<void> {
  const hooks = await database.look(postman, hooksOn);
  const hooked: NewDelivery[] = [];
  for (const hook of hooks)
    if (wants(hook, dispatch.about) && (await reads(dispatch, asHook(hook)))) hooked.push(toHook(hook));
  await keep((tx) => insertDeliveries(tx, dispatch, hooked));

  let after: string | undefined;
  for (;;) {
    const { rows, readers } = await database.look(postman, async (tx) => {
      const rows = await subscriptionsAfter(tx, after, atOnce);
      return { rows, readers: await readersAmong(tx, rows.flatMap(memberOf)) };
    });
    const found: NewDelivery[] = [];
    for (const row of rows) {
      if (!wants(row, dispatch.about)) continue;
      const reader = row.person_id ? readers.get(`${row.person_id} ${row.owner_id}`) : undefined;
      if (row.person_id && !reader) continue;
      if (await reads(dispatch, reader ? asReader(reader) : visitor)) found.push(toMail(row, reader));
    }
    await keep((tx) => insertDeliveries(tx, dispatch, found));
    if (rows.length < atOnce) break;
    after = rows.at(-1)!.id;
  }
  await keep((tx) => setExpanded(tx, dispatch.id));
}

export const memberOf = ({ person_id, owner_id }: Pick<SubscriptionRow, 'person_id' | 'owner_id'>) =>
  person_id ? [{ person: person_id, organisation: owner_id }] : [];

function toMail(row: SubscriptionRow, reader: Reader | undefined): NewDelivery {
  // The address of an account may have changed since.
  const address = (reader?.email ?? row.address).toLowerCase();
  return {
    channel: 'mail',
    recipient: address,
    address,
    person_id: row.person_id,
    organisation_id: row.person_id ? row.owner_id : null,
    subscription_id: row.id,
    webhook_id: null,
    language: row.language,
  };
}

export const toHook = ({ id, owner_id, url }: WebhookRow): NewDelivery => ({
  channel: 'webhook',
  recipient: id,
  address: url,
  person_id: null,
  organisation_id: owner_id,
  subscription_id: null,
  webhook_id: id,
  language: 'en',
});
