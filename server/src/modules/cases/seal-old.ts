import { sql } from 'kysely';

import { founder } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { placeOf } from './case-content.ts';

declare module '../../platform/database.ts' {
  interface Tables {
    case_unsealed: {
      id: string;
      case_id: string;
      message: string | null;
      step: string | null;
      notice: string | null;
      text: string;
    };
  }
}

/** To whom a notice went, by whoever keeps notices. */
export type SealNotice = (tx: Db, key: DataKey, notice: string, text: string) => Promise<void>;

const AT_ONCE = 200;

/** Seals what people wrote before cases had keys. Killed at any moment, it goes on where it was. */
export async function sealOld(
  database: Database,
  keys: Keys,
  certId: (tx: Db) => Promise<string | undefined>,
  sealNotice: SealNotice,
): Promise<void> {
  while (await database.as(founder, sealSome));

  async function sealSome(tx: Db): Promise<boolean> {
    // One program at a time; the others find nothing left to do.
    await sql`select pg_advisory_xact_lock(hashtext('busbar seals cases'))`.execute(tx);
    const rows = await tx.selectFrom('case_unsealed').selectAll().orderBy('case_id').limit(AT_ONCE).execute();
    if (rows.length === 0) return false;
    const known = await keys.ofCases(
      tx,
      rows.map((row) => row.case_id),
    );
    for (const { case_id, message, step, notice, text } of rows) {
      const key = known.get(case_id) ?? (await make(tx, case_id));
      known.set(case_id, key);
      if (message)
        await tx
          .updateTable('case_message')
          .set({ sealed: key.seal(placeOf.message(message), text) })
          .where('id', '=', message)
          .execute();
      else if (step)
        await tx
          .updateTable('case_step')
          .set({ sealed: key.seal(placeOf.step(step), text) })
          .where('uid', '=', step)
          .execute();
      else if (notice) await sealNotice(tx, key, notice, text);
      else
        await tx
          .insertInto('case_content')
          .values({ case_id, sealed: key.seal(placeOf.content(case_id), text) })
          .execute();
    }
    await tx
      .deleteFrom('case_unsealed')
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute();
    // So that its file is gone, and not only its rows.
    if (rows.length < AT_ONCE) await sql`truncate case_unsealed`.execute(tx);
    return rows.length === AT_ONCE;
  }

  async function make(tx: Db, caseId: string): Promise<DataKey> {
    const { key, keep } = await keys.forNewCase(caseId, (await certId(tx))!);
    await keep(tx);
    return key;
  }
}
