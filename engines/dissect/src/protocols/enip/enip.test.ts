import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { LOST, NOT_OURS, OURS } from '../../dissector.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { ethernet, ipv4, join, u32, udp, Wire } from '../../testing/wire.ts';
import { enip } from './enip.ts';

const register = {
  request: hex`
    6500      command: RegisterSession
    0400      length
    00000000  session handle: not yet known
    00000000  status
    0100000000000000  sender context
    00000000  options
    0100      protocol version
    0000      options flags
  `,
  reply: hex`
    6500 0400
    0B00020E  session handle
    00000000 0100000000000000 00000000
    0100 0000
  `,
};

const listIdentity = {
  request: hex`
    6300      command: ListIdentity
    0000      length
    00000000 00000000 0000000000000002 00000000
  `,
  reply: hex`
    6300      command: ListIdentity
    3300      length
    00000000 00000000 0000000000000002 00000000
    0100      item count
    0C00      type: CIP identity
    2D00      length
    0100      protocol version
    0002      address family: the one structure that is big-endian
    AF12      port 44818
    C0000202  address 192.0.2.2
    0000000000000000  zero
    0100      vendor: Rockwell Automation/Allen-Bradley
    0C00      device type: Communications Adapter
    3A00      product code
    0403      revision 4.3
    3000      status
    8E4D5200  serial number
    0B 313735362D454E42542F41  product name: 1756-ENBT/A
    03        state: operational
  `,
};

const listServices = {
  request: hex`0400 0000 00000000 00000000 0300000000000000 00000000`,
  reply: hex`
    0400      command: ListServices
    1A00      length
    00000000 00000000 0300000000000000 00000000
    0100      item count
    0001      type: list services
    1400      length
    0100      protocol version
    2001      capabilities: CIP over TCP, I/O over UDP
    436F6D6D756E69636174696F6E730000  name: Communications
  `,
};

const sessionUnknown = {
  request: hex`6400 0000 99999999 00000000 0400000000000000 00000000`,
  reply: hex`
    6400 0000 99999999
    64000000  status: invalid session handle
    0400000000000000 00000000
  `,
};

function analysed(...exchanges: { request: Uint8Array; reply: Uint8Array }[]) {
  const wire = new Wire(enip.carriers[0]!);
  for (const { request, reply } of exchanges) {
    wire.say('request', request);
    wire.say('reply', reply);
  }
  const analysis = new Analysis({ strict: true });
  analysis.push(wire.pcap());
  return analysis.finish();
}

describe('EtherNet/IP', () => {
  keepsItsPromises(enip, [register, listIdentity, listServices, sessionUnknown]);

  it('learns who a device is from its answer to List Identity', () => {
    const { devices, operations } = analysed(listIdentity);

    const device = devices.find(({ addresses }) => addresses.includes('192.0.2.2'))!;
    const facts = Object.fromEntries(device.facts.map(({ field, value }) => [field, value]));
    assert.deepEqual(facts, {
      vendor: 'Rockwell Automation/Allen-Bradley',
      product: '1756-ENBT/A',
      orderNumber: '1756-ENBT/A',
      deviceType: 'Communications Adapter',
      firmware: '4.3',
      serial: '00524D8E',
    });
    assert.deepEqual(
      operations.map(({ code, techniques }) => [code, techniques]),
      [['enip.list-identity', ['T0846', 'T0888']]],
    );
  });

  it('reads the handles of interfaces', () => {
    const reply = hex`
      6400 0A00 00000000 00000000 0300000000000000 00000000
      0100            item count
      0F00 0400       an interface of some kind
      78563412        its handle
    `;
    const traced = new TracedReader(reply);
    enip.read(traced, { direction: 'reply' });
    const tree = JSON.stringify(traced.finish());
    assert.ok(tree.includes('"field":"interface handle"') && tree.includes(String(0x1234_5678)));
  });

  it('counts commands by direction, and says why one was refused', () => {
    const { counts, operations } = analysed(register, sessionUnknown);

    assert.deepEqual({ ...(counts['enip_command_request'] as object) }, { '0x0064': 1, '0x0065': 1 });
    assert.deepEqual({ ...(counts['enip_command_response'] as object) }, { '0x0064': 1, '0x0065': 1 });
    const refused = operations.find(({ code }) => code === 'enip.list-interfaces')!;
    assert.deepEqual(refused.refused, [
      { code: 'enip.invalid-session-handle', text: 'invalid session handle', params: {}, count: 1 },
    ]);
  });

  it('joins no refusal to the request of another connection, though both say the same', () => {
    const wire = new Wire({ on: 'udp', at: [44818] });
    wire.say('request', sessionUnknown.request);
    wire.add(ethernet('reply', 0x0800, ipv4('reply', 17, udp([44818, 49_153], sessionUnknown.reply))));
    const analysis = new Analysis({ strict: true });
    analysis.push(wire.pcap());
    const { operations, counts } = analysis.finish();
    assert.deepEqual({ ...(counts['enip_command_response'] as object) }, { '0x0064': 1 });
    assert.deepEqual(operations[0]!.refused, []);
  });

  it('says how many requests it could not keep until their reply', () => {
    const wire = new Wire({ on: 'tcp', at: [44818] });
    for (let i = 0; i < 5_000; i++)
      wire.say('request', join(register.request.subarray(0, 12), u32(i), register.request.subarray(16)));
    const analysis = new Analysis({ strict: true });
    analysis.push(wire.pcap());
    assert.equal(analysis.finish().dropped['requests'], 5_000 - 4_096);
  });

  it('is found on other ports by its content alone', () => {
    const { request, reply } = listIdentity;
    assert.equal(enip.recognises(request, 0, request.length, false), OURS);
    assert.equal(enip.recognises(reply, 0, reply.length, false), OURS);
    const tls = hex`1603 0102 0001 0001 FC03 0300 0000 0000 0000 0000 0000 0000 0000`;
    assert.equal(enip.recognises(tls, 0, tls.length, false), NOT_OURS);
  });

  it('takes no nonsense for the beginning of a message', () => {
    const unassigned = hex`6F01 0000 00000000 00000000 0000000000000000 00000000`;
    assert.equal(enip.messageLength!(unassigned, 0, unassigned.length), LOST);
  });

  it('names the item whose length lies', () => {
    const bytes = Uint8Array.from(listIdentity.reply);
    bytes[28] = 0xff;
    assert.throws(() => enip.read(new ByteReader(bytes), { direction: 'reply' }), {
      name: 'Malformed',
      field: 'length',
      offset: 30,
    });
  });
});
