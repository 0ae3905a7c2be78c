import { type FileAnswer, type Gravity, type Language, Tlp, type WatchedFor } from '@busbar/contract';
import {
  broughtAmong,
  type Detection,
  detections as ours,
  engineOf,
  techniqueOf,
  withBrought,
  wordsFor,
} from '@busbar/dissect';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { version } from '../../platform/version.ts';
import { listOf } from './detection-list.ts';
import { type Brought, broughtDetections } from './detection-store.ts';

export { detectionsIn, listOf } from './detection-list.ts';
export { detectionsToCarry, forgetDetections, keepDetections } from './detection-store.ts';

/** What is looked for in captures on behalf of whoever asks: what comes with the program, and what others brought. */
export interface InForce {
  readonly all: readonly Detection[];
  /** Those of `all` that did not come with the program. */
  readonly brought: readonly Detection[];
  /** What an analysis is told to be by: the same over the same bytes gives the same. */
  readonly engine: string;
  /** The strictest of what was brought. */
  readonly label: Tlp;
}

const alone: InForce = { all: ours, brought: [], engine: version, label: 'CLEAR' };

export type DetectionService = ReturnType<typeof detectionService>;

export function detectionService() {
  let last = alone;

  const inForce = async (tx: Db, upTo: Tlp = 'RED') => togetherWith(await broughtDetections(tx, upTo));

  function togetherWith(found: readonly Brought[]): InForce {
    const all = withBrought(found.map(({ detection }) => detection));
    const brought = broughtAmong(all);
    if (brought.length === 0) return alone;
    const engine = engineOf(version, all);
    const labels = found.flatMap(({ detection, label: one }) => (brought.includes(detection) ? one : []));
    const label = Tlp.options.findLast((one) => labels.includes(one))!;
    // The same list again, so that what is remembered with it is.
    if (last.engine !== engine || last.label !== label) last = { all, brought, engine, label };
    return last;
  }

  return {
    inForce,

    /** What an instance gives to others: its own and what it was brought, as a source for them. */
    async file({ tx, query }: Ask<unknown, { only?: 'brought' | undefined }>): Promise<FileAnswer> {
      const { all, brought } = await inForce(tx);
      return {
        name: 'detections.json',
        type: 'application/json',
        content: listOf(query.only === 'brought' ? brought : all),
      };
    },

    async list({
      tx,
      query: { search, severity, only, language },
    }: Ask<unknown, DetectionSearch>): Promise<{ items: WatchedFor[] }> {
      const found = await broughtDetections(tx, 'RED');
      const { all, brought } = togetherWith(found);
      const from = new Map(found.map(({ detection, source }) => [detection.id, source]));
      const own = new Set(ours.map(({ id }) => id));
      const isBrought = new Set(brought.map(({ id }) => id));
      const items = all.map((detection): WatchedFor => {
        const { id, severity: gravity, certainty, techniques } = detection;
        return {
          id,
          version: detection.version ?? 1,
          ...wordsFor(id, language, all),
          severity: gravity,
          certainty,
          techniques: techniques.map(techniqueOf),
          looksAt: Object.keys(detection.seen)[0] as WatchedFor['looksAt'],
          brought: isBrought.has(id) ? { by: from.get(id) ?? null, instead: own.has(id) } : null,
        };
      });
      const words = (search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
      return {
        items: items.filter(
          (one) =>
            (!severity || one.severity === severity) &&
            (!only || one.brought !== null) &&
            words.every((word) => textOf(one).includes(word)),
        ),
      };
    },
  };
}

interface DetectionSearch {
  readonly search?: string | undefined;
  readonly severity?: Gravity | undefined;
  readonly only?: 'brought' | undefined;
  readonly language: Language;
}

const textOf = ({ id, title, why, now, check, techniques }: WatchedFor) =>
  [id, title, why, now, check, ...techniques.flatMap((one) => [one.id, one.name])].join(' ').toLowerCase();
