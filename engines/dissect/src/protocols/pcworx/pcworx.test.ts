import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { pcworx } from './pcworx.ts';

/** The three exchanges of the nmap script, and what an ILC 151 ETH answered, as published. */
const open = hex`
  01 01 001A      request, open, length
  0000 0000 7880 0003 000C
  494245544830314E305F4D 00  IBETH01N0_M
`;
const opened = hex`8101 0014 0000 0001 0000 0000 0002 0000 004C 0000`;
const identify = hex`0106 000E 0002 0000 0000 004C 0400`;
const identity = hex`
  810600B0000200010000000000020000004C0000000600988295004A0000  header
  494C43203135312045544800000000000000000000000000000000000000000000000000  type
  342E3431000000000000000000  firmware
  30392F32382F313500000000  date
  31343A33353A303100  time
  30340000000020000000000000000020000000000000000000000000000000200000000000000000200000000000000000303100
  3237303039373400  order number
  42310000002000000000200000000000
`;

/** What the script says between them, with the session it was given. */
const ask = hex`0105 0016 0001 0000 7880 004C 0000 0006 0004 0295 0000`;
/** Of other published tools, in session 4C. */
const askAgain = hex`0105 0016 005F 0000 08EF 004C 0000 0022 0004 0295 0000`;
const named = hex`
  0105 002E 0063 0000 0000 004C 0000 0023  request, session, counter
  001C 02B0 000C  length, code, words
  0000 05 5B4433325D 0B 466C617368436865636B31 01 31 0000  names
`;
const fetch = hex`0106 000E 0065 FFFF FF0F 004C 0400`;
const close = hex`0102 000C 006B FFFF FF0F 004C`;

/** The beginning of what an ILC 191 ETH 2TX answered, as published, with firmware and order number where the other has them. */
const another = join(
  hex`810600B0 000C 0001 0000 0000 0002 0000 004C 0000 0000 0098 8295 004A 0000`,
  Buffer.from('ILC 191 ETH 2TX'.padEnd(36, '\0')),
  Buffer.from('4.42'.padEnd(13, '\0')),
  identity.subarray(79),
);

/** An answer with this result and nothing behind it. */
const answer = (code: number, result: number, session = 0x4c) =>
  join(
    hex`8106 001E 0066 0001 0000 0000 0002 0000`,
    u16(session),
    hex`0000 0022 0006`,
    u16(code | 0x8000),
    hex`0001`,
    u16(result),
  );

function textsOf(...parts: [Direction, Uint8Array][]): string[] {
  return analysed(...parts).operations.flatMap(({ samples }) => samples.map(({ text }) => text));
}

function analysed(...parts: [Direction, Uint8Array][]) {
  const analysis = new Analysis({ dissectors: [pcworx], strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [1962] }, parts).pcap());
  return analysis.finish();
}

describe('PC WORX', () => {
  keepsItsPromises(pcworx, [
    { request: open, reply: opened },
    { request: ask },
    { request: identify, reply: identity },
    { request: named },
    { request: fetch, reply: answer(0x02b0, 7) },
    { request: askAgain },
    { request: fetch, reply: another },
    { request: close },
  ]);

  it('tells sessions from their opening to their closing, and what is asked in them', () => {
    const texts = textsOf(
      ['request', open],
      ['reply', opened],
      ['request', ask],
      ['request', identify],
      ['reply', identity],
      ['request', named],
      ['request', named.with(19, 0xb1)],
      ['request', close],
    );
    assert.deepEqual(texts.toSorted(), [
      'ask type, firmware and order number',
      'close the session (number 76)',
      'fetch the answer (of session 76)',
      'open a session as IBETH01N0_M (number 76)',
      'request 0x02b0 with [D32], FlashCheck1, 1',
      'request 0x02b1',
    ]);
    assert.deepEqual(textsOf(['reply', opened], ['reply', identity]), []);
  });

  it('tells what was not done, of the request with this code in this session', () => {
    const refusedOf = (...replies: Uint8Array[]) =>
      analysed(
        ['request', askAgain],
        ['request', named],
        ['request', fetch],
        ...replies.map((one): [Direction, Uint8Array] => ['reply', one]),
      ).operations.flatMap(({ code, refused }) => refused.map(({ text }) => `${code}: ${text}`));
    assert.deepEqual(refusedOf(answer(0x02b0, 7)), ['pcworx.named: status 0x07']);
    assert.deepEqual(refusedOf(answer(0x0295, 0x102)), ['pcworx.identify: status 0x102']);
    const others = [answer(0x02b0, 0), answer(0x02b1, 7), answer(0x02b0, 7, 0x4d), another];
    for (const other of others) assert.deepEqual(refusedOf(other), []);
  });

  it('learns the same of another controller, and nothing of an answer that is none', () => {
    const facts = (reply: Uint8Array) =>
      analysed(['request', askAgain], ['request', fetch], ['reply', reply])
        .devices.flatMap(({ facts: told }) => told.map(({ field, value }) => `${field} ${value}`))
        .filter((fact) => fact.startsWith('model'));
    assert.deepEqual(facts(another), ['model ILC 191 ETH 2TX']);
    assert.deepEqual(facts(another.with(29, 1)), []);
    assert.deepEqual(facts(another.with(25, 0x96)), []);
  });

  it('believes a code only where the lengths around it agree', () => {
    for (const wrong of [named.with(17, 0x1b), named.with(21, 0x0b), named.with(17, 0x1a).with(21, 0x0b)]) {
      assert.deepEqual(textsOf(['request', wrong]), ['request ?']);
    }
    const cut = named.with(24, 0xff);
    assert.deepEqual(textsOf(['request', cut]), ['request 0x02b0 with ?']);
  });

  it('learns type, firmware and order number', () => {
    const wire = Wire.speaking({ on: 'tcp', at: [1962] }, [
      ['request', open],
      ['request', identify],
      ['reply', identity],
    ]);
    const analysis = new Analysis({ dissectors: [pcworx], strict: true });
    analysis.push(wire.pcap());
    const { devices, operations } = analysis.finish();
    const device = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const facts = device.facts.map(({ field, value }) => `${field} ${value}`);
    assert.ok(facts.includes('model ILC 151 ETH'));
    assert.ok(facts.includes('firmware 4.41 (09/28/15 14:35:01)'), facts.join('; '));
    assert.ok(facts.includes('orderNumber 2700974'));
    assert.ok(operations.some(({ samples: [sample] }) => sample!.text === 'open a session as IBETH01N0_M'));
  });

  it('is recognised on other ports by a client that opens a session', () => {
    assert.equal(pcworx.recognises(open, 0, open.length, false), OURS);
    const others = [identify, opened, open.subarray(0, -1), hex`0101 001A 0000 0000 7880 0003 000C 4F42`];
    for (const message of others) {
      assert.equal(pcworx.recognises(message, 0, message.length, false), NOT_OURS);
    }
    const analysis = new Analysis({ dissectors: [pcworx], strict: true });
    const wire = Wire.speaking({ on: 'tcp', at: [40_000] }, [
      ['request', open],
      ['reply', opened],
      ['request', identify],
      ['reply', identity],
    ]);
    analysis.push(wire.pcap());
    assert.ok(
      analysis.finish().devices.some(({ facts }) => facts.some(({ value }) => value === 'ILC 151 ETH')),
    );
  });
});
