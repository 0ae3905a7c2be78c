import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { DataKey } from './keys.ts';
import { Damaged, FRAME, FrameList, OVERHEAD, sealed, sealFrame, unsealed } from './sealed.ts';

const key = randomBytes(32);
const blob = randomUUID();

describe('a sealed text', () => {
  const mine = new DataKey('mine', key);

  it('comes back as it was, and never looks the same twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const one = mine.seal('case_message.sealed 1', text);
        assert.equal(mine.open('case_message.sealed 1', one), text);
        assert.notDeepEqual(one, mine.seal('case_message.sealed 1', text));
      }),
    );
  });

  it('opens in its place alone, under its key alone, and with no bit turned', () => {
    const sealedText = mine.seal('case_message.sealed 1', 'the recipe of the plant');
    const refuses = (from: DataKey, place: string, bytes: Uint8Array) =>
      assert.throws(() => from.open(place, bytes), Damaged);
    refuses(mine, 'case_message.sealed 2', sealedText);
    refuses(mine, 'case_step.sealed 1', sealedText);
    refuses(new DataKey('mine', randomBytes(32)), 'case_message.sealed 1', sealedText);
    for (let at = 0; at < sealedText.length; at++) {
      const turned = Buffer.from(sealedText);
      turned[at]! ^= 1;
      refuses(mine, 'case_message.sealed 1', turned);
    }
    refuses(mine, 'case_message.sealed 1', sealedText.subarray(0, 20));
  });
});

describe('sealed bytes', () => {
  it('come back whole and in any part, however they were sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 12 }),
        fc.nat(4000),
        fc.nat(4000),
        fc.integer({ min: 1, max: 99 }),
        async (pieces, from, length, step) => {
          const { bytes, frames } = framed(pieces);
          const plain = Buffer.concat(pieces);
          const read = await all(unsealed(key, blob, frames.runs, inSteps(bytes, step), from, from + length));
          assert.deepEqual(read, plain.subarray(from, from + length));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('are cut into frames of a MiB', async () => {
    const plain = randomBytes(2 * FRAME + 5);
    const frames = new FrameList();
    const bytes = await all(sealed(key, blob, chunks(plain, 70_001), frames));
    assert.deepEqual(frames.runs, [2, FRAME, 1, 5]);
    assert.equal(bytes.length, frames.sealedSize);
    assert.deepEqual(await all(unsealed(key, blob, frames.runs, inSteps(bytes, 65_536))), plain);
  });

  it('do not show what they hold', () => {
    const { bytes } = framed([Buffer.from('the recipe of the plant')]);
    assert.equal(bytes.includes('recipe'), false);
  });

  describe('are refused', () => {
    const { bytes, frames } = framed([randomBytes(100), randomBytes(100), randomBytes(50)]);
    const [one, two] = [
      bytes.subarray(0, 100 + OVERHEAD),
      bytes.subarray(100 + OVERHEAD, 2 * (100 + OVERHEAD)),
    ];
    const rest = bytes.subarray(2 * (100 + OVERHEAD));

    it('with any bit turned', async () => {
      for (let bit = 0; bit < bytes.length * 8; bit += 37) {
        const turned = Buffer.from(bytes);
        turned[bit >> 3]! ^= 1 << (bit & 7);
        await refuses(turned);
      }
    });
    it('with frames exchanged, doubled or left out', async () => {
      await refuses(Buffer.concat([two, one, rest]));
      await refuses(Buffer.concat([one, one, rest]));
      await refuses(Buffer.concat([one, rest]));
    });
    it('cut off anywhere', async () => {
      for (let end = 0; end < bytes.length; end += 13) await refuses(bytes.subarray(0, end));
    });
    it('under the name of other bytes', async () => {
      await assert.rejects(all(unsealed(key, randomUUID(), frames.runs, inSteps(bytes, 64))), Damaged);
    });

    const refuses = (changed: Buffer) =>
      assert.rejects(all(unsealed(key, blob, frames.runs, inSteps(changed, 64))), Damaged);
  });
});

/** A frame for each piece, as uploads in pieces make them. */
function framed(pieces: readonly Uint8Array[]) {
  const frames = new FrameList();
  const bytes = pieces.map((piece) => {
    const frame = sealFrame(key, blob, frames.count, frames.size, piece);
    frames.add(piece.length);
    return frame;
  });
  return { bytes: Buffer.concat(bytes), frames };
}

function inSteps(bytes: Uint8Array, step: number) {
  return (offset: number) => chunks(bytes.subarray(offset), step);
}

async function* chunks(bytes: Uint8Array, step: number) {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function all(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(part);
  return Buffer.concat(parts);
}
