import { catalogue } from './catalogue.ts';
import type { Detection } from './detection.ts';

const versionOf = ({ version = 1 }: Detection) => version;

/**
 * What is looked for where others brought detections: theirs beside those that come with the engine. Of two of one id the
 * higher version counts, and of equal ones that of the engine. In the order of the ids, whatever order they came in.
 */
export function withBrought(brought: readonly Detection[]): readonly Detection[] {
  if (brought.length === 0) return catalogue;
  const byId = new Map<string, Detection>();
  for (const detection of [...catalogue, ...brought]) {
    const rival = byId.get(detection.id);
    if (!rival || versionOf(detection) > versionOf(rival)) byId.set(detection.id, detection);
  }
  return [...byId.values()].sort((one, other) => (one.id < other.id ? -1 : 1));
}
