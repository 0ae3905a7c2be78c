import { sql } from 'kysely';

import type { Db, Tables } from './database.ts';

const BATCH = 2000;
/** So many may make a table another one than plans were made for. */
const MANY = 100;

/**
 * Stores many rows, a statement each two thousand. Rows are plain JSON under the names of the columns; all of them
 * have the columns of the first. Times are ISO texts, bytes are hexadecimal after `\x`.
 */
export async function insertMany(tx: Db, table: keyof Tables, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = sql.join(Object.keys(rows[0]!).map((name) => sql.ref(name)));
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = storable(rows.slice(at, at + BATCH));
    await sql`insert into ${sql.table(table)} (${columns})
      select ${columns} from jsonb_populate_recordset(null::${sql.table(table)}, ${batch}::jsonb)`.execute(
      tx,
    );
  }
  await noteGrowth(tx, table, rows.length);
}

/** To be called by whoever stores many rows by a statement of his own: plans are made for the table as it was. */
export async function noteGrowth(tx: Db, table: keyof Tables, rows: number): Promise<void> {
  if (rows >= MANY) await sql`select analyze_if_grown(${table}::regclass)`.execute(tx);
}

/** JSON as PostgreSQL takes it: NULs and half characters, which hostile traffic is full of, become U+FFFD. */
export function storable(value: unknown): string {
  return JSON.stringify(value).replace(/(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g, '$1\\ufffd');
}

/** The same for one text. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd');
}
