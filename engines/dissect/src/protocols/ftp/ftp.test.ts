import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import {
  conversation,
  credentialsOf,
  factsOf,
  operationsOf,
  SERVER,
  shownOf,
  text,
} from '../../testing/conversation.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { ethernet, ipv4, join, u16, u32, Wire } from '../../testing/wire.ts';
import { ftp, ftpData } from './ftp.ts';

const line = (direction: Direction, words: string): [Direction, Uint8Array] => [
  direction,
  text(`${words}\r\n`),
];
const greeting = line('reply', '220 CP 343-1 FTP-Server V1.0 ready');
const signIn = [
  line('request', 'USER service'),
  line('reply', '331 Password'),
  line('request', 'PASS s3cret'),
];

/** A segment between other ports of the same two. */
const segment = (direction: Direction, from: number, to: number, content: Uint8Array, sequence = 1) =>
  ethernet(
    direction,
    0x0800,
    ipv4(
      direction,
      6,
      join(u16(from), u16(to), u32(sequence), u32(0), [0x50, 0x18], u16(0), u32(0), content),
    ),
  );

function stored(agreement: [Direction, Uint8Array][], data: Uint8Array) {
  const wire = Wire.speaking({ on: 'tcp', at: [21] }, [...agreement, line('request', 'STOR plc7/main.awl')]);
  wire.add(data);
  wire.say(...line('reply', '226 Transfer complete'));
  const analysis = new Analysis({ dissectors: [ftp, ftpData], strict: true });
  analysis.push(wire.pcap());
  return analysis
    .finish()
    .transfers.map(({ name, kind, way, bytes, complete }) => [name, kind, way, bytes, complete]);
}

describe('FTP data', () => {
  const transferring = (parts: readonly (readonly [Direction, Uint8Array])[]) => {
    const wire = Wire.speaking({ on: 'tcp', at: [21] }, [
      line('reply', '227 Entering Passive Mode (192,0,2,2,4,1)'),
      line('request', 'STOR plc7/main.awl'),
    ]);
    const sent = { request: 1, reply: 1 };
    for (const [direction, bytes] of parts) {
      const [from, to] = direction === 'request' ? [40_000, 1_025] : [1_025, 40_000];
      wire.add(segment(direction, from, to, bytes, sent[direction]));
      sent[direction] += bytes.length;
    }
    return wire;
  };

  keepsItsPromises(ftpData, [{ request: text('ORGANIZATION_BLOCK OB 1'), reply: text('A M 0.0') }], {
    dissectors: [ftp],
    agreed: transferring,
  });
});

describe('FTP', () => {
  keepsItsPromises(ftp, [
    { request: text('RETR a.cfg\r\n'), reply: greeting[1] },
    { request: text('PASS s3cret\r\n'), reply: text('530 Not logged in\r\n') },
  ]);

  it('tells who signs in, that it failed, and never with what', () => {
    const report = conversation([ftp], [greeting, ...signIn, line('reply', '530 Login incorrect')]);
    assert.deepEqual(credentialsOf(report), ['FTP service 6']);
    assert.deepEqual(operationsOf(report), ['1 × ftp.sign-in: sign in as service']);
    assert.equal(report.operations[0]!.refused[0]!.code, 'ftp.not-logged-in');
    assert.deepEqual(factsOf(report, SERVER), ['software CP 343-1 FTP-Server V1.0 ready']);
    const reader = new TracedReader(text('PASS s3cret\r\n'));
    assert.equal(
      ftp.read(reader, { direction: 'request' }) && JSON.stringify(reader.finish()).includes('s3cret'),
      false,
    );
  });

  it('is shown field by field', () => {
    assert.deepEqual(shownOf(ftp, text('226-Stored\r\n226 Done\r\n'), 'reply'), [
      'reply (RFC 959, 4.2)',
      ' code: 226, done',
      ' separator: -, more lines follow',
      ' text: Stored',
      'further lines: 32323620446f6e650d0a',
    ]);
    assert.deepEqual(shownOf(ftp, text('eprt |1|192.0.2.1|1025|\r\n')), [
      'command (RFC 2428, 2)',
      ' command: eprt',
      ' argument: |1|192.0.2.1|1025|',
    ]);
    assert.deepEqual(shownOf(ftp, text('PASS s3cret\r\n')), [
      'command (RFC 959, 4.1.1)',
      ' command: PASS',
      ' secret: secret',
    ]);
    assert.deepEqual(shownOf(ftp, text(' second line\r\n')), ['line (RFC 959, 4.2)', ' text: second line']);
  });

  it('tells which files are fetched, sent and deleted', () => {
    const report = conversation(
      [ftp],
      ['RETR a.cfg', 'STOR b.upd', 'DELE c.txt', 'LIST /x'].map((words) => line('request', words)),
    );
    assert.deepEqual(operationsOf(report), [
      '1 × ftp.store: send the file b.upd',
      '1 × ftp.delete: delete the file c.txt',
      '1 × ftp.retrieve: fetch the file a.cfg',
      '1 × ftp.list: list /x',
    ]);
  });

  it('follows a file to the port that either side names', () => {
    const content = new Uint8Array(700).fill(0x4e);
    const whole = [['plc7/main.awl', 'program', 'to', 700, true]];
    const toServer = segment('request', 40_000, 1_025, content);
    assert.deepEqual(stored([line('reply', '227 Entering Passive Mode (192,0,2,2,4,1)')], toServer), whole);
    assert.deepEqual(stored([line('reply', '229 Extended Passive Mode (|||1025|)')], toServer), whole);
    const toClient = segment('request', 1_025, 20, content);
    assert.deepEqual(stored([line('request', 'PORT 192,0,2,1,4,1')], toClient), whole);
    assert.deepEqual(stored([line('request', 'EPRT |1|192.0.2.1|1025|')], toClient), whole);
  });

  it('is known elsewhere by how it greets, and mail is not', () => {
    const recognised = (words: string) => ftp.recognises(text(words), 0, words.length, false);
    assert.equal(recognised('220 Siemens FTP server\r\n'), OURS);
    assert.equal(recognised('220 mail.example ESMTP\r\n'), NOT_OURS);
    assert.equal(recognised('USER anonymous\r\n'), NOT_OURS);
  });
});
