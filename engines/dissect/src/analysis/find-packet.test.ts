import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from './analysis.ts';
import { findPacket } from './find-packet.ts';
import { hex } from '../testing/hex.ts';
import { Wire } from '../testing/wire.ts';

const readRegisters = hex`
  0001  transaction
  0000  protocol
  0006  length
  01  unit
  03  read holding registers
  0000  address
  0001  quantity
`;

describe('finding a packet', () => {
  const capture = Wire.speaking(
    { on: 'tcp', at: [502] },
    Array.from({ length: 5 }, () => ['request', readRegisters] as const),
  ).pcap();

  it('counts as the analysis counts', async () => {
    const analysis = new Analysis();
    analysis.push(capture);
    const at = analysis.finish().operations[0]!.samples[2]!.at;
    const found = await findPacket(source(capture), at.packet);
    assert.deepEqual(found?.frame.pieces, [at.frame]);
    assert.equal(found.time, at.time);
    assert.equal(found.frame.fields[0]?.field, 'Ethernet');
  });

  it('finds nothing behind the last', async () => {
    assert.equal(await findPacket(source(capture), 6), undefined);
  });
});

async function* source(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}
