import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TracedReader } from '../../bytes/traced-reader.ts';
import { NOT_OURS, OURS } from '../../dissector.ts';
import {
  CLIENT,
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
  wide,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { join, u16, u32 } from '../../testing/wire.ts';
import { tds } from './tds.ts';

const le16 = (value: number) => u16(value).reverse();
const packet = (kind: number, content: Uint8Array) =>
  join([kind, 1], u16(8 + content.length), [0, 0, 1, 0], content);

/** MS-TDS, 2.2.6.4: nine texts, and what lies between their places and the end of the head. */
function login(texts: readonly string[]): Uint8Array {
  let at = 94;
  const places = texts.map((words) => {
    const place = [...le16(at), ...le16(words.length)];
    at += words.length * 2;
    return place;
  });
  const head = join(u32(at).reverse(), new Uint8Array(32), ...places);
  return packet(16, join(head, new Uint8Array(94 - head.length), ...texts.map(wide)));
}
const signIn = login(['HMI7', 'sa', 'xxxxxxxx', 'WinCC', 'HISTORIAN', '', '', '', 'Runtime']);
const program = wide('Microsoft SQL Server');
const acknowledged = packet(
  4,
  join([0xad], le16(10 + program.length), [1], hex`74000004`, [program.length / 2], program, hex`0B 00 0C58`),
);
const failed = packet(4, join([0xaa], le16(8), u32(18_456).reverse(), [1, 14, 0, 0]));
const prelogin = packet(18, hex`00 0006 0006 FF 0B000C380000`);
const command = packet(
  1,
  join(new Uint8Array(22), Uint8Array.from(wide("EXEC master..xp_cmdshell 'whoami'"))),
);

describe('MS-SQL', () => {
  keepsItsPromises(tds, [
    { request: signIn, reply: acknowledged },
    { request: prelogin, reply: failed },
  ]);

  it('tells who signs in to which database, with which program and as whom', () => {
    const report = conversation(
      [tds],
      [
        ['request', signIn],
        ['reply', acknowledged],
      ],
    );
    assert.deepEqual(operationsOf(report), ['1 × tds.sign-in: sign in to the database Runtime as sa']);
    assert.deepEqual(credentialsOf(report), ['TDS sa 8']);
    assert.deepEqual(factsOf(report, CLIENT), ['name HMI7', 'software WinCC']);
    assert.deepEqual(factsOf(report, SERVER), ['software Microsoft SQL Server 11.0.3160', 'name HISTORIAN']);
    const reader = new TracedReader(signIn);
    tds.read(reader, { direction: 'request' });
    assert.ok(!JSON.stringify(reader.finish()).includes('780078007800'));
  });

  it('tells that somebody was not let in', () => {
    const report = conversation(
      [tds],
      [
        ['request', signIn],
        ['reply', failed],
      ],
    );
    assert.equal(report.operations[0]!.refused[0]!.code, 'tds.login-failed');
    const another = Uint8Array.from(failed);
    another[11] = 0xff;
    const { operations } = conversation(
      [tds],
      [
        ['request', signIn],
        ['reply', another],
      ],
    );
    assert.deepEqual(operations[0]!.refused, []);
  });

  it('tells who runs programs of the operating system through the database', () => {
    assert.deepEqual(
      operationsOf(
        conversation(
          [tds],
          [
            ['request', prelogin],
            ['request', command],
          ],
        ),
      ),
      ['1 × tds.run-program: run a program of the operating system by xp_cmdshell'],
    );
  });

  it('is known elsewhere by its first message only', () => {
    assert.equal(tds.recognises(prelogin, 0, prelogin.length, false), OURS);
    assert.equal(tds.recognises(acknowledged, 0, acknowledged.length, false), NOT_OURS);
  });
});
