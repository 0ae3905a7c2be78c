import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anomaliesOf, conversation, factsOf, rolesOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { stp } from './stp.ts';

const root = hex`
  0000 00 00          configuration
  00
  8001 020000000001   root
  00000000
  8001 020000000001   bridge
  8004
  0000 1400 0200 0F00
`;
const notice = hex`0000 00 80`;
const MAC = '02:00:00:00:00:01';

/** The bridge stays, somebody else becomes root. */
const elected = (mac: number, vlan = 1) => {
  const bytes = Uint8Array.from(root);
  bytes.set([0x10, vlan, 2, 0, 0, 0, 0, mac], 5);
  bytes[18] = vlan;
  return bytes;
};

describe('spanning tree', () => {
  keepsItsPromises(stp, [{ request: root, reply: notice }]);

  it('knows a switch by its frames, and the root by its name', () => {
    const report = conversation([stp], [['request', root]]);
    assert.deepEqual(rolesOf(report, MAC), ['switch stp.bridge']);
    assert.deepEqual(factsOf(report, MAC), [
      'description root of the spanning tree, priority 32768 02:00:00:00:00:01',
    ]);
  });

  it('notices that the root changes, in the tree of one VLAN', () => {
    const report = conversation(
      [stp],
      [
        ['request', root],
        ['request', elected(9)],
        ['request', elected(9)],
      ],
    );
    const params = { before: '32768 02:00:00:00:00:01', root: '4096 02:00:00:00:00:09' };
    assert.deepEqual(anomaliesOf(report), [['stp.root-changed', params]]);
    assert.equal(report.anomalies[0]!.count, 1);
    assert.deepEqual(
      conversation(
        [stp],
        [
          ['request', root],
          ['request', elected(9, 2)],
        ],
      ).anomalies,
      [],
    );
  });
});
