import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { apis } from '@busbar/contract';
import { detections as ours } from '@busbar/dissect';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, tar } from '../../testing/documents.ts';
import { Mortal } from '../../testing/mortal.ts';
import { bringPack, makePack, setUpCert } from '../../testing/packs.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';

const DOCUMENTS = 240;

describe('a pack that is being installed when the program is killed with -9', { timeout: 600_000 }, () => {
  let maker: TestServer;
  /** Makes the database and looks what is left; it is not the one that is killed. */
  let witness: TestServer;
  let lead: Actor;
  let mortal: Mortal;
  let pack: string;

  before(async () => {
    maker = await startTestServer({ work: true, still: true });
    const there = await setUpCert(maker, 'CERT of the coast');
    const files = Object.fromEntries(
      Array.from({ length: DOCUMENTS }, (_, n) => [`${n}.json`, json(csaf({ id: `K-${n}` }))]),
    );
    await maker.house.imports.importStream(there.lead, 'x.tar', bytes(await tar(files)));
    const { bytes: file } = await makePack(maker, there.lead);

    witness = await startTestServer();
    const here = await setUpCert(witness, 'CERT of the island');
    lead = here.lead;
    await witness.as(lead)(apis.packKeys.accept, {
      body: { publicKey: there.key.publicKey, fingerprint: there.key.fingerprint },
    });
    mortal = new Mortal(witness, lead);
    await mortal.live();
    const brought = await bringPack(witness, lead, file);
    assert.equal(brought.state, 'ready', JSON.stringify(brought.refused));
    pack = brought.id;
  });
  after(async () => {
    await mortal.die();
    await Promise.all([maker.close(), witness.close()]);
  });

  it('is not installed, and goes on where it was: nothing is missing, and nothing twice', async (test) => {
    await mortal.call(apis.packs.install, { params: { id: pack } });
    for (const some of [1, DOCUMENTS / 2]) {
      while ((await stored()) < some) await sleep(5);
      await mortal.die();
      const before = await stored();
      test.diagnostic(`killed with ${before} of ${DOCUMENTS} stored`);
      const { state, installedAt } = await witness.as(lead)(apis.packs.get, { params: { id: pack } });
      if (before < DOCUMENTS) assert.deepEqual([state, installedAt], ['installing', null]);
      await mortal.live();
    }
    const installed = await until(
      'the pack is installed',
      async () => {
        const found = await witness.as(lead)(apis.packs.get, { params: { id: pack } });
        assert.notEqual(found.state, 'refused');
        return found.state === 'installed' && found;
      },
      300,
    );
    assert.deepEqual(
      installed.changes
        .filter(({ kind }) => kind === 'archive')
        .map(({ holds, added, updated, held }) => ({ holds, added, updated, held })),
      [{ holds: DOCUMENTS, added: DOCUMENTS, updated: 0, held: 0 }],
    );
    const { rows } = await witness.owner.query(`select
      (select count(*)::int from advisory) as advisories, (select count(*)::int from advisory_version) as versions,
      (select count(*)::int from peer) as sources, (select count(*)::int from peer_run) as runs,
      (select count(*)::int from brought_detection) as detections,
      (select sum((details->>'added')::int)::int from audit_event where action = 'advisories imported') as lines,
      (select count(*)::int from audit_event where action = 'pack installed') as installed`);
    assert.deepEqual(rows, [
      {
        advisories: DOCUMENTS,
        versions: DOCUMENTS,
        // The library of the maker, and what its program looks for.
        sources: 2,
        runs: 2,
        detections: ours.length,
        lines: DOCUMENTS,
        installed: 1,
      },
    ]);
    assert.equal((await witness.house.audit.verify()).whole, true);
  });

  async function stored(): Promise<number> {
    const { rows } = await witness.owner.query(`select count(*)::int as count from peer_document`);
    return rows[0].count as number;
  }
});
