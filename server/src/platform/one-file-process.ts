import { randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';

import { rolldown } from 'rolldown';

// Runs in a process of its own: makes one file of a program. Others may be making the same, and running it.

const [, , program, file] = process.argv as [string, string, string, string];
const bundle = await rolldown({ input: program, platform: 'node' });
const unfinished = `${file}.${randomUUID()}`;
await bundle.write({ file: unfinished, format: 'esm', codeSplitting: false });
await rename(unfinished, file);
