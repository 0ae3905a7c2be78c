import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { analyse } from '@busbar/dissect';

import { hex } from '../../engines/dissect/src/testing/hex.ts';
import { ethernet, Wire } from '../../engines/dissect/src/testing/wire.ts';
import type { HeldCapture } from './held-capture.ts';
import { prepare } from './prepare.ts';
import { firstTicks, type Ticks, wishOf } from './sharing.ts';
import { shownOf } from './shown.ts';

describe('what is prepared to be shared', () => {
  it('tells of no station whose packets do not go along, though a packet that does speaks of it', async () => {
    const wire = new Wire({ on: 'tcp', at: [502] });
    wire.say('request', hex`0001 0000 000B 11 10 0000 0002 04 0A141E28`);
    const other = Uint8Array.from(wire.packets[0]!.bytes);
    // From 10.20.30.40, of another card, to the same.
    other.set(hex`02AABBCCDDEE`, 6);
    other.set(hex`0A141E28`, 26);
    wire.add(other);
    const { bytes, slice } = await shared(wire, (shown) => ({
      packets: true,
      tickedHosts: true,
      devices: new Set(
        shown.devices.filter(({ addresses }) => addresses.includes('192.0.2.1')).map(({ asset }) => asset),
      ),
    }));
    assert.equal(slice?.packets, 1);
    assert.equal(bytes.includes(hex`11 10 0000 0002 04`), true);
    assert.equal(bytes.includes(hex`0A141E28`), false);
  });

  it('takes no name for a make because a device calls itself by its model', async () => {
    // IEEE 802.1AB: the name of the station, and TIA-1057, 10.2.6: its model.
    const wire = new Wire({ on: 'ethertype', at: [0x88cc] });
    const [name, model] = [Buffer.from('PUMP-HOUSE'), Buffer.from('pump-house')];
    const about = Buffer.concat([
      hex`02 07 04 020000000001 04 02 07 31 06 02 0078 0A 0A`,
      name,
      hex`FE 0E 0012BB 0A`,
      model,
      hex`0000`,
    ]);
    wire.add(ethernet('request', 0x88cc, about));
    const { bytes } = await shared(wire, () => ({ packets: true }));
    assert.equal(bytes.includes(name), false);
  });
});

async function shared(wire: Wire, ticks: (shown: ReturnType<typeof shownOf>) => Partial<Ticks>) {
  const file = new File([Uint8Array.from(wire.pcap())], 'plant.pcap');
  const report = await analyse(file.stream());
  const shown = shownOf(report);
  const capture = { file, report, shown, engine: '0', warnings: [] } as unknown as HeldCapture;
  const wish = wishOf(capture, { ...firstTicks(capture), ...ticks(shown) });
  const { leaving, report: told } = await prepare(file.stream(), wish, () => {});
  const { content } = leaving.files.find(({ name }) => name === 'capture.pcapng')!;
  return { bytes: Buffer.from(await content.arrayBuffer()), slice: told.slice };
}
