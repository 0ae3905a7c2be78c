import { apis, urlOf } from '@busbar/contract';

import { Desk } from './desk.ts';

let desk: Desk | undefined;

/** The desk of this tab: what was dropped stays while the reader goes from page to page. */
export function deskHere(version: string): Desk {
  return (desk ??= new Desk({
    version,
    worker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    async advisories() {
      const answer = await fetch(urlOf(apis.advisories.index));
      if (!answer.ok) throw new Error(`The index of advisories was answered with ${answer.status}`);
      return answer.blob();
    },
  }));
}
