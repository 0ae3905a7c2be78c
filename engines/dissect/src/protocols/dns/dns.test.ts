import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import {
  anomaliesOf,
  CLIENT,
  conversation,
  factsOf,
  operationsOf,
  SERVER,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, u32, Wire } from '../../testing/wire.ts';
import { saidOfAsker } from './askers.ts';
import { dns } from './dns.ts';
import { llmnr } from './llmnr.ts';
import { mdns } from './mdns.ts';
import { readName } from './names.ts';

const label = (words: string) => join([words.length], Buffer.from(words));
const name = (dotted: string) => join(...dotted.split('.').map(label), [0]);
const head = (flags: number, questions: number, answers: number) =>
  join(u16(0x0102), u16(flags), u16(questions), u16(answers), u16(0), u16(0));
const question = (dotted: string, type: number) => join(name(dotted), u16(type), u16(1));
const record = (owner: ArrayLike<number>, type: number, data: ArrayLike<number>) =>
  join(owner, u16(type), u16(1), u32(60), u16(data.length), data);

const query = hex`
  0102 0100 0001 0000 0000 0000
  04 74696D65 07 77696E646F7773 03 636F6D 00   time.windows.com
  0001 0001
`;
/** The name of the answer is that of the question: a pointer. */
const answer = join(
  head(0x8580, 1, 1),
  question('scada.plant.example', 1),
  record([0xc0, 12], 1, [192, 168, 2, 9]),
);

const announcement = join(
  head(0x8400, 0, 3),
  record(name('line3.local'), 1, [192, 0, 2, 2]),
  record(name('Line 3._http._tcp.local'), 33, join(u16(0), u16(0), u16(80), name('line3.local'))),
  record(name('line3._device-info._tcp.local'), 16, join(label('model=PanelPC 477'), label('nothing'))),
);

describe('DNS', () => {
  keepsItsPromises(dns, [{ request: query, reply: answer }]);

  it('learns what a host runs from what it asks for', () => {
    assert.deepEqual(factsOf(conversation([dns], [['request', query]]), CLIENT), ['os Windows']);
    assert.equal(saidOfAsker('www.example.com'), undefined);
  });

  it('learns names of hosts of the plant, and makes no devices of the internet', () => {
    const report = conversation([dns], [['reply', answer]]);
    assert.deepEqual(factsOf(report, '192.168.2.9'), ['name scada.plant.example']);
    const outside = Uint8Array.from(answer);
    outside.set([203, 0, 113, 9], outside.length - 4);
    assert.deepEqual(factsOf(conversation([dns], [['reply', outside]]), '203.0.113.9'), []);
  });

  it('learns names from questions for addresses', () => {
    const reverse = join(
      head(0x8580, 0, 1),
      record(name('9.2.168.192.in-addr.arpa'), 12, name('historian.plant.example')),
    );
    assert.deepEqual(factsOf(conversation([dns], [['reply', reverse]]), '192.168.2.9'), [
      'name historian.plant.example',
    ]);
  });

  it('tells who asks for all names at once, and learns them over TCP', async () => {
    const transfer = join(head(0, 1, 0), question('plant.example', 252));
    const framed = (message: Uint8Array) => join(u16(message.length), message);
    const wire = Wire.speaking({ on: 'tcp', at: [53] }, [
      ['request', framed(transfer)],
      ['reply', framed(answer)],
    ]);
    const analysis = new Analysis({ dissectors: [dns], strict: true });
    analysis.push(wire.pcap());
    const report = analysis.finish();
    assert.deepEqual(operationsOf(report), ['1 × dns.zone-transfer: ask for all names of plant.example']);
    assert.deepEqual(factsOf(report, '192.168.2.9'), ['name scada.plant.example']);
    const { at } = report.operations[0]!.samples[0]!;
    const file = wire.pcap();
    const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [dns]);
    assert.equal(tree.messages[0]!.malformed, undefined);
    assert.ok(JSON.stringify(tree.messages[0]!.fields).includes('plant.example'));
  });

  it('follows pointers back only', () => {
    const read = (bytes: Uint8Array) => readName(new ByteReader(bytes), bytes, 'name');
    assert.throws(() => read(hex`C000`), Malformed);
    assert.throws(() => read(hex`01 61 C002`), Malformed);
    assert.throws(() => read(hex`01 61`), Malformed);
    const reader = new ByteReader(hex`01 61 00 01 62 C000`);
    reader.skip(3, 'first');
    assert.equal(readName(reader, hex`01 61 00 01 62 C000`, 'name'), 'b.a');
    assert.equal(reader.remaining, 0);
  });
});

describe('multicast DNS', () => {
  keepsItsPromises(mdns, [{ request: query, reply: announcement }]);

  it('learns name, services and model of who announces them', () => {
    assert.deepEqual(factsOf(conversation([mdns], [['reply', announcement]]), SERVER), [
      'name line3',
      'software _http._tcp',
      'model PanelPC 477',
    ]);
  });

  it('learns of an OPC UA server in a real capture', (t) => {
    const report = told(
      t,
      'cisagov+icsnpp-opcua-binary/pcaps/open62541_discover_getendpoints_discover_urls.pcap',
    );
    if (report) assert.ok(JSON.stringify(report.devices).includes('_opcua-tcp._tcp'));
  });
});

const asked = (host: string, type = 1) => join(head(0, 1, 0), question(host, type));
const answered = (host: string) =>
  join(head(0x8000, 1, 1), question(host, 1), record([0xc0, 12], 1, [192, 0, 2, 2]));

describe('LLMNR', () => {
  keepsItsPromises(llmnr, [{ request: asked('hmi', 255), reply: answered('hmi') }]);

  it('learns the name of who answers for it, or asks whether it is free', () => {
    const report = conversation(
      [llmnr],
      [
        ['request', asked('hmi', 255)],
        ['reply', answered('scada')],
      ],
    );
    assert.deepEqual(factsOf(report, CLIENT), ['name hmi']);
    assert.deepEqual(factsOf(report, SERVER), ['name scada']);
  });

  it('notices who answers for everybody', () => {
    const answers = (...hosts: string[]) =>
      anomaliesOf(
        conversation(
          [llmnr],
          hosts.map((host) => ['reply', answered(host)] as const),
        ),
      );
    assert.deepEqual(answers('a', 'A', 'b', 'c'), []);
    assert.deepEqual(answers('a', 'b', 'c', 'd', 'e'), [
      ['llmnr.answers-for-many', { names: ['a', 'b', 'c', 'd'] }],
    ]);
  });
});
