import registry from './data/decision-points.json' with { type: 'json' };

export interface DecisionPoint {
  /** `namespace:key:version` */
  readonly id: string;
  readonly namespace: string;
  readonly key: string;
  readonly version: string;
  readonly name: string;
  /** Key → name, in the order of the definition. */
  readonly values: ReadonlyMap<string, string>;
}

/** What CERT/CC registers; see `data/decision-points.schema.json`. */
export const decisionPoints: ReadonlyMap<string, DecisionPoint> = new Map(
  registry.points.map(({ id, name, values }) => {
    const [namespace = '', key = '', version = ''] = id.split(':');
    return [id, { id, namespace, key, version, name, values: new Map(values.map(pair)) }];
  }),
);

function pair(text: string): [key: string, name: string] {
  const equals = text.indexOf('=');
  return [text.slice(0, equals), text.slice(equals + 1)];
}

export function decisionPoint(namespace: string, key: string, version: string): DecisionPoint | undefined {
  return decisionPoints.get(`${namespace}:${key}:${version}`);
}

/** The newest registered version of a decision point. */
export function latestVersion(namespace: string, key: string): string | undefined {
  return latest.get(`${namespace}:${key}`);
}

const latest = new Map<string, string>();
for (const { namespace, key, version } of decisionPoints.values()) {
  const id = `${namespace}:${key}`;
  const other = latest.get(id);
  if (!other || isNewer(version, other)) latest.set(id, version);
}

function isNewer(one: string, other: string): boolean {
  const a = one.split('.').map(Number);
  const b = other.split('.').map(Number);
  for (let i = 0; i < 3; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
