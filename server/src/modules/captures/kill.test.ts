import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { baselineApi, captureApi } from '@busbar/contract';
import { sql } from 'kysely';

import { hex } from '../../../../engines/dissect/src/testing/hex.ts';
import { Wire } from '../../../../engines/dissect/src/testing/wire.ts';
import type { Actor } from '../../platform/actor.ts';
import { MortalSender } from '../../testing/mortal-sender.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

/** How often each of the tests kills; more with BUSBAR_KILLS. */
const kills = Number(process.env['BUSBAR_KILLS'] ?? 3);
const jobKills = Math.max(1, Math.round(kills / 4));

describe('killed with -9 at any moment', () => {
  /** Makes the database and its people, and looks what is left; it is not the one that is killed. */
  let witness: TestServer;
  let member: Actor;
  let mortal: Sender;
  before(async () => {
    witness = await startTestServer();
    member = await (await witness.organisation('Nordwasser', 'operator')).person('MEM');
    mortal = new Sender(witness, member);
    await mortal.live();
  });
  after(async () => {
    await mortal.die();
    await witness.close();
  });

  it(
    `the program loses no acknowledged byte of an upload (${kills} kills)`,
    { timeout: 60_000 + kills * 10_000 },
    async (test) => {
      const bytes = randomBytes(64 << 20);
      const { capture, upload } = await mortal.call(captureApi.begin, {
        body: { name: 'big.pcap', size: bytes.length },
      });
      let acknowledged = 0;
      for (let kill = 0; kill < kills; kill++) {
        const sending = mortal.patch(upload, acknowledged, bytes.subarray(acknowledged), 3 << 20);
        await sleep(10 + Math.random() * 100);
        await mortal.die();
        await sending;
        await mortal.live();
        const { offset } = await mortal.head(upload);
        assert.ok(offset >= acknowledged, `${offset} of ${acknowledged} acknowledged bytes`);
        test.diagnostic(`killed; ${acknowledged} bytes were acknowledged, ${offset} are there`);
        acknowledged = offset;
        if (acknowledged === bytes.length) break;
      }
      if (acknowledged < bytes.length)
        await mortal.patch(upload, acknowledged, bytes.subarray(acknowledged), 8 << 20);
      assert.equal((await mortal.head(upload)).offset, bytes.length);
      const { evidence } = await mortal.call(captureApi.get, { params: { id: capture.id } });
      assert.deepEqual(
        [evidence.state, evidence.sha256],
        ['stored', createHash('sha256').update(bytes).digest('hex')],
      );
      assert.deepEqual(await lines(capture.id, 'evidence stored'), 1);
    },
  );

  it('an upload on a disk that is full keeps what was whole, and is gone on with once there is room', async () => {
    const bytes = randomBytes(9 << 20);
    const { capture, upload } = await mortal.call(captureApi.begin, {
      body: { name: 'full.pcap', size: bytes.length },
    });
    await mortal.die();
    await mortal.live(5_500_000);
    assert.ok((await mortal.patch(upload, 0, bytes, bytes.length)) === 0, 'It was acknowledged');
    const { offset } = await mortal.head(upload);
    // Whole MiB, and not the half of one that was still written.
    assert.equal(offset, 5 << 20);
    await mortal.die();
    await mortal.live();
    assert.deepEqual(await mortal.head(upload), { offset });
    await mortal.patch(upload, offset, bytes.subarray(offset), 8 << 20);
    const { evidence } = await mortal.call(captureApi.get, { params: { id: capture.id } });
    assert.deepEqual(
      [evidence.state, evidence.sha256],
      ['stored', createHash('sha256').update(bytes).digest('hex')],
    );
  });

  it(
    `the program stores the results of an analysis once (${jobKills} kills)`,
    { timeout: 60_000 + jobKills * 40_000 },
    async (test) => {
      const bytes = longCapture();
      for (let kill = 0; kill < jobKills; kill++) {
        const { capture, upload } = await mortal.call(captureApi.begin, {
          body: { name: 'job.pcap', size: bytes.length },
        });
        await mortal.patch(upload, 0, bytes, 8 << 20);
        await sleep(Math.random() * 600);
        await mortal.working(capture.id);
        await mortal.die();
        await mortal.live();
        const { job, summary } = await mortal.analysed(capture.id);
        test.diagnostic(`killed while it worked; done at attempt ${job?.attempt}`);
        assert.equal(job?.state, 'done');
        assert.equal(summary?.packets, PACKETS);
        const { items } = await mortal.call(captureApi.operations, { params: { id: capture.id } });
        assert.deepEqual(
          items.map(({ count }) => count),
          [PACKETS],
        );
        assert.deepEqual(await lines(capture.id, 'capture analysed'), 1);
        assert.deepEqual(await lines(capture.id, 'evidence stored'), 1);
      }
    },
  );

  it(
    `the program has learnt a capture or nothing of it (${kills} kills)`,
    { timeout: 60_000 + kills * 10_000 },
    async (test) => {
      const bytes = longCapture();
      const { capture, upload } = await mortal.call(captureApi.begin, {
        body: { name: 'usual.pcap', size: bytes.length },
      });
      await mortal.patch(upload, 0, bytes, 8 << 20);
      const { site } = await mortal.analysed(capture.id);
      const params = { id: site.id };
      let learnt = 0;
      for (let kill = 0; kill < kills && learnt === 0; kill++) {
        const learning = mortal.call(baselineApi.learn, { params, body: { capture: capture.id } }).then(
          () => true,
          () => false,
        );
        await sleep(Math.random() * 1500);
        await mortal.die();
        const acknowledged = await learning;
        await mortal.live();
        const { captures, devices } = await mortal.call(baselineApi.get, { params });
        learnt = captures.length;
        test.diagnostic(`killed; ${acknowledged ? 'acknowledged' : 'not answered'}, ${learnt} learnt`);
        assert.ok(learnt >= Number(acknowledged));
        assert.equal(devices, learnt * 2);
        assert.equal(await lines(site.id, 'baseline learnt'), learnt);
      }
      const again = mortal.call(baselineApi.learn, { params, body: { capture: capture.id } });
      await (learnt > 0 ? assert.rejects(again, { status: 409 }) : again);
    },
  );

  it('and what it leaves behind on the disk is what the database knows of', async () => {
    const { rows } = await witness.database.as(member, (tx) =>
      sql<{ id: string }>`select id from blob where doomed_at is null and id not in (
        select blob_id from evidence where blob_id is not null union select report_id from capture where report_id is not null)`.execute(
        tx,
      ),
    );
    assert.deepEqual(rows, []);
    const { whole } = await witness.house.audit.verify();
    assert.equal(whole, true);
  });

  async function lines(object: string, action: string): Promise<number> {
    const { rows } = await witness.database.as(member, (tx) =>
      sql<{
        count: number;
      }>`select count(*) from audit_event where object_id = ${object} and action = ${action}`.execute(tx),
    );
    return rows[0]!.count;
  }
});

const PACKETS = 60_000;
const PCAP_HEADER = 24;

/** Somebody who writes one register over and over. */
function longCapture(): Uint8Array {
  const write = hex`
    0007  transaction
    0000  protocol
    0006  length
    11  unit
    06  write single register
    0001  address
    05aa  value
  `;
  const wire = Wire.speaking(
    { on: 'tcp', at: [502] },
    Array.from({ length: PACKETS }, () => ['request', write] as const),
  );
  const packets = wire.packets.splice(0);
  const parts: Uint8Array[] = [];
  while (packets.length > 0) {
    wire.packets.splice(0, Infinity, ...packets.splice(0, 5000));
    parts.push(wire.pcap().subarray(parts.length === 0 ? 0 : PCAP_HEADER));
  }
  return Buffer.concat(parts);
}

class Sender extends MortalSender {
  async working(id: string): Promise<void> {
    for (;;) {
      const { job } = await this.call(captureApi.get, { params: { id } });
      if (job && job.state !== 'queued') return;
      await sleep(5);
    }
  }

  async analysed(id: string) {
    for (let wait = 0; wait < 600; wait++) {
      const capture = await this.call(captureApi.get, { params: { id } });
      if (capture.job && !['queued', 'running'].includes(capture.job.state)) return capture;
      await sleep(100);
    }
    throw new Error('The analysis did not end');
  }
}
