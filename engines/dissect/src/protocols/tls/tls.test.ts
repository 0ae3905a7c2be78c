import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOT_OURS, OURS } from '../../dissector.ts';
import { anomaliesOf, CLIENT, conversation, factsOf, SERVER, text } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { tlv } from '../../testing/tlv.ts';
import { join, u16 } from '../../testing/wire.ts';
import { ja4 } from './ja4.ts';
import { tls } from './tls.ts';

const record = (kind: number, content: Uint8Array) => join([kind, 3, 3], u16(content.length), content);
const handshake = (type: number, ...parts: ArrayLike<number>[]) => {
  const content = join(...parts);
  return join([type, 0], u16(content.length), content);
};
const list = (...parts: ArrayLike<number>[]) => {
  const content = join(...parts);
  return join(u16(content.length), content);
};
const extension = (kind: number, ...parts: ArrayLike<number>[]) => join(u16(kind), list(...parts));

const clientHello = record(
  22,
  handshake(
    1,
    hex`0303`,
    new Uint8Array(32),
    [0],
    list(hex`0A0A 1301 1302 C02B`),
    [1, 0],
    list(
      extension(0, list([0], list(text('gateway.plant.example')))),
      extension(16, list([2], text('h2'))),
      extension(13, list(hex`0403 0804`)),
      extension(43, [4], hex`0304 0303`),
    ),
  ),
);
const serverHello = (version: number) =>
  record(22, handshake(2, u16(version), new Uint8Array(32), [0], hex`C02B 00`, list()));

const named = (...pairs: [number, string][]) =>
  tlv(0x30, ...pairs.map(([kind, value]) => tlv(0x31, tlv(0x30, tlv(6, [0x55, 4, kind]), tlv(0x0c, value)))));
const subject = named([3, 'HMI-LINE3'], [10, 'Plant & Co']);
const certificateOf = (until: string, issuer = subject) =>
  tlv(
    0x30,
    tlv(
      0x30,
      tlv(0xa0, [2, 1, 2]),
      tlv(2, [0x0a, 0x2b]),
      tlv(0x30, tlv(6, [0x2a])),
      issuer,
      tlv(0x30, tlv(0x17, '200101000000Z'), tlv(0x17, until)),
      subject,
    ),
    tlv(0x30),
    tlv(3, [0]),
  );
const chain = (certificate: Uint8Array) => {
  const one = join([0], u16(certificate.length), certificate);
  return handshake(11, [0], u16(one.length), one);
};

describe('TLS', () => {
  keepsItsPromises(tls, [
    { request: clientHello, reply: serverHello(0x0303) },
    { request: clientHello, reply: record(22, chain(certificateOf('300101000000Z'))) },
  ]);

  it('learns whom a client asks for, and what it can be known by', () => {
    const report = conversation([tls], [['request', clientHello]]);
    assert.deepEqual(factsOf(report, CLIENT), [
      `fingerprint JA4 ${ja4({ version: 0x0304, ciphers: [0x1301, 0x1302, 0xc02b], extensions: [0, 16, 13, 43], signatures: [0x0403, 0x0804], protocols: ['h2'], named: true })}`,
    ]);
    assert.deepEqual(factsOf(report, SERVER), ['name gateway.plant.example']);
  });

  it('learns who a server is from its certificate', () => {
    const report = conversation([tls], [['reply', record(22, chain(certificateOf('300101000000Z')))]]);
    assert.deepEqual(factsOf(report, SERVER), [
      'certificate CN=HMI-LINE3, O=Plant & Co; signed by itself; serial 0a:2b; 2020-01-01 to 2030-01-01',
      'name HMI-LINE3',
    ]);
    assert.deepEqual(report.anomalies, []);
  });

  it('puts a certificate together that is longer than its record', () => {
    const message = chain(certificateOf('300101000000Z'));
    const parts = [message.subarray(0, 90), message.subarray(90)];
    const report = conversation(
      [tls],
      parts.map((part) => ['reply', record(22, part)] as const),
    );
    assert.ok(factsOf(report, SERVER).includes('name HMI-LINE3'));
  });

  it('notices certificates that have expired, at the time of the capture', () => {
    const report = conversation([tls], [['reply', record(22, chain(certificateOf('210101000000Z')))]]);
    const params = { subject: 'CN=HMI-LINE3, O=Plant & Co', until: '2021-01-01' };
    assert.deepEqual(anomaliesOf(report), [['tls.certificate-expired', params]]);
  });

  it('notices versions that are no longer good', () => {
    const anomalies = (version: number) =>
      anomaliesOf(conversation([tls], [['reply', serverHello(version)]]));
    assert.deepEqual(anomalies(0x0303), []);
    assert.deepEqual(anomalies(0x0301), [['tls.old-version', { version: 'TLS 1.0' }]]);
  });

  it('reads nothing into what is encrypted', () => {
    const change = record(20, Uint8Array.of(1));
    const finished = record(22, hex`0B 000003 000000`);
    const report = conversation(
      [tls],
      [
        ['reply', change],
        ['reply', finished],
      ],
    );
    assert.deepEqual([report.malformed, report.anomalies], [[], []]);
  });

  it('is known anywhere by a hello, and by data only where it is expected', () => {
    const data = record(23, new Uint8Array(40));
    assert.equal(tls.recognises(clientHello, 0, clientHello.length, false), OURS);
    assert.equal(tls.recognises(data, 0, data.length, false), NOT_OURS);
    assert.equal(tls.recognises(data, 0, data.length, true), OURS);
  });
});

describe('JA4', () => {
  it('is that of the example its makers give', () => {
    const offer = {
      version: 0x0304,
      ciphers: [
        0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
        0x009d, 0x002f, 0x0035,
      ],
      extensions: [
        0x001b, 0x0000, 0x0033, 0x0010, 0x4469, 0x0017, 0x002d, 0x000d, 0x0005, 0x0023, 0x0012, 0x002b,
        0xff01, 0x000b, 0x000a, 0x0015,
      ],
      signatures: [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601],
      protocols: ['h2', 'http/1.1'],
      named: true,
    };
    assert.equal(ja4(offer), 't13d1516h2_8daaf6152771_e5627efa2ab1');
    const greased = {
      ...offer,
      ciphers: [0x1a1a, ...offer.ciphers],
      extensions: [0xfafa, ...offer.extensions],
    };
    assert.equal(ja4(greased), ja4(offer));
  });
});
