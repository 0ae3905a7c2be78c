import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { canFrame, EXTENDED } from '../../testing/bus.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { canopen } from '../canopen/canopen.ts';
import { can } from './can.ts';

describe('can', () => {
  keepsItsPromises(
    can,
    [
      {
        request: canFrame(0x602, hex`2B 4060 00 0F00 0000`),
        reply: canFrame(0x582, hex`60 4060 00 0000 0000`),
      },
      { request: canFrame(0x0cf00411 | EXTENDED, hex`F0 7D 7D E02E FF FF FF`) },
    ],
    { within: [canopen] },
  );

  it('knows messages by their identifier', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CANopen/CANopen.pcap');
    if (!report) return;
    assert.deepEqual({ ...(report.counts['can_frame'] as object) }, { standard: 34 });
    assert.deepEqual(report.problems, []);
    assert.equal(report.counts['hosts'], 0);
    assert.ok(
      report.conversations.some(({ from, to }) => `${from.address} ${to.address}` === 'can:642 can:*'),
    );
  });
});
