import type { CaseObservation, Language, Told } from '@busbar/contract';
import { type Detection, techniqueOf, wordsFor } from '@busbar/dissect';

import type { DataKey } from '../../platform/keys.ts';
import type { Source } from './evidence-service.ts';
import type { ObservationRow } from './timeline-store.ts';

/** What of an observation is sealed under the key of its case. */
export interface Seen {
  readonly what: Told;
  /** Where in its source. */
  readonly place: string;
  readonly addresses: readonly string[];
}

const placeOf = (id: string) => `case_observation.sealed ${id}`;

export const sealSeen = (key: DataKey, id: string, { what, place, addresses }: Seen): Buffer =>
  key.seal(placeOf(id), JSON.stringify({ what, place, addresses }));

export const openSeen = (key: DataKey, { id, sealed }: Pick<ObservationRow, 'id' | 'sealed'>): Seen =>
  JSON.parse(key.open(placeOf(id), sealed)) as Seen;

/** Detections have words of their own in every language; the rest has those of the portal. */
export function spoken(what: Told, language: Language, detections: readonly Detection[]): Told {
  const [, detection] = /^detection\.(.+)$/.exec(what.code) ?? [];
  return detection ? { ...what, text: wordsFor(detection, language, detections).title } : what;
}

/** What is searched in: as it is told, where it stands, of whom it tells. */
export const searched = ({ what, place, addresses }: Seen): string =>
  [what.text, ...Object.values(what.params), place, ...addresses].join(' ');

export function toObservation(
  row: ObservationRow,
  { what, place, addresses }: Seen,
  source: Source | undefined,
  assets: ReadonlyMap<string, string>,
  atTheDesk: boolean,
): CaseObservation {
  const nameOf = (name: string | null, isCerts: boolean) => (isCerts && !atTheDesk ? null : name);
  const known = row.assets.filter((id) => assets.has(id));
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    revision: row.revision,
    from: row.from?.toISOString() ?? null,
    to: row.to?.toISOString() ?? null,
    precision: row.precision,
    shift: source?.offset ?? 0,
    uncertainty: source?.uncertainty ?? 0,
    what,
    place,
    source: source && row.evidence_id ? { evidence: row.evidence_id, name: source.name } : null,
    run: row.run_id,
    addresses: [...addresses],
    assets: known.map((id) => ({ id, name: assets.get(id)! })),
    otherAssets: row.assets.length - known.length,
    techniques: row.techniques.map(techniqueOf),
    confidence: row.confidence,
    count: row.count,
    by: nameOf(row.person_name, row.added_as === 'cert'),
    decided: row.decided_at && {
      by: nameOf(row.decided_name, true),
      at: row.decided_at.toISOString(),
    },
  };
}
