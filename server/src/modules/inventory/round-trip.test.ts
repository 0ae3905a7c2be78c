import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { AssetRole, Criticality, inventoryApi, Level, plantApi } from '@busbar/contract';
import fc from 'fast-check';

import type { Actor } from '../../platform/actor.ts';
import { sender } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

/** What people write: names of plants, and what a table, a spreadsheet or a reader of JSON could take for something else. */
const words = fc.oneof(
  fc.constantFrom(
    'Pump 1',
    '=E1-K7',
    '=H1+S2(K3)',
    "'=E1",
    "''quoted",
    '="0042"',
    '-12',
    '@home',
    'a;b|c, d',
    'says "no"',
    'Kühlpumpe ②',
    'Насос',
    '泵站',
    '1e5',
    '0042',
    'TRUE',
    '10.0.0.1',
    'name',
    'V4.3',
    '{"a":1}',
  ),
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .map((text) => text.replace(/[\p{C}\s]+/gu, ' ').trim()),
);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { freq: 2 });

const device = fc.record({
  name: words.filter((text) => text !== ''),
  role: fc.constantFrom(...AssetRole.options),
  level: fc.constantFrom(...Level.options),
  vendor: maybe(words),
  product: maybe(words),
  model: maybe(words),
  orderNumber: maybe(words),
  firmware: maybe(words),
  hardware: maybe(words),
  serial: maybe(words),
  software: maybe(words),
  slot: maybe(words),
  cpe: maybe(words),
  purl: maybe(words),
  criticality: maybe(fc.constantFrom(...Criticality.options)),
});

describe('an inventory that leaves and comes back', () => {
  let server: TestServer;
  before(async () => {
    server = await startTestServer({ work: true });
  });
  after(() => server.close());

  it('is the inventory that it was, whatever stands in it and in which form it went', async () => {
    let plants = 0;
    const seed = Number(process.env['BUSBAR_SEED'] ?? Date.now() % 2 ** 31);
    await fc.assert(
      fc.asyncProperty(fc.array(device, { minLength: 2, maxLength: 8 }), async (devices) => {
        const plant = await plantOf(`Plant ${++plants}`);
        for (const site of ['North', 'South']) await plant.addSite(site);
        for (const [n, body] of devices.entries()) await plant.add(n % 3 === 2 ? 'South' : 'North', body);
        const before = await plant.devices();
        for (const form of ['csv', 'cdx.json', 'json']) {
          const file = await plant.file(form);
          for (const site of ['North', 'South']) {
            const { new: fresh, changed } = await plant.brought(site, file);
            assert.deepEqual([fresh, changed], [0, 0], `${form} at ${site}\n${file}`);
          }
          assert.deepEqual(await plant.devices(), before, form);
        }
      }),
      { seed, numRuns: Number(process.env['BUSBAR_RUNS'] ?? 4), endOnFailure: true },
    );
  });

  it('tells another plant all that a table can tell', async () => {
    const title =
      'name,serial,vendor,product,model,firmware,hardware,software,slot,criticality,role,level,location,description,address,mac,cpe,purl,zone';
    const lines = [
      'P1,SN-77001,Siemens,CPU 315,CPU 315,V3.2,E:03,WinCC V7.5,R0 S2,very-high,controller,control,"Hall 3, left",Feeds the boiler,"10.9.0.1, 10.9.0.2",00:1b:1b:00:0a:01,cpe:2.3:h:siemens:cpu_315:3:*:*:*:*:*:*:* cpe:2.3:o:siemens:cpu_315_firmware:3.2:*:*:*:*:*:*:*,pkg:generic/siemens/cpu-315@3.2,Line 1',
      'P2,SN-77002,Nordbruk,P2,,2.3,,,,low,hmi,supervision,Hall 4,,10.9.0.3,,,,',
      // What a spreadsheet would take for a formula.
      "=E1-K7,-77003,+Aurum,-12,@home,+4.3,-1,=V1,'=R0,,,,@gate,+49 30 555,10.9.0.4,,,,=Z1",
    ];
    const plant = await plantOf('First');
    await plant.addSite('North');
    await plant.brought('North', [title, ...lines].join('\n'), true);
    const known = await plant.devices();
    assert.equal(known.length, 3);
    assert.ok(
      known.some(({ software, slot, criticality, location, description, cpe, purl }) =>
        [software, slot, criticality, location, description, cpe, purl].every(Boolean),
      ),
    );
    assert.deepEqual(
      new Set(known.map(({ zone }) => zone as string | null)),
      new Set(['=Z1', 'Line 1', null]),
    );
    assert.doesNotMatch(await plant.file('csv'), /(?:^|[,\n])"?\s*[=+@-]/);
    for (const form of ['csv', 'cdx.json', 'json']) {
      const other = await plantOf(`Copy of ${form}`);
      await other.addSite('North');
      assert.deepEqual(await other.brought('North', await plant.file(form), true), {
        new: 3,
        changed: 0,
        known: 0,
        left: 0,
      });
      assert.deepEqual(
        (await other.devices()).map(({ id: _id, ...rest }) => rest),
        known.map(({ id: _id, ...rest }) => rest),
        form,
      );
    }
  });

  async function plantOf(name: string) {
    const member: Actor = await (await server.organisation(name, 'operator')).person('MEM');
    const as = server.as(member);
    const sites = new Map<string, string>();

    const file = async (form: string) => {
      const url = `/api/plant/assets.${form}`;
      const answer = await server.app.inject({ url, headers: { 'x-test-actor': JSON.stringify(member) } });
      assert.equal(answer.statusCode, 200);
      return answer.body;
    };
    const ended = async (id: string, state: string) => {
      for (let wait = 0; wait < 600; wait++) {
        const inventory = await as(inventoryApi.get, { params: { id } });
        if (inventory.state === state && inventory.job?.state === 'done') return inventory;
        assert.notEqual(inventory.job?.state, 'failed', JSON.stringify(inventory.job?.problem));
        await sleep(25);
      }
      throw new Error('It did not end');
    };
    return {
      file,
      async addSite(site: string) {
        const body = { name: site, sector: '', country: '', process: '' };
        sites.set(site, (await as(plantApi.addSite, { body })).id);
      },
      add: (site: string, body: object) =>
        as(plantApi.addAsset, { body: { site: sites.get(site)!, ...body } as never }),
      /** Sent, read and taken, to the zones that rows name where `places`; gives back what became of the rows. */
      async brought(site: string, content: string, places = false) {
        const bytes = Buffer.from(content);
        const { inventory, upload } = await as(inventoryApi.begin, {
          body: { name: 'table', size: bytes.length, site: sites.get(site)! },
        });
        assert.equal((await sender(server, member).patch(upload, 0, bytes)).status, 204);
        await ended(inventory.id, 'read');
        if (places) {
          await as(inventoryApi.choose, { params: { id: inventory.id }, body: { places } });
          await ended(inventory.id, 'read');
        }
        await as(inventoryApi.confirm, { params: { id: inventory.id } });
        return (await ended(inventory.id, 'imported')).counts!;
      },
      /** As they are, without when they were seen. */
      async devices() {
        const { assets } = JSON.parse(await file('json')) as { assets: Record<string, any>[] };
        return assets.map(
          ({ site, zone, certainty: _certainty, ...asset }) =>
            ({ ...asset, site: site.name, zone: zone?.name ?? null }) as Record<string, any>,
        );
      },
    };
  }
});
