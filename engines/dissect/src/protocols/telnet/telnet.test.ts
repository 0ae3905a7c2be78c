import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Direction } from '../../dissector.ts';
import {
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
  text,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { telnet } from './telnet.ts';

const said = (direction: Direction, words: string): [Direction, Uint8Array] => [direction, text(words)];
const typed = (words: string) => Array.from(words, (letter) => said('request', letter));
const negotiation = hex`FFFD18 FFFA1801FFF0`;

describe('Telnet', () => {
  keepsItsPromises(telnet, [{ request: text('operator\r\n'), reply: text('Moxa NPort 5110\r\nlogin:') }]);

  it('tells who signs in and to what, letter by letter or line by line', () => {
    const ask = [
      ['reply', negotiation] as [Direction, Uint8Array],
      said('reply', '\r\nMoxa NPort 5110\r\nlogin: '),
    ];
    const ways = [
      [said('request', 'admin\r\n'), said('reply', 'Password: '), said('request', 's3cret\r\n')],
      [...typed('admin\r'), said('reply', '\r\nPassword: '), ...typed('s3cret\r')],
    ];
    for (const way of ways) {
      const report = conversation([telnet], [...ask, ...way]);
      assert.deepEqual(credentialsOf(report), ['Telnet admin 6']);
      assert.deepEqual(operationsOf(report), ['1 × telnet.sign-in: sign in to the remote shell as admin']);
      assert.deepEqual(factsOf(report, SERVER), ['description Moxa NPort 5110']);
      assert.ok(!JSON.stringify(report).includes('s3cret'));
    }
  });

  it('takes no other line for a password', () => {
    const report = conversation([telnet], [said('reply', 'Temperature: '), said('request', '42\r\n')]);
    assert.deepEqual([report.operations, report.credentials], [[], []]);
  });

  it('shows how long it is what somebody typed, and not what', () => {
    const reader = new TracedReader(text('s3cret\r\n'));
    telnet.read(reader, { direction: 'request' });
    assert.ok(!JSON.stringify(reader.finish()).includes('s3cret'));
  });
});
