import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import {
  anomaliesOf,
  CLIENT,
  conversation,
  factsOf,
  operationsOf,
  rolesOf,
  SERVER,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join, u16, u32 } from '../../testing/wire.ts';
import { browser } from './browser.ts';
import { netbiosName } from './names.ts';
import { nbns } from './nbns.ts';

/** RFC 1001, 14.1. */
function encoded(name: string, suffix: number): Uint8Array {
  const bytes = [...Buffer.from(name.padEnd(15)), suffix];
  const letters = bytes.flatMap((byte) => [0x41 + (byte >> 4), 0x41 + (byte & 15)]);
  return join([32], letters, [0]);
}
const le16 = (value: number) => u16(value).reverse();
const le32 = (value: number) => u32(value).reverse();

const registration = (name: string, suffix: number, flags = 0) =>
  join(
    hex`1234 2910 0001 0000 0000 0001`,
    encoded(name, suffix),
    hex`0020 0001 C00C 0020 0001 000493E0 0006`,
    u16(flags),
    [192, 0, 2, 1],
  );
const statusQuery = join(
  hex`1234 0000 0001 0000 0000 0000 20 434B`,
  'A'
    .repeat(30)
    .split('')
    .map(() => 0x41),
  hex`00 0021 0001`,
);
const entry = (name: string, suffix: number, flags: number) =>
  join(Buffer.from(name.padEnd(15)), [suffix], u16(flags));
const status = join(
  hex`1234 8400 0000 0001 0000 0000`,
  encoded('*', 0),
  hex`0021 0001 00000000 003D 03`,
  entry('LICENSES', 0x20, 0x0400),
  entry('PLANT', 0, 0x8400),
  entry('PLANT', 0x1c, 0x8400),
  hex`020000000002`,
);
const answer = (name: string) =>
  join(hex`1234 8500 0000 0001 0000 0000`, encoded(name, 0x20), hex`0020 0001 00000000 0006 0000 C0000202`);

const announcement = join(
  hex`0F 00 80FC0A00`,
  Buffer.from('LINE3-HMI'.padEnd(16, '\0')),
  [5, 1],
  le32(0x0004_1007),
  hex`0F01 55AA`,
  Buffer.from('Filling line 3\0'),
);
const MAILSLOT = Buffer.from('\\MAILSLOT\\BROWSE\0');
function datagram(mail: Uint8Array): Uint8Array {
  const words = join(
    le16(0),
    le16(mail.length),
    new Uint8Array(18),
    le16(mail.length),
    le16(32 + 1 + 34 + 2 + MAILSLOT.length),
    [3, 0],
    le16(1),
    le16(0),
    le16(2),
  );
  const smb = join(
    hex`FF534D42 25`,
    new Uint8Array(27),
    [17],
    words,
    le16(MAILSLOT.length + mail.length),
    MAILSLOT,
    mail,
  );
  const names = join(encoded('LINE3-HMI', 0x20), encoded('PLANT', 0x1e));
  return join(hex`11 02 1234 C0000201 008A`, u16(names.length + smb.length), u16(0), names, smb);
}

describe('NetBIOS name service', () => {
  keepsItsPromises(nbns, [
    { request: registration('LINE3-HMI', 0), reply: answer('LICENSES') },
    { request: statusQuery, reply: status },
  ]);

  it('learns names and workgroup of who registers them', () => {
    const own = conversation([nbns], [['request', registration('LINE3-HMI', 0)]]);
    assert.deepEqual(factsOf(own, CLIENT), ['name LINE3-HMI']);
    const group = conversation([nbns], [['request', registration('PLANT', 0, 0x8000)]]);
    assert.deepEqual(factsOf(group, CLIENT), ['domain PLANT']);
  });

  it('tells who asks for all names, and learns them from the answer', () => {
    const report = conversation(
      [nbns],
      [
        ['request', statusQuery],
        ['reply', status],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × nbns.node-status: ask for all names of the host']);
    assert.deepEqual(factsOf(report, SERVER), ['name LICENSES', 'domain PLANT']);
    assert.ok(rolesOf(report, SERVER).includes('server nbns.domain-controller'));
  });

  it('takes a server of names for none of the hosts it answers for', () => {
    const ofAnother = Uint8Array.from(answer('HISTORIAN'));
    ofAnother[ofAnother.length - 1] = 77;
    assert.deepEqual(factsOf(conversation([nbns], [['reply', ofAnother]]), SERVER), []);
    assert.deepEqual(factsOf(conversation([nbns], [['reply', answer('HISTORIAN')]]), SERVER), [
      'name HISTORIAN',
    ]);
  });

  it('notices who answers for everybody', () => {
    const answers = (...names: string[]) =>
      anomaliesOf(
        conversation(
          [nbns],
          names.map((name) => ['reply', answer(name)] as const),
        ),
      );
    assert.deepEqual(answers('A', 'B', 'C'), []);
    assert.deepEqual(answers('A', 'B', 'C', 'D'), [
      ['nbns.answers-for-many', { names: ['a', 'b', 'c', 'd'] }],
    ]);
  });

  it('reads only what is a name', () => {
    assert.equal(netbiosName('EMEJEOEF'), undefined);
    assert.deepEqual(netbiosName(Buffer.from(encoded('HOST', 0x1b).subarray(1, 33)).toString()), {
      name: 'HOST',
      suffix: 0x1b,
    });
  });
});

describe('the Windows browser', () => {
  keepsItsPromises(browser, [{ request: datagram(announcement) }]);

  it('learns name, system, comment, purpose and workgroup', () => {
    const report = conversation([browser], [['request', datagram(announcement)]]);
    assert.deepEqual(factsOf(report, CLIENT), [
      'name LINE3-HMI',
      'description Filling line 3',
      'domain PLANT',
      'os Windows XP',
    ]);
    assert.ok(rolesOf(report, CLIENT).includes('server browser.server-type'));
  });

  it('learns the same in a real capture', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/DNP3/DNP3Value.pcap');
    if (!report) return;
    const facts = report.devices.flatMap((device) => device.facts);
    assert.ok(
      facts.some(
        ({ protocol, field, value }) =>
          protocol === 'browser' && field === 'name' && value.startsWith('DESKTOP-'),
      ),
    );
  });
});
