import type { Told } from '@busbar/contract';

import type { Work } from '../../platform/jobs.ts';
import { Problem } from '../../platform/problem.ts';
import type { Reading } from './cve-source.ts';
import type { Peer } from './source-store.ts';
import { note, type Transport, type Validators, type Way } from './transport.ts';

/** The pack that brings it: which one, and when it was made. */
export interface Carrying {
  readonly pack: string;
  readonly madeAt: Date;
}

/** Everything one run needs, and nothing that outlives it. */
export interface Running {
  readonly peer: Peer;
  readonly run: string;
  /** Where an earlier attempt of the same run had come to. */
  readonly left: { readonly reading: Reading | null; readonly place: number };
  readonly way: Way;
  readonly transport: Transport;
  readonly work: Work;
  /** Where a pack brings what the source has; nothing where the source is asked itself. */
  readonly by: Carrying | undefined;
  readonly problems: Told[];
  /** How much news the analysts are still shown. */
  room: number;
  /** Undefined: nothing was there to be read, because nothing has changed. */
  empty: boolean | undefined;
  validators: Record<string, Validators>;
}

/** A few at a time and never more: others want to be served by that machine, too. */
const parallel = 4;

export async function eachOf(urls: readonly string[], work: (url: string) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < urls.length) await work(urls[next++]!);
    }),
  );
}

export const noted =
  ({ problems, work }: Running, url: string) =>
  (error: unknown): undefined => {
    if (!(error instanceof Problem) || work.signal.aborted) throw error;
    problems.push({ ...toldOf(error), params: { ...error.params, url } });
    return undefined;
  };

export const validatorsOf = ({ etag, lastModified }: Validators): Validators => ({ etag, lastModified });

export function tellUnreadable({ problems }: Running, count: number): void {
  if (count > 0)
    problems.push(
      note('entries-unreadable', `${count} entries of the source could not be read and are left out`, {
        count,
      }),
    );
}

export function tellLeft({ problems, room }: Running): void {
  if (room < 0)
    problems.push(
      note('more-news', `${-room} more entries are new than the radar is given at once; they stand here`, {
        count: -room,
      }),
    );
}

export const toldOf = ({ code, params, message }: Problem): Told => ({ code, params, text: message });
