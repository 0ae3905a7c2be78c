import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { sourceApi } from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { csaf } from '../../testing/documents.ts';
import { TestProvider } from '../../testing/provider.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const DOCUMENTS = 240;

describe('a source that is being read when the program is killed with -9', { timeout: 180_000 }, () => {
  /** Makes the database and looks what is left; it is not the one that is killed, and does no work itself. */
  let witness: TestServer;
  let analyst: Actor;
  let provider: TestProvider;
  let mortal: Mortal;

  before(async () => {
    witness = await startTestServer();
    analyst = await (await witness.organisation('CERT', 'cert')).person('ANA');
    provider = await TestProvider.open();
    for (let n = 0; n < DOCUMENTS; n++) await provider.publish(`/${n}.json`, csaf({ id: `K-${n}` }));
    mortal = new Mortal(witness, analyst);
    await mortal.live();
  });
  after(async () => {
    await mortal.die();
    await provider.close();
    await witness.close();
  });

  it('goes on where it was: nothing is missing, nothing twice, and what was stored is not fetched again', async (test) => {
    const { id } = await mortal.call(sourceApi.add, {
      body: {
        name: 'Killed',
        kind: 'csaf-provider',
        address: provider.address,
        local: true,
        fingerprints: [provider.fingerprint],
        mustBeSigned: true,
        everyMinutes: 600,
      } as never,
    });
    for (const some of [1, DOCUMENTS / 2]) {
      while ((await stored()).length < some) await sleep(5);
      await mortal.die();
      const before = await stored();
      test.diagnostic(`killed with ${before.length} of ${DOCUMENTS} stored`);
      provider.site.asked.length = 0;
      await mortal.live();
      while ((await stored()).length === before.length && (await state(id)) !== 'done') await sleep(20);
      const twice = before.filter((url) => provider.site.asked.includes(new URL(url).pathname));
      assert.deepEqual(twice, []);
    }
    while ((await state(id)) !== 'done') await sleep(50);

    assert.equal(new Set(await stored()).size, DOCUMENTS);
    assert.equal((await stored()).length, DOCUMENTS);
    const { items } = await mortal.call(sourceApi.runs, { params: { id } });
    assert.deepEqual(
      items.map(({ listed, fetched, added, unchanged, held, missed }) => ({
        listed,
        fetched,
        added,
        unchanged,
        held,
        missed,
      })),
      [{ listed: DOCUMENTS, fetched: DOCUMENTS, added: DOCUMENTS, unchanged: 0, held: 0, missed: 0 }],
    );
    const { rows } = await witness.database.as(analyst, (tx) =>
      sql<{ advisories: number; versions: number; lines: number }>`select
        (select count(*) from advisory) as advisories, (select count(*) from advisory_version) as versions,
        (select sum((details->>'added')::int) from audit_event where action = 'advisories imported') as lines`.execute(
        tx,
      ),
    );
    assert.deepEqual(rows, [{ advisories: DOCUMENTS, versions: DOCUMENTS, lines: DOCUMENTS }]);
    assert.equal((await witness.house.audit.verify()).whole, true);
  });

  async function stored(): Promise<string[]> {
    const { rows } = await witness.database.as(analyst, (tx) =>
      sql<{ url: string }>`select url from peer_document`.execute(tx),
    );
    return rows.map(({ url }) => url);
  }

  async function state(id: string) {
    return (await mortal.call(sourceApi.get, { params: { id } })).job?.state;
  }
});
