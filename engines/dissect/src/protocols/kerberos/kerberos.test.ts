import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { CLIENT, conversation, factsOf } from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { tlv } from '../../testing/tlv.ts';
import { join, u32 } from '../../testing/wire.ts';
import { kerberos } from './kerberos.ts';

const name = (...parts: string[]) =>
  tlv(0x30, tlv(0xa0, [2, 1, 1]), tlv(0xa1, tlv(0x30, ...parts.map((part) => tlv(0x1b, part)))));
const framed = (message: Uint8Array) => join(u32(message.length), message);
/** RFC 4120, 5.4.1. */
const request = (client: string) =>
  framed(
    tlv(
      0x6a,
      tlv(
        0x30,
        tlv(0xa1, [2, 1, 5]),
        tlv(0xa2, [2, 1, 10]),
        tlv(
          0xa4,
          tlv(
            0x30,
            tlv(0xa0, [3, 5, 0, 0x40, 0x81, 0, 0x10]),
            tlv(0xa1, name(client)),
            tlv(0xa2, tlv(0x1b, 'PLANT.EXAMPLE')),
            tlv(0xa3, name('krbtgt', 'PLANT.EXAMPLE')),
          ),
        ),
      ),
    ),
  );
const reply = framed(
  tlv(
    0x6b,
    tlv(0x30, tlv(0xa0, [2, 1, 5]), tlv(0xa3, tlv(0x1b, 'PLANT.EXAMPLE')), tlv(0xa4, name('operator'))),
  ),
);

describe('Kerberos', () => {
  keepsItsPromises(kerberos, [{ request: request('operator'), reply }]);

  it('learns users and realm, from the question and from the answer', () => {
    for (const part of [
      ['request', request('operator')],
      ['reply', reply],
    ] as const) {
      assert.deepEqual(factsOf(conversation([kerberos], [part]), CLIENT), [
        'user operator',
        'domain PLANT.EXAMPLE',
      ]);
    }
  });

  it('takes a machine that signs in for no user', () => {
    const facts = factsOf(conversation([kerberos], [['request', request('HMI7$')]]), CLIENT);
    assert.deepEqual(facts, ['name HMI7', 'domain PLANT.EXAMPLE']);
  });

  it('reads datagrams, which have no length in front', () => {
    const bare = request('operator').subarray(4);
    const report = conversation([kerberos], [['request', bare]], { on: 'udp', at: [88] });
    assert.deepEqual(factsOf(report, CLIENT), ['user operator', 'domain PLANT.EXAMPLE']);
  });
});
