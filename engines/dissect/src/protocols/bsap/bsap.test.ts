import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { anomaliesOf, conversation, operationsOf, text } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join } from '../../testing/wire.ts';
import { bsap } from './bsap.ts';

/** As a ControlWave and its operator station say it, in the capture of ICSNPP. */
const ask = hex`
  0E00 0100 0600 874B0000 774B0000     header: one message, request, sequence numbers
  21000000 0C 874B 0000                length, message exchange, sequence, local address
  A0 00                                remote database access, node status
  04 03 D0 01 0F 02                    read by name: type, value, address, version; level; two signals
  4047562E44533200 4047562E44533100    @GV.DS2, @GV.DS1
`;
const answer = hex`
  0E00 0100 0500 784B0000 874B0000
  17000000 0C 874B 0000
  00 02                                no error, two elements
  00 01 0500 2477                      logical, value, address, version
  00 00 0400 2477
`;
const acknowledge = hex`0E00 0000 0000 00000000 784B0000`;
const setOn = hex`
  0E00 0100 0600 2C4D0000 1C4D0000
  13000000 0C 2C4D 0000
  A0 00 80 2477 0F 01                  write by address: version, level, one signal
  0500 09                              address 5, set on
`;
const refused = hex`0E00 0100 0500 1D4D0000 2C4D0000 0C000000 0C 2C4D 0000 80 01 06`;

function frame(content: ArrayLike<number>): Uint8Array {
  const sum = crc16(crc16Ccitt, 0xffff, join(content, [0x03]), 0, content.length + 1);
  const doubled = Array.from(content).flatMap((octet) => (octet === 0x10 ? [0x10, 0x10] : [octet]));
  return join([0x10, 0x02], doubled, [0x10, 0x03, sum & 0xff, sum >> 8]);
}

/** Address 16, which has to be doubled, sequence 7. */
const serialAsk = frame(join([0x10, 1, 0xa0, 7, 0, 0x03, 0, 0x04, 3, 0xc0, 0, 0xff, 1], text('@GV.AS4.\0')));
const serialAnswer = frame([0, 1, 0x03, 7, 0, 0xa0, 0, 0, 1, 2, 0, 0, 0xa0, 0x42]);
const poll = frame([1, 2, 0x85, 0]);

const talk = (...parts: [Direction, Uint8Array][]) => conversation([bsap], parts);

describe('BSAP', () => {
  keepsItsPromises(bsap, [
    { request: ask, reply: answer },
    { request: acknowledge },
    { request: setOn, reply: refused },
    { request: serialAsk, reply: serialAnswer },
  ]);

  it('tells signals by name, with the values of the answer', () => {
    const report = talk(['request', ask], ['reply', answer]);
    assert.deepEqual(operationsOf(report), ['1 × bsap.read: read @GV.DS2, @GV.DS1: 1, 0']);
    assert.deepEqual(
      report.variables.map(({ name, last }) => [name, last.value]),
      [
        ['@GV.DS2', 1],
        ['@GV.DS1', 0],
      ],
    );
  });

  it('knows a signal that is written by its address, and what it was before', () => {
    const { operations } = talk(['request', ask], ['reply', answer], ['request', setOn], ['reply', refused]);
    const write = operations.find(({ code }) => code === 'bsap.write')!;
    assert.equal(write.samples[0]!.text, 'write @GV.DS2 := 1');
    assert.deepEqual(write.samples[0]!.params['before'], [1]);
    assert.equal(write.refused[0]!.code, 'bsap.signal-is-inhibited-manually');
    assert.ok(write.techniques?.includes('T0855'));
  });

  it('takes for a value what the device did not refuse, signal by signal', () => {
    const header = [...setOn.subarray(0, 14)];
    const both = join(header, hex`16000000 0C 2C4D 0000 A0 00 80 2477 0F 02 0500 09 0600 0A`);
    const reply = (content: ArrayLike<number>) =>
      join(refused.subarray(0, 14), [9 + content.length, 0, 0, 0], hex`0C 2C4D 0000`, content);
    const setsOf = (...parts: [Direction, Uint8Array][]) =>
      talk(...parts).variables.map(({ name, last }) => `${name} := ${last.value}`);
    assert.deepEqual(setsOf(['request', setOn], ['reply', refused]), []);
    assert.deepEqual(setsOf(['request', setOn]), ['address 5 := 1']);
    assert.deepEqual(setsOf(['request', both], ['reply', reply([0])]), ['address 5 := 1', 'address 6 := 0']);
    assert.deepEqual(setsOf(['request', both], ['reply', reply([0x80, 2, 0x06, 0])]), ['address 6 := 0']);
    assert.deepEqual(setsOf(['request', both], ['reply', reply([0x20])]), []);
  });

  it('reads frames of the serial line, with doubled octets', () => {
    const report = talk(['request', serialAsk], ['reply', serialAnswer], ['request', poll]);
    assert.deepEqual(
      operationsOf(report).filter((one) => one.includes('read')),
      ['1 × bsap.read: read @GV.AS4.: 80'],
    );
    assert.equal(report.operations[0]!.samples[0]!.params['station'], 16);
  });

  it('reads frames of the serial line over TCP, wherever segments end', () => {
    const carrier = { on: 'tcp', at: [1234] };
    const parts: [Direction, Uint8Array][] = [
      ['request', serialAsk.subarray(0, 9)],
      ['request', join(serialAsk.subarray(9), poll)],
      ['reply', serialAnswer],
    ];
    const report = conversation([bsap], parts, carrier);
    assert.ok(operationsOf(report).includes('1 × bsap.read: read @GV.AS4.: 80'));
  });

  it('tells a wrong checksum, and believes nothing behind it', () => {
    const report = talk(['request', serialAsk.with(4, 9)]);
    assert.deepEqual(report.operations, []);
    assert.deepEqual(anomaliesOf(report), [['bsap.checksum-wrong', {}]]);
  });

  it('is recognised elsewhere by a right checksum, or lengths and numbers that agree', () => {
    const recognised = (message: Uint8Array) => bsap.recognises(message, 0, message.length, false);
    assert.equal(recognised(serialAsk), OURS);
    assert.equal(recognised(serialAsk.with(4, 9)), NOT_OURS);
    for (const message of [ask, answer, setOn, refused]) {
      assert.equal(recognised(message), OURS);
      // Length of the header, how many messages, kind, either number, length of the message.
      for (const at of [0, 1, 2, 3, 5, 14, 15, 17, 19, 20]) {
        assert.equal(recognised(message.with(at, message[at]! ^ 0x40)), NOT_OURS, `octet ${at}`);
      }
    }
    assert.equal(recognised(acknowledge), NOT_OURS);
    const talked = conversation(
      [bsap],
      [
        ['request', ask],
        ['reply', answer],
        ['request', acknowledge],
      ],
      { on: 'udp', at: [4_000] },
    );
    assert.deepEqual(operationsOf(talked), ['1 × bsap.read: read @GV.DS2, @GV.DS1: 1, 0']);
    assert.equal((talked.counts['ics_frames'] as Record<string, number>)['bsap'], 3);
  });

  it('tells who switches what by hand in a real capture', (t) => {
    const report = told(t, 'cisagov+icsnpp-bsap/testing/traces/bsap-ip_example.pcap');
    if (!report) return;
    assert.equal((report.counts['ics_frames'] as Record<string, number>)['bsap'], 5047);
    assert.deepEqual(sentences(report, /bsap.write/), ['2 × write @GV.ManualSwitch := 0']);
    assert.equal(report.variables.length, 9);
    assert.deepEqual(report.malformed, []);
  });
});
