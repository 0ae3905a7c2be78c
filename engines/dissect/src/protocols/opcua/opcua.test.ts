import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage as readAgain } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, Wire } from '../../testing/wire.ts';
import { builtIn } from './builtin.ts';
import { readCertificate } from './certificate.ts';
import { readMessage } from './message.ts';
import * as ua from './opcua-encode.ts';
import { opcuaTcp } from './opcua-tcp.ts';
import { opcua } from './opcua.ts';

const BAD_NOT_WRITABLE = 0x803b_0000;
const BAD_USER_ACCESS_DENIED = 0x801f_0000;
const BAD_NODE_ID_UNKNOWN = 0x8034_0000;
const BAD_AGGREGATE_LIST_MISMATCH = 0x80d4_0000;
const TEMPERATURE = ua.node('Temperature');

/** A certificate as far as it is read: X.509 with the subject and the alternative name only. */
const der = (tag: number, ...parts: ua.Bytes[]): Uint8Array => {
  const content = join(...parts);
  return join([tag, 0x82, content.length >> 8, content.length & 0xff], content);
};
const certificate = der(
  0x30,
  der(
    0x30,
    hex`A003020102  version`,
    hex`020107  serial number`,
    hex`3000  signature`,
    hex`3000  issuer`,
    hex`3000  validity`,
    der(
      0x30,
      der(0x31, der(0x30, hex`0603 55040A`, der(0x0c, Buffer.from('Plant')))),
      der(0x31, der(0x30, hex`0603 550403`, der(0x0c, Buffer.from('Boiler Server')))),
    ),
    hex`3000  public key`,
    der(
      0xa3,
      der(
        0x30,
        der(0x30, hex`0603 551D11`, der(0x04, der(0x30, der(0x86, Buffer.from('urn:plant:boiler'))))),
      ),
    ),
  ),
);

const application = (name: string) =>
  join(
    ua.text('urn:plant:boiler'),
    ua.text('urn:plant:product'),
    ua.localized(name),
    ua.u32(0),
    ua.none,
    ua.none,
    ua.none,
  );

/** OPC 10000-4, 7.10. */
const endpoint = join(
  ua.text('opc.tcp://boiler:4840'),
  application('Boiler Server'),
  ua.none,
  ua.u32(1),
  ua.text(`${ua.POLICIES}None`),
  ua.array(join(ua.text('0'), ua.u32(0), ua.none, ua.none, ua.none)),
  ua.none,
  [0],
);

const reference = (id: ua.Bytes, name: string) =>
  join(ua.node(35), ua.yes, id, ua.qualified(2, name), ua.localized(name), ua.u32(2), ua.node(63));

/** 7.25, 7.16: sampled as often as it is published, with no filter. */
const monitored = (id: ua.Bytes, handle: number) =>
  join(ua.readValueId(id), ua.u32(2), ua.u32(handle), ua.f64(100), ua.noStructure, ua.u32(1), ua.yes);

const monitor = (handle: number) =>
  ua.request(751, ua.u32(9), ua.u32(2), ua.array(monitored(TEMPERATURE, handle)));

const publish = ua.request(826, ua.none);
const notification = (handle: number, data: ua.Bytes) =>
  ua.response(
    829,
    ua.u32(9),
    ua.none,
    ua.no,
    join(
      ua.u32(1),
      new Uint8Array(8),
      ua.array(ua.structure(811, join(ua.array(join(ua.u32(handle), data)), ua.none))),
    ),
    ua.none,
    ua.noDiagnostics,
  );

const buildInfo = ua.structure(
  340,
  join(
    ua.text('urn:plant:product'),
    ua.text('ACME'),
    ua.text('Boiler'),
    ua.text('1.2.3'),
    ua.text('7'),
    new Uint8Array(8),
  ),
);

const samples = [
  { request: ua.read(ua.readValueId(TEMPERATURE)), reply: ua.values(ua.value(ua.double(21.5))) },
  { request: ua.write(TEMPERATURE, ua.value(ua.double(80))), reply: ua.statuses(676, 0) },
  {
    request: ua.request(428, ua.text('opc.tcp://boiler'), ua.none, ua.none),
    reply: ua.response(431, ua.array(endpoint)),
  },
  { request: ua.activate(ua.userName('operator', 'secret')), reply: ua.fault(BAD_USER_ACCESS_DENIED) },
  { request: monitor(5), reply: ua.response(754, ua.none, ua.none) },
  { request: publish, reply: notification(5, ua.value(ua.double(22))) },
  {
    request: ua.read(ua.readValueId(ua.node(2260))),
    reply: ua.values(ua.value(ua.inVariant(buildInfo))),
  },
];

const tcp = { on: 'tcp', at: [4840] };

function analysed(parts: readonly (readonly [Direction, Uint8Array])[]) {
  const analysis = new Analysis({ dissectors: [opcuaTcp, opcua], strict: true });
  const file = Wire.speaking(tcp, parts).pcap();
  analysis.push(file);
  return { ...analysis.finish(), file };
}

/** Messages in chunks with the numbers they have to have: requests and responses in turn. */
function exchanged(...bodies: Uint8Array[]) {
  return analysed(
    bodies.map((body, i): [Direction, Uint8Array] => [
      i % 2 === 0 ? 'request' : 'reply',
      ua.chunk(body, { sequence: 1 + (i >> 1), id: 1 + (i >> 1) }),
    ]),
  );
}

const texts = (report: { operations: readonly { samples: readonly { text: string }[] }[] }) =>
  report.operations.flatMap((operation) => operation.samples.map(({ text }) => text));

describe('OPC UA', () => {
  describe('secure conversation', () => {
    const lifetime = join(ua.u32(0), ua.u32(0), ua.u32(1), ua.none, ua.u32(3_600_000));
    keepsItsPromises(opcuaTcp, [
      { request: ua.hello('opc.tcp://boiler:4840'), reply: ua.acknowledge },
      { request: ua.open('None', ua.request(446, lifetime)), reply: ua.error(0x8001_0000, 'no') },
      { request: ua.open('Basic256Sha256', new Uint8Array(64), certificate) },
      { request: ua.chunk(samples[0]!.request), reply: ua.chunk(samples[0]!.reply) },
    ]);

    it('is recognised on any port, and nothing else is', () => {
      const read = ua.chunk(samples[0]!.request);
      assert.equal(opcuaTcp.recognises(read, 0, read.length, false), OURS);
      for (const other of ['MSGX', 'HELC', 'GET ', 'OPEN']) {
        const bytes = ua.message(other, new Uint8Array(40));
        assert.equal(opcuaTcp.recognises(bytes, 0, bytes.length, true), NOT_OURS, other);
      }
      const long = ua.chunk(samples[0]!.request);
      long.set(ua.u32(0x7fff_ffff), 4);
      assert.equal(opcuaTcp.recognises(long, 0, long.length, true), NOT_OURS);
    });

    it('tells who opens an encrypted channel, and that is all that shows', () => {
      const report = analysed([
        ['request', ua.open('Basic256Sha256', new Uint8Array(256), certificate)],
        ['reply', ua.open('Basic256Sha256', new Uint8Array(256), certificate)],
        ['request', ua.message('MSGF', ua.u32(7), ua.u32(1), new Uint8Array(64).fill(0xa5))],
      ]);
      assert.deepEqual(texts(report), ['open a secure channel as urn:plant:boiler (policy Basic256Sha256)']);
      assert.deepEqual(report.malformed, []);
      assert.deepEqual({ ...(report.counts['opcua_message'] as object) }, { OPN: 2, MSG: 1 });
      const names = report.devices.map(({ facts }) => facts.find(({ field }) => field === 'name')?.value);
      assert.deepEqual(names, ['Boiler Server', 'Boiler Server']);
    });

    it('reads what is only signed', () => {
      const signature = new Uint8Array(32).fill(0xee);
      const report = analysed([
        ['request', ua.open('Basic256Sha256', new Uint8Array(256), certificate)],
        ['request', ua.chunk(join(ua.write(TEMPERATURE, ua.value(ua.double(80))), signature))],
      ]);
      assert.equal(texts(report).at(0), 'write ns=2;s=Temperature := 80');
      assert.deepEqual(report.anomalies, []);
    });

    it('puts chunks together, also when those of another message come between', async () => {
      const long = samples[2]!.reply!;
      const report = analysed([
        ['request', ua.chunk(samples[2]!.request, { id: 4 })],
        ['reply', ua.chunk(long.subarray(0, 50), { sequence: 1, id: 4, type: 'MSGC' })],
        ['reply', ua.chunk(samples[0]!.reply, { sequence: 2, id: 3 })],
        ['reply', ua.chunk(long.subarray(50, 51), { sequence: 3, id: 4, type: 'MSGC' })],
        ['reply', ua.chunk(long.subarray(51), { sequence: 4, id: 4 })],
      ]);
      assert.deepEqual(texts(report), [
        'ask for the endpoints of opc.tcp://boiler (opc.tcp://boiler:4840 None/None (Anonymous))',
      ]);
      assert.deepEqual({ ...(report.counts['opcua_service'] as object) }, { 428: 1, 431: 1, 634: 1 });
      const fact = report.devices.flatMap(({ facts }) => facts).find(({ field }) => field === 'name')!;
      assert.equal(fact.at!.pieces.length, 3);
      const tree = await readAgain((from, count) => report.file.subarray(from, from + count), fact.at!, [
        opcuaTcp,
        opcua,
      ]);
      assert.equal(tree.messages.at(-1)!.malformed, undefined);
    });

    it('takes no piece for a message whose beginning is missing', () => {
      const piece = Buffer.from('no message begins like this');
      const report = analysed([
        ['request', ua.open('None', ua.request(446, lifetime))],
        ['reply', ua.chunk(piece, { sequence: 2, id: 4, type: 'MSGC' })],
        ['reply', ua.chunk(piece, { sequence: 3, id: 4 })],
        ['reply', ua.chunk(samples[0]!.reply, { sequence: 4, id: 5 })],
      ]);
      assert.deepEqual({ ...(report.counts['opcua_service'] as object) }, { 446: 1, 634: 1 });
      assert.deepEqual(report.malformed, []);
    });

    it('notices numbers that do not follow, and knows where they begin anew', () => {
      const say = (sequence: number): [Direction, Uint8Array] => ['request', ua.chunk(publish, { sequence })];
      const broken = analysed([say(1), say(2), say(9), say(10)]);
      assert.deepEqual(
        broken.anomalies.map(({ code, count }) => [code, count]),
        [['opcua.sequence-broken', 1]],
      );
      assert.deepEqual(analysed([say(4_294_967_000), say(17), say(18)]).anomalies, []);
    });

    it('tells why a server ends the connection', () => {
      const report = analysed([
        ['request', ua.hello('opc.tcp://boiler:4840')],
        ['reply', ua.error(0x8083_0000, 'no such endpoint')],
      ]);
      assert.equal(report.operations[0]!.refused![0]!.code, 'opcua.tcp-endpoint-url-invalid');
    });
  });

  describe('services', () => {
    keepsItsPromises(opcua, samples.slice(0, 6), { dissectors: [opcuaTcp], wrap: (body) => ua.chunk(body) });

    it('tells values read, and what they were before a write', () => {
      const { variables, ...report } = exchanged(
        ua.read(ua.readValueId(TEMPERATURE)),
        ua.values(ua.value(ua.double(21.5))),
        ua.write(TEMPERATURE, ua.value(ua.double(80))),
        ua.statuses(676, 0),
        ua.write(TEMPERATURE, ua.value(ua.double(90))),
        ua.statuses(676, BAD_NOT_WRITABLE),
        ua.write(TEMPERATURE, ua.value(ua.double(95))),
        ua.statuses(676, 0),
      );
      assert.deepEqual(texts(report), [
        'write ns=2;s=Temperature := 80 (before: 21.5)',
        'write ns=2;s=Temperature := 90 (before: 80)',
        'write ns=2;s=Temperature := 95 (before: 80)',
        'read ns=2;s=Temperature (ns=2;s=Temperature = 21.5)',
      ]);
      assert.equal(report.operations[0]!.refused![0]!.code, 'opcua.not-writable');
      assert.deepEqual(
        variables.map(({ name, count, sets }) => [name, count, sets]),
        // Without the one that was refused.
        [['ns=2;s=Temperature', 3, 2]],
      );
    });

    it('calls nodes what they were browsed as', () => {
      const { variables } = exchanged(
        ua.read(ua.readValueId(TEMPERATURE)),
        ua.values(ua.value(ua.boolean(true))),
        ua.request(
          527,
          join(ua.node(0), new Uint8Array(8), ua.u32(0)),
          ua.u32(0),
          ua.array(join(ua.node(85), ua.u32(0), ua.node(33), ua.yes, ua.u32(0), ua.u32(63))),
        ),
        ua.response(
          530,
          ua.array(join(ua.u32(0), ua.none, ua.array(reference(TEMPERATURE, 'Boiler temperature')))),
          ua.noDiagnostics,
        ),
      );
      assert.equal(variables[0]!.name, 'Boiler temperature (ns=2;s=Temperature)');
    });

    it('knows the node behind the handle of a published value', () => {
      const { variables, ...report } = exchanged(
        monitor(5),
        ua.response(754, ua.none, ua.none),
        publish,
        notification(5, ua.value(ua.double(22))),
        publish,
        notification(6, ua.value(ua.double(1))),
        publish,
        notification(5, ua.badValue(BAD_NODE_ID_UNKNOWN, ua.double(99))),
      );
      assert.deepEqual(texts(report), [
        'wait for what changes (ns=2;s=Temperature = 22)',
        'wait for what changes (subscription 9, handle 6 = 1)',
        'wait for what changes (ns=2;s=Temperature = BadNodeIdUnknown)',
        'monitor ns=2;s=Temperature in subscription 9',
      ]);
      assert.deepEqual(
        variables.map(({ name, count }) => [name, count]),
        [
          ['ns=2;s=Temperature', 1],
          ['subscription 9, handle 6', 1],
        ],
      );
    });

    it('tells elements of arrays, and fields of events', () => {
      const events = ua.response(
        829,
        ua.u32(9),
        ua.none,
        ua.no,
        join(
          ua.u32(1),
          new Uint8Array(8),
          ua.array(
            ua.structure(
              916,
              ua.array(join(ua.u32(5), ua.array(ua.string('Too hot'), hex`05 2003  UInt16 800`))),
            ),
          ),
        ),
        ua.none,
        ua.noDiagnostics,
      );
      const array = hex`
        01    value
        86    array of Int32
        02000000 0A000000 F6FFFFFF
      `;
      const { variables, ...report } = exchanged(
        ua.read(ua.readValueId(TEMPERATURE)),
        ua.values(array),
        publish,
        events,
      );
      assert.deepEqual(
        variables.map(({ name, last }) => [name, last.value]),
        [
          ['ns=2;s=Temperature[0]', 10],
          ['ns=2;s=Temperature[1]', -10],
        ],
      );
      assert.deepEqual(texts(report), [
        'read ns=2;s=Temperature (ns=2;s=Temperature = [10, -10])',
        'wait for what changes (event ("Too hot", 800))',
      ]);
    });

    it('tells a password in clear by its length, and not what it is', async () => {
      const report = exchanged(ua.activate(ua.userName('operator', 'hunter2')), ua.activated);
      assert.deepEqual(
        report.credentials.map(({ scheme, user, secret }) => [scheme, user, secret]),
        [['opcua-password', 'operator', 7]],
      );
      assert.deepEqual(texts(report), ['activate the session as operator']);
      const { at } = report.operations[0]!.samples[0]!;
      const tree = await readAgain((from, count) => report.file.subarray(from, from + count), at, [
        opcuaTcp,
        opcua,
      ]);
      const hidden = Buffer.from('hunter2').toString('hex');
      const shown = JSON.stringify(tree.messages.at(-1)!.fields);
      assert.ok(!shown.includes('hunter2') && !shown.includes(hidden));
      const encrypted = exchanged(
        ua.activate(ua.userName('operator', 'x', 'http://…#rsa-oaep')),
        ua.activated,
      );
      assert.deepEqual(encrypted.credentials, []);
    });

    it('does not show the token by which a session is known', () => {
      const token = ua.string('0xSESSION').subarray(1);
      const bytes = join(ua.node(826), [3, 1, 0], token, samples[5]!.request.subarray(6));
      const reader = new TracedReader(bytes);
      assert.equal(readMessage(reader).surplus, 0);
      const shown = JSON.stringify(reader.finish());
      assert.ok(!shown.includes('SESSION') && !shown.includes(Buffer.from('SESSION').toString('hex')));
    });

    it('notices who guesses passwords', () => {
      const tries = Array.from({ length: 5 }, (_, i) => [
        ua.activate(ua.userName('operator', `guess ${i}`)),
        ua.fault(BAD_USER_ACCESS_DENIED),
      ]);
      const codes = (count: number) =>
        exchanged(...tries.slice(0, count).flat()).operations.map(({ code }) => code);
      assert.deepEqual(codes(5), ['opcua.guesses-credentials', 'opcua.activate-user']);
      assert.deepEqual(codes(4), ['opcua.activate-user']);
    });

    it('tells who made a server, by its BuildInfo, and what it is called, by its endpoints', () => {
      const { devices } = exchanged(
        samples[6]!.request,
        samples[6]!.reply!,
        samples[2]!.request,
        samples[2]!.reply!,
      );
      const server = devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
      const facts = server.facts.map(({ field, value }) => `${field}=${value}`);
      for (const fact of ['vendor=ACME', 'product=Boiler', 'firmware=1.2.3', 'name=Boiler Server']) {
        assert.ok(facts.includes(fact), `${fact} in ${facts.join(', ')}`);
      }
    });

    it('tells what changes the address space and its history, and what blinds', () => {
      const report = exchanged(
        ua.request(
          488,
          ua.array(
            join(
              ua.node(85),
              ua.node(35),
              ua.node('Valve'),
              ua.qualified(2, 'Valve'),
              ua.u32(2),
              ua.noStructure,
              ua.node(63),
            ),
          ),
        ),
        ua.response(491, ua.array(join(ua.u32(0), ua.node('Valve'))), ua.noDiagnostics),
        ua.request(500, ua.array(join(TEMPERATURE, ua.yes))),
        ua.statuses(503, BAD_AGGREGATE_LIST_MISMATCH),
        ua.request(
          700,
          ua.array(ua.structure(688, join(TEMPERATURE, ua.yes, new Uint8Array(8), new Uint8Array(8)))),
        ),
        ua.response(703, ua.array(join(ua.u32(0), ua.none, ua.none)), ua.noDiagnostics),
        ua.request(799, ua.no, ua.array(ua.u32(9))),
        ua.statuses(802, 0),
        ua.request(769, ua.u32(9), ua.u32(0), ua.array(ua.u32(1))),
        ua.statuses(772, 0),
        ua.request(769, ua.u32(9), ua.u32(2), ua.array(ua.u32(1))),
        ua.statuses(772, 0),
      );
      assert.deepEqual(
        report.operations.map(({ code, dangerous, samples: [sample] }) => [code, !!dangerous, sample!.text]),
        [
          ['opcua.add-nodes', true, 'add Variable 2:Valve (ns=2;s=Valve) under Objects (i=85)'],
          ['opcua.delete-nodes', true, 'delete ns=2;s=Temperature'],
          [
            'opcua.history-update',
            true,
            'change history: DeleteRawModified of ns=2;s=Temperature from the beginning to the end',
          ],
          ['opcua.stop-publishing', true, 'let subscriptions 9 publish no more'],
          ['opcua.disable-monitoring', true, 'stop monitoring items 1 of subscription 9'],
          ['opcua.set-monitoring-mode', false, 'set items 1 of subscription 9 to Reporting'],
        ],
      );
      const refused = report.operations.find(({ code }) => code === 'opcua.delete-nodes')!.refused![0]!;
      assert.deepEqual(
        [refused.code, refused.text],
        ['opcua.unknown-status', 'status BadAggregateListMismatch'],
      );
    });

    it('tells methods called, with arguments and answers', () => {
      const report = exchanged(
        ua.request(
          712,
          ua.array(join(ua.node('Boiler'), ua.node('Start'), ua.array(ua.string('now'), ua.double(1.5)))),
        ),
        ua.response(
          715,
          ua.array(join(ua.u32(0), ua.none, ua.none, ua.array(ua.boolean(true)))),
          ua.noDiagnostics,
        ),
      );
      assert.deepEqual(texts(report), ['call ns=2;s=Start("now", 1.5) of ns=2;s=Boiler (true)']);
    });

    it('tells bytes behind the end of a message', () => {
      const report = exchanged(join(publish, [1, 2, 3]));
      assert.equal(report.anomalies[0]!.code, 'opcua.surplus-bytes');
      assert.deepEqual(report.anomalies[0]!.samples[0]!.params, { surplus: 3, service: 'PublishRequest' });
    });
  });

  describe('built-in types', () => {
    const read = <Type extends keyof typeof builtIn>(type: Type, bytes: Uint8Array) =>
      builtIn[type](new ByteReader(bytes), 'field', 0);

    it('are read as OPC 10000-6 prints them', () => {
      assert.equal(read('Int32', hex`00CA9A3B`), 1_000_000_000);
      assert.equal(read('Float', hex`0000D0C0`), -6.5);
      assert.equal(read('String', hex`06000000 E6B0B4426F79`), '水Boy');
      assert.equal(read('NodeId', hex`0072`), 'i=114');
      assert.equal(read('NodeId', hex`01050104`), 'ns=5;i=1025');
      assert.equal(read('NodeId', hex`030100 06000000 486F74E6B0B4`), 'ns=1;s=Hot水');
      assert.equal(
        read('Guid', hex`912B967275FAE64A8D28B404DC7DAF63`),
        '72962b91-fa75-4ae6-8d28-b404dc7daf63',
      );
    });

    it('are numbers, arrays and structures in a variant', () => {
      assert.deepEqual(read('Variant', hex`86 02000000 01000000 FFFFFFFF`).value, [1, -1]);
      assert.deepEqual(read('Variant', hex`C3 02000000 0102 02000000 01000000 02000000`).value, [1, 2]);
      const range = ua.structure(886, join(ua.f64(0), ua.f64(100)));
      assert.deepEqual(read('ExtensionObject', range), { type: 'Range', body: { low: 0, high: 100 } });
    });

    it('are not read deeper than anybody means it, nor in numbers that cannot be', () => {
      const deep = new Uint8Array(4_000).fill(24);
      assert.throws(() => read('Variant', deep), /values deep/);
      const inner = new Uint8Array(4_000).fill(0x40);
      assert.throws(() => read('DiagnosticInfo', inner), /values deep/);
      assert.throws(() => read('Variant', hex`86 FFFFFF7F`), Malformed);
    });

    it('show the name of every parameter and where the standard defines it', () => {
      const reader = new TracedReader(samples[1]!.request);
      readMessage(reader);
      const [typeId, body] = reader.finish();
      assert.equal(typeId!.remark, 'i=673');
      assert.deepEqual([body!.field, body!.section], ['WriteRequest', '5.10.4']);
      assert.deepEqual(
        body!.children!.map(({ field }) => field),
        ['requestHeader', 'nodesToWrite'],
      );
    });
  });

  describe('certificates', () => {
    it('tell the application by name and URI', () => {
      assert.deepEqual(readCertificate(certificate), {
        commonName: 'Boiler Server',
        applicationUri: 'urn:plant:boiler',
      });
    });

    it('do no harm when they are cut or damaged', () => {
      for (let length = 0; length < certificate.length; length++)
        readCertificate(certificate.subarray(0, length));
      for (let bit = 0; bit < certificate.length * 8; bit++) {
        const damaged = Uint8Array.from(certificate);
        damaged[bit >> 3]! ^= 1 << (bit & 7);
        readCertificate(damaged);
      }
    });
  });

  describe('real captures', () => {
    const folder = 'cisagov+icsnpp-opcua-binary';

    it('show a client of open62541 with all it does', (t) => {
      const report = told(t, `${folder}/tests/traces/open62541_client-server_mainloop.pcap`);
      if (!report) return;
      assert.deepEqual(report.malformed, []);
      assert.deepEqual(report.anomalies, []);
      assert.deepEqual(sentences(report, /opcua\.(write|call|activate|add)/), [
        '4 × add ReferenceType 1:NewReference (ns=1;i=12133) under Organizes (i=35)',
        '2 × write ns=1;s=the.answer := 1',
        '1 × call ns=1;i=62541("Hello Server") of Objects (i=85) (BadNodeIdUnknown)',
        '1 × activate the session as user1',
      ]);
    });

    it('show values published though a segment came behind its acknowledgement', (t) => {
      const report = told(t, `${folder}/pcaps/opcua_with-gap.pcap`);
      if (!report) return;
      assert.deepEqual(
        { ...(report.counts['opcua_message'] as object) },
        { MSG: 168, OPN: 2, ACK: 1, HEL: 1 },
      );
      const sensor = report.variables.find(({ name }) => name.endsWith('BandO_isOptSens'))!;
      assert.equal(sensor.name, 'ns=2;s=sps-2.DB.OPC_UA.BandO_isOptSens');
    });

    it('show values of every type', (t) => {
      const report = told(t, `${folder}/pcaps/open62541_read_service_test_data.pcap`);
      if (!report) return;
      assert.deepEqual(report.malformed, []);
      assert.ok(report.variables.some(({ name }) => name === 'ns=1;s=Double.Variable'));
    });
  });
});
