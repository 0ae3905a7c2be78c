import { type Generated, type JSONColumnType, sql } from 'kysely';
import type pg from 'pg';

import type { Db } from './database.ts';

interface AuditEventTable {
  id: Generated<string>;
  at: Generated<Date>;
  person_id: Generated<string | null>;
  organisation_id: Generated<string | null>;
  roles: Generated<string[]>;
  action: string;
  object_kind: Generated<string>;
  object_id: Generated<string | null>;
  object_name: Generated<string>;
  owner_id: Generated<string | null>;
  case_id: Generated<string | null>;
  person_name: Generated<string>;
  organisation_name: Generated<string>;
  reason: Generated<string | null>;
  details: JSONColumnType<Record<string, unknown>, string, string>;
  request_id: Generated<string>;
  digest: Generated<Buffer>;
}

declare module './database.ts' {
  interface Tables {
    audit_event: AuditEventTable;
    audit_link: { seq: number; event_id: string; digest: Buffer; prev: Buffer; hash: Buffer };
    audit_head: { day: string; seq: number; hash: Buffer; published_at: Date };
  }
}

/** What an audit line is about. */
export interface Trace {
  readonly kind?: string;
  readonly id?: string | null;
  readonly name?: string;
  /** Whose object it is: that organisation finds the line in its access log. */
  readonly owner?: string | null;
  /** The case it happened in: to whom that is open, he finds the line in the access log of the case. */
  readonly case?: string | null;
  readonly reason?: string | undefined;
  readonly details?: Record<string, unknown>;
}

/**
 * Collects what an operation says about itself. The platform writes the lines at the end of the transaction, and one
 * even if nothing was said: an operation cannot forget its audit line.
 */
export class Trail {
  readonly action: string;
  readonly traces: Trace[] = [];

  constructor(action: string) {
    this.action = action;
  }

  on(trace: Trace): void {
    this.traces.push(trace);
  }
}

/** Writes a line in the transaction of what it records, so that neither exists without the other. */
export async function record(tx: Db, action: string, trace: Trace, requestId = ''): Promise<void> {
  await recordAll(tx, action, [trace], requestId);
}

export async function recordAll(
  tx: Db,
  action: string,
  traces: readonly Trace[],
  requestId = '',
): Promise<void> {
  const rows = traces.map(
    ({ kind = '', id = null, name = '', owner = null, reason, details = {}, ...at }) => ({
      action,
      object_kind: kind,
      object_id: id,
      object_name: name,
      owner_id: owner,
      case_id: at.case ?? (kind === 'case' ? id : null),
      reason: reason ?? null,
      details: JSON.stringify(details),
      request_id: requestId,
      digest: sql<Buffer>`''::bytea`,
    }),
  );
  await tx.insertInto('audit_event').values(rows).execute();
}

/** Links what is pending into the chain. Called every second, and whenever somebody wants to look. */
export async function linkPending(keeper: pg.Pool, batch = 5000): Promise<number> {
  let linked = 0;
  for (;;) {
    const { rows } = await keeper.query<{ linked: number }>('select audit_link_pending($1) as linked', [
      batch,
    ]);
    linked += rows[0]!.linked;
    if (rows[0]!.linked < batch) return linked;
  }
}
