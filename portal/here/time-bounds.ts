import type { Report } from '@busbar/dissect';

import type { Ticks } from './sharing.ts';

/** Why a bound cannot be taken as it was written. */
export type WrongBound = 'unreadable' | 'ambiguous' | 'beyond' | 'backwards';

export interface Bounds {
  /** Seconds from the first packet; nothing where the field is empty. */
  readonly from?: number;
  readonly to?: number;
  readonly wrong: { readonly from?: WrongBound; readonly to?: WrongBound };
}

/**
 * From when to when packets are to go along. What cannot be understood is never taken for no bound: all of the capture
 * would leave.
 */
export function boundsOf(
  { first, last }: Pick<Report, 'first' | 'last'>,
  ticks: Pick<Ticks, 'from' | 'to'>,
): Bounds {
  // As it is told to the reader: whoever writes what the page says must not be refused.
  const length = Math.ceil((last - first) / 1e6);
  const read = (words: string) => {
    const told = secondsIn(words);
    return typeof told === 'number' && told > length ? 'beyond' : told;
  };
  const [from, to] = [read(ticks.from), read(ticks.to)];
  const backwards = typeof from === 'number' && typeof to === 'number' && to < from;
  return {
    ...(typeof from === 'number' && { from }),
    ...(typeof to === 'number' && { to }),
    wrong: {
      ...(typeof from === 'string' && { from }),
      ...(typeof to === 'string' && { to }),
      ...(backwards && { to: 'backwards' }),
    },
  };
}

export const isWrong = ({ wrong }: Bounds): boolean => Object.keys(wrong).length > 0;

/** Spaces stand between thousands in many languages, also those that do not break. */
const GROUPED = /^\d{1,3}(?:[ \u00A0\u202F]\d{3})+$/;
/** One and a half, or a thousand and five hundred: who wrote it knows, we do not. */
const EITHER = /^[1-9]\d{0,2}[.,]\d{3}$/;
const SECONDS = /^\d+(?:[.,]\d+)?$/;
/** `mm:ss` with as many minutes as one likes, or `hh:mm:ss`; parts of a second may follow. */
const CLOCK = /^(?:(\d+):(?=\d\d:))?(\d+):([0-5]\d(?:[.,]\d+)?)$/;

/** What somebody wrote, in seconds. */
export function secondsIn(words: string): number | WrongBound | undefined {
  const told = words.trim();
  if (told === '') return undefined;
  if (EITHER.test(told)) return 'ambiguous';
  if (GROUPED.test(told)) return Number(told.replaceAll(/\D/g, ''));
  if (SECONDS.test(told)) return numberIn(told);
  const [, hours, minutes, seconds] = CLOCK.exec(told) ?? [];
  if (minutes === undefined || (hours !== undefined && Number(minutes) > 59)) return 'unreadable';
  return Number(hours ?? 0) * 3600 + Number(minutes) * 60 + numberIn(seconds!);
}

const numberIn = (told: string) => Number(told.replace(',', '.'));
