import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { NOT_OURS, OURS } from '../../dissector.ts';
import { anomaliesOf, CLIENT, conversation, factsOf, operationsOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { cotp } from '../iso/cotp.ts';
import { tls } from '../tls/tls.ts';
import { rdp } from './rdp.ts';

/** MS-RDPBCGR, 4.1.1, with the protocols TLS and CredSSP. */
const request = hex`
  0300 002C                      TPKT
  27 E0 0000 0000 00             connection request
  436F6F6B69653A206D737473686173683D656C746F6E730D0A  Cookie: mstshash=eltons
  01 00 0800 03000000            TLS, CredSSP
`;
const confirm = hex`0300 0013 0E D0 0000 1234 00 02 00 0800 02000000`;
const failure = hex`0300 0013 0E D0 0000 1234 00 03 00 0800 05000000`;
const standard = hex`0300 000B 06 D0 0000 1234 00`;

describe('Remote Desktop', () => {
  keepsItsPromises(rdp, [{ request, reply: standard }]);

  it('tells who opens whose desktop, and by which protection', () => {
    const report = conversation(
      [rdp],
      [
        ['request', request],
        ['reply', confirm],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × rdp.connect: open the desktop of the host as eltons']);
    assert.deepEqual(report.operations[0]!.samples[0]!.params, { user: 'eltons', security: 'CredSSP' });
    assert.deepEqual(factsOf(report, CLIENT), ['user eltons']);
    assert.deepEqual(report.anomalies, []);
  });

  it('tells why it was refused, and notices a desktop without TLS', () => {
    const refused = conversation(
      [rdp],
      [
        ['request', request],
        ['reply', failure],
      ],
    );
    assert.equal(refused.operations[0]!.refused[0]!.code, 'rdp.credssp-required-by-server');
    const open = conversation(
      [rdp],
      [
        ['request', request],
        ['reply', standard],
      ],
    );
    assert.deepEqual(anomaliesOf(open), [['rdp.standard-security', {}]]);
  });

  it('hands on the TLS that begins inside', () => {
    const hello = hex`
      16 0303 002C 02 000028 0301
      0000000000000000000000000000000000000000000000000000000000000000
      00 002F 00 0000
    `;
    const report = conversation(
      [rdp, tls],
      [
        ['request', request],
        ['reply', confirm],
        ['reply', hello],
      ],
    );
    assert.deepEqual(anomaliesOf(report), [['tls.old-version', { version: 'TLS 1.0' }]]);
  });

  it('is known anywhere by what it adds, and takes no other connection on ISO', () => {
    assert.equal(rdp.recognises(request, 0, request.length, false), OURS);
    assert.equal(cotp.recognises(request, 0, request.length, false), NOT_OURS);
    const s7 = hex`0300 0016 11 E0 0000 0001 00 C0010A C1020100 C2020102`;
    assert.equal(rdp.recognises(s7, 0, s7.length, false), NOT_OURS);
  });

  it('finds somebody who tries at the port of Modbus', (t) => {
    const report = told(t, 'zeek+zeek/testing/btest/Traces/modbus/modbus-and-non-modbus-p502.pcap');
    if (report)
      assert.ok(operationsOf(report).includes('1 × rdp.connect: open the desktop of the host as admin'));
  });
});
