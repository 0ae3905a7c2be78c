import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Dissector, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { bacnet } from '../bacnet/bacnet.ts';
import { mstp } from './mstp.ts';

/** ASHRAE 135, G.1: a token from 5 to 16. */
const TOKEN = hex`55 ff 00 10 05 00 00 8c`;
/** The three octets of data that G.2 reckons with, behind a header of ours. */
const DATA = hex`55 ff 06 ff 05 00 03 1b 01 22 30 10 bd`;

const heard: string[] = [];
const network: Dissector<void> = {
  name: 'network',
  title: 'Network message',
  reference: 'none',
  industrial: false,
  carriers: [{ on: 'bacnet-npdu' }],
  claims: [],
  recognises: () => OURS,
  read: () => undefined,
  begin: (capture) => ({
    message(here, bytes, start, end) {
      heard.push(Buffer.from(bytes.subarray(start, end)).toString('hex'));
      assert.equal(here.source, capture.station('mstp', 5));
    },
  }),
};

function analysed(...frames: Uint8Array[]) {
  const wire = new Wire({ on: 'link', at: [165] });
  for (const frame of frames) wire.add(frame);
  const analysis = new Analysis({ dissectors: [mstp, network], strict: true });
  analysis.push(wire.pcap({ linkType: 165 }));
  return analysis.finish();
}

describe('mstp', () => {
  // ReadProperty of the name of a device, and the answer.
  const asks = framed(5, 5, 16, hex`01 04 02 73 01 0C 0C 02 00 00 01 19 4D`);
  const answers = framed(6, 16, 5, hex`01 00 30 01 0C 0C 02 00 00 01 19 4D 3E 75 05 00 41 48 55 31 3F`);

  keepsItsPromises(mstp, [{ request: TOKEN }, { request: asks, reply: answers }], { within: [bacnet] });

  it('counts tokens, and knows who hands them on', () => {
    const report = analysed(TOKEN, TOKEN);
    assert.deepEqual({ ...(report.counts['mstp_frame'] as object) }, { token: 2 });
    assert.deepEqual(report.anomalies, []);
    const [{ from, to, transport, packets }] = report.conversations as [(typeof report.conversations)[0]];
    assert.deepEqual([from.address, to.address, transport, packets], ['mstp:5', 'mstp:16', 'link', 2]);
  });

  it('hands on what data carries', () => {
    heard.length = 0;
    const report = analysed(DATA);
    assert.deepEqual(heard, ['012230']);
    assert.deepEqual([report.anomalies, report.malformed], [[], []]);
  });

  it('believes no checksum that is wrong', () => {
    for (let at = 2; at < DATA.length; at++) {
      heard.length = 0;
      const damaged = Uint8Array.from(DATA);
      damaged[at]! ^= 0x10;
      const { anomalies } = analysed(damaged);
      assert.deepEqual([heard.length, anomalies.length], [0, 1], `octet ${at}`);
    }
  });

  it('survives any octet missing', () => {
    for (let length = 0; length < DATA.length; length++) analysed(DATA.subarray(0, length));
  });

  it('shows every octet', () => {
    const reader = new TracedReader(DATA);
    assert.deepEqual(mstp.read(reader, { direction: 'request' }), {
      type: 6,
      target: 255,
      source: 5,
      length: 3,
      headerRight: true,
      dataRight: true,
    });
    const [header, data, check] = reader.finish();
    assert.deepEqual([header!.length, data!.length, check!.length], [8, 3, 2]);
  });
});

/** Clause 9.3, with both checksums: that of the header bit by bit, as annex G.1 draws it. */
function framed(type: number, from: number, to: number, data: Uint8Array): Uint8Array {
  const header = [type, to, from, ...u16(data.length)];
  let check = 0xff;
  for (const octet of header) {
    check ^= octet;
    for (let bit = 0; bit < 8; bit++) check = (check >> 1) ^ (check & 1 ? 0x81 : 0);
  }
  const dataCheck = ~crc16(crc16Ccitt, 0xffff, data, 0, data.length) & 0xffff;
  return join(hex`55 ff`, header, [~check & 0xff], data, u16(dataCheck).reverse());
}
