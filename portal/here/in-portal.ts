import { apis, urlOf } from '@busbar/contract';
import type { Detection } from '@busbar/dissect';

import { fromBrowser } from '../pages/calls.ts';
import type { Visitor } from '../ui/shell.tsx';
import { Desk } from './desk.ts';
import type { Addressee } from './sealing.ts';

let desk: Desk | undefined;

/** The desk of this tab: what was dropped stays while the reader goes from page to page. */
export function deskHere({ instance, me, origin }: Pick<Visitor, 'instance' | 'me' | 'origin'>): Desk {
  let addressee: Promise<Addressee> | undefined;
  const askedFor = async () => {
    const { cert: name, recipient } = await fromBrowser(apis.bundles.recipient);
    const { organisation: member } = me?.acting ?? {};
    return {
      cert: { name, recipient },
      member: member ? { id: member.id, name: member.name } : null,
      origin,
    };
  };
  return (desk ??= new Desk({
    version: instance?.version ?? '',
    whose: me?.person?.id ?? '',
    worker: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' }),
    async advisories() {
      const answer = await fetch(urlOf(apis.advisories.index));
      if (!answer.ok) throw new Error(`The index of advisories was answered with ${answer.status}`);
      return answer.blob();
    },
    async detections() {
      const answer = await fetch(urlOf(apis.detections.file, { query: { only: 'brought' } }), {
        signal: AbortSignal.timeout(5_000),
      });
      if (!answer.ok) throw new Error(`The list of detections was answered with ${answer.status}`);
      return ((await answer.json()) as { detections: Detection[] }).detections;
    },
    // Asked once: what somebody looks at later, nobody hears of.
    addressee: () =>
      (addressee ??= askedFor().catch((error: unknown) => {
        addressee = undefined;
        throw error;
      })),
  }));
}
