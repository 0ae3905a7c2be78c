import { sha256 } from '../bytes/sha256.ts';
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

/** Of what is looked for, what others brought. */
export function broughtAmong(detections: readonly Detection[]): readonly Detection[] {
  const own = new Set(catalogue);
  return detections.filter((one) => !own.has(one));
}

/**
 * What an analysis is told to be by: `0.1.0`, and where others brought detections `0.1.0+detections.` with a hash of
 * theirs. The same over the same bytes gives the same, wherever it was read.
 */
export function engineOf(version: string, detections: readonly Detection[]): string {
  const brought = broughtAmong(detections);
  if (brought.length === 0) return version;
  const hash = sha256(new TextEncoder().encode(JSON.stringify(brought, inOrder)));
  return `${version}+detections.${hash.slice(0, 12)}`;
}

/** A database gives fields back in another order than a file. */
const inOrder = (_key: string, value: unknown): unknown =>
  value instanceof Object && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
