import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TracedReader } from '../../bytes/traced-reader.ts';
import { CLIENT, conversation, credentialsOf, factsOf, operationsOf } from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { tlv } from '../../testing/tlv.ts';
import { authenticate } from '../ntlm/ntlm-encode.ts';
import { ldap } from './ldap.ts';

const message = (id: number, operation: Uint8Array) => tlv(0x30, [2, 1, id], operation);
const USER = 'cn=historian,dc=plant';
const simple = (password: string) => message(1, tlv(0x60, [2, 1, 3], tlv(4, USER), tlv(0x80, password)));
const sasl = message(
  1,
  tlv(0x60, [2, 1, 3], tlv(4), tlv(0xa3, tlv(4, 'GSS-SPNEGO'), tlv(4, authenticate('op', 'PLANT', 'HMI7')))),
);
const result = (code: number) => message(1, tlv(0x61, [10, 1, code], tlv(4), tlv(4)));
const equal = (attribute: string, value: string) => tlv(0xa3, tlv(4, attribute), tlv(4, value));
const search = message(
  2,
  tlv(
    0x63,
    tlv(4),
    [10, 1, 0],
    [10, 1, 0],
    [2, 1, 0],
    [2, 1, 0],
    [1, 1, 0],
    tlv(0xa0, equal('DnsDomain', 'plant.example'), equal('Host', 'HMI7')),
    tlv(0x30, tlv(4, 'Netlogon')),
  ),
);

describe('LDAP', () => {
  keepsItsPromises(ldap, [
    { request: simple('s3cret'), reply: result(0) },
    { request: search, reply: result(49) },
  ]);

  it('tells who signs in with a password in clear, and not with which', () => {
    const report = conversation(
      [ldap],
      [
        ['request', simple('s3cret')],
        ['reply', result(49)],
      ],
    );
    assert.deepEqual(credentialsOf(report), [`LDAP simple ${USER} 6`]);
    assert.deepEqual(operationsOf(report), [`1 × ldap.bind: sign in as ${USER}`]);
    assert.equal(report.operations[0]!.refused[0]!.code, 'ldap.invalid-credentials');
    const reader = new TracedReader(simple('s3cret'));
    ldap.read(reader, { direction: 'request' });
    assert.ok(!JSON.stringify([report, reader.finish()]).includes('s3cret'));
  });

  it('tells who signs in as Windows does', () => {
    const report = conversation([ldap], [['request', sasl]]);
    assert.deepEqual(operationsOf(report), ['1 × ldap.bind: sign in as op']);
    assert.deepEqual(credentialsOf(report), ['NTLM PLANT\\op 24']);
  });

  it('learns the name of a machine that looks for its domain controller', () => {
    const report = conversation([ldap], [['request', search]], { on: 'udp', at: [389] });
    assert.deepEqual(factsOf(report, CLIENT), ['name HMI7', 'domain plant.example']);
  });
});
