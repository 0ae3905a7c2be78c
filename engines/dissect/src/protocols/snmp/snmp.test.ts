import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOT_OURS, OURS } from '../../dissector.ts';
import {
  anomaliesOf,
  CLIENT,
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { tlv } from '../../testing/tlv.ts';
import { snmp } from './snmp.ts';

/** RFC 1213: system, as object identifiers are encoded. */
const system = (...rest: number[]) => tlv(6, [0x2b, 6, 1, 2, 1, 1, ...rest]);
const binding = (object: Uint8Array, value: Uint8Array) => tlv(0x30, object, value);
const pdu = (tag: number, error: number, ...bindings: Uint8Array[]) =>
  tlv(tag, [2, 1, 42], [2, 1, error], [2, 1, 0], tlv(0x30, ...bindings));
const message = (community: string, content: Uint8Array) => tlv(0x30, [2, 1, 1], tlv(4, community), content);
const NULL = tlv(5);

const get = message('public', pdu(0xa0, 0, binding(system(1, 0), NULL)));
const response = (error = 0) =>
  message(
    'public',
    pdu(
      0xa2,
      error,
      binding(system(1, 0), tlv(4, 'Siemens AG SIMATIC S7 MULTIPORT SCALANCE X 200 FAM')),
      binding(system(2, 0), tlv(6, [0x2b, 6, 1, 4, 1, 0xa0, 0x64, 1])),
      binding(system(5, 0), tlv(4, 'cell-4')),
      binding(system(6, 0), tlv(4, 'Hall 2')),
    ),
  );
const set = message('S3cret-rw', pdu(0xa3, 0, binding(system(5, 0), tlv(4, 'gone'))));

const version3 = tlv(
  0x30,
  [2, 1, 3],
  tlv(0x30, [2, 1, 7], [2, 2, 5, 0], tlv(4, [4]), [2, 1, 3]),
  tlv(
    4,
    tlv(
      0x30,
      tlv(4, hex`800022B7 03 020000000002`),
      [2, 1, 1],
      [2, 1, 1],
      tlv(4, 'operator'),
      tlv(4),
      tlv(4),
    ),
  ),
  tlv(0x30, tlv(4), tlv(4), pdu(0xa0, 0, binding(system(1, 0), NULL))),
);

describe('SNMP', () => {
  keepsItsPromises(snmp, [
    { request: get, reply: response() },
    { request: set, reply: response(17) },
    { request: version3 },
  ]);

  it('tells what is read, with its values', () => {
    const report = conversation(
      [snmp],
      [
        ['request', get],
        ['reply', response()],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × snmp.get: read 1.3.6.1.2.1.1.1.0']);
    const { values } = report.operations[0]!.samples[0]!.params as { values: unknown[] };
    assert.deepEqual(values.slice(1), ['1.3.6.1.4.1.4196.1', 'cell-4', 'Hall 2']);
  });

  it('learns what a device says of itself, and its maker by the number of the enterprise', () => {
    assert.deepEqual(factsOf(conversation([snmp], [['reply', response()]]), SERVER), [
      'description Siemens AG SIMATIC S7 MULTIPORT SCALANCE X 200 FAM',
      'name cell-4',
      'location Hall 2',
      'vendor Siemens',
      'product SCALANCE X 200',
    ]);
  });

  it('tells who sets what, and that it was refused', () => {
    const report = conversation(
      [snmp],
      [
        ['request', set],
        ['reply', response(17)],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × snmp.set: set 1.3.6.1.2.1.1.5.0 to gone']);
    assert.equal(report.operations[0]!.dangerous, true);
    assert.equal(report.operations[0]!.refused[0]!.code, 'snmp.not-writable');
  });

  it('notices communities in clear, without repeating them, and those that everybody knows', () => {
    const report = conversation(
      [snmp],
      [
        ['request', set],
        ['reply', response()],
      ],
    );
    assert.deepEqual(credentialsOf(report), ['SNMP community  9']);
    assert.ok(!JSON.stringify(report).includes('S3cret'));
    assert.deepEqual(anomaliesOf(report), [['snmp.default-community', {}]]);
  });

  it('learns the user of version 3', () => {
    assert.deepEqual(factsOf(conversation([snmp], [['request', version3]]), CLIENT), ['user operator']);
  });

  it('takes the question for the engine, with which version 3 begins, for no reading', () => {
    const nobody = tlv(4, tlv(0x30, tlv(4), [2, 1, 0], [2, 1, 0], tlv(4), tlv(4), tlv(4)));
    const header = tlv(0x30, [2, 1, 7], [2, 2, 5, 0], tlv(4, [4]), [2, 1, 3]);
    const question = tlv(0x30, [2, 1, 3], header, nobody, tlv(0x30, tlv(4), tlv(4), pdu(0xa0, 0)));
    assert.deepEqual(conversation([snmp], [['request', question]]).operations, []);
  });

  it('is known on any port by its form', () => {
    assert.equal(snmp.recognises(get, 0, get.length, false), OURS);
    assert.equal(snmp.recognises(version3, 0, version3.length, false), OURS);
    assert.equal(snmp.recognises(get, 0, get.length - 1, false), NOT_OURS);
    const longer = Uint8Array.from([...get, 0]);
    assert.equal(snmp.recognises(longer, 0, longer.length, false), NOT_OURS);
    assert.equal(snmp.recognises(tlv(0x30, [2, 1, 5], tlv(4), tlv(0xa0)), 0, 9, true), NOT_OURS);
  });

  it('reads encrypted messages as far as they are not', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/SNMP/SNMPv3.pcap');
    if (report) assert.deepEqual(report.malformed, []);
  });
});
