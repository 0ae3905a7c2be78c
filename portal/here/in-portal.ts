import { apis, urlOf } from '@busbar/contract';

import { Desk } from './desk.ts';

let desk: Desk | undefined;

/** The desk of this tab: what was dropped stays while the reader goes from page to page. */
export function deskHere(version: string): Desk {
  return (desk ??= new Desk({
    version,
    worker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    hash: hashOf,
    async advisories() {
      const answer = await fetch(urlOf(apis.advisories.index));
      if (!answer.ok) throw new Error(`The index of advisories was answered with ${answer.status}`);
      return answer.blob();
    },
  }));
}

/** In a worker of its own, piece by piece: the browser's own SHA-256 wants a file whole in memory. */
function hashOf(file: File): Promise<string> {
  const worker = new Worker(new URL('../ui/hash-worker.ts', import.meta.url), { type: 'module' });
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  worker.addEventListener('message', ({ data }: MessageEvent<{ sha256?: string; error?: string }>) => {
    if (data.sha256) resolve(data.sha256);
    if (data.error) reject(new Error(data.error));
  });
  worker.addEventListener('error', () => reject(new Error('not hashed')));
  worker.postMessage(file);
  return promise.finally(() => worker.terminate());
}
