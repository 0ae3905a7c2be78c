import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anomaliesOf, conversation, factsOf, rolesOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join } from '../../testing/wire.ts';
import { ptp } from './ptp.ts';

const header = (kind: number, length: number) =>
  join([kind, 2, 0, length, 0, 0, 0, 0], new Uint8Array(12), hex`0002B3FFFE000001 0001 0007 05 01`);
const announce = (last: number) =>
  join(
    header(11, 64),
    new Uint8Array(10),
    hex`0025 00 80 06 21 4E5D 80  class 6, to 100 ns`,
    hex`0002B3FFFE0000`,
    [last],
    hex`0000 20  from GNSS`,
  );
const sync = join(header(0, 44), new Uint8Array(10));
const delayRequest = join(header(1, 44), new Uint8Array(10));

describe('PTP', () => {
  keepsItsPromises(ptp, [
    { request: delayRequest, reply: announce(1) },
    { request: delayRequest, reply: sync },
  ]);

  it('knows the master, and where its time comes from', () => {
    const report = conversation(
      [ptp],
      [
        ['reply', sync],
        ['reply', announce(1)],
      ],
    );
    assert.deepEqual(rolesOf(report, '02:00:00:00:00:02'), ['server ptp.master']);
    assert.deepEqual(factsOf(report, '02:00:00:00:00:02'), [
      'description PTP master of domain 0, class 6, GNSS, grandmaster 0002b3fffe000001',
    ]);
  });

  it('notices that another clock becomes grandmaster', () => {
    const params = { domain: 0, before: '0002b3fffe000001', grandmaster: '0002b3fffe000009' };
    const report = conversation(
      [ptp],
      [
        ['reply', announce(1)],
        ['reply', announce(1)],
        ['reply', announce(9)],
      ],
    );
    assert.deepEqual(anomaliesOf(report), [['ptp.grandmaster-changed', params]]);
  });
});
