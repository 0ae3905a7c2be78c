import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anomaliesOf, conversation, operationsOf, rolesOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16 } from '../../testing/wire.ts';
import { arp } from './arp.ts';

const message = (operation: number, mac: number, sender: number[], target: number[]) =>
  join(hex`0001 0800 06 04`, u16(operation), [2, 0, 0, 0, 0, mac], sender, [0, 0, 0, 0, 0, 0], target);
const ONE = [192, 0, 2, 1];
const TWO = [192, 0, 2, 2];

const request = hex`
  0001           Ethernet
  0800           IPv4
  06 04          lengths of addresses
  0001           request
  020000000001   sender
  C0000201
  000000000000   target
  C0000202
`;
/** The address of the one that asked, claimed by the one that answers. */
const contradiction = message(2, 2, ONE, TWO);

describe('ARP', () => {
  keepsItsPromises(arp, [{ request, reply: contradiction }]);

  it('notices that another station claims an address', () => {
    const report = conversation(
      [arp],
      [
        ['request', request],
        ['reply', contradiction],
      ],
    );
    assert.deepEqual(anomaliesOf(report), [
      ['arp.binding-changed', { address: '192.0.2.1', mac: '02:00:00:00:00:02' }],
    ]);
  });

  it('does not mind an address that routers hand to one another, or the same claim again', () => {
    const shared = join(request.subarray(0, 8), hex`00005E000107`, request.subarray(14));
    const { anomalies } = conversation(
      [arp],
      [
        ['request', request],
        ['request', request],
        ['reply', shared],
      ],
    );
    assert.deepEqual(anomalies, []);
  });

  it('takes no probe for a claim', () => {
    const probe = (mac: number) => message(1, mac, [0, 0, 0, 0], TWO);
    assert.deepEqual(
      conversation(
        [arp],
        [
          ['request', probe(1)],
          ['reply', probe(2)],
        ],
      ).anomalies,
      [],
    );
  });

  it('notices somebody who announces himself again and again', () => {
    const gratuitous = message(2, 1, ONE, ONE);
    const times = (count: number) => Array.from({ length: count }, () => ['request', gratuitous] as const);
    assert.deepEqual(anomaliesOf(conversation([arp], times(19))), []);
    assert.deepEqual(anomaliesOf(conversation([arp], times(40))), [
      ['arp.announcement-burst', { quantity: 20 }],
    ]);
  });

  it('tells who searches for hosts, once', () => {
    const asks = Array.from(
      { length: 60 },
      (_, i) => ['request', message(1, 1, ONE, [192, 0, 2, 10 + i])] as const,
    );
    const report = conversation([arp], asks);
    assert.deepEqual(operationsOf(report), [
      '1 × arp.sweep: ask who has one of 32 addresses from 192.0.2.10 to 192.0.2.41',
    ]);
    assert.ok(rolesOf(report, '02:00:00:00:00:01').includes('scanner arp.sweep'));
  });

  it('finds two stations with one address in a capture of a virtual network', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/NetBIOS/Misc_NetBIOS_Traffic.pcap');
    if (report) assert.ok(report.anomalies.some(({ code }) => code === 'arp.binding-changed'));
  });
});
