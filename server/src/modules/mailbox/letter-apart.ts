import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { oneFileOf } from '../../platform/one-file.ts';
import { type Letter, unread } from './letter.ts';
import type { KeyRing } from './pgp.ts';

export interface ToRead {
  readonly source: Uint8Array;
  readonly address: string;
  readonly autocrypt: string;
  readonly ring: KeyRing;
}

const patience = 60_000;
const heapMegabytes = 512;

/** Reads a letter in a thread with memory and time of its own: one made to exhaust them is a letter that was not read. */
export async function readApart(letter: ToRead): Promise<Letter> {
  const worker = new Worker(await oneFileOf('server/src/modules/mailbox/letter-worker.ts'), {
    workerData: letter,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  try {
    const [read] = (await once(worker, 'message', { signal: AbortSignal.timeout(patience) })) as [Letter];
    return read;
  } catch {
    return unread('unreadable');
  } finally {
    await worker.terminate();
  }
}
