import { type CvssVersion, metricsOf } from './metrics.ts';
import { type CvssSeverity, scoresOf, severityOf } from './scores.ts';
import { type CvssReading, parseVector } from './vector.ts';

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
 * Scores and severities of a JSON object that are not what its `vectorString` computes to. Empty where the vector
 * cannot be read. In 4.0 the one score of the vector stands in `baseScore` (schema, revision 2).
 */
export function wrongScores(object: Readonly<Record<string, unknown>>): CvssContradiction[] {
  const vector = vectorOf(object)?.vector;
  if (!vector) return [];
  const { version } = vector;
  const { base, threat = base, environmental, overall } = scoresOf(vector);
  const found: CvssContradiction[] = [];
  const expect = (name: string, score: number) => {
    const property = `${name}Score`;
    const given = Object.hasOwn(object, property) ? object[property] : undefined;
    if (typeof given === 'number' && given !== score) {
      found.push({ property, expected: score, found: given });
    }
    const rating = `${name}Severity`;
    const severity: CvssSeverity = severityOf(score, version);
    const rated = Object.hasOwn(object, rating) ? object[rating] : undefined;
    if (version !== '2.0' && typeof rated === 'string' && rated !== severity) {
      found.push({ property: rating, expected: severity, found: rated });
    }
  };
  expect('base', version === '4.0' ? overall : base);
  expect(version === '4.0' ? 'threat' : 'temporal', threat);
  expect('environmental', environmental ?? overall);
  return found;
}

/** What is wrong with the `vectorString` itself; undefined where there is none. */
export function vectorOf(object: Readonly<Record<string, unknown>>): CvssReading | undefined {
  const text = Object.hasOwn(object, 'vectorString') ? object['vectorString'] : undefined;
  return typeof text === 'string' ? parseVector(text) : undefined;
}

/** What CSAF calls the place of an object of this version. */
export function cvssProperty(version: CvssVersion): 'cvss_v2' | 'cvss_v3' | 'cvss_v4' {
  return version === '2.0' ? 'cvss_v2' : version === '4.0' ? 'cvss_v4' : 'cvss_v3';
}
