import { appendFile, readFile } from 'node:fs/promises';

import type {
  AccessSearch,
  AuditEvent,
  AuditHead,
  AuditVerdict,
  CaseAccess,
  MonthInNumbers,
  Paging,
} from '@busbar/contract';
import type pg from 'pg';

import type { Actor } from '../../platform/actor.ts';
import { linkPending, type Trace } from '../../platform/audit.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import {
  firstBreak,
  headOf,
  kinds,
  listEvents,
  listHeads,
  monthsInNumbers,
  pendingEvents,
  publishHead,
  publishedHeads,
  type Wanted,
} from './audit-store.ts';

export type AuditService = ReturnType<typeof auditService>;

/**
 * @param headsFile a file outside the database to which every published head is added, one JSON a line: whoever
 *   shortens the chain and its table of heads must also reach this file, and every copy that others keep.
 * @param caseOf what a line says of a case that the actor may see; refuses where there is none
 */
export function auditService(
  keeper: pg.Pool,
  headsFile: string,
  caseOf: (tx: Db, id: string) => Promise<Trace>,
) {
  /** Counted once a day, whoever asks: it goes through the whole ledger, and the answer is everybody's. */
  let counted: { readonly day: string; readonly months: Promise<MonthInNumbers[]> } | undefined;

  return {
    /** Of months that are over: a number that grows while one looks tells what was just done. */
    async numbers() {
      const day = new Date().toISOString().slice(0, 10);
      if (counted?.day !== day) {
        const months = monthsInNumbers(keeper);
        counted = { day, months };
        months.catch(() => (counted = undefined));
      }
      return { items: await counted.months };
    },

    async heads(tx: Db, paging: Paging) {
      const items = await listHeads(tx, paging);
      return { items, next: items.length === paging.limit ? items.at(-1)!.day : null };
    },

    /** Of everything that the actor may see a line of; administrators see that something was done, and not to what. */
    async accesses({ tx, query, actor }: Ask<unknown, AccessSearch>) {
      const readsContent = actor.roles.some((role) => role !== 'ADM' && role !== 'PUB');
      const found = await paged(tx, wantedBy(query));
      return readsContent ? found : { ...found, items: found.items.map(withoutContent) };
    },

    /** Who did what in one case. To whom it is not open, it is not there. */
    async ofCase({ tx, params, query, actor, trail }: Ask<{ id: string }, AccessSearch>) {
      trail.on(await caseOf(tx, params.id));
      const found = await paged(tx, { ...wantedBy(query), case: params.id });
      const names = actor.receipt ? withoutNames : (event: AuditEvent) => event;
      return { ...found, items: found.items.map((event) => withoutDetails(names(event))) };
    },

    /** Who had something of a case in hand: its custody is what the ledger says of it. */
    async ofObject(tx: Db, actor: Actor, object: string, paging: Paging) {
      const found = await paged(tx, { ...paging, object });
      return actor.receipt ? { ...found, items: found.items.map(withoutNames) } : found;
    },

    /** What people of other organisations did with what is this organisation's. */
    byOthers: (tx: Db, owner: string, paging: Paging) => listEvents(tx, { ...paging, byOthersThan: owner }),

    /** Links what is pending, then recomputes every digest and hash from the rows themselves. */
    async verify(): Promise<AuditVerdict> {
      const began = performance.now();
      await linkPending(keeper);
      const heads = [...(await publishedHeads(keeper)), ...(await headsIn(headsFile))];
      const [head, pending, broken] = [
        await headOf(keeper),
        await pendingEvents(keeper),
        await firstBreak(keeper, heads),
      ];
      return {
        whole: !broken,
        events: head?.seq ?? 0,
        pending,
        head,
        broken,
        headsChecked: heads.length,
        tookMs: Math.round(performance.now() - began),
      };
    },

    /** Publishes the head of a day that has none yet; called every hour. */
    async publish(day: string): Promise<AuditHead | undefined> {
      await linkPending(keeper);
      const head = await publishHead(keeper, day);
      if (head) await appendFile(headsFile, `${JSON.stringify(head)}\n`, { mode: 0o600 });
      return head;
    },
  };
}

async function paged(tx: Db, wanted: Wanted) {
  const items = await listEvents(tx, wanted);
  return { items, next: items.length === wanted.limit ? items.at(-1)!.id : null };
}

function wantedBy({ kind, action, ...query }: AccessSearch): Wanted {
  if (action) return { ...query, actions: { these: [action], but: false } };
  if (!kind) return query;
  // What no operation names, such as the work of a job, is a write.
  const ofKind = (wanted: boolean) =>
    [...kinds].filter(([, each]) => (each === kind) === wanted).map(([name]) => name);
  return kind === 'write'
    ? { ...query, actions: { these: ofKind(false), but: true } }
    : { ...query, actions: { these: ofKind(true), but: false } };
}

/** A reporter reads which organisation it was; that of the CERT works under its own name and not its people's. */
function withoutNames(event: AuditEvent): AuditEvent {
  return { ...event, person: { id: null, name: '' }, reason: null };
}

function withoutDetails({ details: _details, ...event }: AuditEvent): CaseAccess {
  return event;
}

function withoutContent(event: AuditEvent): AuditEvent {
  return { ...event, object: { ...event.object, name: '' }, details: {}, reason: null };
}

async function headsIn(file: string): Promise<{ seq: number; hash: string }[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as AuditHead);
}
