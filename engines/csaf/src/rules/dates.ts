import type { Path } from './rule.ts';
import type { Subject } from './subject.ts';

export interface DatePlace {
  readonly text: string;
  readonly at: Path;
}

/** Every date and time of a document, as it is written. */
export function* datesIn({
  document,
  tracking,
  revisions,
  vulnerabilities,
  scores,
}: Subject): Generator<DatePlace> {
  for (const [i, { date }] of (document.involvement?.actions ?? []).entries())
    yield* dated(date, ['document', 'involvement', 'actions', i, 'date']);
  const at = ['document', 'tracking'];
  yield* dated(tracking.current_release_date, [at, 'current_release_date']);
  yield* dated(tracking.generator?.date, [at, 'generator', 'date']);
  yield* dated(tracking.initial_release_date, [at, 'initial_release_date']);
  for (const { revision, at: place } of revisions) yield* dated(revision.date, [place, 'date']);
  for (const [v, vulnerability] of vulnerabilities.entries()) {
    for (const field of ['disclosure_date', 'discovery_date', 'release_date'] as const)
      yield* dated(vulnerability[field], ['vulnerabilities', v, field]);
    for (const [i, entry] of (vulnerability.first_known_exploitation_dates ?? []).entries()) {
      const place = ['vulnerabilities', v, 'first_known_exploitation_dates', i];
      yield* dated(entry.date, [place, 'date']);
      yield* dated(entry.exploitation_date, [place, 'exploitation_date']);
    }
    for (const field of ['flags', 'involvements', 'remediations', 'threats'] as const)
      for (const [i, { date }] of (vulnerability[field] ?? []).entries())
        yield* dated(date, ['vulnerabilities', v, field, i, 'date']);
  }
  for (const { content, contentAt } of scores) {
    yield* dated(content.epss?.timestamp, [contentAt, 'epss', 'timestamp']);
    yield* dated(content.ssvc_v2?.timestamp, [contentAt, 'ssvc_v2', 'timestamp']);
  }
}

function* dated(text: string | undefined, at: Path): Generator<DatePlace> {
  if (text !== undefined) yield { text, at };
}
