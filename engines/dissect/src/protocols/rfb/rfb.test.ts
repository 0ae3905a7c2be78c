import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Direction } from '../../dissector.ts';
import {
  anomaliesOf,
  conversation,
  factsOf,
  operationsOf,
  SERVER,
  text,
} from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, u32 } from '../../testing/wire.ts';
import { rfb } from './rfb.ts';

const version = text('RFB 003.008\n');
const hello: [Direction, Uint8Array][] = [
  ['reply', version],
  ['request', version],
];
const bytes = (...values: number[]) => Uint8Array.from(values);
const screen = join(u16(800), u16(600), new Uint8Array(16), u32(4), text('HMI7'));

describe('VNC', () => {
  keepsItsPromises(rfb, [{ request: version, reply: version }]);

  it('tells who opens a screen, how it is protected and what it is called', () => {
    const report = conversation(
      [rfb],
      [...hello, ['reply', bytes(2, 2, 18)], ['request', bytes(2)], ['reply', screen]],
    );
    assert.deepEqual(operationsOf(report), [
      '1 × vnc.connect: open the screen of the host (security: VNC password)',
    ]);
    assert.deepEqual(report.anomalies, []);
    assert.deepEqual(factsOf(report, SERVER), ['software RFB 003.008', 'name HMI7']);
  });

  it('notices a screen that needs no password, whoever decides that', () => {
    assert.deepEqual(anomaliesOf(conversation([rfb], [...hello, ['reply', bytes(1, 1)]])), [
      ['vnc.no-password', {}],
    ]);
    const old = text('RFB 003.003\n');
    const report = conversation(
      [rfb],
      [
        ['reply', old],
        ['request', old],
        ['reply', bytes(0, 0, 0, 1)],
      ],
    );
    assert.deepEqual(anomaliesOf(report), [['vnc.no-password', {}]]);
  });
});
