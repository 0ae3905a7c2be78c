import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';

import {
  contentAt,
  expertWitness,
  held,
  type Making,
  rewritten,
  u32,
  u64,
} from '../../testing/expert-witness.ts';
import { NotAnImage } from '../fault.ts';
import { ExpertWitness } from './expert-witness.ts';

/** A generator of numbers that is the same every time (mulberry32). */
function seeded(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * limit);
  };
}

/** Half of it repeats itself and half does not; its last chunk is a short one. */
const medium = (() => {
  const below = seeded(20_261_129);
  const bytes = new Uint8Array(512 * 83);
  for (let at = 0; at < bytes.length; at++) bytes[at] = at % 8192 < 4096 ? below(256) : (at >> 9) & 0xff;
  return bytes;
})();

const header = [
  '1',
  'main',
  'c\tn\ta\te\tt\tav\tov\tm\tu\tp',
  'C-17\tHMI-1\tPanel of line 2\tJ. Doe\tTaken \xfcber USB\t6.19\tWindows 7\t2026 11 20 3 41 9\t2026 11 20 3 41 9\t0',
  '',
].join('\r\n');
const header2 = [
  '3',
  'main',
  'a\tc\tn\te\tt\tmd\tsn\tav\tov\tm\tu\tp\tdc',
  'Панель 2\tC-17\tHMI-1\t李\t\tSDCARD\t0017\t7.0\tWindows 10\t1795323425\t1795323425\t0\t',
  '',
].join('\n');

const opened = async (files: readonly Uint8Array[]) => ExpertWitness.open(files.map((file) => held(file)));
const made = async (making: Making = {}) => opened(expertWitness(medium, making));
const codes = ({ faults }: ExpertWitness) => faults.map(({ code }) => code);
const verdicts = async (image: ExpertWitness) =>
  (await image.verify()).hashes.map(({ algorithm, verdict }) => `${algorithm} ${verdict}`);

describe('a disk in Expert Witness format', () => {
  for (const making of [
    { compress: 'all' },
    { compress: 'none' },
    { compress: 'every other', segments: 3 },
    { compress: 'every other', sectorsPerChunk: 64 },
  ] as const satisfies readonly Making[])
    it(`is the medium that was taken, wherever it is read: ${JSON.stringify(making)}`, async () => {
      const image = await made(making);
      assert.equal(image.size, medium.length);
      assert.deepEqual(await image.read(0, medium.length + 1), medium);
      const below = seeded(7);
      for (let round = 0; round < 60; round++) {
        const [from, length] = [below(medium.length), below(9000)];
        assert.deepEqual(await image.read(from, length), medium.slice(from, from + length));
      }
      assert.deepEqual(await verdicts(image), ['md5 verified', 'sha1 verified']);
      assert.deepEqual([image.faults, image.missing], [[], undefined]);
    });

  it('says who took it, of what and when; the header with a zone before the one without', async () => {
    const both = (await made({ header, header2 })).acquisition!;
    assert.deepEqual(both, {
      caseNumber: 'C-17',
      evidenceNumber: 'HMI-1',
      description: 'Панель 2',
      examiner: '李',
      notes: '',
      model: 'SDCARD',
      serial: '0017',
      software: '7.0',
      system: 'Windows 10',
      acquired: { seconds: 1_795_323_425, isUtc: true },
    });
    const { notes, acquired } = (await made({ header })).acquisition!;
    assert.equal(notes, 'Taken über USB');
    assert.deepEqual(acquired, { seconds: Date.UTC(2026, 10, 20, 3, 41, 9) / 1000, isUtc: false });
    const silent = await made();
    assert.deepEqual([silent.acquisition, silent.faults], [undefined, []]);
    const noDay = await made({ header: header.replaceAll('2026 11 20', '2026 2 31') });
    assert.equal(noDay.acquisition!.acquired, null);
    const guid = Uint8Array.from({ length: 16 }, (_, at) => at);
    assert.equal((await made({ guid })).volume.guid, '03020100-0504-0706-0809-0a0b0c0d0e0f');
  });

  it('that no longer is what was hashed says so; where no hash was stored, that', async () => {
    const changed = await made({
      change: (type, content) => (type === 'digest' ? withOther(content) : undefined),
    });
    assert.deepEqual(await verdicts(changed), ['md5 differs', 'sha1 verified']);
    assert.deepEqual(await verdicts(await made({ hashes: 'hash' })), ['md5 verified']);
    const none = await (await made({ hashes: 'none' })).verify();
    assert.deepEqual(
      none.hashes.map(({ algorithm, verdict, computed }) => [algorithm, verdict, computed]),
      (['md5', 'sha1'] as const).map((algorithm) => [
        algorithm,
        'not stored',
        createHash(algorithm).update(medium).digest('hex'),
      ]),
    );
    function withOther(content: Uint8Array) {
      return rewritten(content, 0, u32(0), 0, 76);
    }
  });

  it('is put together by the numbers in its segments; what is not here is named, and the rest is read', async () => {
    const [one, two, three] = expertWitness(medium, { segments: 3 }) as [Uint8Array, Uint8Array, Uint8Array];
    assert.deepEqual(await verdicts(await opened([three, one, two])), ['md5 verified', 'sha1 verified']);
    for (const some of [[one], [one, three]]) {
      const part = await opened(some);
      assert.equal(part.missing, 2);
      assert.deepEqual(codes(part), ['segment-missing', 'chunks-missing']);
      assert.deepEqual(await part.read(0, 12_288), medium.slice(0, 12_288));
      assert.deepEqual(
        (await part.read(12_288 * 3, 512)).every((byte) => byte === 0),
        true,
      );
    }
    const withoutLast = await opened([one, two]);
    assert.deepEqual(
      [withoutLast.missing, await verdicts(withoutLast)],
      [3, ['md5 not stored', 'sha1 not stored']],
    );
    assert.deepEqual(codes(await opened([one, two, two, three])), ['segment-twice']);
    await assert.rejects(
      opened([two, three]),
      /^NotAnImage: This is segment 2 of an image; only with segment 1/,
    );
    const [, foreign] = expertWitness(medium.subarray(0, 512 * 60), { segments: 3 });
    const mixed = await opened([one, foreign!, three]);
    assert.deepEqual(codes(mixed), ['segment-of-another', 'segment-missing', 'chunks-missing']);
  });

  it('has nothing in a place that it may not have: behind a lost table nobody knows where chunks belong', async () => {
    const [one, two, three] = expertWitness(medium, { segments: 3 }) as [Uint8Array, Uint8Array, Uint8Array];
    const cut = two.slice(0, contentAt(two, 'sectors') + 50);
    // How many chunks this table and its mirror claim fits no checksum.
    const miscounted = two.slice();
    for (const type of ['table', 'table2']) miscounted[contentAt(two, type)]! -= 1;
    for (const second of [cut, miscounted]) {
      const image = await opened([one, second, three]);
      const bytes = await image.read(0, medium.length);
      for (let at = 0; at < bytes.length; at += 4096) {
        const chunk = bytes.slice(at, at + 4096);
        assert.ok(
          chunk.every((byte) => byte === 0) || Buffer.from(chunk).equals(medium.slice(at, at + 4096)),
          `at ${at} stands what does not belong there`,
        );
      }
      assert.deepEqual(bytes.slice(0, 4096 * 4), medium.slice(0, 4096 * 4));
      assert.ok(codes(image).includes('chunks-missing'));
    }
  });

  it('names the sectors that could not be read when it was taken', async () => {
    const image = await made({
      unreadable: [
        [8, 2],
        [40, 1],
      ],
    });
    assert.deepEqual(image.unreadable, [
      { first: 8, count: 2 },
      { first: 40, count: 1 },
    ]);
  });

  it('whose chunk is damaged names it and keeps the rest of it', async () => {
    const [file] = expertWitness(medium, { compress: 'every other' }) as [Uint8Array];
    const table = new DataView(file.buffer, contentAt(file, 'table') + 24);
    const chunkAt = (number: number) =>
      contentAt(file, 'sectors') - 76 + (table.getUint32(number * 4, true) & 0x7fff_ffff);
    // Stored as it is: one octet is another, and all others are what they were.
    const flipped = file.slice();
    flipped[chunkAt(3) + 100]! ^= 0xff;
    const image = await opened([flipped]);
    const expected = medium.slice();
    expected[3 * 4096 + 100]! ^= 0xff;
    assert.deepEqual(await image.read(0, medium.length), expected);
    assert.deepEqual(
      image.faults.map(({ code, params }) => ({ code, ...params })),
      [{ code: 'chunk-checksum', chunk: 3, segment: 1, offset: chunkAt(3), sector: 24, readable: 4096 }],
    );
    assert.deepEqual(await verdicts(image), ['md5 differs', 'sha1 differs']);
    // Deflated: its checksum, then what it is made of.
    const wrongSum = file.slice();
    wrongSum[chunkAt(5) - 1]! ^= 0xff;
    const summed = await opened([wrongSum]);
    assert.deepEqual(await summed.read(0, medium.length), medium);
    assert.deepEqual(codes(summed), ['chunk-checksum']);
    const broken = file.slice();
    broken.fill(0xff, chunkAt(4) + 2, chunkAt(4) + 12);
    const torn = await opened([broken]);
    assert.deepEqual(await torn.read(5 * 4096, 4096), medium.slice(5 * 4096, 6 * 4096));
    const { damaged, bytes } = await torn.verify();
    assert.deepEqual([codes(torn), damaged, bytes], [['chunk-damaged'], 1, medium.length]);
  });

  it('whose table is damaged is read by its mirror; whose volume is, by its copy', async () => {
    const [file] = expertWitness(medium) as [Uint8Array];
    const table = contentAt(file, 'table');
    for (const at of [table, table + 8, table + 26, table + 60]) {
      const damaged = file.slice();
      damaged[at]! ^= 0x5a;
      const image = await opened([damaged]);
      assert.deepEqual(await verdicts(image), ['md5 verified', 'sha1 verified'], `octet ${at - table}`);
      assert.ok(image.faults.length > 0);
    }
    const [one, two] = expertWitness(medium, { segments: 2 }) as [Uint8Array, Uint8Array];
    const noVolume = one.slice();
    noVolume[contentAt(one, 'volume') + 16]! ^= 1;
    const image = await opened([noVolume, two]);
    assert.deepEqual([image.size, codes(image)], [medium.length, ['content-checksum']]);
  });

  it('that was cut anywhere is read as far as it goes', async () => {
    const [file] = expertWitness(medium, { header, compress: 'every other' }) as [Uint8Array];
    for (let end = 0; end < file.length; end += 293)
      try {
        const image = await opened([file.slice(0, end)]);
        await image.verify();
        assert.ok(image.faults.length > 0, `cut at ${end}`);
        const sectors = contentAt(file, 'sectors');
        if (end > sectors && end < contentAt(file, 'table'))
          assert.deepEqual(codes(image).includes('chunks-missing'), true);
      } catch (error) {
        assert.ok(error instanceof NotAnImage, String(error));
      }
  });

  it('whose sections lead in circles or nowhere comes to an end', async () => {
    const [file] = expertWitness(medium) as [Uint8Array];
    const descriptor = contentAt(file, 'table') - 76;
    for (const next of [13, descriptor, descriptor + 75, file.length + 1, Number.MAX_SAFE_INTEGER]) {
      const image = await opened([rewritten(file, descriptor + 16, u64(next), descriptor, 72)]);
      assert.ok(codes(image).includes(next > file.length ? 'segment-cut' : 'section-outside'), String(next));
      await image.verify();
    }
  });

  it('that claims more than it holds costs no more work than it is long', async () => {
    const [file] = expertWitness(medium) as [Uint8Array];
    const [table, mirror, volume] = ['table', 'table2', 'volume'].map((type) => contentAt(file, type)) as [
      number,
      number,
      number,
    ];
    let huge = rewritten(file, volume + 16, u64(2 ** 43), volume, 1048);
    for (const at of [table, mirror]) huge = rewritten(huge, at, u32(0xffff_ffff), at, 20);
    const image = await opened([huge]);
    const { bytes, damaged } = await image.verify();
    assert.ok(bytes <= medium.length + 4096 && damaged > 4_000_000_000);
    assert.ok(codes(image).includes('table-cut'));
    assert.deepEqual(image.present, [{ from: 0, to: bytes }]);
    // All entries are the same chunk; and a second table that points where the first does.
    let same = file;
    for (const at of [table, mirror])
      for (let entry = 1; entry < 11; entry++)
        same = rewritten(same, at + 24 + entry * 4, same.slice(at + 24, at + 28), at + 24, 44);
    const once = await opened([same]);
    assert.equal((await once.verify()).bytes, 4096);
    assert.ok(codes(once).includes('table-disorder'));
    const again = file.slice();
    again.set(again.slice(table - 76, table - 60), mirror - 76);
    const twice = await opened([again]);
    assert.ok(codes(twice).includes('table-overlaps'));
    assert.equal((await twice.verify()).bytes, medium.length);
    await assert.rejects(
      opened([rewritten(file, volume + 8, u32(0x8000_0000), volume, 1048)]),
      /^NotAnImage: Nothing in this image says how large/,
    );
  });

  it('with a chunk that inflates to far more than a chunk is stopped there', async () => {
    const small = expertWitness(new Uint8Array(512 * 4), { sectorsPerChunk: 4 });
    const bomb = expertWitness(new Uint8Array(512 * 32_768), { sectorsPerChunk: 32_768 })[0]!;
    // The volume of the small one in the large one: a chunk of 2 KiB that holds 16 MiB.
    const at = contentAt(bomb, 'volume');
    bomb.set(small[0]!.slice(contentAt(small[0]!, 'volume'), contentAt(small[0]!, 'volume') + 1052), at);
    const image = await opened([bomb]);
    assert.equal((await image.read(0, 1e9)).length, 2048);
    assert.deepEqual(codes(image), ['chunk-too-long']);
  });

  it('in which any octets are others never breaks, and asks for nothing outside', async () => {
    const files = expertWitness(medium.subarray(0, 512 * 24), {
      header,
      header2,
      segments: 2,
      compress: 'every other',
      unreadable: [[1, 1]],
    });
    const below = seeded(20_261_130);
    for (let round = 0; round < 300; round++) {
      const damaged = files.map((file) => file.slice());
      for (let hits = 1 + below(10); hits > 0; hits--) {
        const file = damaged[below(2)]!;
        // Mostly where something is said, and not in chunks.
        file[below(2) ? below(file.length) : 13 + below(600)] = below(256);
      }
      try {
        const image = await opened(damaged);
        const { bytes } = await image.verify();
        assert.ok(bytes <= image.size);
        await image.read(below(20_000), 5000);
      } catch (error) {
        assert.ok(error instanceof NotAnImage, `round ${round}: ${String((error as Error).stack)}`);
      }
    }
  });

  it('is refused with a sentence where it is something else', async () => {
    const refusal = (bytes: number[], sentence: RegExp) =>
      assert.rejects(opened([Uint8Array.from(bytes)]), sentence);
    await refusal([0x45, 0x56, 0x46, 0x32, 0x0d, 0x0a, 0x81, 0x00, 2], /Expert Witness format 2/);
    await refusal([0x4c, 0x56, 0x46, 0x09, 0x0d, 0x0a, 0xff, 0x00, 1], /single files \(L01\)/);
    await refusal([], /no image in Expert Witness format/);
    await refusal([0x45, 0x56, 0x46, 0x09, 0x0d, 0x0a, 0xff, 0x00, 1], /ends in its first line/);
  });

  it('is inflated only where it is read', async () => {
    const large = new Uint8Array(512 * 16_384).map((_, at) => at * 7 + (at >> 8));
    const file = held(expertWitness(large, { compress: 'none', sectorsPerChunk: 64 })[0]!);
    const image = await ExpertWitness.open([file]);
    const before = file.asked();
    assert.deepEqual(await image.read(5_000_000, 1000), large.slice(5_000_000, 5_001_000));
    assert.ok(file.asked() - before <= 3 << 20, `${file.asked() - before} bytes were asked for`);
  });
});

const disks = join(
  process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../../../../shared'),
  'data/artefacts/disk',
);

describe(
  'real disks in Expert Witness format',
  { skip: !existsSync(disks) && 'There are no disks in the shared data' },
  () => {
    const disk = (name: string) => Uint8Array.from(readFileSync(join(disks, name)));

    it('are whole by the hashes stored with them, and tell what their tools told', async () => {
      for (const [files, sectors, md5] of [
        [['dfvfs_ext2.E01'], 8192, '196066add11fb71c4c49cf1bb50d6d24'],
        [['plaso_image.E01'], 200, 'd73c51f10c7ee6a681b7b619ccc6f1c4'],
        [['plaso_image-split.E01', 'plaso_image-split.E02'], 2880, '38ea5af8a80e16e46c095c9110242fc0'],
        [['hmi-sd-a.E01'], 114_688, '129189ea5731ea968c1dc6f3da0d9d12'],
      ] as const) {
        const image = await opened(files.map(disk));
        const { hashes, damaged } = await image.verify();
        assert.deepEqual([image.volume.sectors, damaged, image.faults], [sectors, 0, []]);
        assert.deepEqual(hashes, [{ algorithm: 'md5', verdict: 'verified', stored: md5, computed: md5 }]);
      }
      const { acquisition } = await opened([disk('hmi-sd-a.E01')]);
      const { caseNumber, evidenceNumber, examiner } = acquisition!;
      assert.deepEqual([caseNumber, evidenceNumber, examiner], ['CASE-2026-017', 'SD-01', 'J. Doe']);
    });

    it('are the raw images of the same disks, sector by sector', async () => {
      for (const [files, raw] of [
        [['plaso_image-split.E01', 'plaso_image-split.E02'], disk('plaso_tsk_volume_system.raw')],
        [['hmi-sd-a.E01'], Uint8Array.from(zstdDecompressSync(disk('hmi-sd-a.dd.zst')))],
      ] as const) {
        const image = await opened(files.map(disk));
        assert.equal(image.size, raw.length);
        // The hash above is of all of it; here some of it is looked for by its place.
        for (let at = 0; at < raw.length; at += 777_777)
          assert.ok(Buffer.from(await image.read(at, 5000)).equals(raw.subarray(at, at + 5000)), `${at}`);
      }
    });
  },
);
