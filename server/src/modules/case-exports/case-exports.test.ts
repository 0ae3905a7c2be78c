import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import {
  auditApi,
  caseApi,
  caseConcernApi,
  caseExportApi,
  caseworkApi,
  evidenceApi,
  ExportFormat,
  findingApi,
  guestApi,
  IncidentReport,
  investigationApi,
  mostExported,
  timelineApi,
} from '@busbar/contract';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { SaxesParser } from 'saxes';

import { type Actor, holderOf } from '../../platform/actor.ts';
import { shared } from '../../testing/documents.ts';
import { refused } from '../../testing/refused.ts';
import { sender } from '../../testing/sending.ts';
import { startTestServer, type TestServer } from '../../testing/test-server.ts';
import { until } from '../../testing/until.ts';
import { formats } from './formats.ts';
import { uuid5 } from './ids.ts';
import { type CasePicture, plain } from './picture.ts';

const standards = join(shared, 'data/standards');
const without = (path: string, whose: string) =>
  existsSync(join(standards, path)) ? false : `the schemas of ${whose} are not beside the project`;
const hostile = 'Pumpe 2 ]]> & <b>"stopp"</b> \u0001\u001b[31m \u202egnp.exe {{7*7}} @[tag](x) </script>';

interface Bundle {
  readonly objects: readonly ({ readonly id: string; readonly type: string } & Record<string, unknown>)[];
}

interface Graph {
  readonly '@context': Record<string, string>;
  readonly '@graph': readonly ({ readonly '@id': string; readonly '@type': string } & Record<
    string,
    unknown
  >)[];
}
interface Attribute {
  readonly uuid: string;
  readonly category: string;
  readonly type: string;
  readonly value: string;
  readonly to_ids: boolean;
}
interface Misp {
  readonly Event: {
    readonly published: boolean;
    readonly Tag: readonly { readonly name: string }[];
    readonly Attribute: readonly Attribute[];
    readonly Object: readonly { readonly Attribute: readonly Attribute[] }[];
    readonly EventReport: readonly { readonly name: string; readonly content: string }[];
  };
}

describe('a case in the standards of the field', { timeout: 240_000 }, () => {
  let server: TestServer;
  let analyst: Actor;
  let lead: Actor;
  let other: Actor;
  let member: Actor;
  let authoriser: Actor;
  let stranger: Actor;
  let vendor: Actor;
  let id: string;
  let reference: string;
  let log: string;

  before(async () => {
    server = await startTestServer({ work: true });
    const cert = await server.organisation('CERT', 'cert');
    [analyst, lead, other] = [await cert.person('ANA'), await cert.person('LEAD'), await cert.person('ANA')];
    const plant = await server.organisation('Delta Motors', 'operator');
    [member, authoriser] = [await plant.person('MEM'), await plant.person('MAD')];
    stranger = await (await server.organisation('Elmira Grid', 'operator')).person('MAD');
    vendor = await (await server.organisation('Fenix HMI', 'vendor')).person('VEN');
    ({ reference } = await server.as(authoriser)(caseApi.report, {
      body: IncidentReport.parse({
        danger: 'no',
        control: 'partly',
        sees: 'Two pumps stopped at 02:41 ]]>',
        naming: 'member',
        name: 'Nadia Marker',
        reach: '+99 555 0100',
        limit: 'shareIndicators',
      }),
    }));
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: reference } });
    id = items[0]!.id;
    await server.as(analyst)(caseApi.move, {
      params: { id },
      body: { to: 'triaged', rsit: 'malicious-code' } as never,
    });
    await server.as(analyst)(caseApi.write, {
      params: { id },
      body: { body: 'Internal words of the team', internal: true, asIs: false },
    });
    log = await fileOf(
      authoriser,
      'firewall.log',
      Array.from(
        { length: mostExported },
        (_, n) =>
          `${new Date(Date.UTC(2026, 10, 20, 2, 0, n)).toISOString()} plc alarm ${wordOf(n)} marked-line`,
      ).join('\n'),
    );
    const seen = await note('indicator', `Command and control at 198.51.100.7, CVE-2021-22681 ${hostile}`);
    await server.as(analyst)(timelineApi.mark, {
      params: { id, observation: seen.id },
      body: { techniques: ['T0843'], confidence: 'inferred' },
    });
    const fact = await server.as(analyst)(investigationApi.addFact, {
      params: { id },
      body: {
        says: `The logic was loaded from outside. ${hostile.replaceAll(/[\u0000-\u001f\u202e]/g, '')}`,
        evidence: [
          { source: 'observation', id: seen.id, place: '' },
          { source: 'file', id: log, place: 'line 1' },
        ],
      },
    });
    assert.equal(fact.number, 1);
    await server.as(analyst)(caseworkApi.addMeasure, {
      params: { id },
      body: {
        title: 'Cut remote access',
        effect: 'none',
        does: 'Nothing',
        confirm: 'nobody',
        reversible: 'yes',
        undo: '',
      },
    });
    await server.as(authoriser)(caseConcernApi.add, { params: { id }, body: { words: 'Pump PLC 7' } });
    await server.as(analyst)(findingApi.add, {
      params: { id },
      body: {
        title: 'Segment the network',
        because: 'It was reached from outside [F1].',
        kind: 'weakness',
        severity: 'high',
        effort: 'weeks',
        effect: 'window',
        effectNote: '',
      },
    });
  });
  after(() => server.close());

  it('is a STIX bundle: each thing once, each reference within it, all under its marking', async () => {
    const bundle = await exported<Bundle>(analyst, 'stix');
    const byId = new Map(bundle.objects.map((one) => [one.id, one]));
    assert.equal(byId.size, bundle.objects.length);
    for (const one of bundle.objects) {
      const { object_refs = [], source_ref, target_ref, object_marking_refs = [] } = one as never;
      for (const ref of [object_refs, object_marking_refs, source_ref ?? [], target_ref ?? []].flat())
        assert.ok(byId.has(ref), `${one.id} refers to ${ref as string}`);
      if (one.type !== 'marking-definition')
        assert.ok(
          (one['object_marking_refs'] as string[]).includes(
            'marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003',
          ),
          one.id,
        );
    }
    const of = (type: string) => bundle.objects.filter((one) => one.type === type);
    assert.equal(of('indicator')[0]!['pattern'], "[ipv4-addr:value = '198.51.100.7']");
    assert.equal(of('ipv4-addr')[0]!.id, `ipv4-addr--${stixId({ value: '198.51.100.7' })}`);
    assert.deepEqual(
      of('attack-pattern').map(({ name }) => name),
      ['Program Download'],
    );
    assert.deepEqual(
      of('vulnerability').map(({ name }) => name),
      ['CVE-2021-22681'],
    );
    assert.deepEqual(
      of('file').map(({ name }) => name),
      ['firewall.log'],
    );
    assert.deepEqual(
      of('course-of-action').map(({ name }) => name),
      ['Cut remote access'],
      'what is drafted is not in it',
    );
    const again = await exported<Bundle>(analyst, 'stix');
    assert.deepEqual(
      again.objects.map((one) => one.id),
      bundle.objects.map((one) => one.id),
    );
  });

  it('holds each STIX object to the schema of OASIS', { skip: without('stix', 'OASIS') }, async () => {
    const judge = new Ajv2020({ strict: false, validateFormats: false, unicodeRegExp: false });
    const folder = join(standards, 'stix/oasis-schemas/schemas');
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.json')) judge.addSchema(JSON.parse(readFileSync(join(folder, file), 'utf8')));
    const root = 'http://raw.githubusercontent.com/oasis-open/cti-stix2-json-schemas/stix2.1/schemas';
    const places = new Map(
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => [
        file.replace(/^.*\/|\.json$/g, ''),
        `${root}/${file}`,
      ]),
    );
    for (const bundle of [await exported<Bundle>(analyst, 'stix'), written<Bundle>('stix', nasty())]) {
      for (const one of bundle.objects) {
        const fits = judge.getSchema(places.get(one.type)!)!;
        assert.ok(fits(one), `${JSON.stringify(one).slice(0, 400)} ${JSON.stringify(fits.errors)}`);
      }
      const { objects, ...head } = bundle;
      assert.ok(judge.getSchema(places.get('bundle')!)!({ ...head, objects: objects.slice(0, 3) }));
    }
  });

  it('is a MISP event that fits its schema and its types', { skip: without('misp', 'MISP') }, async () => {
    const data = join(standards, 'misp/pymisp/pymisp/data');
    const read = (name: string) => JSON.parse(readFileSync(join(data, name), 'utf8'));
    const { $schema: _, id: __, ...schema } = read('schema-lax.json');
    const fits = new Ajv({ strict: false }).compile(schema);
    const { category_type_mappings: types } = read('describeTypes.json').result;
    for (const file of [await exported<Misp>(analyst, 'misp'), written<Misp>('misp', nasty())]) {
      assert.ok(fits(file), JSON.stringify(fits.errors));
      const { Event: event } = file;
      const all = [...event.Attribute, ...event.Object.flatMap((one) => one.Attribute)];
      for (const { category, type } of all) assert.ok(types[category].includes(type), `${category} ${type}`);
      assert.equal(new Set(all.map((one) => `${one.type} ${one.value}`)).size, all.length, 'each value once');
      assert.equal(new Set(all.map(({ uuid }) => uuid)).size, all.length);
    }
  });

  it('is a MISP event of which only indicators are for detection', async () => {
    const { Event: event } = await exported<Misp>(member, 'misp');
    assert.equal(event.published, false);
    assert.deepEqual(
      event.Tag.map(({ name }) => name),
      [
        'tlp:amber+strict',
        'rsit:malicious-code',
        'misp-galaxy:mitre-attack-pattern="Program Download - T0843"',
      ],
    );
    assert.deepEqual(
      event.Attribute.filter((one) => one.to_ids).map(({ value }) => value),
      ['198.51.100.7'],
    );
    assert.equal(event.Object[0]!.Attribute[2]!.value, (await fileIn()).sha256);
    const timeline = event.EventReport.find((one) => one.name.endsWith('Timeline'));
    assert.match(timeline!.content, /\\]\\]\\> & \\<b\\>/, 'nothing of it is markup any more');
  });

  it('is a CASE graph: each file with where it came from, by what it was read, who had it in hand', async () => {
    const graphs = [await exported<Graph>(analyst, 'case'), written<Graph>('case', nasty())];
    for (const { '@context': context, '@graph': nodes } of graphs) {
      const known = new Set(nodes.map((one) => one['@id']));
      assert.equal(known.size, nodes.length);
      for (const name of namesIn(nodes)) assert.ok(name.split(':')[0]! in context, name);
      for (const ref of refsIn(nodes)) assert.ok(known.has(ref), ref);
    }
    const nodes = graphs[0]!['@graph'];
    const of = (type: string) => nodes.filter((one) => one['@type'] === type);
    assert.equal(of('uco-observable:File').length, 1);
    assert.equal(of('case-investigation:ProvenanceRecord').length, 1);
    const did = of('case-investigation:InvestigativeAction').map((one) => one['uco-core:name']);
    for (const step of ['received', 'evidence announced', 'evidence moved'])
      assert.ok(did.includes(step), `${step} of ${did.join()}`);
    const [fact] = of('uco-core:Annotation').filter((one) => one['uco-core:name'] === 'F1');
    assert.equal((fact!['uco-core:object'] as unknown[]).length, 2);
  });

  it('is an IODEF document, its elements in the order of RFC 7970', async () => {
    for (const xml of [await text(analyst, 'iodef'), formats.iodef.write(plain(nasty()))]) {
      const open: { name: string; last: number }[] = [];
      const found = new Map<string, string[]>();
      let said = '';
      const parser = new SaxesParser({ xmlns: true });
      parser.on('error', (error) => assert.fail(error));
      parser.on('opentag', ({ name, local, uri }) => {
        const above = open.at(-1);
        const order = above && childrenOf[above.name];
        const place = order ? order.indexOf(name) : 0;
        assert.ok(place >= 0, `${name} in ${above?.name}`);
        assert.ok(place >= (above?.last ?? 0), `${name} is too late in ${above?.name}`);
        if (above) above.last = place;
        open.push({ name, last: 0 });
        said = '';
        assert.match(uri, /iodef-2\.0$|xmldsig#$/, local);
      });
      parser.on('text', (piece) => (said += piece));
      parser.on('closetag', ({ name }) => {
        open.pop();
        found.set(name, [...(found.get(name) ?? []), said]);
        said = '';
      });
      parser.write(xml).close();
      assert.equal(found.get('IncidentID')?.length, 1);
      assert.ok(found.get('Indicator')!.length > 0);
      assert.ok(found.get('Description')!.some((one) => one.includes(']]> & <b>"stopp"</b>')));
      assert.ok(found.get('AdditionalData')![0]!.startsWith('TLP:'));
    }
  });

  it('is a VERIS record that names no victim, and knows what it does not know', async () => {
    const known = await exported<Record<string, any>>(analyst, 'veris');
    for (const one of [known, written<Record<string, any>>('veris', nasty())]) {
      for (const field of ['actor', 'action', 'discovery_method', 'schema_version', 'asset', 'timeline'])
        assert.ok(one[field], field);
      for (const field of ['attribute', 'incident_id', 'security_incident']) assert.ok(one[field], field);
      for (const [name, action] of Object.entries<any>(one['action']))
        if (name !== 'unknown') assert.ok(action.variety[0] && action.vector[0], name);
      assert.match(one['victim'].industry, /^\d{2}-?\d{0,4}$/);
    }
    assert.deepEqual(known['action'], { malware: { variety: ['Unknown'], vector: ['Unknown'] } });
    assert.deepEqual(known['timeline'].incident, { year: 2026, month: 11, day: 20, time: '02:41' });
    assert.equal(known['security_incident'], 'Suspected');
    assert.deepEqual(
      known['ioc'].map(({ indicator }: { indicator: string }) => indicator),
      ['198.51.100.7'],
    );
    assert.doesNotMatch(JSON.stringify(known), /Delta Motors|Two pumps|Command and control/);
    const { action, timeline } = written<any>('veris', nasty());
    assert.equal(action.social.variety[0], 'Phishing');
    assert.ok(timeline.incident.time);
    const toTheDay = nasty().observations.map((one) => ({ ...one, precision: 'day' as const }));
    const coarse = written<any>('veris', { ...nasty(), observations: toTheDay });
    assert.deepEqual(Object.keys(coarse.timeline.incident), ['year', 'month', 'day']);
  });

  it('tells each person what the room tells him, and nobody else anything', async () => {
    const all = async (actor: Actor) =>
      (await Promise.all(Object.keys(formats).map((one) => text(actor, one as ExportFormat)))).join('\n');
    const teams = await all(analyst);
    for (const never of ['Nadia Marker', '555 0100', 'Internal words', analyst.name, 'marked-line'])
      assert.ok(!teams.includes(never), never);
    assert.match(teams, /loaded from outside/);
    assert.doesNotMatch(
      await all(member),
      /loaded from outside/,
      'facts are the team’s until a report is final',
    );
    await assert.rejects(text(stranger, 'stix'), refused(404, 'not-found'));
    await assert.rejects(text(other, 'stix'), refused(404, 'not-found'));
    await assert.rejects(text(lead, 'stix'), refused(409, 'case-not-joined'));
    await assert.rejects(text(vendor, 'stix'), refused(404, 'not-found'));
    await asGuest(vendor);
    const part = await all(vendor);
    assert.match(part, new RegExp(reference));
    for (const never of ['Delta Motors', 'Two pumps', 'firewall.log', '198.51.100.7', 'Cut remote', 'PLC 7'])
      assert.ok(!part.includes(never), never);
    await server.as(lead)(caseApi.join, { params: { id } });
    await server.as(authoriser)(caseApi.label, { params: { id }, body: { label: 'RED' } });
    assert.match(await text(analyst, 'misp'), /tlp:red/);
    assert.match(await text(analyst, 'stix'), /e828b379-4e03-4974-9ac4-e53a884c97c1/);
    await server.as(authoriser)(caseApi.label, { params: { id }, body: { label: 'AMBER+STRICT' } });
    const sections = [{ heading: 'What happened', text: 'The logic was loaded from outside [F1].' }];
    const { revision } = await server.as(analyst)(investigationApi.save, {
      params: { id },
      body: { language: 'en', title: 'Two pumps', sections, revision: 0 },
    });
    const { sha256 } = await server.as(analyst)(investigationApi.submit, {
      params: { id },
      body: { revision },
    });
    await server.as(lead)(investigationApi.check, {
      params: { id },
      body: { sha256: sha256!, agrees: true, reason: '' },
    });
    const owners = await all(member);
    for (const told of [/loaded from outside/, /Segment the network/, /Pump PLC 7/])
      assert.match(owners, told);
  });

  it('is there in every format for whoever holds the words of a report', async () => {
    const { reference: other } = await server.as(null)(caseApi.report, {
      body: IncidentReport.parse({ danger: 'no', control: 'no', sees: 'A mixer turns backwards' }),
    });
    const { items } = await server.as(analyst)(caseApi.list, { query: { search: other } });
    const params = { id: items[0]!.id };
    await server.as(analyst)(caseApi.move, { params, body: { to: 'triaged' } });
    await server.as(analyst)(timelineApi.note, {
      params,
      body: { kind: 'note', precision: 'second', what: 'The mixer was told to turn backwards' },
    });
    const holder = holderOf(params.id);
    for (const format of ExportFormat.options) {
      const query = { format };
      const content: unknown = await server.as(holder)(caseExportApi.download, { params, query });
      const told = JSON.stringify(content);
      assert.match(told, new RegExp(other), format);
      if (format !== 'veris') assert.match(told, /turn backwards/, format);
      assert.ok(!told.includes(analyst.name), format);
    }
    await assert.rejects(
      server.as(holder)(caseExportApi.download, { params: { id }, query: {} }),
      refused(404, 'not-found'),
    );
  });

  it('leaves a line that whoever it belongs to reads', async () => {
    const before = await lines();
    await text(analyst, 'misp');
    const now = await lines();
    assert.equal(now.length, before.length + 1, 'one reading, one line');
    assert.deepEqual([now[0]!.person.name, now[0]!.kind], [analyst.name, 'download']);
    const { rows } = await server.owner.query(
      `select details from audit_event where action = 'case exported' order by at desc limit 1`,
    );
    assert.equal(rows[0].details.format, 'misp');
  });

  it('carries the oldest of very many observations, and says how many it leaves out', async () => {
    const run = await server.as(analyst)(evidenceApi.run, {
      params: { id },
      body: { evidence: log, tool: 'text-log', params: {} },
    });
    await until('the run has ended', async () => {
      const { state } = await server.as(analyst)(evidenceApi.getRun, { params: { id, run: run.id } });
      return state !== 'running';
    });
    const { counts } = await server.as(analyst)(timelineApi.list, { params: { id }, query: { limit: 1 } });
    await server.as(analyst)(timelineApi.decide, {
      params: { id },
      body: { matching: { state: 'suggested', count: counts.suggested }, to: 'accepted' },
    });
    const begun = performance.now();
    const bundle = await exported<Bundle>(analyst, 'stix');
    assert.ok(performance.now() - begun < 10_000);
    const notes = bundle.objects.filter(({ type }) => type === 'note');
    const left = notes.find(({ abstract }) => abstract === 'Left out');
    const leftOut = counts.suggested + counts.accepted - mostExported;
    assert.ok(leftOut > 0, JSON.stringify(counts));
    assert.match(String(left?.['content']), new RegExp(`^${leftOut} more accepted`));
    assert.ok(notes.length > mostExported && notes.length < mostExported + 20, String(notes.length));
  });

  it('stays well-formed whatever was written, and as long as it may be', () => {
    const long = written<Bundle>('stix', nasty());
    for (const one of long.objects)
      for (const value of Object.values(one))
        if (typeof value === 'string') {
          assert.ok(value.isWellFormed());
          assert.doesNotMatch(value, /[\u0000-\u0008\u001b\u202e]/);
          assert.ok(value.length < 17_000, one.id);
        }
    const misp = JSON.stringify(written('misp', nasty()));
    assert.ok(misp.isWellFormed());
    assert.doesNotMatch(misp, /\\u0001|\\u001b/);
  });

  const fileIn = () => server.as(analyst)(evidenceApi.get, { params: { id, evidence: log } });

  async function lines() {
    const { items } = await server.as(authoriser)(auditApi.ofCase, {
      params: { id },
      query: { limit: 200 },
    });
    return items.filter(({ action }) => action === 'case exported');
  }

  async function note(kind: 'indicator' | 'note', what: string) {
    return server.as(analyst)(timelineApi.note, {
      params: { id },
      body: { kind, precision: 'second', what, from: '2026-11-20T02:41:07.000Z' },
    });
  }

  async function text(actor: Actor, format: ExportFormat): Promise<string> {
    const content: unknown = await server.as(actor)(caseExportApi.download, {
      params: { id },
      query: { format },
    });
    return typeof content === 'string' ? content : JSON.stringify(content);
  }

  async function exported<T>(actor: Actor, format: ExportFormat): Promise<T> {
    return JSON.parse(await text(actor, format)) as T;
  }

  async function fileOf(actor: Actor, name: string, content: string): Promise<string> {
    const bytes = Buffer.from(content);
    const { evidence, upload } = await server.as(actor)(evidenceApi.begin, {
      params: { id },
      body: { name, size: bytes.length, note: 'Taken from the firewall' },
    });
    assert.equal((await sender(server, actor).patch(upload, 0, bytes)).status, 204);
    await server.as(actor)(evidenceApi.claimHash, {
      params: { id, evidence: evidence.id },
      body: { sha256: createHash('sha256').update(bytes).digest('hex') },
    });
    await server.as(analyst)(evidenceApi.move, {
      params: { id, evidence: evidence.id },
      body: { to: 'available' },
    });
    return evidence.id;
  }

  async function asGuest(guest: Actor) {
    const { id: participant } = await server.as(authoriser)(guestApi.invite, {
      params: { id },
      body: {
        role: 'vendor',
        name: 'Guest',
        email: 'guest@fenix.example',
        home: 'Fenix HMI',
        language: 'en',
        note: '',
      },
    });
    const { path } = await server.as(authoriser)(guestApi.link, { params: { id, participant } });
    await server.as(guest)(guestApi.answer, {
      params: { token: path.split('/').at(-1)! },
      body: { accept: true },
    });
  }
});

/** Lines that differ by a number only are one line, many times. */
const wordOf = (n: number): string =>
  n.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);

const stixId = (contributes: object) =>
  uuid5(JSON.stringify(contributes), '00abedb4-aa42-466c-9c01-fed23315a9b7');

/** Of each element what may be in it, in this order: RFC 7970 chapter 3 and its schema in chapter 8. */
const childrenOf: Readonly<Record<string, readonly string[]>> = {
  'IODEF-Document': ['Incident', 'AdditionalData'],
  Incident: [
    'IncidentID',
    'AlternativeID',
    'RelatedActivity',
    'DetectTime',
    'StartTime',
    'EndTime',
    'RecoveryTime',
    'ReportTime',
    'GenerationTime',
    'Description',
    'Discovery',
    'Assessment',
    'Method',
    'Contact',
    'EventData',
    'IndicatorData',
    'History',
    'AdditionalData',
  ],
  EventData: [
    'Description',
    'DetectTime',
    'StartTime',
    'EndTime',
    'RecoveryTime',
    'ReportTime',
    'Contact',
    'Discovery',
    'Assessment',
    'Method',
    'Flow',
    'Expectation',
    'Record',
    'EventData',
    'AdditionalData',
  ],
  Assessment: ['IncidentCategory', 'BusinessImpact', 'Counter', 'MitigatingFactor', 'Cause', 'Confidence'],
  Indicator: [
    'IndicatorID',
    'AlternativeIndicatorID',
    'Description',
    'StartTime',
    'EndTime',
    'Confidence',
    'Contact',
    'Observable',
  ],
  HistoryItem: ['DateTime', 'IncidentID', 'Contact', 'Description', 'DefinedCOA', 'AdditionalData'],
  System: ['Node', 'NodeRole', 'Service', 'OperatingSystem', 'Counter', 'AssetID', 'Description'],
  Reference: ['enum:ReferenceName', 'URL', 'Description'],
  File: ['FileName', 'FileSize', 'FileType', 'URL', 'HashData'],
};

/** Ids that are referred to and stand elsewhere: an object with nothing but an id. */
function* refsIn(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  const [only, ...rest] = Object.entries(value);
  if (only?.[0] === '@id' && rest.length === 0) yield String(only[1]);
  for (const one of Object.values(value)) yield* refsIn(one);
}

/** Properties and types. */
function* namesIn(value: unknown): Generator<string> {
  if (value === null || typeof value !== 'object') return;
  for (const [name, one] of Object.entries(value)) {
    if (name === '@type') yield String(one);
    else if (!Array.isArray(value) && !name.startsWith('@')) yield name;
    yield* namesIn(one);
  }
}

const written = <T>(format: ExportFormat, picture: CasePicture): T =>
  JSON.parse(formats[format].write(plain(picture))) as T;

/** Every text of a picture as bad as it may come: control characters, half a pair, a megabyte, ends of every format. */
function nasty(): CasePicture {
  const text = `${hostile}\ud800 ${'A'.repeat(1_000_000)}`;
  const uuid = (n: number) => uuid5(`nasty ${n}`);
  const at = '2026-11-20T02:41:07.000Z';
  const address = { type: 'ipv4', value: '203.0.113.9' } as const;
  return {
    id: uuid(0),
    reference: 'C-2026-1',
    kind: 'incident',
    state: 'closed',
    label: 'RED',
    at: '2026-11-21T00:00:00.000Z',
    publisher: { name: text, origin: 'https://busbar.example' },
    told: {
      title: text,
      sees: text,
      owner: { id: uuid(1), name: text },
      limit: 'advise',
      severity: 'critical',
      rsit: 'intrusions',
      spread: 'sites',
      impact: { safety: 'real', production: 'real', environment: 'unknown', data: 'none' },
      rootCause: 'phishing',
      receivedAt: at,
      awareAt: at,
    },
    steps: [{ to: 'closed', at }],
    observations: [0, 1, 2].map((n) => ({
      id: uuid(10 + n),
      kind: n === 0 ? 'indicator' : 'note',
      text,
      from: n === 2 ? null : at,
      to: null,
      precision: 'minute',
      uncertainty: 30,
      place: text,
      file: uuid(30),
      run: uuid(40),
      observables: [address, { type: 'url', value: "http://a.example/x'\\" }],
      devices: [uuid(20)],
      techniques: [{ id: 'T0843', name: 'Program "Download"' }],
      confidence: 'guessed',
      count: 3,
      at,
    })),
    leftOut: 7,
    devices: [
      {
        id: uuid(20),
        name: text,
        role: 'controller',
        vendor: text,
        product: null,
        firmware: null,
        addresses: [address, { type: 'mac', value: '00:1b:1b:00:00:01' }],
      },
    ],
    vulnerabilities: ['CVE-2021-22681'],
    facts: [
      {
        number: 1,
        says: text,
        evidence: [{ source: 'file', id: uuid(30), name: text, place: text, sha256: 'a'.repeat(64) }],
      },
    ],
    recommendations: [{ number: 1, title: text, because: text, severity: 'high', state: 'open' }],
    measures: [{ id: uuid(50), title: text, does: text, effect: 'none', state: 'done', doneAt: at }],
    files: [
      {
        id: uuid(30),
        name: text,
        note: text,
        type: 'pcap',
        size: 5,
        sha256: 'a'.repeat(64),
        addedAs: 'member',
        addedAt: at,
        state: 'available',
      },
    ],
    runs: [
      {
        id: uuid(40),
        tool: 'text-log',
        version: '1',
        input: { file: uuid(30), sha256: 'a'.repeat(64) },
        output: { sha256: 'b'.repeat(64), size: 9 },
        program: { sha256: 'e'.repeat(64), runtime: 'Node.js v26.10.0' },
        state: 'done',
        at,
        endedAt: at,
      },
    ],
    custody: [{ file: uuid(30), action: 'evidence downloaded', at, by: text }],
  };
}
