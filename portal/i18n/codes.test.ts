import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import {
  apis,
  AssetRole,
  Exposure,
  findingSentences,
  foundationalRequirements,
  Level,
  roles,
  SafetyImpact,
} from '@busbar/contract';
import { parseAst } from 'vite';

import { wordsOf } from './word-files.ts';

/** Whatever the engines and the server may say to a reader has words: their sources are read for the codes they say. */

const root = join(import.meta.dirname, '../..');
const messages = wordsOf('en');

describe('every code has words', () => {
  it('of what the service refuses, and of jobs that fail', () => {
    const said = sources('server/src').flatMap((source) => [
      ...source.calls(/^(malformed|forbidden|conflict|tooLarge|tooMany|unavailable)$/, 0),
      ...source.calls(/^new Problem$/, 1),
      ...source.calls(/^new NotFetched$/, 0),
      ...source.calls(/^new NotTaken$/, 2),
    ]);
    const ofFiles = [
      ...sources('contract/src').flatMap((source) => source.calls(/^new BundleRefused$/, 0)),
      ...sources('engines/csaf/src/inventory').flatMap((source) => source.calls(/^new NotATable$/, 0)),
      ...sources('portal/here').flatMap((source) => source.calls(/^new NotATable$/, 0)),
      'not-a-baseline',
      'baseline-not-read',
      'table-not-read',
      'report-not-understood',
    ];
    check('problem', [...said, ...ofFiles, 'not-found', 'sign-in-needed'], 60);
  });

  it('of what is odd about a table of devices', () => {
    const said = ['engines/csaf/src/inventory', 'server/src/modules/inventory'].flatMap((folder) =>
      sources(folder).flatMap((source) => source.calls(/^noted$/, 0)),
    );
    check('inventoryNote', said, 8);
  });

  it('of what is wrong with an image of a disk', () => {
    const said = sources('engines/artefacts/src').flatMap((source) => [
      ...source.properties('code'),
      ...source.calls(/^(tell|damaged)$/, 0),
      ...source.calls(/^opened$/, 1),
    ]);
    check('observed.image.fault', said, 17);
  });

  it('of signing in', () => {
    const said = sources('server/src/platform/sign-in.ts').flatMap((source) => [
      ...source.calls(/^withDrawn$/, 1),
      ...source.properties('code').filter((code) => /^[A-Z_]+$/.test(code)),
    ]);
    check('auth', [...said, ...ofTheLibrary], 5);
  });

  it('of what a job does', () => {
    const said = sources('server/src').flatMap((source) => source.calls(/^progress$/, 0));
    check('step', said, 5);
  });

  it('of everything the audit chain is told', () => {
    const declared = Object.values(apis).flatMap((api) =>
      Object.values(api).flatMap(({ records }) => (records === null ? [] : [records])),
    );
    const said = sources('server/src').flatMap((source) => [
      ...source.calls(/^record$/, 1),
      ...source.calls(/^around\.record$/, 0),
    ]);
    check('audit.did', [...declared, ...said], 60);
  });

  it('of problems in captures and in advisories', () => {
    check('captureProblem', sources('engines/dissect/src/capture/problem.ts')[0]!.keys('texts'), 13);
    const engine = sources('engines/csaf/src/documents').flatMap((source) => [
      ...source.calls(/\.problem$/, 0),
      ...source.calls(/^refuse$/, 0),
    ]);
    const server = sources('server/src/modules/advisories').flatMap((source) => [
      ...source.calls(/^told$/, 0),
    ]);
    const steps = sources('server/src').flatMap((source) => source.calls(/^progress$/, 0));
    check('csafProblem', [...engine, ...server.filter((code) => !steps.includes(code))], 20);
  });

  it('of problems of sources, and of what they brought', () => {
    const said = sources('server/src/modules/sources').flatMap((source) => source.calls(/^note$/, 0));
    check('sourceProblem', said, 14);
  });

  it('of every test of CSAF and of everything its structure may lack, as the engine says it in English', async () => {
    const { rules } = await engine('csaf/src/rules/registry.ts');
    const { misfitAdvice } = await engine('csaf/src/rules/shape/misfits.ts');
    const structure = Object.entries(misfitAdvice as Record<string, Advising['advice']>);
    const said = [
      ...(rules as Advising[]),
      ...structure.map(([misfit, advice]) => ({ section: `structure.${misfit}`, advice })),
    ].flatMap(({ section, advice }) =>
      typeof advice === 'string'
        ? [[section, advice] as const]
        : Object.entries(advice).map(([kind, text]) => [`${section}.${kind}`, text] as const),
    );
    check(
      'csaf',
      said.map(([code]) => code),
      230,
    );
    const plain = (text: string) => text.replaceAll(/[“”]/g, '"').replace(/\.$/, '');
    for (const [code, advice] of said) {
      const message = (messages as Record<string, string>)[`csaf.${code}`]!;
      // Where the grammar of a language asks for a choice, the engine has none to make.
      if (!/, (?:select|plural),/.test(message)) assert.equal(plain(message), plain(advice), code);
    }
  });

  it('of what changes in advisories, as the engine says it in English', async () => {
    const { changeSentences } = await engine('csaf/src/diff/sentences.ts');
    const said = Object.entries(changeSentences as Record<string, string>);
    check(
      'csafChange',
      said.map(([code]) => code),
      30,
    );
    for (const [code, sentence] of said) {
      const message = (messages as Record<string, string>)[`csafChange.${code}`]!;
      if (!/, (?:select|plural),/.test(message)) assert.equal(message, sentence, code);
    }
  });

  it('of what the conversion to CSAF 2.1 asks somebody to look at, as the engine says it in English', async () => {
    const { conversionSentences } = await engine('csaf/src/convert/warnings.ts');
    const said = Object.entries(conversionSentences as Record<string, string>);
    check(
      'csafConversion',
      said.map(([code]) => code),
      30,
    );
    for (const [code, sentence] of said)
      assert.equal((messages as Record<string, string>)[`csafConversion.${code}`], sentence, code);
  });

  it('of the reasons of a match, and of what to look up', async () => {
    const { reasonSentences, lookUpSentences } = await engine('csaf/src/matching/reasons.ts');
    check('because', Object.keys(reasonSentences as object), 35);
    check('lookUp', Object.keys(lookUpSentences as object), 10);
  });

  it('of what is wrong with a file of names, as the command line says it in English', async () => {
    const { nameFileSentences } = await server('modules/names/name-file-faults.ts');
    const said = Object.entries(nameFileSentences as Record<string, string>);
    check(
      'nameFault',
      said.map(([code]) => code),
      25,
    );
    for (const [code, sentence] of said)
      assert.equal((messages as Record<string, string>)[`nameFault.${code}`], sentence, code);
  });

  it('of what is missing in a publication', () => {
    check('publicationFinding', Object.keys(findingSentences), 15);
  });

  it('of roles, and of places in the plant', () => {
    check('role', roles, 13);
    check('role.asset', AssetRole.options, 10);
    check('level', Level.options, 7);
  });

  it('of why zones are proposed and conduits unexpected, and how they are called', () => {
    const said = sources('server/src/modules/plant/zone-proposals.ts').flatMap((source) =>
      source.calls(/^reason$/, 0),
    );
    check('zoneReason', said, 8);
    check('zoneName', ['enterprise', 'dmz', 'operations', 'control', 'safety', 'unknown'], 6);
    check('conduitName', ['outside', 'between'], 2);
    check('safetyImpact', SafetyImpact.options, 4);
    check('exposure', Exposure.options, 3);
    check('requirement', foundationalRequirements, 7);
  });

  it('of every operation, and of what operations carry', async () => {
    const kinds = await operations();
    check(
      'operation',
      kinds.map(({ code }) => code),
      200,
    );
    const carried = kinds.flatMap(({ text = '' }) =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!),
    );
    check('param', carried, 30);
  });

  it('of what is malformed or not right', () => {
    const said = sources('engines/dissect/src').flatMap((source) => source.calls(/\.anomaly$/, 0));
    check('anomaly', [...said, 'malformed'], 15);
  });

  it('of how somebody signs in', () => {
    const said = sources('engines/dissect/src/protocols').flatMap((source) =>
      source.calls(/\.credentials$/, 0),
    );
    check('credentials.scheme', said, 25);
  });

  it('of what was counted in a detection, and of how it differs from what is usual', () => {
    const said = ['detections/detect.ts', 'baseline/compare.ts'].flatMap((path) =>
      sources(`engines/dissect/src/${path}`).flatMap((source) => source.told('params')),
    );
    check('param', said, 15);
  });

  it('of why devices say no', async () => {
    const { dissectors } = await engine('dissect/src/registry.ts');
    const said = (dissectors as { refusals?: Kind[] }[]).flatMap(({ refusals = [] }) => refusals);
    check(
      'refusal',
      said.map(({ code }) => code),
      200,
    );
  });
});

/** Those of the sign-in library that its addresses of ours can answer. */
const ofTheLibrary = [
  'ACCOUNT_TEMPORARILY_LOCKED',
  'AUTHENTICATION_FAILED',
  'CHALLENGE_NOT_FOUND',
  'INVALID_BACKUP_CODE',
  'INVALID_CODE',
  'INVALID_EMAIL_OR_PASSWORD',
  'INVALID_PASSWORD',
  'INVALID_TWO_FACTOR_COOKIE',
  'PASSKEY_NOT_FOUND',
  'PASSWORD_TOO_LONG',
  'PASSWORD_TOO_SHORT',
  'SESSION_NOT_FRESH',
  'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE',
  'TOO_MANY_REQUESTS',
];

function check(prefix: string, codes: readonly string[], atLeast: number): void {
  const wanted = [...new Set(codes.map((code) => `${prefix}.${code.replaceAll(' ', '-')}`))].sort();
  assert.ok(wanted.length >= atLeast, `only ${wanted.length} codes of ${prefix} were found in the sources`);
  assert.deepEqual(
    wanted.filter((key) => !Object.hasOwn(messages, key)),
    [],
    'say these in messages/{en,ru,zh}/',
  );
}

async function engine(path: string): Promise<Record<string, unknown>> {
  return (await import(join(root, 'engines', path))) as Record<string, unknown>;
}

async function server(path: string): Promise<Record<string, unknown>> {
  return (await import(join(root, 'server/src', path))) as Record<string, unknown>;
}

interface Advising {
  readonly section: string;
  readonly advice: string | Record<string, string>;
}

interface Kind {
  readonly code: string;
  readonly text?: string;
}

async function operations(): Promise<Kind[]> {
  const found: Kind[] = [];
  const gather = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if ('code' in value && 'access' in value) found.push(value as Kind);
    else for (const inner of Object.values(value)) gather(inner);
  };
  const declared = sources('engines/dissect/src/protocols').filter(({ path }) =>
    path.endsWith('operations.ts'),
  );
  for (const { path } of declared) gather(await import(join(root, path)));
  return found;
}

type Node = { type: string; [name: string]: any };

/** A source file, asked for the words that stand in it. */
class Source {
  readonly path: string;
  readonly #nodes: Node[] = [];

  constructor(path: string) {
    this.path = path;
    const gather = (node: Node): void => {
      this.#nodes.push(node);
      for (const child of Object.values(node)) {
        for (const one of Array.isArray(child) ? child : [child]) {
          if (one && typeof one === 'object' && typeof one.type === 'string') gather(one as Node);
        }
      }
    };
    gather(parseAst(readFileSync(join(root, path), 'utf8'), { lang: 'ts' }) as unknown as Node);
  }

  /** What stands in this place of calls of that name. */
  calls(name: RegExp, place: number): string[] {
    return this.#callsOf(name).flatMap((call) => this.#said(call['arguments'][place]));
  }

  properties(name: string): string[] {
    return this.#nodes
      .filter((node) => node.type === 'Property' && node['key'].name === name)
      .flatMap((node) => this.#said(node['value']));
  }

  /** The names under which something is handed over by `name: {…}` or `const name = {…}`, whatever else is spread in. */
  told(name: string): string[] {
    const objects = this.#nodes.flatMap((node) => {
      if (node.type === 'Property' && node['key'].name === name) return [node['value'] as Node];
      if (node.type === 'VariableDeclarator' && node['id'].name === name) return [node['init'] as Node];
      return [];
    });
    return objects.flatMap(keysIn);
  }

  keys(table: string): string[] {
    const properties = (this.#constant(table)?.['properties'] ?? []) as Node[];
    return properties.map(({ key }) => String(key.name ?? key.value));
  }

  #callsOf(name: RegExp): Node[] {
    return this.#nodes.filter(
      (node) =>
        (node.type === 'CallExpression' && name.test(nameOf(node['callee']))) ||
        (node.type === 'NewExpression' && name.test(`new ${nameOf(node['callee'])}`)),
    );
  }

  /** The texts an expression can come to, as far as they stand in this file. */
  #said(node: Node | undefined): string[] {
    switch (node?.type) {
      case 'Literal':
        return typeof node['value'] === 'string' ? [node['value']] : [];
      case 'ConditionalExpression':
        return [...this.#said(node['consequent']), ...this.#said(node['alternate'])];
      case 'LogicalExpression':
        return [...this.#said(node['left']), ...this.#said(node['right'])];
      case 'ParenthesizedExpression':
      case 'TSAsExpression':
        return this.#said(node['expression']);
      case 'MemberExpression':
        return stringsIn(this.#constant(nameOf(node['object'])));
      case 'ObjectExpression':
        return (node['properties'] as Node[])
          .filter(({ key }) => key?.name === 'code')
          .flatMap(({ value }) => this.#said(value));
      case 'CallExpression':
        return nameOf(node['callee']) === 'told'
          ? this.#said(node['arguments'][0])
          : this.#said(node['callee']['object']);
      case 'Identifier':
        return this.#named(node['name']);
      default:
        return [];
    }
  }

  #named(name: string): string[] {
    const one = this.#constant(name);
    if (one) return this.#said(one);
    // One after the other out of a table.
    return this.#nodes
      .filter(({ type, left }) => type === 'ForOfStatement' && namesIn(left).includes(name))
      .flatMap(({ right }) => stringsIn(this.#constant(nameOf(right))));
  }

  #constant(name: string): Node | undefined {
    const found = this.#nodes.find((node) => node.type === 'VariableDeclarator' && node['id'].name === name);
    const value = found?.['init'] as Node | undefined;
    return value?.type === 'TSAsExpression' ? value['expression'] : value;
  }
}

const read = new Map<string, Source>();
function sources(place: string): Source[] {
  return globSync(place.endsWith('.ts') ? place : `${place}/**/*.ts`, { cwd: root })
    .filter((path) => !path.endsWith('.test.ts') && !/\/(testing|demo)\//.test(path))
    .sort()
    .map((path) => {
      const known = read.get(path) ?? new Source(path);
      read.set(path, known);
      return known;
    });
}

function nameOf(node: Node): string {
  if (node.type === 'MemberExpression') return `${nameOf(node['object'])}.${node['property'].name}`;
  return String(node['name'] ?? (node.type === 'ThisExpression' ? 'this' : ''));
}

function namesIn(node: Node): string[] {
  if (node.type === 'Identifier') return [node['name']];
  return Object.values(node)
    .flat()
    .flatMap((one) => (one && typeof one === 'object' && typeof one.type === 'string' ? namesIn(one) : []));
}

function keysIn(node: Node | undefined): string[] {
  switch (node?.type) {
    case 'ObjectExpression':
      return (node['properties'] as Node[]).flatMap(({ type, key, argument }) =>
        type === 'Property' ? [String(key.name ?? key.value)] : keysIn(argument as Node),
      );
    case 'LogicalExpression':
      return keysIn(node['right'] as Node);
    case 'ConditionalExpression':
      return [...keysIn(node['consequent'] as Node), ...keysIn(node['alternate'] as Node)];
    case 'ParenthesizedExpression':
      return keysIn(node['expression'] as Node);
    default:
      return [];
  }
}

function stringsIn(node: Node | undefined): string[] {
  if (!node) return [];
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? [node['value']] : [];
  if (node.type === 'Property') return stringsIn(node['value']);
  return Object.values(node)
    .flat()
    .flatMap((one) => (one && typeof one === 'object' && typeof one.type === 'string' ? stringsIn(one) : []));
}
