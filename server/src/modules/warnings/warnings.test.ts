import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';

import {
  advisoryApi,
  type AdvisoryIndexFile,
  type AssetCorrection,
  auditApi,
  jobApi,
  matchMoves,
  MatchState,
  plantApi,
  type Remediation,
  TaughtNames,
  taughtNamesApi,
  type Warning,
  warningApi,
  type WarningSearch,
} from '@busbar/contract';
import { type AdvisoryDraft, readOpenVex } from '@busbar/csaf';
import { z } from 'zod';

import type { Actor } from '../../platform/actor.ts';
import { bytes, csaf, json, needsRealAdvisories, tar } from '../../testing/documents.ts';
import { realLibrary } from '../../testing/real-library.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';

describe('warnings', () => {
  let server: TestServer;
  let analyst: Actor;
  let administrator: Actor;
  let operator: Awaited<ReturnType<TestServer['organisation']>>;
  let member: Actor;
  let neighbour: Actor;
  let site: string;
  before(async () => {
    server = await startTestServer({ work: true });
    const cert = await server.organisation('CERT', 'cert');
    [analyst, administrator] = [await cert.person('ANA'), await cert.person('ADM')];
    operator = await server.organisation('Nordwasser', 'operator');
    member = await operator.person('MEM');
    neighbour = await (await server.organisation('Delta Motors', 'operator')).person('MAD');
    site = (
      await server.as(member)(plantApi.addSite, {
        body: { name: 'Works', sector: '', country: '', process: '' },
      })
    ).id;
    await take(csaf());
  });
  after(() => server.close());

  /** Imports, and waits until every plant has been compared. */
  async function take(...documents: object[]) {
    const files = Object.fromEntries(documents.map((document, n) => [`${n}.json`, json(document)]));
    await server.house.imports.importStream(analyst, 'x.tar', bytes(await tar(files)));
    await settled();
  }

  async function settled() {
    for (let wait = 0; wait < 1200; wait++) {
      const { rows } = await server.database.as(member, async (tx) => ({
        rows: await tx.selectFrom('job').select(['state', 'problem']).execute(),
      }));
      assert.ok(!rows.some(({ state }) => state === 'failed'), JSON.stringify(rows));
      if (rows.every(({ state }) => state === 'done')) return;
      await sleep(25);
    }
    throw new Error('The plants were not compared');
  }

  /** Until somebody waits for what the owner of the database holds. */
  async function waitedFor() {
    for (let wait = 0; wait < 400; wait++) {
      const { rows } = await server.owner.query(
        `select from pg_stat_activity where pg_backend_pid() = any (pg_blocking_pids(pid))`,
      );
      if (rows.length > 0) return;
      await sleep(25);
    }
    throw new Error('Nobody waits');
  }

  let number = 0;
  const pump = (firmware: string | null, more: Omit<AssetCorrection, 'name'> = {}) =>
    server.as(member)(plantApi.addAsset, {
      body: { site, name: `Pump ${++number}`, vendor: 'Nordbruk', product: 'PX 200', firmware, ...more },
    });
  const correct = (id: string, body: AssetCorrection) =>
    server.as(member)(plantApi.correct, { params: { id }, body });
  const list = async (query: Partial<WarningSearch>, actor = member) =>
    (await server.as(actor)(warningApi.list, { query })).items;
  const only = async (asset: string): Promise<Warning> => {
    const found = await list({ asset });
    assert.equal(found.length, 1);
    return found[0]!;
  };
  const page = (id: string) => server.as(member)(warningApi.get, { params: { id } });
  const move = (warnings: string[], to: MatchState, reason?: string, actor = member) =>
    server.as(actor)(warningApi.move, {
      body: {
        warnings,
        to,
        ...(reason && { reason }),
        ...(to === 'riskAccepted' && { until: '2999-12-31' }),
      },
    });
  const historyOf = async (id: string) => (await page(id)).history.map(({ state }) => state);

  describe('appear', () => {
    it('for a device of an affected version, saying exactly why', async () => {
      const warning = await only((await pump('2.3.9', { orderNumber: 'NB-PX-200' })).id);
      assert.deepEqual(
        [warning.certainty, warning.advisory.trackingId, warning.state, warning.product],
        ['exact', 'NBC-2026-001', 'new', 'PX 200 <2.4.1'],
      );
      const codes = warning.because.map(({ code }) => code);
      assert.ok(codes.includes('version-in-range') && codes.includes('stated-affected'), codes.join());
      assert.deepEqual(warning.lookUp, []);
    });

    it('unsure for one whose version nobody knows, saying what to look up', async () => {
      const warning = await only((await pump(null)).id);
      assert.deepEqual(
        [warning.certainty, warning.lookUp.map(({ code }) => code)],
        ['unsure', ['read-order-number', 'read-version']],
      );
      assert.ok(warning.because.every(({ text }) => text.endsWith('.')));
    });

    it('neither for one that is mended nor for one of another make', async () => {
      assert.deepEqual(await list({ asset: (await pump('2.4.1')).id }), []);
      assert.deepEqual(await list({ asset: (await pump('2.3.9', { vendor: 'Somebody Else' })).id }), []);
    });

    it('for one whose version stands under software as for one where it stands under firmware', async () => {
      const [one, other] = [
        await only((await pump('2.3.9')).id),
        await only((await pump(null, { software: '2.3.9' })).id),
      ];
      const said = ({ certainty, urgency, product, because, lookUp }: Warning) => ({
        certainty,
        urgency,
        product,
        because,
        lookUp,
      });
      assert.deepEqual(said(other), said(one));
      assert.equal(one.certainty, 'likely');
      assert.deepEqual(await list({ asset: (await pump(null, { software: '2.4.1' })).id }), []);
    });

    it('by the rules of today and by the data that they rest on, whichever of both became other', async () => {
      const { id } = await only((await pump('2.3.9')).id);
      const asOthersHadIt = `update match set product = 'As others had it' where id = $1`;
      const began = async () => {
        await server.owner.query(asOthersHadIt, [id]);
        await server.house.warnings.begin();
        await settled();
        return (await page(id)).product;
      };
      assert.equal(await began(), 'As others had it', 'with nothing to be done');
      for (const change of [`rules = rules - 1`, `data = 'other'`]) {
        await server.owner.query(`update comparison set ${change} where owner_id = $1`, [
          member.organisation,
        ]);
        assert.equal(await began(), 'PX 200 <2.4.1', change);
      }
      // A newer program beside this one has other data, too.
      await server.owner.query(
        `update comparison set rules = rules + 1, data = 'later' where owner_id = $1`,
        [member.organisation],
      );
      assert.equal(await began(), 'As others had it', 'by later rules');
      await server.owner.query(`update comparison set rules = 0 where owner_id = $1`, [member.organisation]);
      assert.equal(await began(), 'PX 200 <2.4.1');
    });

    it('with what can be done about just this product, mitigations first', async () => {
      await pump('2.3.7');
      const { remedies, equal } = await page((await only((await pump('2.3.7')).id)).id);
      assert.deepEqual(
        remedies.map(({ kind }) => kind),
        ['mitigation', 'vendor_fix'],
      );
      assert.equal(equal, 1, 'the other pump of the same version');
    });

    it('with where the device stands to each vulnerability, by which path, and what became of it', async () => {
      const products = [
        { key: 'below3', vendor: 'Nordbruk', name: 'VX 500', range: '<3.0' },
        { key: 'below2', vendor: 'Nordbruk', name: 'VX 500', range: '<2.0' },
        { key: 'at25', vendor: 'Nordbruk', name: 'VX 500', version: '2.5' },
        { key: 'other', vendor: 'Nordbruk', name: 'ZX 7', range: '*' },
      ];
      const fix = (text: string) => ({ remediations: [{ category: 'vendor_fix', text }] as const });
      const one = (number: number, more: object) => ({
        cve: `CVE-2026-2000${number}`,
        title: `Weakness ${number}`,
        description: 'D',
        ...more,
      });
      const said = (version: string, second: string) =>
        csaf({
          id: 'NBC-2026-090',
          version,
          products,
          vulnerabilities: [
            one(1, { affected: ['below3'], ...fix('Install 3.') }),
            one(2, { affected: [second], ...fix('Install 2.') }),
            one(3, { fixed: ['at25'] }),
            one(4, { affected: ['other'] }),
            one(5, { underInvestigation: ['below3'] }),
            one(6, { affected: ['below3'], ...fix('Install 3.') }),
          ],
        });
      await take(said('1', 'below2'));
      const { id } = await only((await pump('2.5', { product: 'VX 500' })).id);
      const states = (groups: Awaited<ReturnType<typeof page>>['vulnerabilities']) =>
        groups.map(({ state, certainty, vulnerabilities, fixes, because }) => [
          state,
          certainty,
          vulnerabilities.map(({ title }) => title.at(-1)).join(''),
          fixes.join(),
          because.at(-1)?.code,
        ]);
      assert.deepEqual(states((await page(id)).vulnerabilities), [
        ['affected', 'exact', '16', 'Install 3.', 'stated-affected'],
        ['unsure', 'unsure', '5', '', 'under-investigation'],
        ['fixed', 'exact', '3', '', 'stated-fixed'],
        ['notAffected', 'exact', '2', '', 'version-outside-range'],
        ['notListed', 'unsure', '4', '', undefined],
      ]);
      // What is confirmed is told to others of what the device certainly has, and of nothing else.
      await move([id], 'confirmed');
      const vex = readOpenVex(
        await server.as(member)(warningApi.vex, { query: { format: 'openvex', warning: id } }),
      );
      assert.ok(vex.ok);
      assert.deepEqual(
        vex.value.statements
          .map(({ vulnerability, status }) => `${vulnerability.id.at(-1)} ${status}`)
          .toSorted(),
        ['1 affected', '5 underInvestigation', '6 affected'],
      );
      await take(said('2', 'below3'));
      const now = await page(id);
      assert.equal(states(now.vulnerabilities).filter(([, , which]) => which === '2')[0]![0], 'affected');
      assert.deepEqual(
        now.history.flatMap(({ told }) => told.map(({ code, params }) => [code, params])),
        [
          [
            'vulnerabilities-changed',
            { vulnerabilities: 'CVE-2026-20002', from: 'notAffected', to: 'affected' },
          ],
        ],
      );
      const proof = (await server.as(member)(warningApi.proof, {
        query: { format: 'json', warning: id },
      })) as any;
      assert.deepEqual(proof.warnings[0].vulnerabilities[0].of, [
        'CVE-2026-20001',
        'CVE-2026-20002',
        'CVE-2026-20006',
      ]);
    });

    it('and how far it is remedied of each, as people mark it, for equal devices too (CSAF 2.1, 9.1.13)', async () => {
      const one = (n: number, more: object) => ({
        cve: `CVE-2026-2100${n}`,
        title: `Weakness ${n}`,
        description: 'D',
        ...more,
      });
      await take(
        csaf({
          id: 'NBC-2026-091',
          products: [
            { key: 'old', vendor: 'Nordbruk', name: 'VX 600', range: '<3.0' },
            { key: 'other', vendor: 'Nordbruk', name: 'ZX 8', range: '*' },
          ],
          vulnerabilities: [
            one(1, { affected: ['old'] }),
            one(2, { affected: ['old'] }),
            one(3, { affected: ['other'] }),
          ],
        }),
      );
      const device = await pump('2.5', { product: 'VX 600' });
      const [first, second] = [
        await only(device.id),
        await only((await pump('2.5', { product: 'VX 600' })).id),
      ];
      const mark = (names: string[], remediation: Remediation | null, equal = false, actor = member) =>
        server.as(actor)(warningApi.mark, {
          params: { id: first.id },
          body: { names, remediation, equal },
        });
      const marks = async (id: string) =>
        (await page(id)).vulnerabilities.flatMap(({ vulnerabilities }) =>
          vulnerabilities.map(({ remediation, marked }) => `${remediation}${marked ? '!' : ''}`),
        );
      assert.deepEqual(await marks(first.id), ['notRemediated', 'notRemediated', 'null']);
      assert.deepEqual(await mark(['CVE-2026-21001'], 'done', true), { changed: 2 });
      for (const { id } of [first, second])
        assert.deepEqual(await marks(id), ['done!', 'notRemediated', 'null']);
      await move([first.id], 'planned');
      assert.deepEqual(await marks(first.id), ['done!', 'inProgress', 'null']);
      const { history } = await page(first.id);
      assert.ok(
        history.some(({ told, by }) => told[0]?.code === 'vulnerabilities-marked' && by === member.name),
      );
      // What is told to others says it of each, too.
      const vex = readOpenVex(
        await server.as(member)(warningApi.vex, { query: { format: 'openvex', warning: first.id } }),
      );
      assert.ok(vex.ok);
      assert.deepEqual(
        vex.value.statements
          .map(({ vulnerability, status }) => `${vulnerability.id.at(-1)} ${status}`)
          .toSorted(),
        ['1 fixed', '2 affected'],
      );
      // A later version, and whoever compares again, change nothing of it; taken back, the warning says it again.
      await correct(device.id, { criticality: 'high' });
      assert.deepEqual(await marks(first.id), ['done!', 'inProgress', 'null']);
      await mark(['CVE-2026-21001'], null);
      assert.deepEqual(await marks(first.id), ['inProgress', 'inProgress', 'null']);
      await assert.rejects(mark(['CVE-2026-21003'], 'done'), { status: 400 });
      await assert.rejects(mark(['__proto__'], 'done'), { status: 400 });
      await assert.rejects(mark(['CVE-2026-21001'], 'done', false, neighbour), { status: 404 });
      await move([first.id], 'notAffected', 'Not built in');
      assert.deepEqual(await marks(first.id), ['null', 'null', 'null']);
      await assert.rejects(mark(['CVE-2026-21001'], 'done'), { status: 409 });
    });

    it('by the gravest that is said of vulnerabilities called alike', async () => {
      const products = [
        { key: 'below3', vendor: 'Nordbruk', name: 'VX 510', range: '<3.0' },
        { key: 'at25', vendor: 'Nordbruk', name: 'VX 510', version: '2.5' },
      ];
      const alike = { title: 'Improper input validation', description: 'D' };
      const said = (version: string) =>
        csaf({
          id: 'NBC-2026-093',
          version,
          products,
          vulnerabilities: [
            { ...alike, affected: ['below3'] },
            { ...alike, fixed: ['at25'] },
            ...(version === '1' ? [] : [{ ...alike, title: 'Another', affected: ['below3'] }]),
          ],
        });
      await take(said('1'));
      const { id } = await only((await pump('2.5', { product: 'VX 510' })).id);
      const states = async () => (await page(id)).vulnerabilities.map(({ state }) => state);
      assert.deepEqual(await states(), ['affected']);
      await take(said('2'));
      assert.deepEqual(await states(), ['affected']);
      assert.deepEqual(
        (await page(id)).history.flatMap(({ told }) => told),
        [],
        'nothing became other',
      );
    });

    it('when an advisory comes that was not there before', async () => {
      const device = await pump('1.0', { product: 'QX 900' });
      assert.deepEqual(await list({ asset: device.id }), []);
      await take(csaf({ id: 'NBC-2026-002', products: productOf('QX 900', '<2') }));
      assert.equal((await only(device.id)).advisory.trackingId, 'NBC-2026-002');
    });

    it('when somebody asks for it by hand: of devices, and of advisories', async () => {
      const devices = [await pump('2.3.9'), await pump('2.3.8')];
      const ids = devices.map(({ id }) => id);
      const advisories = [(await only(ids[0]!)).advisory.id];
      const compare = (body: object, actor = member) =>
        server.as(actor)(warningApi.compare, { body: { assets: [], advisories: [], ...body } });
      const warned = async () => (await Promise.all(ids.map((asset) => list({ asset })))).flat().length;
      for (const asked of [{ assets: ids }, { advisories }, { assets: ids, advisories }]) {
        // By itself it would not come back, for nothing has changed.
        await server.owner.query('delete from match where asset_id = any ($1)', [ids]);
        assert.deepEqual(await compare(asked), { later: 'advisories' in asked });
        await settled();
        assert.equal(await warned(), 2);
      }
      await compare({ assets: ids, advisories });
      await settled();
      assert.equal(await warned(), 2, 'it is there once, however often somebody asks');
      await assert.rejects(compare({}), { status: 400 });
      await assert.rejects(compare({ assets: ids }, neighbour), { status: 404 });
      await assert.rejects(compare({ advisories: ids }), { status: 404 });
      await assert.rejects(compare({ advisories }, analyst), { status: 403 });
    });

    it('by the names that an instance teaches, as long as it does', async () => {
      const schema = new URL('../../../../docs/names.schema.json', import.meta.url);
      assert.deepEqual(
        JSON.parse(await readFile(schema, 'utf8')),
        JSON.parse(JSON.stringify(z.toJSONSchema(TaughtNames, { io: 'input' }))),
        'node tools/casework-schemas.ts prints it',
      );
      const [alias, number, spoken] = [
        await pump('2.3.9', { vendor: 'Nordbruk Pumpen Süd' }),
        await pump('2.3.9', { product: null, orderNumber: 'NBP-77-20' }),
        await pump('1.0', { product: 'QZ 300' }),
      ];
      // Of the third the advisory says the other name, and was understood before that was taught.
      const products = productOf('QZ 300', '<2').map((one) => ({ ...one, vendor: 'Nordbruk Pumpen Süd' }));
      await take(csaf({ id: 'NBC-2026-077', products }));
      const found = async () =>
        (await Promise.all([alias, number, spoken].map(({ id }) => list({ asset: id, open: 'true' })))).map(
          ({ length }) => length,
        );
      assert.deepEqual(await found(), [0, 0, 0]);
      const folder = join(server.config.data, 'names');
      const teach = async (file: string, text: string | undefined) => {
        await mkdir(folder, { recursive: true });
        await (text === undefined ? rm(join(folder, file)) : writeFile(join(folder, file), text));
        await server.house.warnings.learn();
        await settled();
        return (await server.as(administrator)(taughtNamesApi.list)).items;
      };
      const vendors = 'vendors:\n  - vendor: Nordbruk\n    aliases: [Nordbruk Pumpen Süd GmbH]\n';
      const families = 'families:\n  - vendor: nordbruk\n    numbers: [NBP-77-*]\n    names: [PX 200]\n';
      assert.deepEqual(await teach('ours.yaml', vendors + families), [
        { file: 'ours.yaml', label: 'AMBER', vendors: 1, families: 1, faults: [] },
      ]);
      // Whoever compares in a browser takes them along, as far as he may have them.
      const carried = async (actor: Actor | undefined) => {
        const { rawPayload } = await server.app.inject({
          url: '/api/advisories/index.json.gz',
          headers: actor ? { 'x-test-actor': JSON.stringify(actor) } : {},
        });
        const { names } = JSON.parse(gunzipSync(rawPayload).toString('utf8')) as AdvisoryIndexFile;
        return names?.vendors[0]?.aliases;
      };
      assert.deepEqual(await carried(member), ['Nordbruk Pumpen Süd GmbH']);
      assert.equal(await carried(undefined), undefined);
      for (const [label, everybody, members] of [
        ['CLEAR', true, true],
        ['AMBER+STRICT', false, false],
      ] as const) {
        await teach('ours.yaml', `label: ${label}\n${vendors}${families}`);
        assert.deepEqual(
          [(await carried(undefined)) !== undefined, (await carried(member)) !== undefined],
          [everybody, members],
          label,
        );
      }
      assert.deepEqual(await found(), [1, 1, 1]);
      // Names of files and faults may be names of customers.
      await assert.rejects(server.as(member)(taughtNamesApi.list), { status: 403 });
      // What is wrong with a file is told with its line, and takes nothing from the others.
      const refused = async (text: string) => (await teach('wrong.yaml', text)).at(-1)!.faults;
      assert.deepEqual(
        (
          await refused(
            'vendors:\n  - vendor: Aurum\n    aliases:\n      - Siemens\n      - nordbruk pumpen süd\n',
          )
        ).map(({ line, place, code, params }) => [line, place, code, params['name']]),
        [
          [4, 'vendors.aliases', 'vendor-of-ours', 'Siemens'],
          [5, 'vendors.aliases', 'two-vendors', 'nordbruk pumpen süd'],
        ],
      );
      const aurum = 'families:\n  - vendor: Aurum\n';
      for (const [line, code, text] of [
        [3, 'fits-too-much', `${aurum}    numbers: ["A*"]\n    names: [X]\n`],
        [3, 'too-many-runs', `${aurum}    numbers: ["ABC*1*2*3*4*5"]\n    names: [X]\n`],
        [3, 'characters', `${aurum}    numbers: ["6ES7[0-9]"]\n    names: [X]\n`],
        [3, 'want-list', `${aurum}    numbers: ABC-1\n    names: [X]\n`],
        [3, 'want-text', `${aurum}    numbers: [4711]\n    names: [X]\n`],
        [3, 'empty', `${aurum}    numbers: []\n    names: [X]\n`],
        [2, 'missing', `${aurum}    numbers: [ABC-1]\n`],
        [4, 'unknown-field', 'vendors:\n  - vendor: Aurum\n    aliases: []\n    alias: [X]\n'],
        [2, 'too-long', `vendors:\n  - vendor: ${'A'.repeat(201)}\n    aliases: []\n`],
        [1, 'no-label', 'label: WHITE\n'],
        [2, 'want-fields', 'vendors:\n  - Aurum\n'],
        [null, 'want-fields', 'Aurum\n'],
        [3, 'yaml-indent', 'vendors:\n  - {vendor: Aurum\n'],
        [2, 'yaml-missing', 'vendors: "Aurum\n'],
        [2, 'yaml-indent', 'vendors:\n\t- vendor: Aurum\n'],
        [2, 'yaml-twice', 'vendors: []\nvendors: []\n'],
        [2, 'yaml-documents', 'vendors: []\n---\nfamilies: []\n'],
        [1, 'yaml-quotes', 'vendors: [@aurum]\n'],
        [null, 'yaml-references', `a: &a [x]\nvendors: [${'*a, '.repeat(50)}]\n`],
        [null, 'too-large', ' '.repeat(1024 * 1024 + 1)],
      ] as const) {
        const [first] = await refused(text);
        assert.deepEqual([first!.line, first!.code], [line, code], text.slice(0, 60));
      }
      assert.deepEqual(await found(), [1, 1, 1]);
      await teach('wrong.yaml', undefined);
      assert.deepEqual(await teach('ours.yaml', undefined), []);
      assert.deepEqual(await found(), [0, 0, 0]);
    });

    it('in every list and count that speaks of them', async () => {
      const device = await pump('2.3.9');
      const { asset, advisory } = await only(device.id);
      assert.equal((await server.as(member)(plantApi.asset, { params: { id: device.id } })).warnings, 1);
      const { warnings } = await server.as(member)(plantApi.summary);
      assert.equal(warnings.open, warnings.exact + warnings.likely + warnings.unsure);
      assert.equal(warnings.open, (await list({ open: 'true', limit: 200 })).length);
      const { myMatches } = await server.as(member)(advisoryApi.get, { params: { id: advisory.id } });
      assert.equal(myMatches, (await list({ advisory: advisory.id, open: 'true' })).length);
      const mine = await server.as(member)(advisoryApi.list, { query: { mine: 'true' } });
      assert.ok(mine.items.some(({ id }) => id === advisory.id));
      assert.deepEqual(
        (await list({ search: `${asset.name} nbc-2026-001` })).map(({ asset: { id } }) => id),
        [device.id],
      );
      assert.deepEqual(await list({ search: '%' }), []);
    });

    it('the most certain first, page by page', async () => {
      const all = await list({ limit: 200 });
      const order = ['exact', 'likely', 'unsure'];
      const certainties = all.map(({ certainty }) => order.indexOf(certainty));
      assert.deepEqual(
        certainties,
        certainties.toSorted((a, b) => a - b),
      );
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const { items, next } = await server.as(member)(warningApi.list, {
          query: { limit: 2, ...(after && { after }) },
        });
        paged.push(...items.map(({ id }) => id));
        after = next ?? undefined;
      } while (after);
      assert.deepEqual(
        paged,
        all.map(({ id }) => id),
      );
    });
  });

  describe('end by themselves', () => {
    it('when the device is mended, and come back as new when it is not any more', async () => {
      const device = await pump('2.3.9');
      const { id } = await only(device.id);
      await correct(device.id, { firmware: '2.4.1' });
      assert.equal((await only(device.id)).state, 'ended');
      await correct(device.id, { firmware: '2.3.8' });
      assert.deepEqual(await historyOf(id), ['new', 'ended', 'new']);
    });

    it('when the device is dismissed', async () => {
      const device = await pump('2.3.9');
      await server.as(member)(plantApi.dismiss, { body: { assets: [device.id] } });
      assert.equal((await only(device.id)).state, 'ended');
      await server.as(member)(plantApi.accept, { body: { assets: [device.id] } });
      assert.equal((await only(device.id)).state, 'new');
    });

    it('when a later version of the advisory takes the product back', async () => {
      const draft = { id: 'NBC-2026-003', products: productOf('RX 1', '<5') };
      await take(csaf(draft));
      const device = await pump('4.0', { product: 'RX 1' });
      await take(csaf({ ...draft, version: '2', products: productOf('RX 1', '<3') }));
      assert.equal((await only(device.id)).state, 'ended');
    });

    it('when the advisory is withdrawn, also after somebody acted: what was done stays, and holds should it return', async () => {
      const draft = { id: 'NBC-2026-008', products: productOf('RX 3', '<5') };
      await take(csaf(draft));
      const { id } = await only((await pump('4.0', { product: 'RX 3' })).id);
      await server.as(member)(warningApi.plan, {
        body: { warnings: [id], equal: false, due: '2999-01-31' },
      });
      await take(csaf({ ...draft, version: '2', profile: 'withdrawn' }));
      assert.deepEqual([(await page(id)).state, await historyOf(id)], ['ended', ['new', 'planned', 'ended']]);
      assert.deepEqual(
        (await list({ open: 'true' })).filter((warning) => warning.id === id),
        [],
      );
      await assert.rejects(move([id], 'fixed'), { status: 409 });
      await take(csaf({ ...draft, version: '3' }));
      const { state, due } = await page(id);
      assert.deepEqual([state, due], ['planned', '2999-01-31']);
    });

    it('when the advisory is not for this plant any more', async () => {
      const draft = { id: 'NBC-2026-004', products: productOf('RX 2', '<5') };
      await take(csaf(draft));
      const device = await pump('4.0', { product: 'RX 2' });
      assert.equal((await list({ asset: device.id })).length, 1);
      const [{ id }] = (await list({ asset: device.id })) as [Warning];
      const proof = async (query: object): Promise<any> =>
        server.as(member)(warningApi.proof, { query: { ...query } });
      const told = async () =>
        ((await proof({ format: 'json' })).warnings as any[]).find((warning) => warning.id === id);
      const { steps } = await told();
      await take(csaf({ ...draft, version: '2', tlp: 'AMBER' }));
      assert.deepEqual(await list({ asset: device.id, open: 'true' }), []);
      // What was known when stays: of the device, and of what was done; of the advisory nothing but that there is one.
      const after = await told();
      assert.deepEqual(
        [after.device.id, after.state, after.advisory, after.because, after.steps.slice(0, steps.length)],
        [device.id, 'ended', null, [], steps],
      );
      assert.ok(!JSON.stringify(after).includes('NBC-2026-004'), 'it is not open any more');
      assert.match(String(await proof({ warning: id })), /not open to this organisation any more/);
    });
  });

  describe('leave people in peace', () => {
    it('when only the words of an advisory change', async () => {
      const draft = { id: 'NBC-2026-005', products: productOf('SX 1', '<5') };
      await take(csaf(draft));
      const before = await only((await pump('4.0', { product: 'SX 1' })).id);
      await move([before.id], 'confirmed');
      await take(csaf({ ...draft, version: '2', summary: 'Said more nicely.', title: 'Nicer' }));
      const later = await only(before.asset.id);
      assert.deepEqual(
        [later.state, later.since, later.advisory.title],
        ['confirmed', before.since, 'Nicer'],
      );
      assert.deepEqual(await historyOf(before.id), ['new', 'confirmed']);
    });

    it('who have decided: a decision outlives every new comparison', async () => {
      const device = await pump('2.3.9');
      const { id } = await only(device.id);
      await move([id], 'notAffected', 'The port is not wired');
      await correct(device.id, { firmware: '2.3.8' });
      await take(csaf({ id: 'NBC-2026-006' }));
      const one = (await list({ asset: device.id })).find((warning) => warning.id === id)!;
      assert.deepEqual([one.state, one.stateReason], ['notAffected', 'The port is not wired']);
      await correct(device.id, { firmware: '9' });
      await correct(device.id, { firmware: '2.3.8' });
      const { state, stateReason } = await page(id);
      assert.deepEqual([state, stateReason], ['notAffected', 'The port is not wired']);
    });

    it('who decide while it ends: it comes back as they have decided', async () => {
      await take(csaf({ id: 'NBC-2026-007', products: productOf('SX 2', '<5') }));
      const device = await pump('4.0', { product: 'SX 2' });
      const { id } = await only(device.id);
      // Holds the warning as their click does, until the program, which has read it, waits to end it.
      await server.owner.query('begin');
      await server.owner.query(`select from match where id = $1 for update`, [id]);
      const ending = correct(device.id, { firmware: '9' });
      await waitedFor();
      await server.owner.query(`update match set state = 'planned' where id = $1`, [id]);
      await server.owner.query('commit');
      await ending;
      await correct(device.id, { firmware: '4.0' });
      assert.equal((await page(id)).state, 'planned');
    });

    it('but what was mended and is affected again is news', async () => {
      const device = await pump('1.1', { product: 'QX 900' });
      const { id } = await only(device.id);
      for (const to of ['confirmed', 'fixed'] as const) await move([id], to);
      await correct(device.id, { firmware: '3' });
      await correct(device.id, { firmware: '1.1' });
      assert.equal((await page(id)).state, 'new');
    });
  });

  describe('move', () => {
    it('as the table says and not otherwise', async () => {
      const { id } = await only((await pump('1.5', { product: 'QX 900' })).id);
      for (const from of MatchState.options)
        for (const to of MatchState.options) {
          await server.database.as(member, (tx) =>
            tx.updateTable('match').set({ state: from, accepted_until: null }).where('id', '=', id).execute(),
          );
          const step = matchMoves.find((one) => one.from === from && one.to === to);
          if (step) assert.equal((await move([id], to, 'because')).changed, 1, `${from} to ${to}`);
          else await assert.rejects(move([id], to, 'because'), { status: 409 }, `${from} to ${to}`);
        }
    });

    it('with a reason where one is asked for', async () => {
      const { id } = await only((await pump('1.6', { product: 'QX 900' })).id);
      await assert.rejects(move([id], 'notAffected'), {
        status: 400,
        told: {
          code: 'reason-needed',
          params: { to: 'notAffected' },
          text: 'Say why, for those who ask later',
        },
      });
      await move([id], 'notAffected', 'Not wired');
      const { history } = await page(id);
      assert.deepEqual(
        history.map(({ state, by, reason }) => [state, by, reason]),
        [
          ['new', '', null],
          ['notAffected', member.name, 'Not wired'],
        ],
      );
    });

    it('back to what is open, with a reason, where a deed turns out to be undone', async () => {
      const { id } = await only((await pump('1.65', { product: 'QX 900' })).id);
      for (const way of [
        ['confirmed', 'mitigated'],
        ['fixed', 'verified'],
        ['planned', 'fixed'],
      ] as const) {
        for (const to of way) await move([id], to);
        assert.deepEqual(
          (await list({ open: 'true' })).filter((warning) => warning.id === id),
          [],
        );
        await assert.rejects(move([id], 'confirmed'), { status: 400 });
        await move([id], 'confirmed', 'The old firmware was put back');
        assert.equal((await list({ open: 'true' })).filter((warning) => warning.id === id).length, 1);
        const { state, stateReason } = await page(id);
        assert.deepEqual([state, stateReason], ['confirmed', 'The old firmware was put back']);
      }
      await move([id], 'planned');
      await assert.rejects(move([id], 'notAffected'), { status: 400 });
      await move([id], 'notAffected', 'The module is not fitted');
      assert.equal((await page(id)).stateReason, 'The module is not fitted');
    });

    it('all together or none of them', async () => {
      const [one, other] = [
        await only((await pump('1.7', { product: 'QX 900' })).id),
        await only((await pump('1.8', { product: 'QX 900' })).id),
      ];
      await move([one.id], 'notAffected', 'Not wired');
      await assert.rejects(move([other.id, one.id], 'planned'), { status: 409 });
      await assert.rejects(move([other.id, crypto.randomUUID()], 'confirmed'), { status: 404 });
      assert.equal((await page(other.id)).state, 'new');
      assert.equal((await move([other.id, other.id], 'confirmed')).changed, 1);
    });

    it('leaving a line in the ledger for each', async () => {
      const { id } = await only((await pump('1.9', { product: 'QX 900' })).id);
      await move([id], 'confirmed');
      const { items } = await server.as(await operator.person('MAD'))(auditApi.accesses, {
        query: { object: id, action: 'warnings moved' },
      });
      assert.deepEqual(
        items.map(({ details }) => details),
        [{ from: 'new', to: 'confirmed' }],
      );
    });
  });

  describe('are their plant’s alone', () => {
    it('for other plants they do not exist', async () => {
      const { id } = await only((await pump('2.0')).id).catch(async () => (await list({ limit: 1 }))[0]!);
      assert.deepEqual(await list({ limit: 200 }, neighbour), []);
      await assert.rejects(server.as(neighbour)(warningApi.get, { params: { id } }), { status: 404 });
      await assert.rejects(move([id], 'confirmed', undefined, neighbour), { status: 404 });
      const advisories = await server.as(neighbour)(advisoryApi.list);
      assert.ok(advisories.items.every(({ myMatches }) => myMatches === 0));
      assert.deepEqual((await server.as(neighbour)(advisoryApi.list, { query: { mine: 'true' } })).items, []);
    });

    it('the CERT and its administrator see none', async () => {
      await assert.rejects(server.as(administrator)(warningApi.list), { status: 403 });
      // A member may consent to be helped one day; until then there is nothing to see.
      assert.deepEqual(await list({}, analyst), []);
      const { items } = await server.as(analyst)(advisoryApi.list);
      assert.ok(items.every(({ myMatches }) => myMatches === 0));
      const rows = await server.database.as({ ...analyst, organisation: member.organisation }, (tx) =>
        tx.selectFrom('match').selectAll().execute(),
      );
      assert.deepEqual(rows, [], 'an analyst sees no match, whatever organisation he acts for');
    });

    it('the CERT that imported sees nothing of the comparing', async () => {
      const { items } = await server.as(analyst)(jobApi.list);
      assert.ok(items.every(({ kind }) => kind !== 'match-advisories'));
    });

    it('and advisories one may not read warn nobody', async () => {
      await take(
        csaf({ id: 'SECRET', tlp: 'AMBER+STRICT', products: productOf('TX 1', '<5') }),
        csaf({ id: 'SHARED', tlp: 'GREEN', products: productOf('TX 1', '<5') }),
      );
      assert.equal((await only((await pump('4', { product: 'TX 1' })).id)).advisory.trackingId, 'SHARED');
    });
  });

  it('are there once, however many compare at the same time', async () => {
    const devices = await Promise.all(Array.from({ length: 6 }, () => pump('1.0')));
    const busy = async (id: string) => {
      for (let n = 0; n < 12; n++) await correct(id, { firmware: `1.${n}` });
    };
    await Promise.all([
      ...devices.map(({ id }) => busy(id)),
      ...['NBC-2026-020', 'NBC-2026-021', 'NBC-2026-022', 'NBC-2026-023'].map((id) => take(csaf({ id }))),
    ]);
    for (const { id } of devices) {
      const ids = (await list({ asset: id, open: 'true' })).map(({ advisory }) => advisory.trackingId);
      for (const expected of ['NBC-2026-001', 'NBC-2026-020', 'NBC-2026-023'])
        assert.equal(ids.filter((one) => one === expected).length, 1, ids.join());
    }
  });

  it('stand characters that no database takes', async () => {
    const products = productOf('UX 1', '<5');
    const document = csaf({ id: 'NUL', products });
    const text = JSON.stringify(document).replaceAll('UX 1', 'UX 1\\u0000\\ud800\\u202e');
    await server.house.imports.importStream(analyst, 'nul.json', bytes(Buffer.from(text)));
    await settled();
    await pump('4', { product: 'UX 1' });
    await settled();
  });

  function productOf(name: string, range: string): AdvisoryDraft['products'] {
    return [
      { key: 'old', vendor: 'Nordbruk', name, range },
      { key: 'new', vendor: 'Nordbruk', name, version: '99' },
    ];
  }
});

describe('comparing', () => {
  it('waits for whoever compares the same plant, so that nothing is there twice', async () => {
    // Without a worker: what a job would do is done here, and held half-way.
    const server = await startTestServer();
    const analyst = await (await server.organisation('CERT', 'cert')).person('LEAD');
    const member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    const works = { name: 'Works', sector: '', country: '', process: '' };
    const { id: site } = await server.as(member)(plantApi.addSite, { body: works });
    const body = { site, name: 'Pump', vendor: 'Nordbruk', product: 'PX 200', firmware: '1.0' };
    const { id } = await server.as(member)(plantApi.addAsset, { body });
    await server.house.imports.importStream(analyst, 'x.json', bytes(json(csaf())));

    const compare = (and = async () => {}) =>
      server.database.as(member, async (tx) => {
        await server.house.warnings.assetsChanged(tx, [id]);
        await and();
      });
    const [held, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const first = compare(async () => {
      held.resolve();
      await letGo.promise;
    });
    await held.promise;
    const other = compare();
    await Promise.race([other, sleep(200)]);
    letGo.resolve();
    await Promise.all([first, other]);
    assert.equal((await server.as(member)(warningApi.list, { query: { asset: id } })).items.length, 1);
    await server.close();
  });
});

describe('two thousand real advisories against a plant', needsRealAdvisories, () => {
  it('warn of what concerns it, in a moment', async (t) => {
    const { config } = await realLibrary();
    const server = await startTestServer({ from: config });
    const member = await (await server.organisation('Nordwasser', 'operator')).person('MEM');
    const { id: site } = await server.as(member)(plantApi.addSite, {
      body: { name: 'Works', sector: '', country: '', process: '' },
    });
    const known: Omit<AssetCorrection, 'name'>[] = [
      {
        vendor: 'Siemens',
        product: 'SIMATIC S7-300',
        orderNumber: '6ES7 315-2EH14-0AB0',
        firmware: 'V3.2.6',
      },
      { vendor: 'Schneider Electric', product: 'BMX P34 2020', firmware: '2.4' },
      { vendor: 'Rockwell Automation', product: '1756-L61/B LOGIX5561', firmware: '20.11' },
    ];
    const times: number[] = [];
    for (const [n, device] of known.entries()) {
      const began = performance.now();
      const { id, warnings } = await server.as(member)(plantApi.addAsset, {
        body: { site, name: `Device ${n}`, ...device },
      });
      times.push(performance.now() - began);
      assert.ok(warnings > 0, device.product!);
      const { items } = await server.as(member)(warningApi.list, { query: { asset: id, limit: 200 } });
      assert.ok(items.every(({ because }) => because.length > 0));
    }
    t.diagnostic(
      `adding a device: ${times.map((time) => time.toFixed(0)).join(', ')} ms, the first of them with reading the library`,
    );
    await server.close();
  });
});
