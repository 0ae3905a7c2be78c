import { sql } from 'kysely';

import type { Db } from './database.ts';

/** PostgreSQL 18, appendix A: what the database refuses, and whoever asks can say why. */
export const refusedFor = { foreignKey: '23503', unique: '23505' } as const;

/** What `work` gives, or undefined where the database refuses it for this: its transaction goes on as if it had not begun. */
export async function unless<T>(
  tx: Db,
  refused: keyof typeof refusedFor,
  work: () => Promise<T>,
): Promise<T | undefined> {
  await sql`savepoint tried`.execute(tx);
  try {
    const given = await work();
    await sql`release savepoint tried`.execute(tx);
    return given;
  } catch (error) {
    if ((error as { code?: string }).code !== refusedFor[refused]) throw error;
    await sql`rollback to savepoint tried`.execute(tx);
    return undefined;
  }
}
