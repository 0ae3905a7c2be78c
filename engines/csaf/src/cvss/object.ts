import { type CvssVersion, metricsOf } from './metrics.ts';
import { scoresOf, severityOf } from './scores.ts';
import { type CvssReading, type CvssVector, parseVector } from './vector.ts';

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
  const vector = vectorOf(object)?.vector;
  if (!vector) return [];
  const found: CvssContradiction[] = [];
  const expect = (property: string, expected: string) => {
    const value = Object.hasOwn(object, property) ? object[property] : undefined;
    if (typeof value === 'string' && value !== expected) found.push({ property, expected, found: value });
  };
  expect('version', vector.version);
  for (const { key, property, values } of metricsOf[vector.version].values()) {
    const value = vector.metrics.get(key);
    if (value !== undefined) expect(property, values.get(value) ?? 'NOT_DEFINED');
  }
  return found;
}

/**
 * Scores and severities of a JSON object that are not what its `vectorString` computes to. Metrics that stand in
 * properties alone may count or not: both scores are right then. Empty where the vector cannot be read. In 4.0 the
 * one score of the vector stands in `baseScore` (schema, revision 2).
 */
export function wrongScores(object: Readonly<Record<string, unknown>>): CvssContradiction[] {
  const vector = vectorOf(object)?.vector;
  if (!vector) return [];
  const { version } = vector;
  const whole = completed(vector, object);
  const allowed = (whole === vector ? [vector] : [vector, whole]).map(scoresByName);
  const found: CvssContradiction[] = [];
  const expect = (property: string, of: (scores: ScoresByName) => string | number) => {
    const value = Object.hasOwn(object, property) ? object[property] : undefined;
    const expected = allowed.map(of);
    const isScore = typeof value === 'number' || typeof value === 'string';
    if (isScore && !expected.includes(value)) found.push({ property, expected: expected[0]!, found: value });
  };
  for (const name of ['base', version === '4.0' ? 'threat' : 'temporal', 'environmental'] as const) {
    expect(`${name}Score`, (scores) => scores[name]);
    if (version !== '2.0') expect(`${name}Severity`, (scores) => severityOf(scores[name], version));
  }
  return found;
}

/** The score that everything a JSON object says leads to; undefined where its vector cannot be read. */
export function overallScore(object: Readonly<Record<string, unknown>>): number | undefined {
  const vector = vectorOf(object)?.vector;
  return vector && scoresOf(completed(vector, object)).overall;
}

/** What is wrong with the `vectorString` itself; undefined where there is none. */
export function vectorOf(object: Readonly<Record<string, unknown>>): CvssReading | undefined {
  const text = Object.hasOwn(object, 'vectorString') ? object['vectorString'] : undefined;
  return typeof text === 'string' ? readingOf(text) : undefined;
}

/** Several rules ask of the same vectors, and the same few vectors stand in most documents. */
const readings = new Map<string, CvssReading>();
const mostReadings = 2000;

function readingOf(text: string): CvssReading {
  let reading = readings.get(text);
  if (!reading) {
    if (readings.size >= mostReadings) readings.clear();
    readings.set(text, (reading = parseVector(text)));
  }
  return reading;
}

const knownScores = new WeakMap<CvssVector, ScoresByName>();

/** What CSAF calls the place of an object of this version. */
export function cvssProperty(version: CvssVersion): 'cvss_v2' | 'cvss_v3' | 'cvss_v4' {
  return version === '2.0' ? 'cvss_v2' : version === '4.0' ? 'cvss_v4' : 'cvss_v3';
}

type ScoresByName = Readonly<Record<'base' | 'temporal' | 'threat' | 'environmental', number>>;

function scoresByName(vector: CvssVector): ScoresByName {
  let scores = knownScores.get(vector);
  if (!scores) knownScores.set(vector, (scores = computeScores(vector)));
  return scores;
}

function computeScores(vector: CvssVector): ScoresByName {
  const { base, threat = base, environmental, overall } = scoresOf(vector);
  return {
    base: vector.version === '4.0' ? overall : base,
    temporal: threat,
    threat,
    environmental: environmental ?? overall,
  };
}

/** A vector with what properties say of metrics that it leaves out; itself where they say nothing. */
function completed(vector: CvssVector, object: Readonly<Record<string, unknown>>): CvssVector {
  let metrics: Map<string, string> | undefined;
  for (const { key, property, values } of metricsOf[vector.version].values()) {
    if (vector.metrics.has(key) || !Object.hasOwn(object, property)) continue;
    for (const [value, word] of values)
      if (word === object[property]) (metrics ??= new Map(vector.metrics)).set(key, value);
  }
  return metrics ? { ...vector, metrics } : vector;
}
