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
    assert.equal(readValue(new ByteReader(hex`00 17 90000001 00`)), undefined);
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

  it('tells who switches memory bits in a real capture', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/COTP/cotp.pcap');
    if (!report) return;
    const [first] = sentences(report, /plus.set-variables/).filter((one) => one.includes('M0.'));
    assert.ok(first?.includes('set M0.4 := on'));
  });
});
