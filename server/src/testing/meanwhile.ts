import type { Actor } from '../platform/actor.ts';
import type { Db } from '../platform/database.ts';
import type { TestServer } from './test-server.ts';
import { until } from './until.ts';

/**
 * Somebody has written and has not committed; meanwhile another acts, and only when that is through, or waits for him, does
 * he commit. Gives what became of the other.
 */
export async function meanwhile<T>(
  server: TestServer,
  by: Actor,
  write: (tx: Db) => Promise<unknown>,
  other: () => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  const [written, commits] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const first = server.database.as(by, async (tx) => {
    await write(tx);
    written.resolve();
    await commits.promise;
  });
  try {
    await Promise.race([written.promise, first]);
    let early: PromiseSettledResult<T> | undefined;
    const settled = Promise.allSettled([other()]).then(([one]) => (early = one));
    await until('the other waits, or is through', async () => {
      if (early) return true;
      const { rowCount } = await server.owner.query(
        `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
      );
      return rowCount! > 0;
    });
    commits.resolve();
    return await settled;
  } finally {
    commits.resolve();
    await first;
  }
}
