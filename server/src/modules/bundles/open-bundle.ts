import { BundleReader, BundleRefused } from '@busbar/contract';
import { Decrypter } from 'age-encryption';

import type { Stored } from '../../platform/blobs.ts';
import { Problem } from '../../platform/problem.ts';

/** The header of an age file (age-encryption.org/v1) ends with the line of its MAC; one recipient takes 200 bytes. */
const MOST_HEADER = 16 << 10;
const firstLine = 'age-encryption.org/v1\n';

/**
 * Opens a bundle as it was received, with a piece of it in memory at a time. Nothing of it is known to be whole before
 * `end` was reached. Throws Problems that say what is wrong with it.
 * @param identity of this CERT, if it has one yet
 */
export async function openBundle(
  sealed: Stored,
  identity: string | undefined,
  signal: AbortSignal,
): Promise<BundleReader> {
  await refuseOther(sealed);
  if (!identity) throw notForUs();
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  // What cannot be read of our own store is no fault of the bundle.
  const source = new Watched(sealed.read());
  const because = (error: unknown): unknown => {
    signal.throwIfAborted();
    return source.failure ?? error;
  };
  const clear = await decrypter.decrypt(ReadableStream.from(source)).catch((error: Error) => {
    if (source.failure) throw because(error);
    throw /no identity matched/.test(error.message) ? notForUs() : damaged();
  });
  return inWords(BundleReader.open(pieces(), { size: sizeIn(clear, sealed.size), now: Date.now() }));

  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of clear as unknown as AsyncIterable<Uint8Array>) {
        signal.throwIfAborted();
        yield piece;
      }
    } catch (error) {
      throw because(damagedBy(error));
    }
  }
}

/** Hands pieces on, and remembers why there were no more. */
class Watched {
  failure: unknown;
  readonly source: AsyncIterable<Uint8Array>;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.source = source;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    try {
      yield* this.source;
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }
}

function sizeIn(clear: { size(sealed: number): number }, sealed: number): number {
  try {
    return clear.size(sealed);
  } catch {
    throw damaged();
  }
}

/** What the reader refuses, as a Problem. */
export async function inWords<T>(reading: Promise<T>): Promise<T> {
  return reading.catch((error: unknown) => {
    throw error instanceof BundleRefused ? new Problem(422, error.code, error.message, error.params) : error;
  });
}

/** Before anybody looks for the end of a header that may have none. */
async function refuseOther(sealed: Stored): Promise<void> {
  let head = '';
  for await (const piece of sealed.read(0, MOST_HEADER)) head += piece.toString('latin1');
  if (head === '')
    throw new Problem(422, 'empty-file', 'The file is empty; check that the whole file was chosen');
  if (!head.startsWith(firstLine))
    throw new Problem(
      422,
      'bundle-not-encrypted',
      'This is no encrypted bundle: its name ends with .age, and a field kit saves it. Nothing of it was kept',
    );
  if (!/\n--- [\w+/]{43}\n/.test(head)) throw damaged();
}

const damaged = () =>
  new Problem(
    422,
    'bundle-damaged',
    'The bundle was altered or cut on its way: it does not open to its end. Take it from where it was saved once more. Nothing of it was kept',
  );

const damagedBy = (cause: unknown) => Object.assign(damaged(), { cause });

const notForUs = () =>
  new Problem(
    422,
    'bundle-not-for-us',
    'The bundle was encrypted to another CERT, and this one cannot open it. Bring it to the CERT whose kit saved it, or save it again with a kit from here',
  );
