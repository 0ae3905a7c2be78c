import { type CvssVersion, metricsOf, partsOf } from './metrics.ts';

export interface CvssVector {
  readonly version: CvssVersion;
  /** Abbreviation → value, as written. Each is one the specification knows; all mandatory ones are there. */
  readonly metrics: ReadonlyMap<string, string>;
}

export interface CvssProblem {
  readonly code:
    | 'version'
    | 'too-long'
    | 'form'
    | 'unknown-metric'
    | 'unknown-value'
    | 'duplicate'
    | 'order'
    | 'missing';
  /** The metric or the piece of text that is meant. */
  readonly metric?: string;
  readonly value?: string;
  readonly message: string;
}

/** The vector is there when it can be scored in exactly one way; only an `order` problem leaves it so. */
export interface CvssReading {
  readonly vector?: CvssVector;
  readonly problems: readonly CvssProblem[];
}

/** In characters. */
export const longestVector = 512;

/**
 * Reads a vector of any version, strictly. CVSS 2.0 has no prefix.
 * The order is free in 3.x ("Metrics may be specified in any order", 3.0 and 3.1 section 6), fixed in 4.0
 * (section 7) and "predetermined" in 2.0 (section 2.4).
 */
export function parseVector(text: string): CvssReading {
  if (text.length > longestVector) {
    return { problems: [problem('too-long', `A CVSS vector has at most ${longestVector} characters.`)] };
  }
  const version = versionOf(text);
  if (!version) {
    const [prefix = ''] = text.split('/', 1);
    return {
      problems: [
        problem('version', `“${prefix}” is no version of CVSS; 2.0, 3.0, 3.1 and 4.0 are known.`, prefix),
      ],
    };
  }
  const known = metricsOf[version];
  const parts = partsOf[version];
  const ordered = version === '4.0' || version === '2.0';
  const metrics = new Map<string, string>();
  const problems: CvssProblem[] = [];
  let mandatory = 0;
  let last = -1;

  for (let at = version === '2.0' ? 0 : PREFIX; at <= text.length;) {
    let end = text.indexOf('/', at);
    if (end < 0) end = text.length;
    const piece = text.slice(at, end);
    const part = parts.get(piece);
    if (!part) problems.push(whatIsWrong(version, piece));
    else {
      const { metric, value } = part;
      const { key } = metric;
      if (metrics.has(key)) {
        problems.push(problem('duplicate', `“${key}” stands in the vector more than once.`, key, value));
      } else {
        if (ordered && metric.index < last) {
          problems.push(
            problem('order', `“${key}” stands after a metric that it should precede.`, key, value),
          );
        }
        last = metric.index;
        metrics.set(key, value);
        if (metric.group === 'base') mandatory += 1;
      }
    }
    at = end + 1;
  }
  if (mandatory < mandatoryCount[version]) {
    for (const { key, group } of known.values()) {
      if (group === 'base' && !metrics.has(key)) {
        problems.push(problem('missing', `The mandatory metric “${key}” is missing.`, key));
      }
    }
  }
  const scorable = problems.every(({ code }) => code === 'order');
  return scorable ? { vector: { version, metrics }, problems } : { problems };
}

/** The vector in the preferred order, without metrics that are not defined. */
export function formatVector({ version, metrics }: CvssVector): string {
  const parts = version === '2.0' ? [] : [`CVSS:${version}`];
  for (const key of metricsOf[version].keys()) {
    const value = metrics.get(key);
    if (value !== undefined && value !== 'X' && value !== 'ND') parts.push(`${key}:${value}`);
  }
  return parts.join('/');
}

const PREFIX = 'CVSS:4.0/'.length;

function versionOf(text: string): CvssVersion | undefined {
  if (!text.startsWith('CVSS:')) return '2.0';
  if (text.startsWith('CVSS:3.1/')) return '3.1';
  if (text.startsWith('CVSS:4.0/')) return '4.0';
  if (text.startsWith('CVSS:3.0/')) return '3.0';
  return undefined;
}

/** A piece between slashes that is no metric with one of its values. */
function whatIsWrong(version: CvssVersion, piece: string): CvssProblem {
  const colon = piece.indexOf(':');
  if (colon < 0) {
    return problem('form', `“${piece}” is not a metric and a value with a colon between them.`, piece);
  }
  const [key, value] = [piece.slice(0, colon), piece.slice(colon + 1)];
  const metric = metricsOf[version].get(key);
  if (!metric) return problem('unknown-metric', `CVSS ${version} has no metric “${key}”.`, key, value);
  const allowed = [...metric.values.keys()].join(', ');
  return problem(
    'unknown-value',
    `“${key}” of CVSS ${version} is one of ${allowed}, not “${value}”.`,
    key,
    value,
  );
}

const mandatoryCount: Readonly<Record<CvssVersion, number>> = { '2.0': 6, '3.0': 8, '3.1': 8, '4.0': 11 };

function problem(code: CvssProblem['code'], message: string, metric?: string, value?: string): CvssProblem {
  return {
    code,
    message,
    ...(metric !== undefined && { metric }),
    ...(value !== undefined && { value }),
  };
}
