import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { apis, bundleTypes } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { bundleOf, oneWrite, openedBundle, reportOf } from '../../testing/bundles.ts';
import { MortalSender } from '../../testing/mortal-sender.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const PIECE = 1 << 20;

describe('a bundle, while the program is killed with -9', { timeout: 300_000 }, () => {
  /** Makes the database and looks what is left; it is not the one that is killed, and does no work itself. */
  let witness: TestServer;
  let member: Actor;
  let mortal: MortalSender;

  before(async () => {
    witness = await startTestServer();
    await witness.organisation('CERT', 'cert');
    member = await (await witness.organisation('Nordwasser', 'operator')).person('MEM');
    mortal = new MortalSender(witness, member);
    await mortal.live();
  });
  after(async () => {
    await mortal.die();
    await witness.close();
  });

  it('arrives whole, and is taken over once: nothing is lost, nothing twice, nothing half', async (test) => {
    const { recipient } = await witness.as(null)(apis.bundles.recipient);
    const bytes = await bundleOf(
      [
        { name: 'night.pcap.json', type: bundleTypes.report, bytes: Buffer.from(reportOf(oneWrite)) },
        { name: 'photos.bin', type: 'application/octet-stream', bytes: randomBytes(24 * PIECE) },
      ],
      recipient,
    );
    const { bundle, upload } = await mortal.call(apis.bundles.begin, {
      body: { name: 'night.age', size: bytes.length },
    });
    const acknowledged = await mortal.patch(upload, 0, bytes.subarray(0, 5 * PIECE), PIECE);
    await again();
    const { offset } = await mortal.head(upload);
    assert.ok(offset >= acknowledged, `${offset} of ${acknowledged} acknowledged bytes are there`);
    await mortal.patch(upload, offset, bytes.subarray(offset), PIECE);

    for (const step of ['opening-bundle', 'storing-results']) {
      const at = await reached(bundle.id, step);
      await mortal.die();
      const left = await kept();
      test.diagnostic(`killed while ${at}: ${JSON.stringify(left)}`);
      assert.ok(
        left.files === 0
          ? left.captures === 0 && left.evidence === 1
          : left.files === 2 && left.captures === 1,
        JSON.stringify(left),
      );
      await mortal.live();
    }
    const { state, files, job } = await openedBundle(witness, member, bundle.id);
    assert.equal(state, 'imported', JSON.stringify(job?.problem));
    assert.deepEqual(
      files.map(({ name, outcome }) => [name, outcome]),
      [
        ['night.pcap.json', 'new'],
        ['photos.bin', 'new'],
      ],
    );
    assert.deepEqual(await kept(), { files: 2, captures: 1, evidence: 3, lines: 1 });
    assert.equal((await witness.house.audit.verify()).whole, true);
  });

  async function again(): Promise<void> {
    await mortal.die();
    await mortal.live();
  }

  /** Waits until the job does this, or has ended. */
  async function reached(id: string, step: string): Promise<string> {
    for (;;) {
      const { job } = await witness.as(member)(apis.bundles.get, { params: { id } });
      if (job && (job.step?.code === step || !['queued', 'running'].includes(job.state)))
        return job.step?.code ?? job.state;
      await sleep(5);
    }
  }

  async function kept() {
    const { rows } = await witness.owner.query(`select
      (select count(*)::int from bundle_file) as files, (select count(*)::int from capture) as captures,
      (select count(*)::int from evidence where state != 'removed') as evidence,
      (select count(*)::int from audit_event where action = 'bundle imported') as lines`);
    return rows[0] as { files: number; captures: number; evidence: number; lines: number };
  }
});
