import { parentPort, workerData } from 'node:worker_threads';

import type { InventoryChoice } from '@busbar/contract';

import { Problem } from '../../platform/problem.ts';
import type { FromWorker } from './table-apart.ts';
import { readTable } from './table.ts';

// Runs in a thread of its own, which may be ended at any moment.

const { bytes, choice } = workerData as { bytes: Uint8Array; choice: InventoryChoice };
try {
  tell({ table: await readTable(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), choice) });
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  const { status, code, message, params } = error;
  tell({ refused: { status, code, message, params } });
}

function tell(message: FromWorker): void {
  parentPort!.postMessage(message);
}
