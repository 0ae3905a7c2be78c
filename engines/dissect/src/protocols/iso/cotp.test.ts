import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { type Direction, type Dissector, LOST, NOT_OURS, OURS } from '../../dissector.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { Wire } from '../../testing/wire.ts';
import { s7comm } from '../s7comm/s7comm.ts';
import { cotp } from './cotp.ts';

const connect = {
  request: hex`
    03 00 0016  TPKT: version, reserved, length
    11          header length
    E0          connection request
    0000        destination reference
    0001        source reference
    00          class 0
    C1 02 0100  calling selector
    C2 02 0102  called selector: programming device, rack 0, slot 2
    C0 01 0A    1024 bytes
  `,
  reply: hex`
    03 00 0016 11
    D0          connection confirm
    0001 0002 00
    C0 01 0A
    C1 02 0100
    C2 02 0102
  `,
};

const refused = {
  request: connect.request,
  reply: hex`
    03 00 000B 06
    80          disconnect request
    0001 0000
    03          address unknown
  `,
};

const named = {
  request: hex`
    03 00 0023 1E E0 0000 0001 00
    C1 02 0600
    C2 0F 53494D415449432D524F4F542D4553  SIMATIC-ROOT-ES
    C0 01 0A
  `,
};

const setup = hex`32 01 0000 0001 0008 0000 F0 00 0001 0001 01E0`;

/** Data, cut into pieces; only the last one says that it is the last. */
function pieces(...parts: Uint8Array[]): Uint8Array[] {
  return parts.map((part, i) => {
    const last = i === parts.length - 1;
    return Uint8Array.from([3, 0, 0, 7 + part.length, 2, 0xf0, last ? 0x80 : 0, ...part]);
  });
}

function analysed(
  parts: readonly (readonly [Direction, Uint8Array])[],
  { dissectors = [cotp, s7comm] as readonly Dissector[], port = 102 } = {},
) {
  const analysis = new Analysis({ dissectors, strict: true });
  analysis.push(Wire.speaking({ on: 'tcp', at: [port] }, parts).pcap());
  return analysis.finish();
}

describe('ISO on TCP', () => {
  keepsItsPromises(cotp, [connect, refused, { request: pieces(setup)[0]! }]);

  it('tells who connects to which rack and slot', () => {
    const { operations, devices } = analysed([
      ['request', connect.request],
      ['reply', connect.reply],
    ]);
    assert.equal(operations[0]!.samples[0]!.text, 'connect from 0100 to 0102');
    const controller = devices.find(({ addresses }) => addresses[0] === '192.0.2.2')!;
    assert.ok(controller.facts.some(({ field, value }) => field === 'module' && value === 'rack 0, slot 2'));
  });

  it('knows an engineering station by the name it calls', () => {
    const { devices } = analysed([['request', named.request]]);
    const [role] = devices.find(({ addresses }) => addresses[0] === '192.0.2.1')!.roles;
    assert.equal(role!.role, 'engineering');
    assert.equal(role!.certainty, 'inferred');
  });

  it('tells why a connection was refused', () => {
    const [operation] = analysed([
      ['request', refused.request],
      ['reply', refused.reply],
    ]).operations;
    assert.deepEqual(operation!.refused, [
      { code: 'cotp.address-unknown', text: 'address unknown', params: {}, count: 1 },
    ]);
  });

  it('joins data that comes in pieces, and knows where the pieces lie', () => {
    const cut = pieces(setup.subarray(0, 5), setup.subarray(5, 11), setup.subarray(11));
    const { counts, operations } = analysed(cut.map((piece) => ['request', piece]));
    assert.deepEqual(counts['ics_frames'], { cotp: 3, s7comm: 1 });
    assert.deepEqual(
      operations[0]!.samples[0]!.at.pieces.map(([, length]) => length),
      [5, 6, 7],
    );
  });

  it('keeps the pieces of the two directions apart', () => {
    const [first, last] = pieces(setup.subarray(0, 9), setup.subarray(9)) as [Uint8Array, Uint8Array];
    const { counts, malformed } = analysed([
      ['request', first],
      ['reply', pieces(setup)[0]!],
      ['request', last],
    ]);
    assert.deepEqual(malformed, []);
    assert.deepEqual({ ...(counts['s7comm_rosctr'] as object) }, { job: 2 });
  });

  it('says so when a series never ends, and goes on', () => {
    const piece = Uint8Array.from([3, 0, 0x40, 0, 2, 0xf0, 0, ...new Uint8Array(0x4000 - 7)]);
    const series = Array.from({ length: 9 }, (): ['request', Uint8Array] => ['request', piece]);
    const { malformed, counts } = analysed([...series, ['request', pieces(setup)[0]!]]);
    assert.equal(malformed[0]!.field, 'last of series');
    assert.equal((counts['ics_frames'] as Record<string, number>)['s7comm'], 1);
  });

  it('is found on a port where nobody expects it, by content', () => {
    const data = pieces(setup)[0]!;
    assert.deepEqual(analysed([['request', data]], { port: 10_102 }).counts['ics_frames'], {
      cotp: 1,
      s7comm: 1,
    });
  });

  it('leaves remote desktops alone, which greet with TPKT as well', () => {
    const rdp = hex`03 00 0013 0E E0 0000 0000 00 01 00 0800 03000000`;
    assert.equal(cotp.recognises(rdp, 0, rdp.length, false), NOT_OURS);
    assert.equal(cotp.recognises(connect.request, 0, connect.request.length, false), OURS);
  });

  it('says where the bytes stop being TPKT', () => {
    assert.equal(cotp.messageLength!(hex`03 01 0016`, 0, 4), LOST);
    assert.equal(cotp.messageLength!(hex`03 00 0006`, 0, 4), LOST);
  });

  it('reads the reason of an error', () => {
    const error = hex`03 00 0009 04 70 0001 02`;
    assert.equal(cotp.read(new ByteReader(error), { direction: 'reply' }).reason, 2);
  });
});
