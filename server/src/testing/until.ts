import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for what happens by itself, such as the end of a job, and gives back the first answer that is not nothing. */
export async function until<T>(
  what: string,
  answer: () => Promise<T | undefined | false> | T | undefined | false,
  seconds = 30,
): Promise<T> {
  for (const end = performance.now() + seconds * 1000; performance.now() < end; await sleep(20)) {
    const found = await answer();
    if (found) return found;
  }
  throw new Error(`In ${seconds} s it did not come to this: ${what}`);
}
