import { analyse, type Detection, NotACapture, withBrought } from '@busbar/dissect';

import type { FromProgram } from '../../platform/apart.ts';
import { asked } from '../../platform/asked-apart.ts';

// Runs in a process of its own: the detections that others brought and the bytes come in by standard input, the report goes
// out by standard output, and how far it is by messages. See `confinement` for what it may do.

const TELL_EVERY_MS = 250;

try {
  let told = 0;
  const [brought, bytes] = await asked<readonly Detection[]>(process.stdin as AsyncIterable<Uint8Array>);
  const report = await analyse(bytes, {
    detections: withBrought(brought),
    onProgress: ({ bytes: done }) => {
      if (Date.now() - told < TELL_EVERY_MS) return;
      told = Date.now();
      tell({ kind: 'progress', bytes: done });
    },
  });
  process.stdout.end(JSON.stringify(report));
} catch (error) {
  if (!(error instanceof NotACapture)) throw error;
  const code = error.code === 'empty' ? 'empty-file' : error.code;
  tell({ kind: 'refused', code, looksLike: error.looksLike, text: error.message });
}
process.disconnect!();

function tell(message: FromProgram): void {
  process.send!(message);
}
