import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { anomaliesOf, conversation, rolesOf, SERVER } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { icmp, icmpv6 } from './icmp.ts';

const redirect = hex`
  05 01 0000   redirect for the host
  C00002FE     gateway
  45000054 00000000 4001 0000 C0000201 CB007105
  08000000 00000000
`;
const echo = hex`08 00 F7FF 0000 0000 6162`;

const redirect6 = hex`
  89 00 0000 00000000
  FE80 0000 0000 0000 0000 0000 0000 00FE
  2001 0DB8 0000 0000 0000 0000 0000 0005
`;
const advertisement = (lifetime: number) =>
  Uint8Array.from([134, 0, 0, 0, 64, 0, 0, lifetime, 0, 0, 0, 0, 0, 0, 0, 0]);

describe('ICMP', () => {
  keepsItsPromises(icmp, [{ request: redirect, reply: echo }]);

  it('notices who redirects what', () => {
    const params = { gateway: '192.0.2.254', destination: '203.0.113.5' };
    assert.deepEqual(anomaliesOf(conversation([icmp], [['reply', redirect]])), [['icmp.redirect', params]]);
    assert.deepEqual(conversation([icmp], [['request', echo]]).anomalies, []);
  });
});

describe('ICMPv6', () => {
  keepsItsPromises(icmpv6, [{ request: redirect6, reply: advertisement(9) }]);

  it('notices who redirects what', () => {
    const params = { gateway: 'fe80::fe', destination: '2001:db8::5' };
    assert.deepEqual(anomaliesOf(conversation([icmpv6], [['reply', redirect6]])), [
      ['icmpv6.redirect', params],
    ]);
  });

  it('knows a router by its advertisements, unless it says that it is none', () => {
    const roles = (lifetime: number) =>
      rolesOf(conversation([icmpv6], [['reply', advertisement(lifetime)]]), SERVER);
    assert.ok(roles(9).includes('router icmpv6.router-advertisement'));
    assert.ok(!roles(0).includes('router icmpv6.router-advertisement'));
  });
});
