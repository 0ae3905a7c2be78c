import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../../../', import.meta.url));
const made = new Map<string, Promise<string>>();

/**
 * A program and all it stands on as one file of JavaScript, made from the sources by whoever asks first. It begins in
 * a fifth of the time that hundreds of files of TypeScript take, and whoever runs it need be given nothing else to read.
 * @param script from the root of the project
 * @returns the path of the file
 */
export function oneFileOf(script: string): Promise<string> {
  const known = made.get(script);
  if (known) return known;
  const making = make(script);
  made.set(script, making);
  making.catch(() => made.delete(script));
  return making;
}

/** SHA-256 of that file: the same wherever it is made from the same sources and libraries. */
export async function hashOf(script: string): Promise<Buffer> {
  return createHash('sha256')
    .update(await readFile(await oneFileOf(script)))
    .digest();
}

async function make(script: string): Promise<string> {
  const file = join(await folder(), `${basename(script, '.ts')}.mjs`);
  // In a process of its own: the bundler takes 200 MB, which a server would never give back.
  await promisify(execFile)(process.execPath, [
    fileURLToPath(new URL('./one-file-process.ts', import.meta.url)),
    resolve(project, script),
    file,
  ]);
  return file;
}

/** Where the project may not be written the files are made anew by every start. */
async function folder(): Promise<string> {
  const beside = join(project, '.cache/one-file');
  try {
    await mkdir(beside, { recursive: true });
    return beside;
  } catch {
    return await mkdtemp(join(tmpdir(), 'busbar-one-file-'));
  }
}
