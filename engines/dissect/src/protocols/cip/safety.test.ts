import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { Analysis } from '../../analysis/analysis.ts';
import { enip } from '../enip/enip.ts';
import { hex } from '../../testing/hex.ts';
import { join, Wire } from '../../testing/wire.ts';
import { cip } from './cip.ts';

/** CIP Volume 5, appendix E, bit by bit. */
function crc(width: number, polynomial: number, ...parts: ArrayLike<number>[]): number {
  let rest = 0;
  for (const octet of join(...parts)) {
    for (let bit = 7; bit >= 0; bit--) {
      const out = (rest >>> (width - 1)) & 1;
      rest = ((rest << 1) & (2 ** width - 1)) ^ (out === ((octet >> bit) & 1) ? 0 : polynomial);
    }
  }
  return rest;
}
const s1 = (...parts: ArrayLike<number>[]) => [crc(8, 0x37, ...parts)];
const s3 = (...parts: ArrayLike<number>[]) => low16(crc(16, 0x080f, ...parts));
const s5 = (...parts: ArrayLike<number>[]) => {
  const value = crc(24, 0x5d6dcb, ...parts);
  return [value & 0xff, (value >> 8) & 0xff, value >> 16];
};
const low16 = (value: number) => [value & 0xff, value >> 8];
const inverted = (octets: ArrayLike<number>) => Array.from(octets, (octet) => octet ^ 0xff);

/** Vendor, serial numbers of device and connection. */
const ORIGINATOR = hex`0100 78563412 0E00`;
const TARGET = hex`0200 44332211 0700`;
const RUNS = 0x90;
const DATA = RUNS & 0xe0;
const DATA_INVERTED = ~RUNS & 0xe0;
const TIME = RUNS & 0x1f;

function short(sender: ArrayLike<number>, data: ArrayLike<number>, stamp: number): Uint8Array {
  // The second checksum has a polynomial of its own, and begins with the sender as the first one has it.
  const begun = crc(8, 0x37, sender);
  const second = crc(8, 0x3b, [begun ^ DATA_INVERTED], inverted(data));
  const time = s1(sender, [TIME], low16(stamp));
  return join(data, [RUNS], s1(sender, [DATA], data), [second], low16(stamp), time);
}

function long(sender: ArrayLike<number>, data: ArrayLike<number>, stamp: number): Uint8Array {
  const again = inverted(data);
  const checked = join([RUNS], s3(sender, [DATA], data), again, s3(sender, [DATA_INVERTED], again));
  return join(data, checked, low16(stamp), s1(sender, [TIME], low16(stamp)));
}

function extendedShort(
  sender: ArrayLike<number>,
  data: ArrayLike<number>,
  stamp: number,
  rollovers: number,
): Uint8Array {
  const check = s5(sender, low16(rollovers), [DATA], data, low16(stamp));
  return join(data, [RUNS], check.slice(0, 2), low16(stamp), check.slice(2));
}

function extendedLong(
  sender: ArrayLike<number>,
  data: ArrayLike<number>,
  stamp: number,
  rollovers: number,
): Uint8Array {
  const again = inverted(data);
  const first = s3(sender, low16(rollovers), [DATA], data);
  const second = s5(sender, low16(rollovers), [TIME], again, low16(stamp));
  return join(data, [RUNS], first, again, second.slice(0, 2), low16(stamp), second.slice(2));
}

const encapsulated = (data: Uint8Array) =>
  join(
    hex`6F00`,
    low16(data.length + 6),
    hex`01000000 00000000 0000000000000000 00000000`,
    hex`00000000 0A00`,
    data,
  );

/** @param rollovers of the extended format */
function opening(rollovers?: number, isGroup = false) {
  const isExtended = rollovers !== undefined;
  const segment = join(
    isExtended ? hex`50 1E 02 00` : hex`50 1B 00 00`,
    hex`01020304 000000000000 A0860100 0000`,
    hex`0102030405060A0000C0 0102030405060B0000C0`,
    hex`0200 0100 0400 02 01`,
    isExtended ? hex`0100` : [],
    hex`AABBCCDD FFFFFFFF`,
    isExtended ? join(hex`0000`, low16(rollovers)) : [],
  );
  const path = join(hex`2004 2C96 2C64`, segment);
  const toOriginator = isGroup ? hex`1A28` : hex`1A48`;
  const request = join(
    hex`54 02 2006 2401 05 99 00000000 01004B00 0E00 0100 78563412 00 000000`,
    hex`10270000 1A48 10270000`,
    toOriginator,
    [0x00, path.length / 2],
    path,
  );
  const answer = join(hex`FFFF`, TARGET, isExtended ? join(hex`0000`, low16(rollovers)) : []);
  const reply = join(
    hex`D4 00 00 00 0200FE00 01004B00 0E00 0100 78563412 10270000 10270000`,
    [answer.length / 2, 0],
    answer,
  );
  const item = (data: Uint8Array) => encapsulated(join(hex`0200 0000 0000 B200`, low16(data.length), data));
  return { request: item(request), reply: item(reply) };
}

type Sent = readonly ['outputs' | 'inputs', Uint8Array, seconds?: number];

function wrongIn({ request, reply }: ReturnType<typeof opening>, sent: readonly Sent[]): number {
  const wire = new Wire(enip.carriers[0]!);
  wire.say('request', request);
  wire.say('reply', reply);
  const io = new Wire(cip.carriers[1]!);
  io.time = wire.time;
  for (const [way, message, seconds = 0] of sent) {
    io.time += seconds * 1_000_000;
    const id = way === 'outputs' ? hex`0200FE00` : hex`01004B00`;
    const items = join(hex`0200 0280 0800`, id, hex`01000000 B100`, low16(message.length), message);
    io.say(way === 'outputs' ? 'request' : 'reply', items);
  }
  wire.packets.push(...io.packets);
  const analysis = new Analysis({ strict: true });
  analysis.push(wire.pcap());
  const found = analysis.finish().anomalies.filter(({ code }) => code === 'cip.safety-checksum-wrong');
  return found.reduce((sum, { count }) => sum + count, 0);
}

/** With one bit changed. */
function changed(message: Uint8Array, at: number): Uint8Array {
  const other = Uint8Array.from(message);
  other[at]! ^= 0x80;
  return other;
}

const FEW = hex`01 5A`;
const MANY = hex`00112233445566`;

describe('CIP Safety, checksums', () => {
  const cases = {
    'base, up to two octets': { open: opening(), of: (sender: Uint8Array) => short(sender, FEW, 4_711) },
    'base, more octets': { open: opening(), of: (sender: Uint8Array) => long(sender, MANY, 4_711) },
    'extended, up to two octets': {
      open: opening(3),
      of: (sender: Uint8Array) => extendedShort(sender, FEW, 4_711, 3),
    },
    'extended, more octets': {
      open: opening(3),
      of: (sender: Uint8Array) => extendedLong(sender, MANY, 4_711, 3),
    },
  };
  for (const [name, { open, of }] of Object.entries(cases)) {
    it(`${name}: any octet that was changed is noticed, of either side`, () => {
      for (const [way, sender] of [
        ['outputs', ORIGINATOR],
        ['inputs', TARGET],
      ] as const) {
        const right = of(sender);
        assert.equal(
          wrongIn(open, [
            [way, right],
            [way, right],
          ]),
          0,
        );
        const all = Array.from(right, (_, at): Sent => [way, changed(right, at)]);
        assert.equal(wrongIn(open, [[way, right], ...all]), right.length);
        const other = of(sender === TARGET ? ORIGINATOR : TARGET);
        assert.equal(
          wrongIn(open, [
            [way, right],
            [way, other],
          ]),
          1,
        );
      }
    });
  }

  it('says nothing where none was right: the sender may not be who it is taken for', () => {
    const wrong = changed(long(ORIGINATOR, MANY, 1), 0);
    assert.equal(
      wrongIn(opening(), [
        ['outputs', wrong],
        ['outputs', wrong],
      ]),
      0,
    );
  });

  it('knows how often the time of the sender began anew, also when packets are missing or out of order', () => {
    const at = (stamp: number, rollovers: number, seconds: number): Sent => [
      'outputs',
      extendedLong(ORIGINATOR, MANY, stamp, rollovers),
      seconds,
    ];
    const tick = 128e-6;
    const sent = [
      at(65_000, 3, 0),
      at(200, 4, 736 * tick),
      // Sent before, came later.
      at(65_500, 3, 0),
      at(300, 4, 100 * tick),
      // A minute of which the capture has nothing.
      at((300 + 60 / tick) & 0xffff, 4 + Math.floor((300 + 60 / tick) / 65_536), 60),
    ];
    assert.equal(wrongIn(opening(3), sent), 0);
    assert.equal(wrongIn(opening(3), [...sent, at(400, 4, 0)]), 1);
  });

  it('checks what a consumer says of its time', () => {
    const base = join(hex`05 3412 50`, s3(TARGET, hex`05`, hex`3412`));
    const extended = join(hex`05 3412`, s5(TARGET, hex`05`, hex`3412`));
    for (const [open, message] of [
      [opening(), base],
      [opening(3), extended],
    ] as const) {
      assert.equal(
        wrongIn(open, [
          ['inputs', message],
          ['inputs', changed(message, 1)],
        ]),
        1,
      );
    }
  });

  it('does not take the correction behind data to a group for a part of them', () => {
    const right = join(long(TARGET, MANY, 9), hex`21 0000 00 0000`);
    assert.equal(
      wrongIn(opening(undefined, true), [
        ['inputs', right],
        ['inputs', changed(right, 2)],
      ]),
      1,
    );
  });
});
