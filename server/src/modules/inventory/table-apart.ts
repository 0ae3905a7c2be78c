import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { InventoryChoice, Told } from '@busbar/contract';
import type { Table } from '@busbar/csaf';

import { oneFileOf } from '../../platform/one-file.ts';
import { Problem, tooLarge } from '../../platform/problem.ts';
import { mostBytes } from './table.ts';

export type FromWorker =
  | { readonly table: Table }
  | {
      readonly refused: {
        readonly status: number;
        readonly code: string;
        readonly message: string;
        readonly params: Told['params'];
      };
    };

const patience = 120_000;
const heapMegabytes = 768;

/**
 * Reads a table in a thread with memory and time of its own: a workbook made to exhaust them ends the thread, and
 * nothing else.
 */
export async function readTableApart(
  source: AsyncIterable<Uint8Array>,
  choice: InventoryChoice,
  signal: AbortSignal,
): Promise<Table> {
  const bytes = await wholeOf(source);
  const worker = new Worker(await oneFileOf('server/src/modules/inventory/table-worker.ts'), {
    workerData: { bytes, choice },
    transferList: [bytes.buffer],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  try {
    const [message] = (await once(worker, 'message', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]),
    })) as [FromWorker];
    if ('table' in message) return message.table;
    const { status, code, message: words, params } = message.refused;
    throw new Problem(status, code, words, params);
  } catch (error) {
    signal.throwIfAborted();
    const { code, name } = error as NodeJS.ErrnoException;
    if (code === 'ERR_WORKER_OUT_OF_MEMORY' || name === 'AbortError' || name === 'TimeoutError')
      throw tooMuch();
    throw error;
  } finally {
    await worker.terminate();
  }
}

async function wholeOf(source: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > mostBytes) throw tooMuch();
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

export const tooMuch = () =>
  tooLarge('table-too-large', 'This table is more than one import takes. Split it, or save it as CSV', {
    most: mostBytes >> 20,
  });
