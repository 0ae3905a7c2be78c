import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readMessage } from '../../analysis/read-message.ts';
import type { Report } from '../../analysis/report.ts';
import { Pseudonyms } from '../../slice/pseudonyms.ts';
import { Slicer, type SliceOptions } from '../../slice/slicer.ts';
import { canFrame, cookedBus, EXTENDED, heard, onBus } from '../../testing/bus.ts';
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
        assert.deepEqual(
          operationsOf(heard(sliceOf(file, options))),
          operationsOf(heard(sliceOf(bare.file, options))),
        );
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
