import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  anomaliesOf,
  conversation,
  factsOf,
  operationsOf,
  rolesOf,
  SERVER,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join } from '../../testing/wire.ts';
import { ntp } from './ntp.ts';

const request = join(hex`23 00 06 E9`, new Uint8Array(44));
const reply = (first: number, stratum: number, reference: string) =>
  join(
    [first, stratum, 6, 0xe9],
    new Uint8Array(8),
    Buffer.from(reference.padEnd(4, '\0')),
    new Uint8Array(32),
  );
const readVariables = hex`16 02 0001 0000 0000 0000 0000`;

describe('NTP', () => {
  keepsItsPromises(ntp, [{ request, reply: reply(0x24, 1, 'GPS') }, { request: readVariables }]);

  it('knows a server of time, how near it is to a clock, and which', () => {
    const report = conversation(
      [ntp],
      [
        ['request', request],
        ['reply', reply(0x24, 1, 'GPS')],
      ],
    );
    assert.deepEqual(factsOf(report, SERVER), ['description NTP server, stratum 1, clock GPS']);
    assert.deepEqual(rolesOf(report, SERVER), ['server ntp.serves-time']);
  });

  it('notices a server that does not know the time itself', () => {
    const { anomalies } = conversation([ntp], [['reply', reply(0xe4, 0, 'INIT')]]);
    assert.deepEqual(
      anomalies.map(({ code }) => code),
      ['ntp.not-synchronised'],
    );
    assert.equal(conversation([ntp], [['reply', reply(0x24, 16, 'abcd')]]).anomalies.length, 1);
    assert.deepEqual(anomaliesOf(conversation([ntp], [['reply', reply(0x24, 2, 'abcd')]])), []);
  });

  it('tells who asks a server about itself', () => {
    assert.deepEqual(operationsOf(conversation([ntp], [['request', readVariables]])), [
      '1 × ntp.control: control message 2',
    ]);
  });
});
