import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { Wire } from '../../engines/dissect/src/testing/wire.ts';

// Loaded before tests, by encoders.ts: what their encoders write goes into a folder, each capture once, in this order.
// What is tried at random is the same each time: seeds are numbers of this list.
fc.configureGlobal({ seed: 20_261_128 });

const folder = process.env['BUSBAR_TAPE']!;
const heard = new Set<string>();

Wire.written = (file) => {
  const hash = createHash('sha256').update(file).digest('hex');
  if (heard.has(hash)) return;
  heard.add(hash);
  writeFileSync(join(folder, `${String(heard.size).padStart(5, '0')}.pcap`), file);
};
