// Run by apart.test.ts: tries what a program that reads hostile bytes must not reach, and answers how each try ended.
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

let port = '';
for await (const chunk of process.stdin) port += String(chunk);

const ended = async (attempt: () => unknown): Promise<string> => {
  try {
    await attempt();
    return 'done';
  } catch (error) {
    const { code, cause } = error as { code?: string; cause?: { code?: string } };
    return code ?? cause?.code ?? String(error);
  }
};
const answer = {
  network: await ended(
    () =>
      new Promise<void>((done, failed) => {
        connect(Number(port), '127.0.0.1', done).once('error', failed);
      }),
  ),
  file: await ended(() => readFile('/etc/hosts')),
  writing: await ended(() => writeFile('/tmp/reached-from-apart', '')),
  program: await ended(() => spawn('/bin/true')),
  thread: await ended(() => new Worker('0', { eval: true })),
  environment: Object.keys(process.env).length,
};
process.stdout.end(JSON.stringify(answer));
process.disconnect!();
