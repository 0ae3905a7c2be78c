import { parentPort } from 'node:worker_threads';

import { analyse, NotACapture } from '@busbar/dissect';

import type { FromThread, ToThread } from './analysis.ts';

// Runs in a thread of its own, with bounded memory, no environment and no keys: it gets bytes and gives facts.

const port = parentPort!;
const waiting: ToThread[] = [];
let wake: (() => void) | undefined;
port.on('message', (message: ToThread) => {
  waiting.push(message);
  wake?.();
});

const AHEAD = 4;
const TELL_EVERY_MS = 250;

await run();
port.close();

async function run(): Promise<void> {
  let told = 0;
  try {
    const report = await analyse(chunks(), {
      onProgress: ({ bytes, packets }) => {
        if (Date.now() - told < TELL_EVERY_MS) return;
        told = Date.now();
        tell({ kind: 'progress', bytes, packets });
      },
    });
    const json = new TextEncoder().encode(JSON.stringify(report));
    tell({ kind: 'done', report, json }, [json.buffer]);
  } catch (error) {
    if (!(error instanceof NotACapture)) throw error;
    tell({ kind: 'refused', code: error.code, looksLike: error.looksLike, text: error.message });
  }
}

async function* chunks(): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < AHEAD; i++) tell({ kind: 'want' });
  for (;;) {
    const next = waiting.shift();
    if (!next) {
      await new Promise<void>((resolve) => (wake = resolve));
      continue;
    }
    if (!next.chunk) return;
    tell({ kind: 'want' });
    yield next.chunk;
  }
}

function tell(message: FromThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
