import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import type { Direction } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, Wire } from '../../testing/wire.ts';
import { dcp } from './dcp.ts';
import { profinetRt } from '../profinet/real-time.ts';

const identifyAll = {
  request: hex`
    05 00      identify, request
    01000001   transaction
    0001       response delay
    0004       length
    FF FF 0000 all
  `,
  reply: hex`
    05 01 01000001 0000 003C
    02 01 0008 0000 53372D333030  type of station: S7-300
    02 02 0007 0000 706C632D31    name of station: plc-1
    00                            padding
    02 03 0006 0000 002A 010E     Siemens
    02 04 0004 0000 02 00         IO controller
    01 02 000E 0001 C0000205 FFFFFF00 C0000201
  `,
};

const setAddress = {
  request: hex`
    04 00 01000002 0000 0012
    01 02 000E 0001 C000020A FFFFFF00 C0000201  192.0.2.10, to be kept
  `,
  reply: hex`
    04 01 01000002 0000 0008
    05 04 0003 01 02 00 00  response: done
  `,
};

const setName = {
  request: hex`04 00 01000003 0000 000C 02 02 0007 0000 74616E6B31 00`,
  reply: hex`04 01 01000003 0000 0008 05 04 0003 02 02 06 00`,
};

const reset = { request: hex`04 00 01000004 0000 0006 05 06 0002 0004` };
const flash = { request: hex`04 00 01000005 0000 0008 05 03 0004 0000 0100` };
const getName = { request: hex`03 00 01000006 0000 0002 02 02` };
const lookFor = { request: hex`05 00 01000007 0001 000A 02 02 0006 746172676574` };

const frame = (message: Uint8Array) => {
  const [high, low] = message[0] === 5 ? [0xfe, message[1] === 0 ? 0xfe : 0xff] : [0xfe, 0xfd];
  return join([high, low], message);
};

function analysed(...exchanges: { request?: Uint8Array; reply?: Uint8Array }[]) {
  const parts = exchanges.flatMap(({ request, reply }): [Direction, Uint8Array][] => [
    ...(request ? [['request', frame(request)] as [Direction, Uint8Array]] : []),
    ...(reply ? [['reply', frame(reply)] as [Direction, Uint8Array]] : []),
  ]);
  const analysis = new Analysis({ dissectors: [profinetRt, dcp], strict: true });
  analysis.push(Wire.speaking({ on: 'ethertype', at: [0x8892] }, parts).pcap());
  return analysis.finish();
}

const sampleOf = (...exchanges: Parameters<typeof analysed>) =>
  analysed(...exchanges).operations[0]!.samples[0]!;

describe('PROFINET DCP', () => {
  keepsItsPromises(dcp, [identifyAll, lookFor, setAddress, setName, reset, flash, getName], {
    dissectors: [profinetRt],
    wrap: frame,
  });

  it('counts services by type, and frames by identifier', () => {
    const { counts } = analysed(identifyAll, setAddress);
    assert.deepEqual(
      { ...(counts['pn_dcp'] as object) },
      { 'id4/type0': 1, 'id4/type1': 1, 'id5/type0': 1, 'id5/type1': 1 },
    );
    assert.deepEqual({ ...(counts['pn_rt_frame_id'] as object) }, { '0xfefd': 2, '0xfefe': 1, '0xfeff': 1 });
  });

  it('learns what a station says of itself', () => {
    const { devices } = analysed(identifyAll);
    const station = devices.find(({ addresses }) => addresses.includes('192.0.2.5'))!;
    assert.deepEqual(
      station.facts
        .filter(({ protocol }) => protocol === 'profinet-dcp')
        .map(({ field, value }) => [field, value]),
      [
        ['product', 'S7-300'],
        ['station', 'plc-1'],
        ['deviceType', 'PROFINET 002a:010e'],
        ['vendor', 'Siemens'],
      ],
    );
    assert.deepEqual(
      station.roles.map(({ role, certainty }) => [role, certainty]),
      [['controller', 'stated']],
    );
  });

  it('tells discovery from looking for one station', () => {
    assert.deepEqual(analysed(identifyAll).operations[0]!.techniques, ['T0846']);
    assert.equal(sampleOf(lookFor).text, 'look for a station (target)');
  });

  it('tells which address was set, for how long, and which it was before', () => {
    const { operations } = analysed(identifyAll, setAddress);
    const [set] = operations;
    assert.equal(set!.code, 'dcp.set-ip');
    assert.equal(set!.dangerous, true);
    assert.deepEqual(set!.samples[0]!.params, {
      address: '192.0.2.10',
      mask: '255.255.255.0',
      gateway: '192.0.2.1',
      permanent: true,
      before: '192.0.2.5',
    });
    assert.deepEqual(set!.refused, []);
  });

  it('tells why a station did not take its name', () => {
    const { refused, samples } = analysed(setName).operations[0]!;
    assert.deepEqual(refused, [
      { code: 'profinet-dcp.in-operation', text: 'in operation', params: {}, count: 1 },
    ]);
    assert.equal(samples[0]!.text, 'set the name to tank1');
  });

  it('knows a reset from a harmless flash', () => {
    assert.equal(sampleOf(reset).text, 'reset to factory settings: communication-parameters');
    const [operation] = analysed(flash).operations;
    assert.equal(operation!.code, 'dcp.flash');
    assert.equal(operation!.dangerous, false);
  });

  it('names the block that a lying length runs into', () => {
    assert.throws(
      () => dcp.read(new ByteReader(lookFor.request.subarray(0, 19)), { direction: 'request' }),
      new Malformed('length', 10, 'says 10 bytes, 9 left'),
    );
  });
});
