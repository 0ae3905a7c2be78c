import { BackupRefused } from '@busbar/server';

import { reasonOf } from './usage.ts';

/** What an operator can understand is a sentence; anything else keeps its stack. */
export async function withRefusals(work: () => Promise<number>): Promise<number> {
  try {
    return await work().finally(() => told(''));
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (error instanceof BackupRefused) console.error(error.message);
    else if (code && path) console.error(`${path}: ${reasonOf(error)}`);
    else throw error;
    return 1;
  }
}

/** Each step in the place of the one before, where somebody looks. */
export function told(step: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${step}`);
}
