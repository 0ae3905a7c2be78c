#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: finds the Node that came with the project, and runs busbar on it.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const NEEDED = 26;
const program = fileURLToPath(new URL('src/busbar.ts', import.meta.url));

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  await import('./src/busbar.ts');
} else {
  const { status, signal } = spawnSync(ownNode(), [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = signal ? 1 : (status ?? 1);
}

function ownNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-linux-${process.arch}/bin/node`);
  } catch {
    console.error(
      `busbar needs Node ${NEEDED} or newer, and this is ${process.version}. Run npm ci in the project's folder, which brings one along.`,
    );
    process.exit(2);
  }
}
