import { argon2, type Argon2Parameters, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

import type { MasterKey } from '../../platform/config.ts';
import { unavailable } from '../../platform/problem.ts';

/** The least that OWASP advises for argon2id: 19 MiB, two passes (Password Storage Cheat Sheet). */
const cost = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 } as const;

const list = readFileSync(new URL('receipt-words.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((word) => word && !word.startsWith('#'));

/** What is kept of the words. */
export interface Kept {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

export interface Made {
  readonly id: string;
  /** Without its year: `4839-2057-1182`. */
  readonly number: string;
  readonly words: readonly string[];
}

export type Receipts = ReturnType<typeof receiptsUnder>;

/** Receipts are made of the key of a report and a secret of the program: the same report gets the same one again. */
export function receiptsUnder(master: MasterKey) {
  const making = master.derive('makes receipts');
  const secret = master.derive('hashes the words of receipts');
  // Whoever waits here holds a connection to the database: all together must leave some to everybody else. Reports wait
  // before they begin, so that few come here at once. Who guesses words, and who floods, stands in no reporter's way.
  const lanes = { usual: turns(2, 4), slow: turns(1, 4) };
  const asked = turns(1, 4);
  const nobody = { salt: randomBytes(16), hash: randomBytes(cost.tagLength) };

  const hash = (words: string, salt: Buffer) =>
    slowly('argon2id', { ...cost, message: Buffer.from(plain(words)), nonce: salt, secret });

  return {
    /** @param key at least 128 random bits, known to whoever reports and kept nowhere */
    make(key: string): Made {
      const bytes = createHmac('sha512', making).update(key).digest();
      bytes[6] = (bytes[6]! & 0x0f) | 0x80;
      bytes[8] = (bytes[8]! & 0x3f) | 0x80;
      const id = bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const digits = String(Number(bytes.readBigUInt64BE(16) % 1_000_000_000_000n)).padStart(12, '0');
      return {
        id,
        number: digits.replace(/^(.{4})(.{4})/, '$1-$2-'),
        words: Array.from({ length: 6 }, (_, at) => list[bytes.readUInt32BE(24 + 4 * at) % list.length]!),
      };
    },

    async keep(words: string, lane: 'usual' | 'slow'): Promise<Kept> {
      const salt = randomBytes(16);
      return { salt, hash: await lanes[lane](() => hash(words, salt)) };
    },

    /** Takes as long, and does the same, whether there is such a receipt or not. */
    async fits(words: string, kept: Kept | undefined): Promise<boolean> {
      const { salt, hash: expected } = kept ?? nobody;
      const given = await asked(() => hash(words, salt));
      return timingSafeEqual(given, expected) && kept !== undefined;
    },
  };
}

/** However they were typed, capital letters, commas and all: read out by telephone they have none. */
const plain = (words: string) => words.toLowerCase().replaceAll(/[^a-z]/g, '');

const slowly = promisify<'argon2id', Argon2Parameters & { secret: Buffer }, Buffer>(argon2);

/** So many at once, so many waiting; who comes then is told so. */
function turns(atOnce: number, mostWaiting: number) {
  let busy = 0;
  const waiting: (() => void)[] = [];
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy >= atOnce) {
      if (waiting.length >= mostWaiting)
        throw unavailable(
          'desk-busy',
          'Too many are writing to us this second. Call us, or press send again: nothing you typed is lost',
        );
      await new Promise<void>((ready) => waiting.push(ready));
    } else busy++;
    try {
      return await work();
    } finally {
      // Handed on, so that nobody comes in between.
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
