import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { hex } from '../testing/hex.ts';
import { join, Wire } from '../testing/wire.ts';
import { Analysis } from './analysis.ts';
import { type MessageTree, readMessage } from './read-message.ts';

const SECRET = 'sluice-7';
const password = new TextEncoder().encode(SECRET);
const digits = Buffer.from(password).toString('hex');

describe('a message that holds a secret', () => {
  it('gives it away neither itself nor by what carried it', async () => {
    // BACnet/IP: reinitialize the device, with a password (ASHRAE 135, 16.4), in UDP.
    const bvlc = hex`81 0A 0017`;
    const service = hex`0104 00050114 0900 1D0900`;
    const wire = Wire.speaking({ on: 'udp', at: [47_808] }, [['request', join(bvlc, service, password)]]);
    const tree = await treeOf(wire.pcap());
    assert.deepEqual(
      tree.messages.map(({ dissector }) => dissector),
      ['bvlc', 'bacnet'],
    );
    for (const part of [tree.frame, ...tree.messages]) {
      assert.ok(!JSON.stringify(part).includes(digits) && !JSON.stringify(part).includes(SECRET));
      assert.ok(part.bytes.endsWith('**'.repeat(password.length)));
      assert.equal(part.bytes.length % 2, 0);
    }
    // What stands beside it is shown.
    assert.ok(tree.messages.at(-1)!.bytes.startsWith('0104000501140900'));
  });
});

async function treeOf(file: Uint8Array): Promise<MessageTree> {
  const analysis = new Analysis({ strict: true });
  analysis.push(file);
  const { credentials } = analysis.finish();
  return readMessage((from, count) => file.subarray(from, from + count), credentials[0]!.at);
}
