import type { Scope, Tlp } from '@busbar/contract';
import type { Detection } from '@busbar/dissect';
import { type Generated, type JSONColumnType, sql } from 'kysely';

import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';

declare module '../../platform/database.ts' {
  interface Tables {
    brought_detection: {
      owner_id: string;
      peer_id: string;
      label: Tlp;
      scope: Scope;
      audience: Generated<string[]>;
      code: string;
      version: number;
      detection: JSONColumnType<Detection, string, string>;
    };
  }
}

/** The source that a list came from, and who may know of it. */
export interface FromSource {
  readonly owner: string;
  readonly peer: string;
  readonly label: Tlp;
  readonly scope: Scope;
}

/** The list of a source as it is now: what was taken out of it is looked for no more. */
export async function keepDetections(
  tx: Db,
  { owner, peer, label, scope }: FromSource,
  detections: readonly Detection[],
): Promise<void> {
  await forgetDetections(tx, peer);
  if (detections.length > 0)
    await tx
      .insertInto('brought_detection')
      .values(
        detections.map((detection) => ({
          owner_id: owner,
          peer_id: peer,
          label,
          scope,
          code: detection.id,
          version: detection.version ?? 1,
          detection: storable(detection),
        })),
      )
      .execute();
}

export async function forgetDetections(tx: Db, peer: string): Promise<void> {
  await tx.deleteFrom('brought_detection').where('peer_id', '=', peer).execute();
}

export interface Brought {
  readonly detection: Detection;
  readonly label: Tlp;
  /** Null for those who do not see sources. */
  readonly source: string | null;
}

/** Of each id the highest version that may be read, always in the same order. */
export async function broughtDetections(tx: Db, upTo: Tlp): Promise<Brought[]> {
  const { rows } = await sql<Brought>`
    select distinct on (d.code) d.detection, d.label, p.name as source
    from brought_detection d left join peer p on p.id = d.peer_id where d.label <= ${upTo}::tlp
    order by d.code, d.version desc, d.peer_id`.execute(tx);
  return rows;
}

/** Those of one source, as a list of its own. */
export async function detectionsToCarry(tx: Db, peer: string): Promise<Detection[]> {
  const rows = await tx
    .selectFrom('brought_detection')
    .select('detection')
    .where('peer_id', '=', peer)
    .orderBy('code')
    .execute();
  return rows.map(({ detection }) => detection);
}
