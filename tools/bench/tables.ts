import { createReadStream } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import { csvLine, inventoryApi, plantApi } from '@busbar/contract';
import type { Asset } from '@busbar/csaf';
import { sql } from 'kysely';

import { realAdvisories } from '../../server/src/testing/documents.ts';
import { sender } from '../../server/src/testing/sending.ts';
import { startTestServer } from '../../server/src/testing/test-server.ts';

/** In seconds. */
const limits = { warned: 60, taken: 20 };

/**
 * The way of a table through the whole program: from its first byte to the warnings of its devices, for devices that the
 * public OT advisories may concern, and how long a large table takes. Whether all of it is within its limits.
 */
export async function tablesAreTaken(
  assetAt: (n: number) => Asset,
  { warned = 10_000, large = 50_000 } = {},
): Promise<boolean> {
  const server = await startTestServer({ work: true });
  const analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
  const member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
  const body = { name: 'Works', sector: '', country: '', process: '' };
  const { id: site } = await server.as(member)(plantApi.addSite, { body });
  await server.house.imports.importStream(analyst, 'corpus.tar.gz', createReadStream(realAdvisories));

  const table = tableOf(warned, (n) => assetAt(n));
  const began = Date.now();
  const first = await bring(table);
  await compared();
  const { rows } = await inPlant(sql<{ devices: number; p95: Date | null }>`
    select count(*) as devices, to_timestamp(percentile_cont(0.95) within group (order by extract(epoch from since))) as p95
    from (select min(since) as since from match group by asset_id) each_device`);
  const { devices, p95 } = rows[0]!;
  const seconds = p95 ? (p95.getTime() - began) / 1000 : Infinity;
  const matches = await count();
  console.log(
    `warned    ${devices.toLocaleString('en')} of ${warned.toLocaleString('en')} devices of a table by ${matches.toLocaleString('en')} warnings: p95 ${seconds.toFixed(1)} s after its first byte (limit ${limits.warned} s); taken in ${first.toFixed(1)} s`,
  );
  await bring(table);
  await compared();
  const twice = (await count()) - matches;
  console.log(`again     the same table: ${twice} warnings more`);

  const taken = await bring(
    tableOf(large, (n) => ({
      vendor: 'Wagenfield',
      orderNumber: `WF-${n % 300}`,
      firmware: `V3.${n % 9}`,
      serial: `L${700_000 + n}`,
      hardware: n % 100 === 0 ? '=HYPERLINK("http://x";"y")' : `${n % 4}`,
    })),
  );
  console.log(
    `table     ${large.toLocaleString('en')} rows taken in ${taken.toFixed(1)} s (limit ${limits.taken} s)`,
  );
  await server.close();
  return seconds < limits.warned && twice === 0 && taken < limits.taken;

  /** Sends a table, has it taken, and tells how many seconds the taking took. */
  async function bring(content: Buffer): Promise<number> {
    const { inventory, upload } = await server.as(member)(inventoryApi.begin, {
      body: { name: 'devices.csv', size: content.length, site },
    });
    const { patch } = sender(server, member);
    for (let at = 0; at < content.length; at += 1 << 20)
      await patch(upload, at, content.subarray(at, at + (1 << 20)));
    const params = { id: inventory.id };
    await ended(inventory.id);
    const start = performance.now();
    await server.as(member)(inventoryApi.confirm, { params });
    await ended(inventory.id);
    return (performance.now() - start) / 1000;
  }

  async function ended(id: string): Promise<void> {
    for (;;) {
      const { job } = await server.as(member)(inventoryApi.get, { params: { id } });
      if (job?.state === 'done') return;
      if (job?.state === 'failed') throw new Error(job.problem?.text);
      await sleep(200);
    }
  }

  async function compared(): Promise<void> {
    for (;;) {
      const { rows } = await inPlant(sql<{ busy: boolean }>`select exists (select from comparison_due) or
        exists (select from job where kind = 'match-advisories' and state in ('queued', 'running')) as busy`);
      if (!rows[0]!.busy) return;
      await sleep(200);
    }
  }

  async function count(): Promise<number> {
    const { rows } = await inPlant(sql<{ count: number }>`select count(*) as count from match`);
    return rows[0]!.count;
  }

  function inPlant<Row>(query: ReturnType<typeof sql<Row>>) {
    return server.database.as(member, (tx) => query.execute(tx));
  }
}

/** As spreadsheets write it: with a byte order mark. */
function tableOf(rows: number, assetAt: (n: number) => Asset): Buffer {
  const lines = Array.from({ length: rows }, (_, n) => {
    const {
      vendor = '',
      product = '',
      orderNumber = '',
      firmware = '',
      hardware = '',
      serial = '',
    } = assetAt(n);
    const address = `10.${64 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
    return csvLine([`Device ${serial}`, address, vendor, product, orderNumber, firmware, hardware, serial]);
  });
  const head = csvLine(['Name', 'IP', 'Vendor', 'Product', 'Order number', 'Firmware', 'Hardware', 'Serial']);
  return Buffer.from(`\ufeff${head}${lines.join('')}`);
}
