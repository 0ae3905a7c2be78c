import type { Contact, Instance } from '@busbar/contract';
import { sql } from 'kysely';

import type { Db } from '../../platform/database.ts';

export type DemoAccount = Instance['demoAccounts'][number];

export type SignInRule = Pick<Instance, 'staffMustUsePasskey'>;

interface Settings {
  cert: Contact;
  demo: { accounts: readonly DemoAccount[] };
  'sign-in': SignInRule;
}

export async function settingsOf(tx: Db): Promise<Partial<Settings>> {
  const rows = await tx
    .selectFrom('setting')
    .selectAll()
    .where('name', 'in', ['cert', 'demo', 'sign-in'])
    .execute();
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

export async function setSetting<Name extends keyof Settings>(
  tx: Db,
  name: Name,
  value: Settings[Name],
): Promise<void> {
  await tx
    .insertInto('setting')
    .values({ name, value: JSON.stringify(value) })
    .onConflict((already) => already.column('name').doUpdateSet({ value: JSON.stringify(value) }))
    .execute();
}

/** One at a time: two people who set up at once must not both become the first. */
export async function lockSetUp(tx: Db): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('busbar set-up'))`.execute(tx);
}
