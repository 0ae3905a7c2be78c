#!/usr/bin/env node
// Older versions of Node cannot even read the program; this file they can.
import module from 'node:module';
import { join } from 'node:path';

const [major] = process.versions.node.split('.').map(Number);
if (major < 26) {
  console.error(
    `Busbar needs Node 26 and this is ${process.version}. It comes with the project: run npm ci, then npm start, or node_modules/.bin/node server/busbar.mjs`,
  );
  process.exit(1);
}
// What is compiled once need not be at the next start. Where nothing can be written it starts as it would without.
module.enableCompileCache(join(import.meta.dirname, '../.cache/compiled'));
await import('./src/main.ts');
