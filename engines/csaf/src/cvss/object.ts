import { type CvssVersion, type Metric, metricsOf } from './metrics.ts';
import { scoresOf, severityOf } from './scores.ts';
import { type CvssReading, type CvssVector, longestVector, parseVector } from './vector.ts';

/** A property of a CVSS object that says something else than its vector, which takes precedence. */
export interface CvssContradiction {
  readonly property: string;
  readonly expected: string | number;
  readonly found: unknown;
}

/**
 * Metrics (and `version`) of a JSON object as FIRST's schemas have it that contradict its `vectorString`. What the
 * vector leaves out, it does not speak of. Empty where the vector cannot be read.
 */
export function contradictingMetrics(object: Readonly<Record<string, unknown>>): CvssContradiction[] {
  const found: CvssContradiction[] = [];
  for (const [property, expected] of knownVector(object)?.words ?? []) {
    const value = object[property];
    if (typeof value === 'string' && value !== expected) found.push({ property, expected, found: value });
  }
  return found;
}

/**
 * Scores and severities of a JSON object that are not what its `vectorString` computes to. Metrics that stand in
 * properties alone may count or not: both scores are right then. Empty where the vector cannot be read. In 4.0 the
 * one score of the vector stands in `baseScore` (schema, revision 2).
 */
export function wrongScores(object: Readonly<Record<string, unknown>>): CvssContradiction[] {
  const known = knownVector(object);
  if (!known) return [];
  const found: CvssContradiction[] = [];
  let whole: ReadonlyMap<string, string | number> | undefined;
  for (const [property, expected] of known.scores) {
    const value = object[property];
    const isScore = typeof value === 'number' || typeof value === 'string';
    if (!isScore || value === expected) continue;
    whole ??= new Map(scoresOfVector(completed(known, object)));
    if (value !== whole.get(property)) found.push({ property, expected, found: value });
  }
  return found;
}

/** The score that everything a JSON object says leads to; undefined where its vector cannot be read. */
export function overallScore(object: Readonly<Record<string, unknown>>): number | undefined {
  const known = knownVector(object);
  return known && scoresOf(completed(known, object)).overall;
}

/** What is wrong with the `vectorString` itself; undefined where there is none. */
export function vectorOf(object: Readonly<Record<string, unknown>>): CvssReading | undefined {
  const text = object['vectorString'];
  return typeof text === 'string' ? readingOf(text).reading : undefined;
}

/** A vector in the words of the JSON. */
interface KnownVector {
  readonly vector: CvssVector;
  /** What `version` and the properties of its metrics are. */
  readonly words: readonly (readonly [property: string, word: string])[];
  /** Metrics that it does not have. */
  readonly leftOut: readonly Metric[];
  /** What the properties of its scores and severities are. */
  readonly scores: readonly (readonly [property: string, value: string | number])[];
}

function knownVector(object: Readonly<Record<string, unknown>>): KnownVector | undefined {
  const text = object['vectorString'];
  return typeof text === 'string' ? readingOf(text).known : undefined;
}

interface Reading {
  readonly reading: CvssReading;
  /** Where it can be read. */
  readonly known: KnownVector | undefined;
}

/** Several rules ask of the same vectors, and the same few vectors stand in most documents. */
const readings = new Map<string, Reading>();
const mostReadings = 2000;

function readingOf(text: string): Reading {
  let found = readings.get(text);
  if (!found) {
    if (readings.size >= mostReadings) readings.clear();
    const reading = parseVector(text);
    found = { reading, known: reading.vector && meaningOf(reading.vector) };
    // What is longer than any vector is not worth keeping.
    if (text.length <= longestVector) readings.set(text, found);
  }
  return found;
}

function meaningOf(vector: CvssVector): KnownVector {
  const words: [string, string][] = [['version', vector.version]];
  const leftOut: Metric[] = [];
  for (const metric of metricsOf[vector.version].values()) {
    const value = vector.metrics.get(metric.key);
    if (value === undefined) leftOut.push(metric);
    else words.push([metric.property, metric.values.get(value) ?? 'NOT_DEFINED']);
  }
  return { vector, words, leftOut, scores: scoresOfVector(vector) };
}

/** What CSAF calls the place of an object of this version. */
export function cvssProperty(version: CvssVersion): 'cvss_v2' | 'cvss_v3' | 'cvss_v4' {
  return version === '2.0' ? 'cvss_v2' : version === '4.0' ? 'cvss_v4' : 'cvss_v3';
}

/** In the order in which they are told of. */
function scoresOfVector(vector: CvssVector): [property: string, value: string | number][] {
  const { version } = vector;
  const { base, threat = base, environmental, overall } = scoresOf(vector);
  const scores = {
    base: version === '4.0' ? overall : base,
    [version === '4.0' ? 'threat' : 'temporal']: threat,
    environmental: environmental ?? overall,
  };
  return Object.entries(scores).flatMap(([name, score]): [string, string | number][] =>
    version === '2.0'
      ? [[`${name}Score`, score]]
      : [
          [`${name}Score`, score],
          [`${name}Severity`, severityOf(score, version)],
        ],
  );
}

/** A vector with what properties say of metrics that it leaves out; itself where they say nothing. */
function completed({ vector, leftOut }: KnownVector, object: Readonly<Record<string, unknown>>): CvssVector {
  let metrics: Map<string, string> | undefined;
  for (const { key, property, values } of leftOut) {
    const given = object[property];
    if (given === undefined) continue;
    for (const [value, word] of values)
      if (word === given) (metrics ??= new Map(vector.metrics)).set(key, value);
  }
  return metrics ? { ...vector, metrics } : vector;
}
