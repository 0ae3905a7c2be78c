import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anomaliesOf, conversation, factsOf, rolesOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u32 } from '../../testing/wire.ts';
import { dhcp } from './dhcp.ts';
import { dhcpv6 } from './dhcpv6.ts';
import { systemOfClass, systemOfRequests } from './systems.ts';

const STATION = [0x02, 0, 0, 0, 0, 0x09];
const option = (code: number, ...value: (ArrayLike<number> | string)[]) => {
  const bytes = join(...value.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
  return join([code, bytes.length], bytes);
};

function message(operation: number, given: number[], ...options: Uint8Array[]): Uint8Array {
  const head = join([operation, 1, 6, 0], u32(0x1234), new Uint8Array(8), given, new Uint8Array(8));
  return join(head, STATION, new Uint8Array(10 + 64 + 128), hex`63825363`, ...options, [0, 255, 0, 0]);
}

const discover = message(
  1,
  [0, 0, 0, 0],
  option(53, [1]),
  option(12, 'PUMP-HMI'),
  option(60, 'MSFT 5.0'),
  option(55, [1, 15, 3, 6, 44, 46, 47, 31, 33, 121, 249, 43]),
);
const answer = (kind: number, server: number) =>
  message(
    2,
    [192, 0, 2, 77],
    option(53, [kind]),
    option(54, [192, 0, 2, server]),
    option(3, [192, 0, 2, 254]),
    option(6, [192, 0, 2, 53]),
    option(15, 'plant.example'),
  );

const solicit = hex`
  01 00ABCD                                    solicit
  0001 000E 0001 0001 2B000000 020000000009    client: address and time
  0027 0010 00 0850554D502D484D49 05 6C6F63616C  PUMP-HMI.local
  0010 000E 00000137 0008 4D53465420352E30     Microsoft, MSFT 5.0
  0006 0002 0017                               asks for name servers
`;
const advertise = hex`02 00ABCD 0002 000A 0003 0001 020000000002`;

describe('DHCP', () => {
  keepsItsPromises(dhcp, [{ request: discover, reply: answer(5, 2) }]);

  it('learns who asks for an address, what it is called and what it runs', () => {
    assert.deepEqual(factsOf(conversation([dhcp], [['request', discover]]), '02:00:00:00:00:09'), [
      'name PUMP-HMI',
      'description DHCP vendor class MSFT 5.0',
      'os Windows',
      'fingerprint DHCP 1,15,3,6,44,46,47,31,33,121,249,43',
    ]);
  });

  it('brings the station and the address that it is given together', () => {
    const report = conversation(
      [dhcp],
      [
        ['request', discover],
        ['reply', answer(5, 2)],
      ],
    );
    const device = report.devices.find(({ macs }) => macs.includes('02:00:00:00:00:09'));
    assert.ok(device!.addresses.includes('192.0.2.77'));
    assert.ok(factsOf(report, '192.0.2.77').includes('domain plant.example'));
    assert.ok(rolesOf(report, '192.0.2.2').includes('server dhcp.gives-addresses'));
  });

  it('notices two servers that compete for a client, and not one that repeats itself', () => {
    const offers = (...servers: number[]) =>
      anomaliesOf(
        conversation(
          [dhcp],
          servers.map((server) => ['reply', answer(2, server)] as const),
        ),
      );
    assert.deepEqual(offers(2, 2), []);
    assert.deepEqual(offers(2, 66), [['dhcp.servers-compete', { servers: ['192.0.2.2', '192.0.2.66'] }]]);
  });

  it('knows systems by their vendor class, or by what they ask for', () => {
    assert.equal(systemOfClass('android-dhcp-13'), 'Android 13');
    assert.equal(systemOfClass('dhcpcd-9.4.1:Linux-5.15.0:x86_64'), 'Linux 5.15.0');
    assert.equal(systemOfClass('PXEClient'), '');
    assert.equal(systemOfRequests([1, 121, 3, 6, 15, 119, 252, 95, 44, 46]), 'Apple');
    assert.equal(systemOfRequests([1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42]), '');
  });

  it('learns the name of a switch in a real capture', (t) => {
    const report = told(t, 'cisagov+icsnpp-profinet-io-cm/testing/traces/profinet_io_cm_mixed_1.pcap');
    if (report) assert.ok(report.devices.some(({ names }) => names.includes('siemens-x208-switch')));
  });
});

describe('DHCPv6', () => {
  keepsItsPromises(dhcpv6, [{ request: solicit, reply: advertise }]);

  it('learns name, system and MAC address of a client', () => {
    const report = conversation([dhcpv6], [['request', solicit]]);
    assert.deepEqual(factsOf(report, '02:00:00:00:00:09'), ['name PUMP-HMI.local', 'os Windows']);
  });

  it('knows a server by its answers', () => {
    const report = conversation([dhcpv6], [['reply', advertise]]);
    assert.ok(rolesOf(report, '192.0.2.2').includes('server dhcpv6.gives-addresses'));
  });
});
