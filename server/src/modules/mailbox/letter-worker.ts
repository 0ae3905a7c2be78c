import { parentPort, workerData } from 'node:worker_threads';

import type { ToRead } from './letter-apart.ts';
import { readLetter } from './letter.ts';

// Runs in a thread of its own, which may be ended at any moment.

const { source, address, autocrypt, ring } = workerData as ToRead;
const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
parentPort!.postMessage(await readLetter(bytes, address, autocrypt, ring));
