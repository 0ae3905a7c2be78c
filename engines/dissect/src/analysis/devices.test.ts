import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type Dissector, NOT_OURS, OURS } from '../dissector.ts';
import { arp } from '../protocols/arp/arp.ts';
import { Plant } from '../testing/plant.ts';
import { join, u16 } from '../testing/wire.ts';
import { Analysis } from './analysis.ts';

const [PLC, HMI, SPY] = [10, 20, 66];
const mac = (host: number) => [2, 0, 0, 0, 0, host];
const text = (host: number) => `02:00:00:00:00:${host.toString(16).padStart(2, '0')}`;

describe('devices', () => {
  it('are two where one claims the address of another, who was heard before or after', () => {
    for (const victimsFirst of [true, false]) {
      const plant = new Plant();
      const victims = () => {
        claim(plant, PLC, PLC);
        claim(plant, HMI, HMI);
        plant.asks(HMI, PLC, PORT, Uint8Array.of(1), Uint8Array.of(0));
      };
      if (victimsFirst) victims();
      // The spy says to each that it is the other, and forwards what comes.
      claim(plant, SPY, SPY);
      claim(plant, SPY, PLC);
      claim(plant, SPY, HMI);
      plant.posing = { host: HMI, as: SPY };
      plant.asks(HMI, PLC, PORT, Uint8Array.of(1), Uint8Array.of(0));
      plant.posing = undefined;
      if (!victimsFirst) victims();
      const { devices, detections } = reportOf(plant);
      const macsOf = (host: number) =>
        devices.find(({ addresses }) => addresses.includes(`10.0.0.${host}`))!.macs;
      assert.deepEqual([macsOf(PLC), macsOf(HMI), macsOf(SPY)], [[text(PLC)], [text(HMI)], [text(SPY)]]);
      const redirected = detections.filter(({ id }) => id === 'traffic-redirected');
      assert.ok(redirected.length > 0);
      if (victimsFirst) assert.equal(redirected[0]!.source!.device, `mac:${text(SPY)}`);
    }
  });

  it('of the Internet are not the router that brings their packets', () => {
    const plant = new Plant();
    plant.asks(HMI, [9, 9, 9, 9], PORT, Uint8Array.of(0), Uint8Array.of(0));
    const { devices } = reportOf(plant);
    const found = devices.map(({ addresses, macs }) => [addresses, macs]);
    assert.deepEqual(
      found.toSorted((a, b) => (String(a) < String(b) ? -1 : 1)),
      [
        [['10.0.0.20'], [text(HMI)]],
        [['9.9.9.9'], []],
      ],
    );
  });

  it('have each fact once, as surely as anybody told it', () => {
    const plant = new Plant();
    plant.asks(HMI, PLC, PORT, Uint8Array.of(1), Uint8Array.of(0));
    plant.asks(HMI, PLC, PORT, Uint8Array.of(2), Uint8Array.of(0));
    const { devices } = reportOf(plant);
    const facts = devices.find(({ addresses }) => addresses.includes('10.0.0.10'))!.facts;
    assert.deepEqual(
      facts.map(({ field, value, certainty, count, at }) => [field, value, certainty, count, at!.packet]),
      [['name', 'pump 1', 'stated', 4, 3]],
    );
  });
});

const PORT = 40_002;

/** Names who is asked: its IP address as surely as the message says, its MAC address less so. */
const names: Dissector = {
  name: 'names',
  title: 'Names',
  reference: 'for tests',
  industrial: true,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  recognises: (_bytes, _start, _end, expected) => (expected ? OURS : NOT_OURS),
  messageLength: (_bytes, start, end) => end - start,
  read: (reader) => reader.u8('certainty'),
  begin: () => ({
    message(here, bytes, start) {
      if (bytes[start] === 0) return;
      here.fact(here.targetMac, 'name', 'pump 1', 'guessed');
      here.fact(here.target, 'name', 'pump 1', bytes[start] === 2 ? 'stated' : 'inferred');
    },
  }),
};

/** By ARP: the station `from` has the address of `of`. */
function claim(plant: Plant, from: number, of: number): void {
  const content = join([0, 1, 8, 0, 6, 4, 0, 2], mac(from), [10, 0, 0, of], mac(0), [10, 0, 0, 1]);
  plant.add(join(mac(0xff), mac(from), u16(0x0806), content));
}

function reportOf(plant: Plant) {
  const analysis = new Analysis({ strict: true, dissectors: [arp, names] });
  analysis.push(plant.pcap());
  return analysis.finish();
}
