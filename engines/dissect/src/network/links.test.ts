import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../analysis/analysis.ts';
import { readMessage } from '../analysis/read-message.ts';
import { modbus } from '../protocols/modbus/modbus.ts';
import { hex } from '../testing/hex.ts';
import { told } from '../testing/shared.ts';
import { ethernet, ipv4, join, u16, u32, udp, Wire } from '../testing/wire.ts';

const REQUEST = join(u16(7), u16(0), u16(6), [1, 3], u16(107), u16(1));
const PORTS = [49_152, 502] as const;

/** From 10.9.0.1 to 10.9.0.2, whom nobody outside of the tunnel has. */
function inner(): Uint8Array {
  const packet = ipv4('request', 17, udp(PORTS, REQUEST));
  packet.set([10, 9, 0, 1, 10, 9, 0, 2], 12);
  return packet;
}

const frame = () => ethernet('request', 0x0800, inner());
const inIp = (protocol: number, payload: ArrayLike<number>) =>
  ethernet('request', 0x0800, ipv4('request', protocol, payload));
const inUdp = (port: number, ...parts: ArrayLike<number>[]) => inIp(17, udp([50_000, port], join(...parts)));

function wireOf(bytes: Uint8Array): Wire {
  const wire = new Wire({ on: 'udp', at: [502] });
  wire.add(bytes);
  return wire;
}

function analysed(bytes: Uint8Array, linkType = 1) {
  const analysis = new Analysis({ dissectors: [modbus], strict: true });
  analysis.push(wireOf(bytes).pcap({ linkType }));
  return analysis.finish();
}

/** Who asked for registers, and the headers that the field view shows around the request. */
async function seen(bytes: Uint8Array, linkType = 1) {
  const { operations } = analysed(bytes, linkType);
  assert.equal(operations.length, 1);
  const [{ source, target, samples }] = operations as [(typeof operations)[0]];
  const file = wireOf(bytes).pcap({ linkType });
  const tree = await readMessage((at, length) => file.subarray(at, at + length), samples[0]!.at, [modbus]);
  assert.equal(tree.frame.malformed, undefined);
  return [`${source.address} > ${target.address}`, tree.frame.fields.map((field) => field.field).join(', ')];
}

const BETWEEN = '10.9.0.1 > 10.9.0.2';

describe('a tunnel shows who talks inside it', () => {
  const tunnels: [string, Uint8Array, string][] = [
    ['GRE', inIp(47, join(u16(0), u16(0x0800), inner())), 'GRE, IPv4'],
    [
      'GRE with checksum, key and number',
      inIp(47, join(u16(0xb000), u16(0x0800), u32(0), u32(1), u32(2), inner())),
      'GRE, IPv4',
    ],
    ['NVGRE', inIp(47, join(u16(0x2000), u16(0x6558), u32(0x1234_5600), frame())), 'GRE, Ethernet, IPv4'],
    ['ERSPAN I', inIp(47, join(u16(0), u16(0x88be), frame())), 'GRE, Ethernet, IPv4'],
    [
      'ERSPAN II',
      inIp(47, join(u16(0x1000), u16(0x88be), u32(1), u32(0x1001_0000), u32(0), frame())),
      'GRE, ERSPAN header, or number acknowledged, Ethernet, IPv4',
    ],
    [
      'ERSPAN III',
      inIp(47, join(u16(0x1000), u16(0x22eb), u32(1), u32(0x2001_0000), u32(0), u32(0), frame())),
      'GRE, ERSPAN header, or number acknowledged, Ethernet, IPv4',
    ],
    ['IP in IP', inIp(4, inner()), 'IPv4'],
    ['VXLAN', inUdp(4789, u32(0x0800_0000), u32(42 << 8), frame()), 'UDP, VXLAN, Ethernet, IPv4'],
    [
      'VXLAN with the policy of a group',
      inUdp(4789, u32(0x8800_0005), u32(42 << 8), frame()),
      'UDP, VXLAN, Ethernet, IPv4',
    ],
    [
      'Geneve with an option',
      inUdp(6081, [0x02, 0], u16(0x6558), u32(42 << 8), u32(0), u32(0), frame()),
      'UDP, Geneve, Ethernet, IPv4',
    ],
    [
      'GTP with an extension',
      inUdp(2152, [0x34, 0xff], u16(inner().length + 8), u32(5), [0, 1, 0, 0x85], [1, 0x10, 9, 0], inner()),
      'UDP, GTP, IPv4',
    ],
    ['MPLS', ethernet('request', 0x8847, join(u32(0x0001_0040), u32(0x0002_0140), inner())), 'MPLS, IPv4'],
    [
      'Ethernet over MPLS',
      ethernet('request', 0x8847, join(u32(0x0001_0140), u32(0), frame())),
      'MPLS, control word, Ethernet, IPv4',
    ],
    ['PPPoE', ethernet('request', 0x8864, join(hex`11 00 00 01 00 2e 00 21`, inner())), 'PPPoE, PPP, IPv4'],
    [
      'a backbone of 802.1ah',
      ethernet('request', 0x88e7, join(u32(0x0000_0777), frame())),
      'backbone service instance, Ethernet, IPv4',
    ],
  ];
  for (const [name, bytes, layers] of tunnels) {
    it(name, async () => {
      const [who, shown] = await seen(bytes);
      assert.equal(who, BETWEEN);
      assert.ok(shown!.includes(layers), shown!);
    });
  }

  it('and who built it', () => {
    const { conversations } = analysed(inIp(47, join(u16(0), u16(0x0800), inner())));
    assert.deepEqual(conversations.map(({ from, transport }) => `${from.address} ${transport}`).sort(), [
      '10.9.0.1 udp',
      '192.0.2.1 ip/47',
    ]);
  });

  it('but a station at its end is not the one inside', () => {
    const { devices } = analysed(inIp(4, inner()));
    assert.ok(devices.every(({ addresses, macs }) => !addresses.includes('10.9.0.1') || macs.length === 0));
  });

  it('as deep as anybody means it', () => {
    let packet = inner();
    for (let i = 0; i < 200; i++) packet = ipv4('request', 4, packet);
    const { dropped, operations } = analysed(ethernet('request', 0x0800, packet));
    assert.deepEqual([dropped['tooDeep'], operations.length], [1, 0]);
  });

  it('and tags that never end are left', () => {
    const tags = new Uint8Array(200_000);
    for (let at = 0; at < tags.length; at += 4) tags.set([0x00, 0x01, 0x81, 0x00], at);
    assert.equal(analysed(ethernet('request', 0x8100, tags)).dropped['tooDeep'], 1);
  });
});

describe('a link', () => {
  const llc = hex`aa aa 03 00 00 00 08 00`;
  const links: [string, number, Uint8Array, string][] = [
    [
      'Token Ring with a route of two rings',
      6,
      join(hex`10 40 400000000001 c00000000002 06 30 00 11 00 20`, llc, inner()),
      'Token Ring, Logical link control, SNAP, IPv4',
    ],
    ['ARCNET', 7, join(hex`01 02 d4 00 00 01`, inner()), 'ARCNET, IPv4'],
    ['ARCNET as Linux keeps it', 129, join(hex`01 02 00 00 d4 00 00 01`, inner()), 'ARCNET, IPv4'],
    [
      'a ring of HSR, with a VLAN inside',
      1,
      join(hex`020000000002 020000000001 892f 1040 0001 8100 0005 0800`, inner()),
      'Ethernet, HSR tag, VLAN tag, IPv4',
    ],
    [
      'cooked, with logical link control',
      113,
      join(hex`0000 0001 0006 020000000001 0000 0004`, llc, inner()),
      'Linux cooked capture, Logical link control, SNAP, IPv4',
    ],
    [
      'cooked the second way, with logical link control',
      276,
      join(hex`0004 0000 00000002 0001 00 06 020000000001 0000`, llc, inner()),
      'Linux cooked capture, version 2, Logical link control, SNAP, IPv4',
    ],
    [
      'a record of netANALYZER',
      240,
      join(hex`00004000 020000000002 020000000001 0800`, inner(), u32(0)),
      'netANALYZER, Ethernet, IPv4',
    ],
    [
      'a record of netANALYZER with what of the preamble was heard',
      241,
      join(hex`00004000 555555555555D5 020000000002 020000000001 0800`, inner(), u32(0)),
      'netANALYZER, Ethernet, IPv4',
    ],
    ['PPP', 9, join(hex`ff 03 00 21`, inner()), 'PPP, IPv4'],
    ['PPP with the short protocol', 9, join(hex`21`, inner()), 'PPP, IPv4'],
    ['PPPoE', 51, join(hex`11 00 00 01 00 2e 00 21`, inner()), 'PPPoE, PPP, IPv4'],
    ['Cisco HDLC', 104, join(hex`0f 00 08 00`, inner()), 'Cisco HDLC, IPv4'],
    [
      'IEEE 802.11 with quality of service',
      105,
      join(hex`88 01 00 00 020000000001 020000000002 020000000003 00 00 00 00`, llc, inner()),
      'IEEE 802.11, Logical link control, SNAP, IPv4',
    ],
    [
      'a record of Endace with an extension header',
      197,
      join(
        hex`00000000 01020304 82 04 0060 0000 0050`,
        hex`05 00000000000000`,
        hex`00 00`,
        hex`020000000002 020000000001 0800`,
        inner(),
      ),
      'ERF, Ethernet, IPv4',
    ],
    [
      'radiotap with a check sequence behind the frame',
      127,
      join(
        hex`00 00 09 00 02 00 00 00 10`,
        hex`08 02 00 00 020000000001 020000000002 020000000003 00 00`,
        llc,
        inner(),
        u32(0),
      ),
      'Radiotap, IEEE 802.11, Logical link control, SNAP, IPv4',
    ],
  ];
  for (const [name, linkType, bytes, layers] of links) {
    it(`may be ${name}`, async () => {
      const [who, shown] = await seen(bytes, linkType);
      assert.equal(who, BETWEEN);
      assert.ok(shown!.startsWith(layers), shown!);
    });
  }

  it('survives any byte missing', () => {
    for (const [, linkType, bytes] of links) {
      for (let length = 0; length < bytes.length; length++) analysed(bytes.subarray(0, length), linkType);
    }
  });

  it('of a token ring has stations, and groups that are none', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/NetBIOS/Snagate.pcap');
    if (!report) return;
    const macs = report.devices.map(({ macs: [mac] }) => mac);
    assert.ok(macs.includes('10:00:5a:00:30:e6') && macs.includes('10:00:5a:00:07:b8'), String(macs));
    assert.ok(!macs.includes('c0:00:00:00:00:80'), 'the functional address of NetBIOS');
  });

  it('of ARCNET has stations by number', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/BacNET/bacnet-arcnet.pcap');
    if (!report) return;
    assert.deepEqual(report.devices.map(({ id }) => id).sort(), ['arcnet:192', 'arcnet:61', 'arcnet:69']);
    assert.equal((report.counts['protocol_frames'] as Record<string, number>)['llc'], 564);
  });
});
