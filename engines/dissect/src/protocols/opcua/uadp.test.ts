import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import * as ua from './opcua-encode.ts';
import { uadp } from './uadp.ts';

/** OPC 10000-14, 7.2.2: publisher 7 (UInt16), group 1, and what each writer says. */
const header = hex`
  F1    version 1, publisher id, group header, payload header, extended flags
  01    publisher id is a UInt16
  0700  publisher id
  01    group flags: writer group id
  0100  writer group id
`;

const keyFrame = join(
  hex`
    01    valid, fields are variants
    0200  field count
  `,
  ua.double(21.5),
  ua.boolean(true),
);
const deltaFrame = join(
  hex`
    85    valid, fields are data values, flags 2
    01    delta frame
    0100  field count
    0500  field index
  `,
  ua.value(ua.double(3)),
);

const one = join(header, hex`01 0A00`, keyFrame);
const two = join(
  header,
  hex`02 0A00 0B00`,
  ua.u16(keyFrame.length),
  ua.u16(deltaFrame.length),
  keyFrame,
  deltaFrame,
);
const encrypted = join(
  hex`
    B1    version 1, publisher id, group header, extended flags
    11    publisher id is a UInt16, security
    0700  publisher id
    01 0100
    03    signed and encrypted
    01000000  security token id
    04 01020304  nonce
  `,
  new Uint8Array(32).fill(0xa5),
);

function analysed(port: number, ...messages: Uint8Array[]) {
  const analysis = new Analysis({ dissectors: [uadp], strict: true });
  const parts = messages.map((message) => ['request', message] as const);
  analysis.push(Wire.speaking({ on: 'udp', at: [port] }, parts).pcap());
  return analysis.finish();
}

describe('OPC UA PubSub', () => {
  keepsItsPromises(uadp, [{ request: one }, { request: two }, { request: encrypted }]);

  it('is recognised elsewhere when all of it fits', () => {
    const recognised = (bytes: Uint8Array, expected: boolean) =>
      uadp.recognises(bytes, 0, bytes.length, expected);
    for (const message of [one, two]) {
      assert.equal(recognised(message, true), OURS);
      assert.equal(recognised(message, false), OURS);
      for (let end = 0; end < 24; end++) {
        assert.equal(recognised(message.subarray(0, end), false), NOT_OURS, `${end} octets`);
      }
      // Flags, those of the publisher, of the group, how many writers.
      for (const at of [0, 1, 4, 7])
        assert.equal(recognised(message.with(at, 0x97), false), NOT_OURS, `${at}`);
    }
    assert.equal(recognised(join(two, [0]), false), NOT_OURS);
    assert.equal(recognised(encrypted, false), NOT_OURS);
    assert.equal(analysed(5_000, two).variables.length, 3);
  });

  it('tells fields by publisher, group, writer and index', () => {
    const { variables, operations, malformed } = analysed(4840, one, two);
    assert.deepEqual(malformed, []);
    assert.deepEqual(
      variables.map(({ name, count, last }) => [name, count, last.value]),
      [
        ['publisher 7 group 1 writer 10 field 0', 2, 21.5],
        ['publisher 7 group 1 writer 10 field 1', 2, 1],
        ['publisher 7 group 1 writer 11 field 5', 1, 3],
      ],
    );
    assert.equal(
      operations[0]!.samples[1]!.text,
      'publisher 7 publishes group 1 (writer 10 field 0 = 21.5, writer 10 field 1 = true, writer 11 field 5 = 3)',
    );
  });

  it('tells who publishes when the rest is encrypted', () => {
    const { variables, operations } = analysed(4840, encrypted);
    assert.deepEqual(variables, []);
    assert.equal(operations[0]!.samples[0]!.text, 'publisher 7 publishes group 1');
  });
});
