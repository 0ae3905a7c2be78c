import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { inventoryApi, jobApi, plantApi } from '@busbar/contract';
import { sql } from 'kysely';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json } from '../../testing/documents.ts';
import { Mortal } from '../../testing/mortal.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

const DEVICES = 2000;

describe('a table that is being taken when the program is killed with -9', { timeout: 180_000 }, () => {
  /** Makes the database and looks what is left; it is not the one that is killed, and does no work itself. */
  let witness: TestServer;
  let member: Actor;
  let site: string;
  let mortal: Mortal;

  before(async () => {
    witness = await startTestServer();
    const analyst = await (await witness.organisation('CERT', 'cert')).person('ANA');
    member = await (await witness.organisation('Nordwasser', 'operator')).person('MEM');
    await witness.house.imports.importStream(analyst, 'x.json', bytes(json(csaf())));
    site = (
      await witness.as(member)(plantApi.addSite, {
        body: { name: 'Works', sector: '', country: '', process: '' },
      })
    ).id;
    mortal = new Mortal(witness, member);
    await mortal.live();
  });
  after(async () => {
    await mortal.die();
    await witness.close();
  });

  it('is in the plant once, with its warnings: nothing is lost, nothing twice, nothing half', async (test) => {
    const lines = Array.from({ length: DEVICES }, (_, n) => `P ${n};SN-${70_000 + n};Nordbruk;PX 200;2.3.9`);
    const content = Buffer.from(`Name;Serial;Vendor;Product;Firmware\r\n${lines.join('\r\n')}\r\n`);
    const { inventory, upload } = await mortal.call(inventoryApi.begin, {
      body: { name: 'devices.csv', size: content.length, site },
    });
    await send(upload, content);
    await killedWhile('reading', async () => (await get(inventory.id)).job?.state === 'running');
    await ended(inventory.id);
    assert.equal((await get(inventory.id)).counts?.new, DEVICES);

    await mortal.call(inventoryApi.confirm, { params: { id: inventory.id } });
    await killedWhile('planning', async () => (await get(inventory.id)).job?.state === 'running');
    await killedWhile('taking', async () => (await step(inventory.id)) === 'storing-table');
    const half = await left();
    assert.ok(half.assets === 0 || half.assets === DEVICES, `${half.assets} devices are there`);
    await ended(inventory.id);
    await killedWhile('comparing', async () => (await left()).matches > 0 || (await left()).due === 0);

    for (let wait = 0; wait < 600 && (await left()).due > 0; wait++) await sleep(50);
    assert.deepEqual(await left(), {
      assets: DEVICES,
      serials: DEVICES,
      facts: DEVICES * 5,
      rows: DEVICES,
      matches: DEVICES,
      steps: DEVICES,
      due: 0,
      lines: 1,
    });
    assert.equal((await witness.house.audit.verify()).whole, true);

    async function killedWhile(what: string, isThere: () => Promise<boolean>): Promise<void> {
      while (!(await isThere())) await sleep(2);
      await mortal.die();
      test.diagnostic(`killed while ${what}: ${JSON.stringify(await left())}`);
      await mortal.live();
    }
  });

  const get = (id: string) => witness.as(member)(inventoryApi.get, { params: { id } });
  const step = async (id: string) => (await get(id)).job?.step?.code;

  async function ended(id: string): Promise<void> {
    for (let wait = 0; wait < 1200; wait++) {
      const { job } = await get(id);
      const { state, problem } = await witness.as(member)(jobApi.get, { params: { id: job!.id } });
      if (state === 'done') return;
      assert.ok(state === 'queued' || state === 'running', JSON.stringify(problem));
      await sleep(50);
    }
    throw new Error('It did not end');
  }

  async function left() {
    const { rows } = await witness.database.as(member, (tx) =>
      sql<
        Record<'assets' | 'serials' | 'facts' | 'rows' | 'matches' | 'steps' | 'due' | 'lines', number>
      >`select
        (select count(*) from asset) as assets, (select count(distinct serial) from asset) as serials,
        (select count(*) from asset_fact) as facts, (select count(*) from inventory_row) as rows,
        (select count(*) from match) as matches, (select count(*) from match_step) as steps,
        (select count(*) from comparison_due) as due,
        (select count(*) from audit_event where action = 'inventory imported') as lines`.execute(tx),
    );
    return rows[0]!;
  }

  async function send(upload: string, content: Buffer): Promise<void> {
    const answer = await fetch(`${mortal.address}${upload}`, {
      method: 'PATCH',
      headers: {
        ...mortal.headers,
        'tus-resumable': '1.0.0',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
      },
      body: content,
    });
    assert.equal(answer.status, 204);
  }
});
