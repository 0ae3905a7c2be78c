import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Ajv } from 'ajv';
import { cveFaults } from '@busbar/csaf';

import type { Difference, TruthResult, TruthSuite } from './suite.ts';

/**
 * CVE records, right and wrong ones, judged by us and by the schema of the CVE programme. There are few right ones, so
 * each is also damaged, one field at a time, and has to be judged alike every time.
 */
export const suite: TruthSuite = {
  name: 'cve',
  run: async (dataDir) => {
    const folder = join(dataDir, 'standards/cve');
    if (!existsSync(folder)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${folder}` };
    const json = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const { $schema: _schema, ...schema } = json('CVE_JSON_5.1_bundled.json') as Record<string, unknown>;
    const isValid = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    const reasons = JSON.parse(readFileSync(join(import.meta.dirname, 'cve.known.json'), 'utf8')) as Record<
      string,
      string
    >;

    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.json') && /example|test\/|datadump/i.test(name))
      .toSorted();
    const cases = files.map((where) => ({ where, key: '', value: json(where) }));
    const published = cases.filter(({ value }) => isValid(value));
    const damaged = published.flatMap(({ where, value }) =>
      Array.from(damages(value), ([key, broken]) => ({ where, key, value: broken })),
    );

    const differences: Difference[] = [];
    const count = (some: typeof cases, name: string) => {
      let equal = 0;
      for (const { where, key, value } of some) {
        const [ours, theirs] = [cveFaults(value).length === 0, isValid(value)];
        if (ours === theirs) equal++;
        else {
          const reason = reasons[`${where} ${key}`.trim()];
          differences.push({ where, key, ours, theirs, ...(reason !== undefined && { reason }) });
        }
      }
      return { name, total: some.length, equal };
    };
    const parts = [count(cases, 'records as they are'), count(damaged, 'records damaged')];
    const result: TruthResult = {
      total: parts.reduce((sum, { total }) => sum + total, 0),
      equal: parts.reduce((sum, { equal }) => sum + equal, 0),
      differences,
      parts,
    };
    return result;
  },
};

/** Each field once without, once with another type, once with a field more beside it; each text empty and not of its form. */
function* damages(record: unknown): Generator<[string, unknown]> {
  for (const path of pathsOf(record)) {
    const key = path.join('/');
    yield [`${key} removed`, changed(record, path, () => undefined)];
    yield [`${key} a number`, changed(record, path, () => 7.5)];
    yield [
      `${key} empty`,
      changed(record, path, (value) => (typeof value === 'string' ? '' : Array.isArray(value) ? [] : {})),
    ];
    yield [
      `${key} long`,
      changed(record, path, (value) => (typeof value === 'string' ? 'a'.repeat(5000) : value)),
    ];
    yield [
      `${key} other`,
      changed(record, path, (value) => (typeof value === 'string' ? `${value}?` : value)),
    ];
    yield [
      `${key} twice`,
      changed(record, path, (value) => (Array.isArray(value) ? [...value, value[0]] : value)),
    ];
    yield [
      `${key} more`,
      changed(record, path, (value) => (isPlain(value) ? { ...value, unknown: 1 } : value)),
    ];
  }
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inside] of Object.entries(value)) yield* pathsOf(inside, [...path, name]);
}

function changed(
  value: unknown,
  [name, ...rest]: readonly string[],
  by: (value: unknown) => unknown,
): unknown {
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Record<string, unknown>) };
  const at = copy as Record<string, unknown>;
  const next = rest.length ? changed(at[name!], rest, by) : by(at[name!]);
  if (next !== undefined) at[name!] = next;
  else if (Array.isArray(copy)) copy.splice(Number(name), 1);
  else delete at[name!];
  return copy;
}
