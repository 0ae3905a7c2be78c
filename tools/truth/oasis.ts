import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { csafFileName, type Extension, type Resources, validate, type Validation } from '@busbar/csaf';

import { oasisSchemas, readSchema } from './oasis-schemas.ts';
import type { Difference, TruthResult, TruthSuite } from './suite.ts';

interface Case {
  readonly name: string;
  /** Whether the whole document is valid. */
  readonly valid: boolean;
  /** What each test finds, with the exact places. */
  readonly result?: string;
}

interface TestCases {
  readonly tests: readonly {
    readonly id: string;
    readonly failures?: readonly Case[];
    readonly valid?: readonly Case[];
  }[];
}

interface TestResult {
  readonly overall_valid: boolean;
  readonly primary_result: SectionResult;
  readonly secondary_results?: readonly SectionResult[];
}

interface SectionResult {
  readonly id: string;
  readonly passed: boolean;
  readonly errors?: readonly Told[];
  readonly warnings?: readonly Told[];
  readonly infos?: readonly Told[];
}

interface Told {
  readonly instance_path: string;
}

/** The documents by which OASIS tells whether a validator is one, and what it should find in each. */
export function oasisSuite(version: '2.0' | '2.1'): TruthSuite {
  return {
    name: `csaf-${version}`,
    run: async (dataDir) => {
      const base = join(dataDir, `standards/csaf/oasis/csaf_${version}/test`);
      const data = join(base, 'validator/data');
      if (!existsSync(data)) return { total: 0, equal: 0, differences: [], skipped: `there is no ${data}` };
      const { tests } = json<TestCases>(join(data, 'testcases.json'));
      const resources = resourcesFrom(dataDir);
      const known = json<Record<string, string>>(join(import.meta.dirname, `csaf-${version}.known.json`));

      const judged = tests.flatMap(({ id, failures = [], valid = [] }) => [
        ...failures.map((one) => judge(data, id, one, false, resources)),
        ...valid.map((one) => judge(data, id, one, true, resources)),
      ]);
      const done = judged.filter(({ notRun }) => !notRun);
      const notYet = Map.groupBy(
        judged.filter(({ notRun }) => notRun),
        ({ id }) => id,
      );
      const parts = (['verdict', 'test', 'places'] as const).map((name) => {
        const asked = done.filter(({ right }) => right[name] !== undefined);
        return {
          name: partNames[name],
          total: asked.length,
          equal: asked.filter(({ right }) => right[name]).length,
        };
      });
      const differences = done.flatMap(({ name, id, differences: found }) =>
        found.map((difference): Difference => ({
          where: name,
          key: id,
          ...difference,
          ...(known[name] !== undefined && { reason: known[name] }),
        })),
      );
      const result: TruthResult = {
        total: done.length,
        equal: done.filter((one) => one.differences.length === 0).length,
        differences,
        parts: [...parts, ...lists(base)],
        notYet: [...notYet].map(([name, cases]) => ({ name, total: cases.length })),
      };
      return result;
    },
  };
}

const partNames = {
  verdict: 'valid or not, as a whole',
  test: 'the test in question fails or passes',
  places: 'findings at exactly the same places',
};

interface Judged {
  readonly id: string;
  readonly name: string;
  /** There is no such test here, or it lacks a resource. */
  readonly notRun: boolean;
  readonly right: { readonly verdict: boolean; readonly test: boolean; readonly places: boolean | undefined };
  readonly differences: readonly Pick<Difference, 'ours' | 'theirs'>[];
}

function judge(data: string, id: string, one: Case, passes: boolean, resources: Resources): Judged {
  const ours = validate(json(join(data, one.name)), { resources });
  const run = ours.runs.find(({ section }) => section === id);
  const differences: Pick<Difference, 'ours' | 'theirs'>[] = [];

  const verdict = ours.valid === one.valid;
  if (!verdict)
    differences.push({ ours: ours.valid ? 'valid' : `invalid: ${errorsOf(ours)}`, theirs: one.valid });
  const test = (run?.outcome === 'passed') === passes;
  if (!test) differences.push({ ours: run?.outcome, theirs: passes ? 'passed' : 'failed' });

  let places: boolean | undefined;
  if (one.result !== undefined) {
    const expected = json<TestResult>(join(data, one.result));
    for (const section of [expected.primary_result, ...(expected.secondary_results ?? [])]) {
      const found = placesOf(ours, section.id);
      const told = section.errors ?? section.warnings ?? section.infos ?? [];
      const wanted = told.map(({ instance_path: path }) => path).sort();
      const same = JSON.stringify(found) === JSON.stringify(wanted);
      if (!same) differences.push({ ours: found, theirs: wanted });
      places = (places ?? true) && same;
    }
  }
  return {
    id,
    name: basename(one.name, '.json'),
    notRun: run === undefined || run.outcome === 'not run',
    right: { verdict, test, places },
    differences,
  };
}

function placesOf({ findings }: Validation, section: string): string[] {
  return findings
    .filter((finding) => finding.section === section)
    .map(({ path }) => path)
    .sort();
}

function errorsOf({ findings }: Validation): string {
  return findings
    .filter(({ severity }) => severity === 'error')
    .slice(0, 5)
    .map(({ section, path, message }) => `${section} ${path} ${message}`)
    .join('; ');
}

/** What the documents of the suite suppose of the world, and the extensions they use. */
export function resourcesFrom(dataDir: string): Resources {
  const extensions = new Map<string, Extension>();
  const { ajv } = oasisSchemas(dataDir);
  const folder = join(dataDir, 'standards/csaf/oasis/csaf_2.1/test/extension/data');
  for (const file of globSync('*/*/*-metadata_*.json', { cwd: folder })) {
    const metadata = json<ExtensionMetadata>(join(folder, file));
    const schemaFile = join(folder, file.replace('-metadata_', '-content_'));
    const accepts = ajv.compile(readSchema(schemaFile));
    const most = Object.fromEntries(
      Object.entries(metadata.requirement).map(([where, { max_occurrence: count }]) => [
        // The metadata schema keeps the name that product paths had before 2.1.
        where.replace('.relationships[*]', '.product_paths[*]'),
        count,
      ]),
    );
    extensions.set(metadata.extension_schema, {
      accepts: (entry) => accepts(entry),
      incompatible: metadata.incompatible_extensions ?? [],
      most,
    });
  }
  return { ...world, extensionOf: (schema) => extensions.get(schema) };
}

const world: Resources = {
  now: Date.parse('2026-11-01T00:00:00Z'),
  statusOf: (url) => (/\.invalid\b/.test(url) ? 0 : url.endsWith('/not-available') ? 404 : 200),
  misspelt: (text, language) => {
    if (language.startsWith('en')) return text.match(/\b(?:Secruity|vulnerapility|Pruduct|Produkt)\b/g) ?? [];
    return language === 'de' ? [] : undefined;
  },
  ungrammatical: (text, language) =>
    language.startsWith('en') ? (text.includes('must followed') ? ['A verb is missing.'] : []) : undefined,
  scancodeLicense: (key) =>
    key === 'aop-pd' ? 'deprecated' : ['public-domain', 'copyheart'].includes(key) ? 'current' : 'unknown',
};

interface ExtensionMetadata {
  readonly extension_schema: string;
  readonly incompatible_extensions?: readonly string[];
  readonly requirement: Readonly<Record<string, { readonly max_occurrence: number }>>;
}

/** The lists of file names and, in 2.1, of CPEs: each is valid or not. */
function lists(base: string): NonNullable<TruthResult['parts']> {
  const names = globSync('filenames/data/{valid,invalid}/*.json', { cwd: base });
  const named = names.filter((file) => {
    const { document } = json<{ document: { tracking: { id: string } } }>(join(base, file));
    return (csafFileName(document.tracking.id) === basename(file)) === file.includes('/valid/');
  });
  const cpes = ['valid', 'invalid'].flatMap((kind) => {
    const file = join(base, `cpe/data/${kind}/cpe.txt`);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => line !== '').map((cpe) => ({ cpe, valid: kind === 'valid' }));
  });
  const judged = cpes.filter(({ cpe, valid }) => isCpe(cpe) === valid);
  return [
    { name: 'file names', total: names.length, equal: named.length },
    ...(cpes.length ? [{ name: 'CPEs', total: cpes.length, equal: judged.length }] : []),
  ];
}

function isCpe(cpe: string): boolean {
  const product = { name: 'x', product_id: 'x', product_identification_helper: { cpe } };
  const document = { document: { csaf_version: '2.1' }, product_tree: { full_product_names: [product] } };
  return !validate(document, { rules: [] }).findings.some(({ path }) => path.endsWith('/cpe'));
}

function json<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T;
}
