import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { readMessage } from '../../analysis/read-message.ts';
import { ByteReader } from '../../bytes/byte-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import { tlv } from '../../testing/ber.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, Wire } from '../../testing/wire.ts';
import { mms } from '../mms/mms.ts';
import { cotp } from './cotp.ts';
import { osi } from './osi.ts';

const tpkt = (data: ArrayLike<number>) => join([3, 0], u16(7 + data.length), [2, 0xf0, 0x80], data);

/** As a client of IEC 61850 sends it: session connect, presentation connect, associate, initiate. */
const connect = hex`
  0D CA           connect
  05 06           connect item
  13 01 00        protocol options
  16 01 02        version 2
  14 02 0002      duplex
  33 02 0001      calling session selector
  34 02 0001      called session selector
  C1 B4           user data
  31 81B1         presentation connect
  A0 03 800101    normal mode
  A2 81A9
  81 04 00000001  calling presentation selector
  82 04 00000001  called presentation selector
  A4 23           contexts
  30 0F 020101 0604 52010001 30 04 0602 5101
  30 10 020103 0605 28CA220201 30 04 0602 5101
  61 76 30 74 020101
  A0 6F
  60 6D           associate request
  A1 07 0605 28CA220203
  A2 07 0605 2901876701
  A3 03 02010C
  A4 03 020100
  A5 03 020100
  A6 06 0604 29018767
  A7 03 02010C
  A8 03 020100
  A9 03 020100
  BE 33 28 31 0602 5101 020103
  A0 28
  A8 26           initiate
  80 03 00FDE8 81 01 0A 82 01 0A 83 01 05
  A4 16 80 01 01 81 03 05F100 82 0C 03EE1C00000000000000ED18
`;

const accept = hex`
  0E AF
  05 06 13 01 00 16 01 02
  14 02 0002
  33 02 0001
  34 02 0001
  C1 99
  31 8196 A0 03 800101
  A2 818E
  83 04 00000001
  A5 12           results of the contexts
  30 07 800100 8102 5101
  30 07 800100 8102 5101
  88 02 0600
  61 6E 30 6C 020101
  A0 67
  61 65           associate response
  80 02 0780      protocol version 1
  A1 07 0605 28CA220203
  A2 03 020100    accepted
  A3 05 A1 03 020100
  A4 06 0604 2BCE0F17
  A5 03 020117
  A6 03 020100
  A7 03 020100
  BE 33 28 31 0602 5101 020103
  A0 28
  A9 26
  80 03 00FDE8 81 01 0A 82 01 0A 83 01 05
  A4 16 80 01 01 81 03 05F100 82 0C 03EE1C00000000000000ED18
`;

const releaseRequest = hex`09 10 C1 0E 61 0C 30 0A 020101 A0 05 62 03 80 01 00`;
const disconnect = hex`0A 10 C1 0E 61 0C 30 0A 020101 A0 05 63 03 80 01 00`;

/** A message with its data in session and presentation, built up from an associate unit. */
function connectWith(kind: number, apdu: Uint8Array): Uint8Array {
  const user = tlv(0x61, tlv(0x30, [2, 1, 1], tlv(0xa0, apdu)));
  const presentation = tlv(0x31, tlv(0xa0, [0x80, 1, 1]), tlv(0xa2, user));
  return join([kind, presentation.length + 2, 0xc1, presentation.length], presentation);
}

const title = (tag: number) => tlv(tag, hex`06 04 29018767`);

function analysed(...parts: [Direction, Uint8Array][]) {
  const wire = Wire.speaking(
    { on: 'tcp', at: [102] },
    parts.map(([direction, bytes]) => [direction, tpkt(bytes)]),
  );
  const analysis = new Analysis({ dissectors: [cotp, osi, mms], strict: true });
  analysis.push(wire.pcap());
  return { ...analysis.finish(), file: wire.pcap() };
}

describe('session, presentation and ACSE', () => {
  keepsItsPromises(
    osi,
    [
      { request: connect, reply: accept },
      { request: releaseRequest, reply: disconnect },
    ],
    { dissectors: [cotp], wrap: tpkt },
  );

  it('tell who associates with whom', () => {
    const { operations, malformed } = analysed(['request', connect], ['reply', accept]);
    assert.deepEqual(malformed, []);
    const [associate] = operations.filter(({ code }) => code === 'osi.associate');
    assert.equal(
      associate!.samples[0]!.text,
      'associate 1.1.1.999 (12) with 1.1.1.999.1 (12) (authentication: none)',
    );
  });

  it('hand on what the context says, and what it says by itself when nobody heard the context', () => {
    for (const before of [[['request', connect] as [Direction, Uint8Array]], []]) {
      const { counts, malformed } = analysed(...before, ['request', identify(3)]);
      assert.deepEqual(malformed, []);
      assert.deepEqual({ ...(counts['mms_request'] as object) }, { 2: 1 });
    }
    assert.equal(analysed(['request', identify(9)]).operations[0]!.code, 'mms.identify');
  });

  it('tell a password that everybody can read, but not which', async () => {
    const apdu = tlv(
      0x60,
      tlv(0xa1, hex`0605 28CA220203`),
      title(0xa6),
      hex`8A 02 0780`,
      hex`8B 03 520301`,
      tlv(0xac, tlv(0x80, 'seCret7')),
    );
    const report = analysed(['request', connectWith(0x0d, apdu)]);
    const [credential] = report.credentials;
    assert.deepEqual(
      [credential!.scheme, credential!.user, credential!.secret],
      ['ACSE password', '1.1.1.999', 7],
    );
    assert.equal(JSON.stringify(report.operations).includes('seCret'), false);
    const { at } = report.operations[0]!.samples[0]!;
    const tree = await readMessage((from, count) => report.file.subarray(from, from + count), at, [
      cotp,
      osi,
    ]);
    const fields = JSON.stringify(tree.messages.at(-1)!.fields);
    assert.ok(fields.includes('7 octets, not shown'));
    assert.equal(fields.includes('seCret7') || fields.includes('7365437265743'), false);
  });

  it('tell why an association was refused, whoever refused it', () => {
    const refused = (answer: Uint8Array) =>
      analysed(['request', connect], ['reply', answer]).operations.find(
        ({ code }) => code === 'osi.associate',
      )!.refused[0]?.code;
    const response = tlv(0x61, tlv(0xa2, hex`02 01 01`), tlv(0xa3, tlv(0xa1, hex`02 01 0D`)));
    assert.equal(refused(connectWith(0x0e, response)), 'osi.authentication-failure');
    assert.equal(refused(hex`0C 03 32 01 81`), 'osi.session-selector-unknown');
    assert.equal(
      refused(hex`0C 0B 32 09 02 30 06 80 01 00 8A 01 03`),
      'osi.called-presentation-address-unknown',
    );
    assert.equal(refused(hex`19 03 11 01 03`), 'osi.association-aborted');
    assert.equal(refused(accept), undefined);
  });

  it('are recognised by a length that is that of the piece', () => {
    assert.equal(osi.recognises(connect, 0, connect.length, false), OURS);
    assert.equal(osi.recognises(connect, 0, connect.length - 1, false), NOT_OURS);
    assert.equal(osi.recognises(hex`32 01 0000`, 0, 4, true), NOT_OURS);
  });

  it('take contents without a length given beforehand', () => {
    const open = hex`
      01 00 01 00
      61 80 30 80 020103 A0 80
      A0 80 020105 82 00 00 00
      00 00 00 00 00 00
    `;
    const { counts, malformed } = analysed(['request', open]);
    assert.deepEqual(malformed, []);
    assert.deepEqual({ ...(counts['mms_request'] as object) }, { 2: 1 });
  });

  it('show data that belong to nobody', () => {
    assert.equal(
      osi.read(new ByteReader(hex`01 00 01 00 40 02 0102`), { direction: 'request' }).data.length,
      0,
    );
  });
});

function identify(context: number): Uint8Array {
  const request = hex`A0 05 020105 82 00`;
  return join([1, 0, 1, 0], tlv(0x61, tlv(0x30, [2, 1, context], tlv(0xa0, request))));
}
