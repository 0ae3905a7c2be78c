import { appendFile, readFile } from 'node:fs/promises';

import type { AuditEvent, AuditHead, AuditVerdict, Paging } from '@busbar/contract';
import type pg from 'pg';

import { linkPending } from '../../platform/audit.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import {
  firstBreak,
  headOf,
  listEvents,
  listHeads,
  pendingEvents,
  publishHead,
  publishedHeads,
} from './audit-store.ts';

export type AuditService = ReturnType<typeof auditService>;

interface AccessSearch extends Paging {
  object?: string | undefined;
  action?: string | undefined;
  person?: string | undefined;
}

/**
 * @param headsFile a file outside the database to which every published head is added, one JSON a line: whoever
 *   shortens the chain and its table of heads must also reach this file, and every copy that others keep.
 */
export function auditService(keeper: pg.Pool, headsFile: string) {
  return {
    async heads(tx: Db, paging: Paging) {
      const items = await listHeads(tx, paging);
      return { items, next: items.length === paging.limit ? items.at(-1)!.day : null };
    },

    async accesses({ tx, query, actor }: Ask<unknown, AccessSearch>) {
      const readsContent = actor.roles.some((role) => role !== 'ADM' && role !== 'PUB');
      const items = await listEvents(tx, query);
      const shown = readsContent ? items : items.map(withoutContent);
      return { items: shown, next: items.length === query.limit ? items.at(-1)!.id : null };
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

function withoutContent(event: AuditEvent): AuditEvent {
  return { ...event, object: { ...event.object, name: '' }, details: {}, reason: null };
}

async function headsIn(file: string): Promise<{ seq: number; hash: string }[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as AuditHead);
}
