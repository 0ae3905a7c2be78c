import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { told } from '../../testing/shared.ts';

describe('can', () => {
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
