import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { crc32, CRC32_BEGIN } from '../../bytes/crc32.ts';
import { type Carrier, type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { tsaa } from './tsaa.ts';

/** As a public client sends them: type, node, sequence, version, flag, identification, length with the header. */
function message(type: number, data: Uint8Array, length = u16(data.length + 8), sequence = 1): Uint8Array {
  const bytes = join([type, 1, sequence, 0, 3, 1], length, data);
  const sum = ~crc32(CRC32_BEGIN, bytes, 0, bytes.length);
  return join(bytes, [sum & 0xff, (sum >> 8) & 0xff, (sum >> 16) & 0xff, sum >>> 24]);
}

const read = message(
  11,
  hex`
    0002 0000             blocks
    00 000000 0001 0001   a discrete output: 00002
    0C 000000 0000 0002   two of real memory: 41001 and 41002
  `,
);
const values = hex`
  00 00 0002              response, reason, blocks
  00 00 0001 65000000 0000 0001 01
  0C 00 0000 65000000 0000 0002 0000C841 000020C1
`;
/** Answers were seen with their length turned round. */
const got = message(12, values, u16(values.length + 8).reverse());

const write = message(3, hex`0001 0000 00 000000 0001 0001 01000000`);
const refused = message(4, hex`0B 00 0000`);
/** The client leaves the length out where nothing follows. */
const askStatus = message(15, hex``, u16(0));
const status = message(
  16,
  join(
    hex`00 00 0000 00 00 00 00 01 02 00 09`,
    new Uint8Array(40),
    hex`6400 5000 00000000 0300 0200 00000065`,
    Buffer.from('BURNER\0\0\0\0'),
    new Uint8Array(8),
  ),
);
const askData = message(2, hex`0005 2710`);
const data = message(
  1,
  hex`
    0002 0000
    00 00 0001 0000 0001 05         discrete outputs: the first and the third
    04 00 0004 0000 0004 2A000000   analog input 30001
  `,
);

function analysed(parts: [Direction, Uint8Array][], on: Carrier = tsaa.carriers[0]!) {
  const analysis = new Analysis({ dissectors: [tsaa], strict: true });
  analysis.push(Wire.speaking(on, parts).pcap());
  return analysis.finish();
}

describe('TSAA', () => {
  keepsItsPromises(tsaa, [
    { request: read, reply: got },
    { request: write, reply: refused },
    { request: askStatus, reply: status },
    { request: askData, reply: data },
    { request: message(5, hex``), reply: message(6, hex`00 00 0000 65000000 0001 0000`) },
  ]);

  it('tells which points are read, and what they are worth', () => {
    const { operations, variables } = analysed([
      ['request', read],
      ['reply', got],
    ]);
    assert.deepEqual(
      operations.flatMap(({ samples }) => samples.map(({ text }) => text)),
      ['read 00002, 41001 to 41002 (got 1, 25, -10)'],
    );
    assert.deepEqual(variables.map(({ name, last }) => `${name} is ${last.value}`).toSorted(), [
      '00002 is 1',
      '41001 is 25',
      '41002 is -10',
    ]);
  });

  it('tells data that comes once it was asked for', () => {
    const { operations, variables } = analysed([
      ['request', askData],
      ['reply', data],
      ['reply', data],
    ]);
    assert.equal(operations[0]!.samples[0]!.text, 'ask for data: 00001 to 02000, 10001 to 12000');
    const ones = variables.filter(({ last }) => last.value !== 0);
    assert.deepEqual(ones.map(({ name, last }) => `${name} is ${last.value}`).toSorted(), [
      '00001 is 1',
      '00003 is 1',
      '30001 is 42',
    ]);
  });

  it('tells no points that a bin does not have, and that somebody spoke of them', () => {
    const ones = new Uint8Array(4).fill(0xff);
    const block = (offset: number, count: number) =>
      join(hex`00 00`, u16(offset), hex`65000000 0000`, u16(count));
    const reply = (offset: number, count: number, bits: Uint8Array) =>
      message(12, join(hex`00 00 0001`, block(offset, count), bits));
    const told = (...parts: [Direction, Uint8Array][]) => {
      const { variables, malformed, operations } = analysed(parts);
      const texts = operations.flatMap(({ samples }) => samples.map(({ text }) => text));
      return [variables.map(({ name }) => name), malformed.reduce((sum, { count }) => sum + count, 0), texts];
    };
    assert.deepEqual(told(['reply', reply(1999, 1, ones)]), [['02000'], 0, []]);
    assert.deepEqual(told(['reply', reply(1999, 32, ones)]), [['02000'], 1, []]);
    assert.deepEqual(told(['reply', reply(65_535, 65_535, new Uint8Array(1000))]), [[], 1, []]);
    const ask = (offset: number, count: number) =>
      message(11, join(hex`0001 0000 00 000000`, u16(offset), u16(count)));
    assert.deepEqual(told(['request', ask(1998, 65_535)]), [[], 1, ['read 01999 to 02000']]);
    assert.deepEqual(told(['request', ask(2000, 1)])[1], 1);
  });

  it('joins answers to the question that has their number', () => {
    const ask = (sequence: number) =>
      message(11, join(hex`0001 0000 04 000000`, u16(sequence), hex`0001`), undefined, sequence);
    const answer = (sequence: number) =>
      message(
        12,
        join(hex`00 00 0001 04 00`, u16(sequence), hex`65000000 0000 0001`, [sequence, 0, 0, 0]),
        undefined,
        sequence,
      );
    const { operations } = analysed([
      ['request', ask(1)],
      ['request', ask(2)],
      ['request', ask(3)],
      ['reply', answer(2)],
      ['reply', answer(1)],
      ['reply', answer(4)],
    ]);
    assert.deepEqual(operations[0]!.samples.map(({ text }) => text).toSorted(), [
      'read 30002 (got 1)',
      'read 30003 (got 2)',
      'read 30004',
    ]);
  });

  it('tells writes and why they are refused', () => {
    const { operations } = analysed([
      ['request', write],
      ['reply', refused],
    ]);
    assert.deepEqual(
      operations.map(({ code, dangerous, refused: [why] }) => [code, dangerous, why!.text]),
      [['tsaa.write-values', true, 'the port is read-only']],
    );
  });

  it('tells key, state and project', () => {
    const { operations, devices } = analysed([
      ['request', askStatus],
      ['reply', status],
    ]);
    assert.equal(operations[0]!.samples[0]!.text, 'ask the state: key at run, program running');
    const facts = devices.flatMap((device) => device.facts.map(({ field, value }) => `${field} ${value}`));
    assert.deepEqual(facts, ['project BURNER 2.3']);
  });

  it('is recognised on other ports by its checksum, and tells one that is wrong', () => {
    const changed = Uint8Array.from(read);
    changed[20]! ^= 1;
    assert.equal(tsaa.recognises(read, 0, read.length, false), OURS);
    assert.equal(tsaa.recognises(changed, 0, changed.length, false), NOT_OURS);
    const elsewhere = analysed([['request', read]], { on: 'udp', at: [40_000] });
    assert.equal(elsewhere.operations[0]!.code, 'tsaa.read-values');
    const { anomalies, operations } = analysed([['request', changed]]);
    assert.deepEqual(
      anomalies.map(({ code }) => code),
      ['tsaa.checksum-wrong'],
    );
    assert.deepEqual(operations, []);
  });
});
