import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { Wire } from '../../testing/wire.ts';
import { pcworx } from './pcworx.ts';

/** The three exchanges of the nmap script, and what an ILC 151 ETH answered, as published. */
const open = hex`
  01 01 001A      request, open, length
  0000 0000 7880 0003 000C
  494245544830314E305F4D 00  IBETH01N0_M
`;
const opened = hex`8101 0014 0000 0001 0000 0000 0002 0000 004C 0000`;
const identify = hex`0106 000E 0002 0000 0000 004C 0400`;
const identity = hex`
  810600B0000200010000000000020000004C0000000600988295004A0000  header
  494C43203135312045544800000000000000000000000000000000000000000000000000  type
  342E3431000000000000000000  firmware
  30392F32382F313500000000  date
  31343A33353A303100  time
  30340000000020000000000000000020000000000000000000000000000000200000000000000000200000000000000000303100
  3237303039373400  order number
  42310000002000000000200000000000
`;

describe('PC WORX', () => {
  keepsItsPromises(pcworx, [
    { request: open, reply: opened },
    { request: identify, reply: identity },
  ]);

  it('learns type, firmware and order number', () => {
    const wire = Wire.speaking({ on: 'tcp', at: [1962] }, [
      ['request', open],
      ['request', identify],
      ['reply', identity],
    ]);
    const analysis = new Analysis({ dissectors: [pcworx], strict: true });
    analysis.push(wire.pcap());
    const { devices, operations } = analysis.finish();
    const device = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    const facts = device.facts.map(({ field, value }) => `${field} ${value}`);
    assert.ok(facts.includes('model ILC 151 ETH'));
    assert.ok(facts.includes('firmware 4.41 (09/28/15 14:35:01)'), facts.join('; '));
    assert.ok(facts.includes('orderNumber 2700974'));
    assert.ok(operations.some(({ samples: [sample] }) => sample!.text === 'open a session as IBETH01N0_M'));
  });

  it('is recognised on other ports by a client that opens a session', () => {
    assert.equal(pcworx.recognises(open, 0, open.length, false), OURS);
    const others = [identify, opened, open.subarray(0, -1), hex`0101 001A 0000 0000 7880 0003 000C 4F42`];
    for (const message of others) {
      assert.equal(pcworx.recognises(message, 0, message.length, false), NOT_OURS);
    }
    const analysis = new Analysis({ dissectors: [pcworx], strict: true });
    const wire = Wire.speaking({ on: 'tcp', at: [40_000] }, [
      ['request', open],
      ['reply', opened],
      ['request', identify],
      ['reply', identity],
    ]);
    analysis.push(wire.pcap());
    assert.ok(
      analysis.finish().devices.some(({ facts }) => facts.some(({ value }) => value === 'ILC 151 ETH')),
    );
  });
});
