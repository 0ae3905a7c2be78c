import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';

import { plantApi, type Tlp } from '@busbar/contract';
import { type AdvisoryDraft, advisoryFacts, AdvisoryIndex, match, read } from '@busbar/csaf';
import fc from 'fast-check';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json } from '../../testing/documents.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

type Step =
  | { readonly is: 'advisory'; readonly n: number; readonly says: Partial<AdvisoryDraft> }
  | {
      readonly is: 'device';
      readonly product: number;
      readonly firmware: string | null;
      readonly vendor: string | null;
    }
  | {
      readonly is: 'corrected';
      readonly n: number;
      readonly product: number;
      readonly firmware: string | null;
    }
  | { readonly is: 'dismissed' | 'accepted'; readonly n: number }
  | { readonly is: 'compared' | 'rules' };

/** Names that other products begin with or contain, that say a family, or that anybody may have. */
const products = ['PX 200', 'PX 200 Plus', 'Stack TX200'];
const firmwares = ['1.0', '2.3.9', '2.4.1', '9'];

const product = fc.nat({ max: products.length - 1 });
const firmware = fc.option(fc.constantFrom(...firmwares));
const advisory = (
  n: number,
  {
    product: named = 0,
    vendor = 'Nordbruk',
    range = '<2.4.1',
    tlp = 'CLEAR',
    over = false,
    title = 'One',
  }: Saying,
): Step => ({
  is: 'advisory',
  n,
  says: {
    title,
    tlp,
    products: [
      { key: 'old', vendor, name: products[named]!, range },
      { key: 'new', vendor, name: products[named]!, version: '99' },
    ],
    ...(over && { profile: 'withdrawn' }),
  },
});
interface Saying {
  readonly product?: number;
  readonly vendor?: string;
  readonly range?: string;
  readonly tlp?: Tlp;
  readonly over?: boolean;
  readonly title?: string;
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        n: fc.nat({ max: 2 }),
        says: fc.record({
          product,
          vendor: fc.constantFrom('Nordbruk', 'Nordbruk', 'Aurum', 'multiple'),
          range: fc.constantFrom('<2.4.1', '<2', '*', '>=2|<5'),
          tlp: fc.constantFrom<Tlp[]>('CLEAR', 'CLEAR', 'GREEN', 'AMBER+STRICT'),
          over: fc.constantFrom(false, false, true),
          title: fc.constantFrom('One', 'Another'),
        }),
      })
      .map(({ n, says }) => advisory(n, says)),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('device' as const),
      product,
      firmware,
      vendor: fc.constantFrom('Nordbruk', 'Aurum', null),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('corrected' as const), n: fc.nat(9), product, firmware }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constantFrom('dismissed' as const, 'accepted' as const), n: fc.nat(9) }),
  },
  { weight: 2, arbitrary: fc.constant<Step>({ is: 'compared' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ is: 'rules' }) },
);

/** What every plant has before anything happens: two that say who built them, and two that do not. */
const devicesFirst: readonly Step[] = [
  { is: 'device', product: 0, firmware: '2.3.9', vendor: 'Nordbruk' },
  { is: 'device', product: 1, firmware: null, vendor: 'Nordbruk' },
  { is: 'device', product: 2, firmware: '1.0', vendor: null },
  { is: 'device', product: 0, firmware: '1.0', vendor: null },
];

/** Where what is new does not say by itself what is over. */
const told: readonly (readonly Step[])[] = [
  // Nobody but the CERT may read it any more.
  [advisory(0, {}), { is: 'compared' }, advisory(0, { tlp: 'AMBER+STRICT' })],
  // Withdrawn, and once more in force.
  [advisory(0, {}), { is: 'compared' }, advisory(0, { over: true }), { is: 'compared' }, advisory(0, {})],
  // Whose a device is that does not say it, is another question once somebody speaks of everybody’s.
  [advisory(0, { product: 2 }), { is: 'compared' }, advisory(1, { product: 2, vendor: 'multiple' })],
  // … and becomes the first again when he takes it back, or tells it to some only.
  [advisory(0, { vendor: 'multiple' }), { is: 'compared' }, advisory(1, {}), advisory(0, { product: 1 })],
  [advisory(0, { vendor: 'multiple' }), { is: 'compared' }, advisory(1, {}), advisory(0, { tlp: 'GREEN' })],
  // … and also when that nobody but the CERT may read it any more is all that happened.
  [
    advisory(0, { vendor: 'multiple' }),
    advisory(1, {}),
    { is: 'compared' },
    advisory(0, { vendor: 'multiple', tlp: 'AMBER+STRICT' }),
  ],
];

describe('comparing only what is new', () => {
  let server: TestServer;
  let analyst: Actor;
  before(async () => {
    server = await startTestServer();
    analyst = await (await server.organisation('CERT', 'cert')).person('ANA');
  });
  after(() => server.close());

  it('comes to what comparing all with all comes to, whatever happened in which order', async () => {
    const seed = Number(process.env['BUSBAR_SEED'] ?? Date.now() % 2 ** 31);
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 12 }), async (story) => {
        const plant = await plantOf(`${++runs}`);
        try {
          for (const one of [...devicesFirst, ...story]) await plant.live(one);
          await plant.compare();
          const incremental = await plant.warnings();
          await plant.forget();
          await plant.compare();
          assert.deepEqual(incremental, await plant.warnings());
          assert.deepEqual(
            incremental.filter(({ state }) => state !== 'ended').map(({ pair }) => pair),
            await plant.toldByEngine(),
          );
        } catch (cause) {
          // Earlier stories left their advisories in the library: they are told again, too.
          const again = `BUSBAR_SEED=${seed} BUSBAR_RUNS=${runs} tells it again`;
          throw new Error([again, ...story.map((one) => JSON.stringify(one))].join('\n'), { cause });
        }
      }),
      {
        seed,
        numRuns: Number(process.env['BUSBAR_RUNS'] ?? 9),
        endOnFailure: true,
        examples: told.map((story) => [[...story]]),
      },
    );
  });

  /** A plant of its own, and advisories of its own in the library that all plants share. */
  async function plantOf(name: string) {
    const member = await (await server.organisation(`Works ${name}`, 'operator')).person('MEM');
    const { id: site } = await server.as(member)(plantApi.addSite, {
      body: { name: 'Works', sector: '', country: '', process: '' },
    });
    const devices: string[] = [];
    const versions = new Map<number, number>();

    const compare = () =>
      server.house.warnings.work({
        job: { id: '', subject: '', payload: {}, attempt: 1 },
        actor: member,
        signal: new AbortController().signal,
        progress: () => {},
        keep: () => Promise.reject(new Error('nothing to keep')),
      });
    const forget = () =>
      server.database.as(member, (tx) => tx.updateTable('comparison').set({ rules: 0 }).execute());

    async function live(step: Step): Promise<void> {
      const device = 'n' in step ? devices[step.n % devices.length] : undefined;
      const as = server.as(member);
      if (step.is === 'advisory') {
        const version = (versions.get(step.n) ?? 0) + 1;
        versions.set(step.n, version);
        const document = csaf({ ...step.says, id: `${name}-${step.n}`, version: String(version) });
        await server.house.imports.importStream(analyst, 'x.json', bytes(json(document)));
      } else if (step.is === 'device') {
        const { id } = await as(plantApi.addAsset, {
          body: {
            site,
            name: `Device ${devices.length}`,
            product: products[step.product]!,
            firmware: step.firmware,
            vendor: step.vendor,
          },
        });
        devices.push(id);
      } else if (step.is === 'compared') await compare();
      else if (step.is === 'rules') await forget();
      else if (!device) return;
      else if (step.is === 'corrected')
        await as(plantApi.correct, {
          params: { id: device },
          body: { product: products[step.product]!, firmware: step.firmware },
        });
      else
        await as(step.is === 'dismissed' ? plantApi.dismiss : plantApi.accept, {
          body: { assets: [device] },
        });
    }

    const warnings = () =>
      server.database.as(member, async (tx) => {
        const rows = await tx
          .selectFrom('match as m')
          .innerJoin('asset as a', 'a.id', 'm.asset_id')
          .leftJoin('advisory as v', 'v.id', 'm.advisory_id')
          .select([
            'm.id',
            'a.name',
            'v.tracking_id',
            'm.certainty',
            'm.state',
            'm.product',
            'm.because',
            'm.search',
          ])
          .orderBy('m.id')
          .execute();
        return rows
          .map(({ name, tracking_id, certainty, ...rest }) => ({
            ...rest,
            pair: `${name} ${tracking_id} ${certainty}`,
          }))
          .sort((a, b) => (a.pair < b.pair ? -1 : 1));
      });

    /** What the engine says of each device and every document that its owner may read, one by one. */
    const toldByEngine = () =>
      server.database.as(member, async (tx) => {
        const rows = await tx
          .selectFrom('advisory_version as d')
          .innerJoin('advisory as v', (join) =>
            join.onRef('v.id', '=', 'd.advisory_id').onRef('v.version', '=', 'd.version'),
          )
          .select(['v.label', 'd.document'])
          .execute();
        // What is not for everybody stands on a shelf of its own.
        const indexes = [new AdvisoryIndex(), new AdvisoryIndex()] as const;
        for (const { label, document } of rows) {
          const result = read(gunzipSync(document).toString('utf8'));
          assert.ok(result.ok);
          indexes[label === 'CLEAR' ? 0 : 1].addFacts(advisoryFacts(result.document));
        }
        const assets = await server.house.plant.forMatching(tx, devices);
        return assets
          .flatMap(({ name: device, id: _id, ...known }) => {
            const asset = Object.fromEntries(
              Object.entries(known).map(([field, value]) => [field, value ?? undefined]),
            );
            return indexes
              .flatMap((index) => match(asset, index))
              .filter(({ verdict }) => verdict !== 'notAffected')
              .map(({ advisoryId, certainty }) => `${device} ${advisoryId} ${certainty}`);
          })
          .sort();
      });
    return { live, compare, forget, warnings, toldByEngine };
  }
});
