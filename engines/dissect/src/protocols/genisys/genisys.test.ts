import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { anomaliesOf, conversation, operationsOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join } from '../../testing/wire.ts';
import { genisys } from './genisys.ts';

/** As the capture of ICSNPP has them. */
const poll = hex`FB 01 8340 F6`;
const acknowledge = hex`F1 01 F6`;
const recall = hex`FD 01 80E0 F6`;

function message(header: number, ...octets: number[]): Uint8Array {
  const plain = Uint8Array.from([header, ...octets]);
  const sum = crc16(crc16Arc, 0xffff, plain, 0, plain.length);
  const escaped = [...octets, sum & 0xff, sum >> 8].flatMap((octet) =>
    octet >= 0xf0 ? [0xf0, octet & 0x0f] : [octet],
  );
  return Uint8Array.from([header, ...escaped, 0xf6]);
}

const control = message(0xfc, 3, 0, 0xf5, 1, 0x02);
const checkback = message(0xf3, 3, 0, 0xf5, 1, 0x02);
const execute = message(0xfe, 3);

const talk = (...parts: [Direction, Uint8Array][]) => conversation([genisys], parts);

describe('Genisys', () => {
  keepsItsPromises(genisys, [
    { request: poll, reply: acknowledge },
    { request: recall, reply: message(0xf2, 1, 0, 5, 1, 4) },
    { request: control, reply: checkback },
  ]);

  it('tells controls that are set and executed, with what was escaped', () => {
    const report = talk(['request', control], ['reply', checkback], ['request', execute]);
    assert.deepEqual(operationsOf(report).toSorted(), [
      '1 × genisys.control: set controls of server 3: 0=0xf5, 1=0x02',
      '1 × genisys.execute: execute the controls of server 3',
    ]);
    assert.deepEqual(report.anomalies, []);
    const on = report.variables.filter(({ last }) => last.value === 1).map(({ name }) => name);
    assert.deepEqual(
      on.toSorted(),
      [0, 2, 4, 5, 6, 7].map((bit) => `server 3 control 0.${bit}`).concat('server 3 control 1.1'),
    );
  });

  it('tells indications as process variables of the server', () => {
    const { variables } = talk(['reply', message(0xf2, 1, 7, 0x81)], ['reply', message(0xf2, 1, 7, 0x01)]);
    const bit = variables.find(({ name }) => name === 'server 1 indication 7.7')!;
    assert.deepEqual([bit.first.value, bit.last.value, bit.changes, bit.sets], [1, 0, 1, 0]);
  });

  it('tells a server that shows back other controls than were set', () => {
    const report = talk(['request', control], ['reply', message(0xf3, 3, 0, 0xf5, 1, 0x03)]);
    assert.deepEqual(anomaliesOf(report), [
      ['genisys.checkback-differs', { server: 3, values: ['0=0xf5', '1=0x03'] }],
    ]);
  });

  it('believes nothing behind a wrong checksum', () => {
    const report = talk(['request', control.with(1, 4)]);
    assert.deepEqual(report.operations, []);
    assert.deepEqual(anomaliesOf(report), [['genisys.checksum-wrong', {}]]);
  });

  it('is recognised elsewhere by a right checksum only', () => {
    assert.equal(genisys.recognises(poll, 0, poll.length, false), OURS);
    assert.equal(genisys.recognises(poll.with(1, 2), 0, poll.length, false), NOT_OURS);
    assert.equal(genisys.recognises(acknowledge, 0, acknowledge.length, false), NOT_OURS);
  });

  it('reads checksums that are not escaped, even where they look like an end', () => {
    const plain = hex`F2 01 08060A040C040F04 09F0 F6`;
    let ends: Uint8Array | undefined;
    for (let data = 0; !ends && data < 0xf0; data++) {
      for (let address = 0; !ends && address < 0xe0; address++) {
        const content = Uint8Array.from([0xf2, 1, address, data]);
        const sum = crc16(crc16Arc, 0xffff, content, 0, 4);
        if ((sum & 0xff) === 0xf6) ends = join(content, [sum & 0xff, sum >> 8, 0xf6]);
      }
    }
    const report = talk(['reply', join(plain, ends!)]);
    assert.deepEqual([report.anomalies, report.malformed], [[], []]);
    assert.equal(report.conversations[0]!.messages, 2);
  });

  it('reads several messages in one segment', () => {
    const report = talk(['request', join(control, execute, poll)]);
    assert.equal(report.operations.length, 3);
  });

  it('reads a real capture to the last message', (t) => {
    const report = told(t, 'cisagov+icsnpp-genisys/tests/traces/genisys.pcap');
    if (!report) return;
    assert.equal((report.counts['ics_frames'] as Record<string, number>)['genisys'], 688);
    assert.deepEqual(report.malformed, []);
    assert.deepEqual(report.anomalies, []);
    assert.ok(report.variables.length > 0);
  });
});
