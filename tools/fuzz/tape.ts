import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Wire } from '../../engines/dissect/src/testing/wire.ts';

// Loaded before tests, by encoders.ts: what their encoders write goes into a folder, each capture once, in this order.
const folder = process.env['BUSBAR_TAPE']!;
const heard = new Set<string>();

Wire.written = (file) => {
  const hash = createHash('sha256').update(file).digest('hex');
  if (heard.has(hash)) return;
  heard.add(hash);
  writeFileSync(join(folder, `${String(heard.size).padStart(5, '0')}.pcap`), file);
};
