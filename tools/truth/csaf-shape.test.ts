import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

import { validate } from '@busbar/csaf';

import { advisoryFiles } from '../corpus.ts';
import { oasisSchemas } from './oasis-schemas.ts';

const dataDir = join(process.env['BUSBAR_SHARED'] ?? resolve(import.meta.dirname, '../../../shared'), 'data');
const oasis = join(dataDir, 'standards/csaf/oasis');
const skip = existsSync(oasis) ? false : `There is no ${oasis}`;

describe('the shape of CSAF says of every document what the schema of OASIS says', { skip }, () => {
  const schemas = skip ? undefined : oasisSchemas(dataDir);

  /** The differences there are, as text; the first field names the document. */
  function differences(name: string, document: unknown): string[] {
    const { version, findings } = validate(document, { rules: [] });
    const theirs = schemas!.csaf[version];
    const valid = theirs(document);
    if (valid === (findings.length === 0)) return [];
    const { errors } = theirs as { errors?: { instancePath: string; message?: string }[] };
    const told = valid
      ? findings.map(({ path, message }) => `ours only ${path}: ${message}`)
      : (errors ?? []).map(({ instancePath, message }) => `theirs only ${instancePath}: ${message}`);
    return [`${name} (${version}) ${told.slice(0, 3).join('; ')}`];
  }

  it('in the documents of its own test suites', () => {
    const files = globSync('csaf_2.*/{test,examples}/**/*.json', { cwd: oasis }).filter(isDocument);
    assert.ok(files.length > 700, `${files.length} documents`);
    assert.deepEqual(
      files.flatMap((file) => differences(file, read(file))),
      [],
    );
  });

  it('in the public advisories of CISA', () => {
    assert.deepEqual(
      advisoryFiles(dataDir).flatMap(({ name, text }) => differences(name, JSON.parse(text))),
      [],
    );
  });

  it('in documents that were damaged at random, always in the same way, and no rule throws', () => {
    const files = globSync('csaf_2.*/test/validator/data/**/*.json', { cwd: oasis })
      .filter(isDocument)
      .sort();
    const random = seeded(20_261_126);
    const found: string[] = [];
    for (const file of files) {
      const text = readFileSync(join(oasis, file), 'utf8');
      for (let round = 0; round < 15; round++) {
        const document = JSON.parse(text) as unknown;
        const how = damage(document, random);
        found.push(...differences(`${file} ${how}`, document));
        // No rule stumbles over anything.
        validate(document);
      }
    }
    assert.deepEqual(found.slice(0, 20), [], `${found.length} differences`);
  });

  const isDocument = (file: string) =>
    !/result\.json$|testcases\.json$|\/(?:ROLIE|provider-metadata|aggregator|extension)\//.test(file) &&
    (read(file) as { document?: unknown }).document !== undefined;
  const read = (file: string) => JSON.parse(readFileSync(join(oasis, file), 'utf8')) as unknown;
});

type Random = () => number;

/** mulberry32 */
function seeded(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Container = Record<string | number, unknown>;

/** Changes one place of a document, and says which and how. */
function damage(document: unknown, random: Random): string {
  const places: { container: Container; key: string | number; path: string }[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
    for (const key of keys) {
      const inner = (value as Container)[key];
      places.push({ container: value as Container, key, path: `${path}/${key}` });
      walk(inner, `${path}/${key}`);
    }
  };
  walk(document, '');
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const { container, key, path } = pick(places);
  const value = container[key];
  const kind = pick(['replace', 'remove', 'add', 'repeat', 'text', 'text']);
  switch (kind) {
    case 'remove':
      if (Array.isArray(container)) container.splice(Number(key), 1);
      else delete container[key];
      break;
    case 'add':
      if (typeof value === 'object' && value !== null && !Array.isArray(value))
        (value as Container)['extra'] = 1;
      else if (!Array.isArray(container)) container['extra'] = 'more';
      break;
    case 'repeat':
      if (Array.isArray(value) && value.length > 0) value.push(structuredClone(pick(value)));
      break;
    case 'text':
      if (typeof value === 'string') container[key] = damagedText(value, random, pick);
      break;
    default:
      container[key] = pick<unknown>([
        null,
        0,
        7,
        10.5,
        '',
        ' ',
        'x',
        true,
        [],
        {},
        [''],
        [{}],
        { category: 'x' },
      ]);
  }
  return `${kind} ${path} ${JSON.stringify(container[key])?.slice(0, 80)}`;
}

function damagedText(text: string, random: Random, pick: <T>(list: readonly T[]) => T): string {
  const at = Math.floor(random() * (text.length + 1));
  const piece = pick([
    ' ',
    '-',
    '/',
    ':',
    '.',
    'x',
    'Z',
    '0',
    '9',
    '%',
    '%41',
    '#',
    '?',
    '[',
    '\\',
    '*',
    'ü',
    '\n',
    '_',
  ]);
  switch (pick(['insert', 'cut', 'end', 'case'])) {
    case 'insert':
      return text.slice(0, at) + piece + text.slice(at);
    case 'cut':
      return text.slice(0, at) + text.slice(at + 1);
    case 'end':
      return text.slice(0, at);
    default:
      return random() < 0.5 ? text.toLowerCase() : text.toUpperCase();
  }
}
