import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { crc16, crc16Arc } from '../../bytes/crc16.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import { type Direction, NOT_OURS, OURS } from '../../dissector.ts';
import {
  anomaliesOf,
  conversation,
  factsOf,
  operationsOf,
  SERVER,
  text,
} from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { sentences, told } from '../../testing/shared.ts';
import { join } from '../../testing/wire.ts';
import { commands } from './names.ts';
import { triStation } from './tristation.ts';

const little = (value: number) => [value & 0xff, value >> 8];

/** With the sum over the command and the checksum over all. */
function message(direction: Direction, command: number, sequence: number, data: ArrayLike<number> = []) {
  const head = [direction === 'reply' ? 1 : 0, 0, command, sequence, 0, 0];
  const length = 10 + data.length;
  const inner = join(head, little(length), data);
  const sum = (inner.reduce((all, octet) => all + octet, length) & 0xffff) >>> 0;
  const whole = join([5, 0], little(length), head, little(sum), little(length), data);
  return join(whole, little(crc16(crc16Arc, 0, whole, 0, whole.length)));
}

/** Packets 1, 2, 3 and 11, 12 of the capture that Nozomi Networks made of the malware. */
const connect = hex`01 00 0000 01FC`;
const connected = hex`02 00 0000 01B8`;
const askStatus = hex`
  05 00 0A00            command or reply, channel, length
  00 00 13 00           to the controller, connection, command 19, sequence number
  0000 2700 0A00        unknown, sum, length
  5010                  checksum
`;
const upload = hex`05 00 1200 00 00 41 04 0000 6C00 1200 0300 00000000 0000 AAF7`;
const rejected = hex`05 00 0C00 01 01 64 04 0000 5201 0C00 D000 2829`;

const words = (...all: number[]) => join(...all.map((word) => [word & 0xff, (word >> 8) & 0xff, 0, 0]));
const piece = (id: number, full: number, offset: number, code: Uint8Array) =>
  join(little(id), little(1), little(full), little(offset), little(code.length / 4), code);

const talk = (...parts: [Direction, Uint8Array][]) => conversation([triStation], parts);
const CAPTURE = 'EmreEkin+ICS-Pcaps/Malware/malware_exec.part1.pcap';

describe('TriStation', () => {
  keepsItsPromises(triStation, [
    { request: connect, reply: connected },
    { request: askStatus },
    { request: upload, reply: rejected },
    { request: message('request', 13, 1), reply: message('reply', 106, 1, hex`0300330A0400`) },
    { request: message('request', 54, 2, hex`0100`), reply: message('reply', 150, 2, hex`0000`) },
  ]);

  it('tells why a command was rejected', () => {
    const { operations } = talk(['request', upload], ['reply', rejected]);
    assert.deepEqual(operations[0]!.refused, []);
    const locked = message('reply', 100, 4, [212]);
    assert.deepEqual(
      talk(['request', upload], ['reply', locked]).operations[0]!.refused.map(({ code }) => code),
      ['tristation.key-setting-prohibits-this-operation'],
    );
    const denied = hex`0A 00 0000`;
    const answer = join(denied, little(crc16(crc16Arc, 0, denied, 0, 4)));
    assert.equal(
      talk(['request', connect], ['reply', answer]).operations[0]!.refused[0]!.code,
      'tristation.access-denied',
    );
  });

  for (const [command, code] of [
    [0, 'start-download-all'],
    [10, 'end-download-all'],
    [16, 'set-points'],
    [20, 'run-program'],
    [21, 'halt-program'],
    [22, 'pause-program'],
    [27, 'set-io-points'],
    [38, 'disable-ovd'],
    [40, 'disable-ovd'],
    [80, 'go-to-download-mode'],
  ] as const) {
    it(`tells command ${command} as ${code}, which is dangerous`, () => {
      const { operations } = talk(['request', message('request', command, 1)]);
      const told1 = operations.find((one) => one.code === `tristation.${code}`);
      assert.equal(told1?.dangerous, true);
    });
  }

  it('shows where a program that is loaded lies in the capture, piece by piece', () => {
    const { transfers, operations } = talk(
      ['request', message('request', 55, 1, piece(3, 3, 0, words(1, 2)))],
      ['reply', message('reply', 153, 1)],
      ['request', message('request', 55, 2, piece(3, 3, 2, words(3)))],
    );
    assert.deepEqual(
      transfers.map(({ way, kind, name, bytes, complete }) => [way, kind, name, bytes, complete]),
      [['to', 'program', 'program 3', 12, true]],
    );
    assert.equal(operations[0]!.samples[1]!.text, 'download program 3: 4 bytes at 8 of 12');
    assert.ok(operations[0]!.techniques?.includes('T0843'));
  });

  it('tells the modules of a chassis, with the position of the key', () => {
    const slots = new Uint8Array(16 * 32);
    slots.set([0x15, 0x21, 0xff, 1]);
    slots.set([0x05, 0x10, 20, 1], 3 * 32);
    const open = join([2, 0, 0xff, 1, 3, 0, 4, 0, 3, 0], new Uint8Array(22), text('PLANT\0\0\0\0\0'));
    const status = join(open, new Uint8Array(166 - open.length), slots);
    const report = talk(['request', message('request', 24, 9)], ['reply', message('reply', 119, 9, status)]);
    assert.deepEqual(operationsOf(report), [
      '1 × tristation.read-chassis-status: ask the state of the chassis: key at remote, program halted, ' +
        'modules 0: 3008 main processor, 3: 3604 discrete output',
    ]);
    assert.ok(factsOf(report, SERVER).includes('project PLANT 3.4'));
    assert.ok(factsOf(report, SERVER).includes('module 3: 3604 discrete output'));
  });

  it('tells what is wrong with a module, and the number of the controller', () => {
    const slots = new Uint8Array(16 * 32);
    slots.set([0x07, 0x10, 20, 1], 3 * 32);
    slots.set([0x00, 0x00, 56, 4], 4 * 32);
    const chassis = talk(
      ['request', message('request', 24, 9)],
      ['reply', message('reply', 119, 9, join(new Uint8Array(166), slots))],
    );
    assert.deepEqual(
      factsOf(chassis, SERVER).filter((fact) => fact.startsWith('module')),
      ['module 3: 3604 discrete output, fault', 'module 4: 4609 ACM, not installed'],
    );
    const versions = new Uint8Array(470);
    versions.set([0, 255, 54, 0, 1, 0, 2, 0, 3, 0]);
    versions.set(text('790001A01CHASSIS7'), 130);
    versions.set(text('790002B02CTRL0042'), 450);
    const report = talk(
      ['request', message('request', 54, 9)],
      ['reply', message('reply', 151, 9, versions)],
    );
    assert.ok(factsOf(report, SERVER).includes('serial CTRL0042'));
    assert.ok(factsOf(report, SERVER).includes('module 0: GPSI satellite clock 1.2.3'));
  });

  it('tells what the implant of the malware is told, and nothing of that kind of an honest question', () => {
    const ask = (data: Uint8Array) => message('request', 29, 7, data);
    const report = talk(
      ['request', ask(hex`17 FF 00010000 00B01000`)],
      ['reply', message('reply', 150, 7, new Uint8Array(256))],
      ['request', ask(join(hex`41 FF 04000000 00B01000`, hex`60000000`))],
      // Without the implant it answers the question it knows.
      ['reply', message('reply', 127, 7)],
      ['request', ask(hex`F9 FF 00B00000`)],
    );
    assert.deepEqual(operationsOf(report), [
      '1 × tristation.implant-read: read 256 bytes at 0x10b000 through an implant',
      '1 × tristation.implant-answer: an implant answers with 256 bytes',
      '1 × tristation.implant-write: write 4 bytes at 0x10b000 through an implant',
      '1 × tristation.implant-execute: execute what is at 0xb000 through an implant',
    ]);
    assert.ok(report.detections.some(({ id }) => id === 'safety-implant-used'));
    const honest = [
      hex``,
      hex`17`,
      hex`17 01 00010000 00B01000`,
      hex`41 FF 04000000 00B01000`,
      hex`F9 FF 00B0000000`,
    ];
    for (const data of honest) {
      assert.deepEqual(
        talk(['request', ask(data)]).operations.map(({ code }) => code),
        ['tristation.read-processor-status'],
      );
    }
  });

  it('tells an implant by its answer alone, and nothing of that kind of who is asked for system variables', () => {
    const answer = message('reply', 150, 7, hex`0000 01020304`);
    const report = talk(['request', message('request', 29, 7, hex`F1 00`)], ['reply', answer]);
    assert.deepEqual(operationsOf(report), [
      '1 × tristation.implant-answer: an implant answers with 6 bytes',
      '1 × tristation.read-processor-status: ask the state of the main processors',
    ]);
    assert.ok(report.detections.some(({ id }) => id === 'safety-implant-used'));
    for (const honest of [
      talk(['request', message('request', 46, 7)], ['reply', answer]),
      talk(['request', message('request', 29, 7)], ['reply', message('reply', 127, 7)]),
      talk(['request', message('request', 29, 6)], ['reply', answer]),
      talk(['reply', answer]),
    ]) {
      assert.deepEqual(
        honest.operations.filter(({ code }) => code.includes('implant')),
        [],
      );
      assert.ok(!honest.detections.some(({ id }) => id === 'safety-implant-used'));
    }
  });

  it('takes it for the end of the list, and for no refusal, when the next program or function is not there', () => {
    const ask = (command: number, id: number, offset = 0) =>
      message('request', command, id, join(little(id), hex`00000000`, little(offset)));
    const none = (id: number) => message('reply', 100, id, [208]);
    const counting = Array.from({ length: 30 }, (_, id): [Direction, Uint8Array][] => [
      ['request', ask(66, id)],
      ['reply', none(id)],
    ]);
    const { operations, detections } = talk(...counting.flat());
    assert.deepEqual(operations[0]!.refused, []);
    assert.equal(
      operations[0]!.samples[1]!.text,
      'upload function 1 from 0: 0 of 0 bytes (there is none of that number)',
    );
    assert.ok(!detections.some(({ id }) => id === 'refused-in-a-row'));
    // In the middle of one, or for anything else, it is one.
    for (const refused of [ask(65, 2, 64), message('request', 5, 2)]) {
      const { operations: told1 } = talk(['request', refused], ['reply', none(2)]);
      assert.deepEqual(told1[0]!.refused[0]!.code, 'tristation.network-is-out-of-range');
    }
  });

  it('reads connection, ping and disconnection as published, and the version of who is attached', () => {
    for (const bytes of [hex`02 00 0000 01B8`, hex`06 00 0000 0088`, hex`04 00 0000 0130`]) {
      const { counts, anomalies } = talk(['request', bytes]);
      assert.deepEqual(Object.entries(counts['tristation_type']!), [[String(bytes[0]), 1]]);
      assert.deepEqual(anomalies, []);
    }
    const attached = talk(
      ['request', message('request', 13, 1)],
      ['reply', message('reply', 106, 1, hex`0300330A0400`)],
    );
    assert.ok(factsOf(attached, SERVER).includes('firmware 10.4'));
  });

  it('names what it reads: replies, states of loading, the key, and what versions are asked with', () => {
    const shown = (direction: Direction, command: number, data: ArrayLike<number> = []) => {
      const reader = new TracedReader(message(direction, command, 1, data));
      triStation.read(reader, { direction });
      return JSON.stringify(reader.finish());
    };
    const status = new Uint8Array(76);
    for (const [state, key, names] of [
      [5, 4, ['download under way', 'invalid']],
      [10, 3, ['load ended', 'remote']],
    ] as const) {
      status.set([state, 0, 1, key], 4);
      for (const name of names) assert.ok(shown('reply', 108, status).includes(`"meaning":"${name}"`), name);
    }
    assert.match(shown('request', 54, hex`0100`), /"field":"argument"/);
    const unnamed = Array.from({ length: 71 }, (_, i) => i + 100).filter((command) => !commands[command]);
    assert.deepEqual(unnamed, [115, 116, 118, 125, 145, 146]);
  });

  it('believes nothing behind a wrong sum or checksum', () => {
    const wrong = message('request', 20, 1).with(10, 0);
    const { operations, anomalies } = talk(['request', wrong], ['request', askStatus.with(14, 0)]);
    assert.deepEqual(operations, []);
    assert.equal(anomalies[0]!.code, 'tristation.checksum-wrong');
    assert.equal(anomalies[0]!.count, 2);
  });

  it('is recognised by its checksum anywhere', () => {
    assert.equal(triStation.recognises(askStatus, 0, askStatus.length, false), OURS);
    assert.equal(triStation.recognises(askStatus.with(4, 1), 0, askStatus.length, false), NOT_OURS);
  });

  it('finds the attack of TRITON, step by step', (t) => {
    const report = told(t, CAPTURE);
    if (!report) return;
    assert.deepEqual(sentences(report, /download|allocate|status/), [
      '2 × download program 2: 0 bytes at 0 of 0',
      '1 × start to download changes of NOZOMI: then 4 programs, 260 functions',
      '1 × end the download of changes: they take effect',
      '6 × ask the state: key at program, program running',
    ]);
    assert.deepEqual(anomaliesOf(report), [['tristation.marked-by-malware', { program: 3 }]]);
    assert.ok(factsOf(report, '192.168.1.2').includes('project NOZOMI 2.0'));
    assert.ok(report.detections.some(({ id }) => id === 'safety-logic-replaced'));
    assert.ok(report.detections.some(({ id }) => id === 'safety-malware-marked'));
  });
});
