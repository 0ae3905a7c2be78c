import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { conversation, factsOf, rolesOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16 } from '../../testing/wire.ts';
import { cdp } from './cdp.ts';

const element = (type: number, ...value: (ArrayLike<number> | string)[]) => {
  const bytes = join(...value.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return join(u16(type), u16(4 + bytes.length), bytes);
};
const neighbour = (capabilities: number) =>
  join(
    hex`02 B4 0000`,
    element(1, 'cell-4-switch'),
    element(2, hex`00000001 01 01 CC 0004 C0000214`),
    element(3, 'FastEthernet0/1'),
    element(4, [0, 0, 0, capabilities]),
    element(
      5,
      'Cisco IOS Software, C3560 Software (C3560-ADVIPSERVICESK9-M), Version 12.2(44)SE, RELEASE\nx',
    ),
    element(6, 'cisco WS-C3560-24TS'),
    element(10, u16(1)),
  );

const MAC = '02:00:00:00:00:01';

describe('CDP', () => {
  keepsItsPromises(cdp, [{ request: neighbour(0x28) }]);

  it('learns name, address, product, software and role', () => {
    const report = conversation([cdp], [['request', neighbour(0x28)]]);
    assert.deepEqual(factsOf(report, MAC), [
      'name cell-4-switch',
      'vendor Cisco',
      'product WS-C3560-24TS',
      'description Cisco IOS Software, C3560 Software (C3560-ADVIPSERVICESK9-M), Version 12.2(44)SE, RELEASE x',
      'firmware 12.2(44)SE',
      'os IOS',
    ]);
    assert.ok(report.devices.find(({ macs }) => macs.includes(MAC))!.addresses.includes('192.0.2.20'));
  });

  it('tells routers from switches that also route', () => {
    const role = (capabilities: number) =>
      rolesOf(conversation([cdp], [['request', neighbour(capabilities)]]), MAC)[0];
    assert.equal(role(0x01), 'router cdp.router');
    assert.equal(role(0x29), 'switch cdp.switch');
  });

  it('knows older software by its older words', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CDP/cdp1.pcap');
    if (report) assert.ok(JSON.stringify(report.devices).includes('"11.2(12)P"'));
  });
});
