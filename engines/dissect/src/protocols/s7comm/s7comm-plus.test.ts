import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { ByteReader } from '../../bytes/byte-reader.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Direction } from '../../dissector.ts';
import { conversation, credentialsOf, factsOf, operationsOf, SERVER } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join, u16, u32 } from '../../testing/wire.ts';
import { cotp } from '../iso/cotp.ts';
import { readReferences, Subscriptions } from './plus-subscriptions.ts';
import { readValue } from './plus-values.ts';
import { s7commPlus } from './s7comm-plus.ts';

const TCP = { on: 'tcp', at: [102] };
const tpkt = (payload: ArrayLike<number>) => join([3, 0], u16(payload.length + 7), hex`02F080`, payload);

/** Of a S7-1500 and its OPC server, as the capture of icsmaster has them. */
const ask = hex`
  72 02 005B                              protocol, version, length
  31 0000 054C 0000 0013 00000388 34      request, get several variables, sequence, session, flags
  00000000 01 05                          no object; one item, five fields
  8ACDF1CD66 88D0B88003 02 9376 0A        checksum of the symbol, DB3, actual values, local identifier 10
  000004E88969001200000000896A001300896B000400 00 0D20 7620C0877933317BA6C26045BBF355F109B98FAB19A7AD831AD7C2369BF7E7FC
  72020000
`;
const answer = (value: ArrayLike<number>) =>
  unit(join(hex`32 0000 054C 0000 0013 34 00 01`, value, hex`00 00 00 00000000`));

function unit(data: ArrayLike<number>, version = 2): Uint8Array {
  return join([0x72, version], u16(data.length), data, [0x72, version, 0, 0]);
}

const request = (code: number, sequence: number, body: ArrayLike<number>) =>
  join(hex`31 0000`, u16(code), [0, 0], u16(sequence), u32(0x388), [0x34], body, u32(0));

const setBit = unit(request(0x0542, 3, hex`00000000 01 07 00 52 05 9D18 03 00 01 04 01 00 01 01 00`));
const respond = unit(request(0x0542, 4, hex`00000388 01 01 8230 01 10 02 04 DEADBEEF 00`));
const stop = unit(request(0x04f2, 5, hex`00000034 01 9077 00 08 01`));

const talk = (...parts: [Direction, Uint8Array][]) =>
  conversation(
    [cotp, s7commPlus],
    parts.map(([way, bytes]) => [way, tpkt(bytes)] as const),
    TCP,
  );

describe('S7comm-plus', () => {
  keepsItsPromises(s7commPlus, [{ request: setBit, reply: answer(hex`00 08 02`) }, { request: stop }], {
    dissectors: [cotp],
    wrap: tpkt,
  });

  it('tells variables with the values of the answer', () => {
    const report = talk(['request', ask], ['reply', answer(hex`00 08 02`)]);
    assert.deepEqual(
      operationsOf(report).filter((one) => one.includes('plus')),
      ['1 × s7comm-plus.get-variables: read DB3 LID 10: 2'],
    );
    assert.deepEqual(
      report.variables.map(({ name, last }) => [name, last.value]),
      [['DB3 LID 10', 2]],
    );
  });

  it('tells what is set, and the operating state that is requested', () => {
    const report = talk(['request', setBit], ['request', stop]);
    assert.deepEqual(operationsOf(report).toSorted(), [
      '1 × s7comm-plus.set-operating-state: request operating state 1',
      '1 × s7comm-plus.set-variables: set M0.4 := on',
    ]);
    assert.equal(report.variables[0]!.sets, 1);
  });

  it('takes for set what the controller did not refuse, item by item', () => {
    const write = unit(
      request(
        0x0542,
        3,
        hex`00000000 02 0E 00 52 05 9D18 03 00 01 04 00 52 05 9D18 03 00 01 05 01 00 01 01 02 00 01 01 00`,
      ),
    );
    const reply = (result: ArrayLike<number>) =>
      unit(join(hex`32 0000 0542 0000 0003 34`, result, hex`00 00 00000000`));
    const setsOf = (...parts: [Direction, Uint8Array][]) => talk(...parts).variables.map(({ name }) => name);
    assert.deepEqual(setsOf(['request', write]), ['M0.4', 'M0.5']);
    assert.deepEqual(setsOf(['request', write], ['reply', reply([0])]), ['M0.4', 'M0.5']);
    const second = reply(hex`00 02 8FFFFFFFFFFFFF7A`);
    assert.deepEqual(setsOf(['request', write], ['reply', second]), ['M0.4']);
    const { operations } = talk(['request', write], ['reply', second]);
    assert.equal(operations[0]!.refused[0]!.code, 's7comm-plus.unknown-status');
    assert.deepEqual(setsOf(['request', write], ['reply', reply(hex`8FFFFFFFFFFFFF7A`)]), []);
  });

  it('reads behind the digest of version 3', () => {
    const digest = join([32], new Uint8Array(32));
    const guarded = unit(join(digest, setBit.subarray(4, setBit.length - 4)), 3);
    assert.deepEqual(operationsOf(talk(['request', guarded])), [
      '1 × s7comm-plus.set-variables: set M0.4 := on',
    ]);
  });

  it('tells what a subscription notifies by the names of its variables', () => {
    // Head, two items to come: each with its number, area, checksum, part of the area and local identifiers.
    const list = hex`8880808000 00 02 8880908002 01 00 88D0B88003 00 9376 0A 8880908003 02 00 51 00 9D18 01 02`;
    const object = join(hex`A1 7FFFC001 8769 00 00 A3 8818 20 04 12`, list, hex`A2`);
    const create = (body: ArrayLike<number>) =>
      unit(request(0x04ca, 9, join(u32(0x388), hex`00 04 00 00000000`, body)));
    const created = unit(hex`32 0000 04CA 0000 0009 34 00 01 878080806A 00000000`);
    const items = hex`92 00000001 00 07 03E9 9B 02 10 03 02 0001 0002 13 00000007 92 00000009 00 01 01 00 00000000`;
    const notify = (id: number, header: ArrayLike<number>) =>
      unit(join([0x33], u32(id), hex`0400 0000 0000`, header, items));
    const variablesOf = (...parts: [Direction, Uint8Array][]) => {
      const report = talk(...parts);
      assert.deepEqual(report.malformed, []);
      return report.variables.map(({ name, last }) => `${name} = ${last.value}`);
    };
    const named = ['DB3 LID 10 = 1001', 'Q LID 1.2[0] = 1', 'Q LID 1.2[1] = 2'];
    const unnamed = 'subscription 0x7000006a item 9 = 1';
    const subscribed = [
      ['request', create(object)],
      ['reply', created],
    ] as [Direction, Uint8Array][];
    assert.deepEqual(variablesOf(...subscribed, ['reply', notify(0x7000_006a, hex`05 8148 01`)]), [
      ...named,
      unnamed,
    ]);
    // Newer controllers tell the time as well.
    assert.deepEqual(
      variablesOf(...subscribed, ['reply', notify(0x7000_006a, hex`05 8148 00064B0C2A1F3D10 01`)]),
      [...named, unnamed],
    );
    // The number of items of an S7-1200 is one octet, however great.
    const [first] = variablesOf(['reply', notify(0x1000_006a, hex`05 C8`)]);
    assert.equal(first, 'subscription 0x1000006a item 1 = 1001');
    // A subscription that ended takes its names along.
    const ended = unit(request(0x04d4, 10, u32(0x7000_006a)));
    assert.equal(
      variablesOf(...subscribed, ['request', ended], ['reply', notify(0x7000_006a, hex`05 01 01`)])[0],
      'subscription 0x7000006a item 1 = 1001',
    );
  });

  it('takes no list for longer than it is', () => {
    assert.deepEqual([...readReferences([0x8001_0000, 0, 9, 0x8004_0003, 1, 0, 82])!], []);
    assert.deepEqual(
      [...readReferences([0x8001_0000, 0, 2 ** 31, 0x8004_0002, 1, 0, 82, 0, 1, 7])!],
      [[1, 'M LID 7']],
    );
    assert.equal(readReferences([0x8001_0000, 1, 0, 7]), undefined);
    assert.equal(readReferences([]), undefined);
  });

  it('forgets the oldest subscriptions when all name too many variables', () => {
    const named = (count: number) =>
      new Map(Array.from({ length: count }, (_, item) => [item, `LID ${item}`]));
    const subscriptions = new Subscriptions();
    for (const subscription of [1, 2, 3]) subscriptions.add(0, subscription, named(20_000));
    // Said again, it is the newest, and counts once.
    subscriptions.add(0, 1, named(20_000));
    assert.equal(subscriptions.dropped, 0);
    subscriptions.add(0, 4, named(10_000));
    assert.equal(subscriptions.dropped, 1);
    assert.deepEqual(
      [1, 2, 3, 4].map((subscription) => subscriptions.nameOf(0, subscription, 7)),
      ['LID 7', 'subscription 0x2 item 7', 'LID 7', 'LID 7'],
    );
    // What has none takes a place, too.
    for (let subscription = 5; subscription < 70_000; subscription++) {
      subscriptions.add(0, subscription, new Map());
    }
    assert.equal(subscriptions.dropped, 4 + 69_995 - 65_536);
  });

  it('reads packed structures, and streamed answers', () => {
    const packed = hex`00 17 02000043 5D5AE23C1F3D1000 02 0C 07E80B1C05 0C1E00 00000000`;
    const asked = unit(request(0x0586, 4, hex`8A0E0003 20 04 01 93 76`));
    const streamed = (value: ArrayLike<number>) =>
      unit(join(hex`32 0000 0586 0000 0004 34 00 00`, value, hex`09 00000000`));
    const told = (value: ArrayLike<number>) =>
      operationsOf(talk(['request', asked], ['reply', streamed(value)]))[0];
    const of = 'read actual values of DB3, streamed';
    assert.equal(told(packed), `1 × s7comm-plus.get-streamed: ${of}: 0x07e80b1c050c1e0000000000`);
    assert.equal(told(hex`00 15 02 4F4B`), `1 × s7comm-plus.get-streamed: ${of}: OK`);
    // Of an array, the length of one element and then that of all.
    const several = hex`00 17 90000001 0000000000000001 8802 02 04 00010002`;
    assert.equal(told(several), `1 × s7comm-plus.get-streamed: ${of}: 0x00010002`);
    const refused = unit(hex`32 0000 0586 0000 0004 34 8FFFFFFFFFFFFF7A 09 00000000`);
    const { operations, malformed } = talk(['request', asked], ['reply', refused]);
    assert.equal(operations[0]!.refused[0]!.code, 's7comm-plus.unknown-status');
    assert.deepEqual(malformed, []);
  });

  it('shows which subscription a notification belongs to', () => {
    const notification = unit(hex`33 70000E51 0400 0000 0000 0A 8148 01 9200000001 000801 00000000`);
    const traced = new TracedReader(notification);
    assert.equal(s7commPlus.read(traced, { direction: 'reply' }).code, 0);
    const tree = JSON.stringify(traced.finish());
    assert.ok(tree.includes('"field":"subscription"') && tree.includes(String(0x7000_0e51)));
    assert.deepEqual(talk(['reply', notification]).malformed, []);
  });

  it('tells blocks that are deleted from sessions that end', () => {
    const block = unit(request(0x04d4, 6, hex`8A0E0003`));
    const session = unit(request(0x04d4, 7, hex`00000388`));
    assert.deepEqual(operationsOf(talk(['request', block], ['request', session])), [
      '1 × s7comm-plus.delete-block: delete DB3',
      '1 × s7comm-plus.delete-object: delete 0x388',
    ]);
  });

  it('puts fragments together', () => {
    const data = setBit.subarray(4, setBit.length - 4);
    const first = join([0x72, 2], u16(20), data.subarray(0, 20));
    const report = talk(['request', first], ['request', unit(data.subarray(20))]);
    assert.deepEqual(operationsOf(report), ['1 × s7comm-plus.set-variables: set M0.4 := on']);
    assert.deepEqual(report.malformed, []);
  });

  it('tells that somebody proves to know a password, and never with what', () => {
    const report = talk(['request', respond]);
    assert.deepEqual(credentialsOf(report), ['S7comm-plus challenge  4']);
    const traced = new TracedReader(respond);
    s7commPlus.read(traced, { direction: 'request' });
    assert.ok(!JSON.stringify(traced.finish()).toLowerCase().includes('deadbeef'));
    assert.ok(!JSON.stringify(report).includes('222, 173'));
  });

  it('takes a return value below nought for a refusal', () => {
    const wrong = unit(hex`32 0000 054C 0000 0013 34 8FFFFFFFFFFFFF7A 00 00 00 00000000`);
    const { operations } = talk(['request', ask], ['reply', wrong]);
    assert.equal(operations[0]!.refused[0]!.code, 's7comm-plus.unknown-status');
  });

  it('reads values of every width', () => {
    const of = (bytes: Uint8Array) => readValue(new ByteReader(bytes))?.scalar;
    assert.equal(of(hex`00 04 8240`), 320);
    assert.equal(of(hex`00 08 FFB4D279`), -1_234_567);
    assert.equal(of(hex`00 08 FE01`), -255);
    assert.equal(of(hex`00 0E 41200000`), 10);
    assert.equal(of(hex`00 15 03 414243`), 'ABC');
    assert.equal(of(hex`00 01 01`), true);
    assert.equal(readValue(new ByteReader(hex`10 02 04 01020304`))?.length, 4);
    assert.deepEqual(readValue(new ByteReader(hex`10 07 02 FFFF 0003`))?.elements, [-1, 3]);
  });

  it('learns controllers and their clients from sessions in a real capture', (t) => {
    const report = told(t, 'w3h+icsmaster/pcap/s7/S7-1511_db3_var1_HMI.pcap');
    if (!report) return;
    assert.ok(factsOf(report, '192.168.25.139').includes('orderNumber 6ES7 511-1AK00-0AB0'));
    assert.ok(factsOf(report, '192.168.25.139').includes('firmware V1.0'));
    assert.ok(factsOf(report, '192.168.25.146').includes('software SIMATIC NET PC Software'));
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(factsOf(report, SERVER), []);
  });

  it('follows subscriptions in a real capture, also by their items alone', (t) => {
    const s7 =
      'w3h+icsmaster/pcap/s7/V13_1200_TP1200sim_MW100_Int_SPS_5s_MW102_Int_SPS_10s_MW102_ab_1000_Timer';
    const words = told(t, `${s7}_sync.pcapng`);
    const late = told(t, 'cisagov+icsnpp-s7comm/tests/traces/s7comm_plus.pcap');
    if (!words || !late) return;
    const seen = (name: string) => words.variables.find((one) => one.name === name)?.last.value;
    // MW100 counts up from 1, MW102 from 1000.
    assert.deepEqual([seen('M LID 9'), seen('M LID 10')], [8, 1004]);
    assert.ok(late.variables.some(({ name }) => name === 'subscription 0x70000e51 item 27'));
    assert.deepEqual([...words.malformed, ...late.malformed], []);
  });

  it('tells who switches memory bits in a real capture', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/COTP/cotp.pcap');
    if (!report) return;
    const [first] = sentences(report, /plus.set-variables/).filter((one) => one.includes('M0.'));
    assert.ok(first?.includes('set M0.4 := on'));
  });
});
