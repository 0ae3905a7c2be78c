import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readMessage } from '../../analysis/read-message.ts';
import { TracedReader } from '../../bytes/traced-reader.ts';
import type { Report } from '../../analysis/report.ts';
import { Pseudonyms } from '../../slice/pseudonyms.ts';
import { Slicer, type SliceOptions } from '../../slice/slicer.ts';
import {
  canFrame,
  canXlFrame,
  cookedBus,
  EXTENDED,
  heard,
  onBus,
  survivesDamage,
} from '../../testing/bus.ts';
import { operationsOf } from '../../testing/conversation.ts';
import { hex } from '../../testing/hex.ts';
import { keepsItsPromises } from '../../testing/promises.ts';
import { told } from '../../testing/shared.ts';
import { join } from '../../testing/wire.ts';
import { canopen } from '../canopen/canopen.ts';
import { can } from './can.ts';

function sliceOf(file: Uint8Array, options: Pick<SliceOptions, 'pseudonyms'>): Uint8Array {
  const parts: Uint8Array[] = [];
  const slicer = new Slicer({ ...options, choice: {}, write: (part) => parts.push(part) });
  slicer.push(file);
  slicer.finish();
  return join(...parts);
}

describe('can', () => {
  keepsItsPromises(
    can,
    [
      {
        request: canFrame(0x602, hex`2B 4060 00 0F00 0000`),
        reply: canFrame(0x582, hex`60 4060 00 0000 0000`),
      },
      { request: canFrame(0x0cf00411 | EXTENDED, hex`F0 7D 7D E02E FF FF FF`) },
      { request: canXlFrame(0x222, hex`0102030405`, { network: 5, acceptance: 0x1234_5678 }) },
      { request: canXlFrame(0x222, hex`12 0102`, { sduType: 3, acceptance: 0xa000_0123 }) },
    ],
    { within: [canopen] },
  );

  it('is the same in captures of all interfaces of Linux', async () => {
    const frames = [
      canFrame(0x702, hex`00`),
      canFrame(0x602, hex`2B 4060 00 0F00 0000`),
      canFrame(0x582, hex`60 4060 00 0000 0000`),
      canFrame(0x0cf00411 | EXTENDED, hex`F0 7D 7D E02E FF FF FF`),
      canFrame(0x602, hex`40 0810 00 0000 0000`),
      canFrame(0x582, hex`41 0810 00 0900 0000`),
      canXlFrame(0x123, new Uint8Array(2_048), { network: 5, flags: 1, acceptance: 0x1234_5678 }),
      canXlFrame(0x222, hex`0102`, { sduType: 6, acceptance: 0x2cf0_0411 }),
      canFrame(0x602, hex`60 00 00000000000000`),
      canFrame(0x582, hex`00 536572766F2031`),
    ];
    const shown = ({ operations, conversations, variables, devices, counts, malformed }: Report) => [
      operationsOf({ operations } as Report),
      conversations.map(({ from, to, messages }) => [from.address, to.address, messages]),
      variables.map(({ name, last }) => [name, last.value]),
      devices.map(({ id, facts }) => [id, facts.map(({ field, value }) => `${field} ${value}`)]),
      [counts['can_frame'], counts['ics_frames'], counts['protocol_frames'], malformed],
    ];
    const bare = onBus(...frames);
    const read = (report: ReturnType<typeof heard>) =>
      readMessage((at, count) => report.file.subarray(at, at + count), report.operations[0]!.samples[0]!.at, [
        can,
        canopen,
      ]);
    const tree = await read(bare);
    assert.ok(operationsOf(bare).length > 0);
    for (const file of cookedBus(frames)) {
      const report = heard(file);
      assert.deepEqual(shown(report), shown(bare));
      const again = await read(report);
      assert.deepEqual(
        again.messages.map(({ fields }) => fields),
        tree.messages.map(({ fields }) => fields),
      );
      assert.ok(again.frame.fields[0]!.field.startsWith('Linux cooked capture'));
      for (const options of [{}, { pseudonyms: new Pseudonyms({ key: new Uint8Array(32) }) }]) {
        assert.deepEqual(shown(heard(sliceOf(file, options))), shown(heard(sliceOf(bare.file, options))));
      }
    }
  });

  it('tells frames of CAN XL by priority, or by the identifier of the frame they carry, each virtual network apart', () => {
    const report = onBus(
      canFrame(0x123, hex`00`),
      canXlFrame(0x123, hex`00`),
      canXlFrame(0x7ff, hex`00`, { network: 5, sduType: 4, acceptance: 0x0123 }),
      canXlFrame(0x222, hex`01 00`, { sduType: 3, acceptance: 0x0000_0456 }),
      canXlFrame(0x222, hex`00`, { network: 255, sduType: 6, acceptance: 0x3234_5678 }),
      canXlFrame(0x222, hex`00`, { sduType: 7, acceptance: 0xc000_0601 }),
    );
    assert.deepEqual(
      report.conversations.map(({ from, to, packets }) => `${from.address} ${to.address} ${packets}`).sort(),
      [
        'can:123 can:* 2',
        'can:255/12345678 can:255/* 1',
        'can:456 can:* 1',
        'can:5/7ff can:5/* 1',
        'can:601 can:* 1',
      ],
    );
    assert.deepEqual({ ...(report.counts['can_frame'] as object) }, { xl: 5, standard: 1 });
    assert.deepEqual(report.malformed, []);
  });

  it('shows frames of CAN XL field by field, and what they carry', () => {
    const shown = (frame: Uint8Array) => {
      const reader = new TracedReader(frame);
      can.read(reader, { direction: 'request' });
      const flat = (fields: ReturnType<TracedReader['finish']>): (readonly [string, unknown])[] =>
        fields.flatMap(({ field, value, meaning, children }) => [
          [field, meaning ?? value] as const,
          ...flat(children ?? []),
        ]);
      return Object.fromEntries(flat(reader.finish()));
    };
    const plain = shown(canXlFrame(0x123, hex`0102`, { network: 5, flags: 3, acceptance: 0x1234_5678 }));
    assert.deepEqual(
      [
        'priority',
        'virtual network',
        'CAN XL',
        'simple extended content',
        'remote request substitution',
        'SDU type',
        'length',
        'acceptance field',
      ].map((name) => plain[name]),
      [0x123, 5, 1, 1, 1, 'content-based addressing', 2, 0x1234_5678],
    );
    // As the converter of the developer of SocketCAN writes a CAN FD frame of 29 bits, and one of 11 bits without data.
    const carried = shown(
      canXlFrame(0x222, join(hex`39`, new Uint8Array(12)), { sduType: 3, acceptance: 0xacf0_0411 }),
    );
    assert.deepEqual(
      [
        'extended',
        'remote request',
        'flexible data rate',
        'error state',
        'bit rate switch',
        'data length code',
      ].map((name) => carried[name]),
      [1, 0, 1, 1, 1, 9],
    );
    const empty = shown(canXlFrame(0x222, hex`00`, { sduType: 7, acceptance: 0xc000_0601 }));
    assert.deepEqual(
      ['extended', 'bit rate switch', 'no data'].map((name) => empty[name]),
      [0, 1, 1],
    );
  });

  it('takes no frame of CAN XL for more than it can be, nor one that is cut for nobody at all', () => {
    const whole = canXlFrame(0x123, new Uint8Array(20));
    survivesDamage([canFrame(0x702, hex`00`), whole]);
    const long = canXlFrame(0x123, new Uint8Array(2_049));
    for (const frame of [long, whole.subarray(0, 31), whole.subarray(0, 11)]) {
      assert.equal(onBus(frame).malformed.length, 1);
    }
    assert.deepEqual(onBus(join(whole, new Uint8Array(3))).malformed, []);
  });

  it('finds the octets of CAN XL in captures of all interfaces, whatever was turned', async () => {
    const frame = canXlFrame(0x123, hex`01020304`, { network: 5, acceptance: 0x1234_5678 }).with(6, 7);
    const trees = [onBus(frame).file, ...cookedBus([frame])].map(async (file) => {
      const { malformed } = heard(file);
      const { at } = malformed[0]!.samples[0]!;
      const tree = await readMessage((from, count) => file.subarray(from, from + count), at, [can]);
      return JSON.stringify(tree.messages.map(({ fields, malformed: wrong }) => [fields, wrong]));
    });
    const [bare, ...others] = await Promise.all(trees);
    assert.match(bare!, /"value":305419896/);
    for (const other of others) assert.equal(other, bare);
    for (const length of [8, 9, 10, 11]) {
      for (const file of cookedBus([frame.subarray(0, length)])) {
        const { pieces, frame: place } = heard(file).malformed[0]!.samples[0]!.at;
        const [from, to] = [place[0], place[0] + place[1]];
        for (const [at, count] of pieces)
          assert.ok(at >= from && at + count <= to, `${at} of ${from} to ${to}`);
      }
    }
  });

  it('knows messages by their identifier', (t) => {
    const report = told(t, 'EmreEkin+ICS-Pcaps/CANopen/CANopen.pcap');
    if (!report) return;
    assert.deepEqual({ ...(report.counts['can_frame'] as object) }, { standard: 34 });
    assert.deepEqual(report.problems, []);
    assert.equal(report.counts['hosts'], 0);
    assert.ok(
      report.conversations.some(({ from, to }) => `${from.address} ${to.address}` === 'can:642 can:*'),
    );
  });
});
