import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

/** Who may import whom. A part is a folder; what is not listed for it, it does not know. */
const mayImport: Record<string, string[]> = {
  'engines/artefacts': [],
  'engines/dissect': [],
  'engines/csaf': [],
  contract: [],
  portal: ['contract', 'engines/dissect', 'engines/csaf', 'docs/baseline.schema.json'],
  cli: [
    'contract',
    'engines/dissect',
    'engines/csaf',
    'engines/artefacts',
    'server/src/index.ts',
    'server/src/main.ts',
  ],
  'server/src/platform': ['contract'],
  'server/src/modules': [
    'server/src/platform',
    'contract',
    'engines/dissect',
    'engines/csaf',
    'engines/artefacts',
    'docs/analysis.schema.json',
  ],
  'server/src': ['server/src/modules', 'server/src/platform', 'contract', 'engines/dissect', 'engines/csaf'],
};

/** Packages without dependencies that ask nothing of where they run. */
const pure = new Set([
  'fzstd',
  'pako',
  '@noble/ciphers/aes.js',
  '@noble/hashes/legacy.js',
  '@noble/hashes/utils.js',
]);

/** Who in the server knows a means to connect, and what for. */
const mayConnect: Record<string, string> = {
  'server/src/platform/fetcher.ts': 'the door itself',
  'server/src/platform/mail.ts': 'the mail server of the operator',
  'server/src/platform/imap.ts': 'the mailbox of the operator',
  'server/src/platform/reach.ts': 'asks only what kind of address a text is',
  'server/src/platform/database.ts': 'PostgreSQL',
  'server/src/platform/jobs.ts': 'the queue in PostgreSQL',
  'server/src/platform/preparing.ts': 'a connection of PostgreSQL',
  'server/src/platform/postgres.ts': 'starts the embedded PostgreSQL',
  'server/src/platform/blobs.ts': 'the S3 store of the operator',
  'server/src/platform/apart.ts': 'starts the engines in processes without network',
  'server/src/platform/one-file.ts': 'starts the bundler',
  'server/src/platform/metrics.ts': 'listens on this machine',
  'server/src/platform/config.ts': 'asks the command of the operator for the master key',
  'server/src/platform/kms.ts': 'starts the command of the operator that wraps keys',
};

/** Values only: a type connects to nobody. */
const connecting =
  /(?<![.\w])(?:fetch|WebSocket|EventSource|XMLHttpRequest)\(|^import (?!type\b|\{ isIPv?[46]?(?:, isIPv?[46]?)* \} from)[^;]*?from '(?:(?:node:)?(?:https?|http2|net|tls|dns(?:\/promises)?|dgram|child_process)|undici|nodemailer|imapflow|pg|pg-boss|@aws-sdk\/[\w-]+)'/gm;

describe('the architecture', () => {
  it('lets imports point only the way it is drawn', () => {
    for (const { file, imported } of ownImports()) {
      const [from, to] = [partOf(file), partOf(imported)];
      const allowed = to === from || mayImport[from]!.includes(to!) || mayImport[from]!.includes(imported);
      assert.ok(
        allowed,
        `${file} must not know ${imported}: ${from} may import ${mayImport[from]!.join(', ') || 'nothing'}`,
      );
    }
  });

  it('lets a module know another only by the service it is handed', () => {
    for (const { file, imported } of ownImports()) {
      const [from, to] = [moduleOf(file), moduleOf(imported)];
      const otherModule = from && to && from !== to;
      assert.ok(
        !otherModule || imported.endsWith('-service.ts'),
        `${file} must not reach into ${imported}; take what it offers in ${to}-service.ts`,
      );
    }
  });

  it('lets nobody but the release gate write what the outside reads', () => {
    for (const { file, imported } of ownImports())
      assert.ok(
        !imported.endsWith('/releases/outbound-store.ts') ||
          file === 'server/src/modules/releases/release-service.ts',
        `${file} must not import ${imported}: what leaves goes through release-service.ts`,
      );
    for (const file of globSync('server/src/**/*.ts')) {
      if (file.endsWith('/outbound-store.ts') || /\.test\.ts$|\/testing\//.test(file)) continue;
      const [statement] =
        /(?:insert into|update|delete from|insertInto\('|updateTable\('|deleteFrom\(')\s*published(?:_file)?\b/i.exec(
          readFileSync(file, 'utf8'),
        ) ?? [];
      assert.equal(statement, undefined, `${file} writes what the outside reads; only outbound-store.ts may`);
    }
  });

  it('lets nothing go by mail or webhook but by the module that keeps a row of it, and of a release by the gate alone', () => {
    for (const { file, imported } of ownImports()) {
      const sends =
        imported === 'server/src/platform/mail.ts' ||
        /\/deliveries\/(?:mime|post|webhook-post)\.ts$/.test(imported);
      assert.ok(
        !sends || /^server\/src\/(?:modules\/deliveries\/|compose\.ts|platform\/)/.test(file),
        `${file} must not import ${imported}: messages go through delivery-service.ts, which keeps a row of each`,
      );
    }
    for (const file of globSync('server/src/**/*.ts')) {
      if (/\.test\.ts$|\/testing\//.test(file)) continue;
      const text = readFileSync(file, 'utf8');
      const told = /\b(?:outgoing|gate)\.(?:announce|correct)\(/.test(text);
      assert.ok(
        !told || file === 'server/src/modules/releases/release-service.ts',
        `${file} must not tell of a release: release-service.ts does, in the transaction in which it leaves`,
      );
      const posts = /^\s+post: \{/m.test(text) && file !== 'server/src/platform/fetcher.ts';
      assert.ok(
        !posts || file === 'server/src/modules/deliveries/webhook-post.ts',
        `${file} must not hand anything over: webhook-post.ts does, for a delivery`,
      );
    }
  });

  it('keeps engines free of everything but themselves, so that they run in a browser', () => {
    for (const { file, specifier } of allImports()) {
      if (file.startsWith('engines/') && !pure.has(specifier))
        assert.ok(specifier.startsWith('.'), `${file} must not import ${specifier}: engines know nobody`);
    }
  });

  it('lets the server out by one door: whoever else connects to somebody has a reason', () => {
    const seen = new Set<string>();
    for (const file of globSync('server/src/**/*.ts')) {
      if (/\.test\.ts$|\/testing\//.test(file)) continue;
      const text = readFileSync(file, 'utf8');
      const means = [...text.matchAll(connecting)].map(([found]) => found.trim());
      if (means.length > 0) seen.add(file);
      assert.ok(
        means.length === 0 || file in mayConnect,
        `${file} must not connect to anybody (${means.join(', ')}): go through platform/fetcher.ts, which judges addresses`,
      );
    }
    assert.deepEqual([...seen].sort(), Object.keys(mayConnect).sort(), 'the list holds nobody without need');
  });

  it('writes out where a conflict is one: a statement that is prepared finds no index by a parameter', () => {
    for (const file of globSync('server/src/**/*.ts')) {
      const [given] =
        /\.columns\(\[[^\]]*\]\)\s*\.where\((?!sql<boolean>`)[^)]*?(?<!null)\)/.exec(
          readFileSync(file, 'utf8'),
        ) ?? [];
      assert.equal(given, undefined, `${file} must write the values out, as sql\`…\``);
    }
  });

  it('lets no file of an engine import itself by way of others', () => {
    const imports = new Map<string, string[]>();
    for (const { file, imported } of ownImports()) {
      const isMutual = mutual.some((group) => group.has(file) && group.has(imported));
      if (file.startsWith('engines/') && !isMutual)
        imports.set(file, [...(imports.get(file) ?? []), imported]);
    }
    assert.deepEqual(circleIn(imports), []);
  });

  it('finds a circle where there is one', () => {
    const imports = new Map([
      ['a', ['b']],
      ['b', ['c', 'd']],
      ['d', ['b']],
    ]);
    assert.deepEqual(circleIn(imports), ['b', 'd', 'b']);
    assert.deepEqual(
      circleIn(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
        ]),
      ),
      [],
    );
  });

  it('has something to look at', () => {
    assert.ok([...ownImports()].length > 100);
  });
});

/**
 * Who may know one another nevertheless, by their types: a connection, its two streams and its two ways; a rule of CSAF
 * and what it looks at; the versions of CVSS and what they share.
 */
const mutual: readonly ReadonlySet<string>[] = [
  ['dissect/src/network', 'flows', 'streams', 'ways'],
  ['csaf/src/rules', 'rule', 'subject'],
  ['csaf/src/cvss', 'cvss2', 'cvss3', 'cvss4', 'scores'],
].map(([folder, ...names]) => new Set(names.map((name) => `engines/${folder}/${name}.ts`)));

/** Files that lead back to the first of them; empty when there are none. */
function circleIn(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const finished = new Set<string>();
  const path: string[] = [];
  const walk = (file: string): string[] => {
    const from = path.indexOf(file);
    if (from >= 0) return [...path.slice(from), file];
    if (finished.has(file)) return [];
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const circle = walk(next);
      if (circle.length > 0) return circle;
    }
    path.pop();
    finished.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = walk(file);
    if (circle.length > 0) return circle;
  }
  return [];
}

function* ownImports() {
  for (const { file, specifier } of allImports()) {
    const imported = resolve(file, specifier);
    if (imported) yield { file, imported };
  }
}

function* allImports() {
  for (const file of globSync('{engines,contract,portal,server,cli}/**/*.{ts,tsx}', {
    exclude: (name) => /node_modules|build|\.react-router/.test(String(name)),
  })) {
    if (/\.test\.tsx?$|\/testing\/|\.d\.ts$/.test(file)) continue;
    const text = readFileSync(file, 'utf8');
    for (const pattern of importPatterns) {
      for (const [, specifier] of text.matchAll(pattern)) yield { file, specifier: specifier! };
    }
  }
}

const importPatterns = [
  /^(?:import|export)\b[^;'"]*?\bfrom\s+['"]([^'"]+)['"]/gm,
  /^import\s+['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]/g,
];

function resolve(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return join(dirname(file), specifier);
  const [, name, rest] = /^@busbar\/(\w+)(.*)/.exec(specifier) ?? [];
  if (!name) return undefined;
  if (name === 'server') return rest === '/main' ? 'server/src/main.ts' : 'server/src/index.ts';
  return name === 'contract' || name === 'portal' ? `${name}/src/index.ts` : `engines/${name}/src/index.ts`;
}

/** The most particular part that contains the file. */
function partOf(file: string): string {
  const parts = Object.keys(mayImport).filter((part) => file.startsWith(`${part}/`));
  return parts.sort((a, b) => b.length - a.length)[0] ?? 'server/src';
}

function moduleOf(file: string): string | undefined {
  return /^server\/src\/modules\/([^/]+)\//.exec(file)?.[1];
}
