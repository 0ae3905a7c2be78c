import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import {
  checkProvider,
  type CheckTools,
  csafFields,
  fileName,
  type ProviderMetadata,
  type ProviderReport,
  readAggregator,
  readCategories,
  readChanges,
  readFeed,
  readHash,
  readIndex,
  readProviderMetadata,
  readService,
  type RequirementNumber,
  writeAdvisory,
  writeAggregator,
  writeCategories,
  writeChanges,
  writeFeed,
  writeHash,
  writeIndex,
  writeProviderMetadata,
  writeService,
} from '../index.ts';
import { oasisSchema } from '../testing/oasis.ts';
import { needs, sharedData } from '../testing/shared.ts';

describe('the files of a provider', () => {
  for (const csaf of ['2.0', '2.1'] as const) {
    it(`of CSAF ${csaf} keep the schemas of the standard`, needs(`standards/csaf/oasis/csaf_${csaf}`), () => {
      const metadata = oasisSchema(csaf, 'provider');
      assert.ok(metadata(writeProviderMetadata(metadataOf(csaf))), JSON.stringify(metadata.errors));
      const aggregator = oasisSchema(csaf, 'aggregator');
      assert.ok(aggregator(writeAggregator(aggregatorOf(csaf))), JSON.stringify(aggregator.errors));
      const document = oasisSchema(csaf, 'csaf');
      assert.ok(
        document(JSON.parse(JSON.stringify(writeAdvisory(draft(csaf, 'A-1'))))),
        JSON.stringify(document.errors),
      );
    });

    it(`of CSAF ${csaf} are read as they were written`, () => {
      const metadata = readProviderMetadata(JSON.stringify(writeProviderMetadata(metadataOf(csaf))));
      assert.ok(metadata.ok);
      assert.deepEqual(metadata.problems, []);
      assert.deepEqual(
        metadata.value.feeds.map(({ label }) => label),
        ['CLEAR', 'AMBER'],
      );
      assert.deepEqual(writeProviderMetadata(metadata.value), writeProviderMetadata(metadataOf(csaf)));
      const aggregator = readAggregator(JSON.stringify(writeAggregator(aggregatorOf(csaf))));
      assert.ok(aggregator.ok);
      assert.deepEqual(writeAggregator(aggregator.value), writeAggregator(aggregatorOf(csaf)));
    });
  }

  it('of others are read', needs('standards/csaf/oasis'), () => {
    for (const csaf of ['csaf_2.0', 'csaf_2.1']) {
      const folder = join(sharedData, 'standards/csaf/oasis', csaf, 'examples');
      for (const [kind, reader] of [
        ['provider-metadata', readProviderMetadata],
        ['aggregator', readAggregator],
        [
          'ROLIE',
          (text: string) => [readFeed(text), readService(text), readCategories(text)].find(({ ok }) => ok),
        ],
      ] as const) {
        for (const name of readdirSync(join(folder, kind))) {
          const reading = reader(readFileSync(join(folder, kind, name), 'utf8'));
          assert.ok(reading?.ok, `${csaf} ${name}`);
          assert.deepEqual(reading.problems, [], `${csaf} ${name}`);
        }
      }
    }
  });

  it('may be anything', () => {
    for (const reader of [readProviderMetadata, readAggregator, readFeed, readService, readCategories]) {
      assert.equal(reader('<html>').ok, false);
      fc.assert(
        fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
          reader({
            canonical_url: 'https://x.example/',
            distributions: one,
            csaf_providers: one,
            feed: one,
            service: other,
            categories: other,
            aggregator: other,
          });
          reader(one);
        }),
      );
    }
  });

  it('list documents with and without quotes, and nothing outside of their folder', () => {
    assert.deepEqual(
      readIndex('2026/a.json\r\n\n../../etc/passwd.json\nhttps://x.example/a.json\n2026/b.json').files,
      [{ path: '2026/a.json' }, { path: '2026/b.json' }],
    );
    const text = '"2026/a.json","2026-01-02T00:00:00Z"\n2026/b.json,2026-01-01T00:00:00Z\nfile,when\n';
    const { files, problems } = readChanges(text);
    assert.deepEqual(
      files.map(({ path }) => path),
      ['2026/a.json', '2026/b.json'],
    );
    assert.equal(problems.length, 1);
    assert.equal(readHash(`${'AB'.repeat(32)}  a.json\n`), 'ab'.repeat(32));
    assert.equal(readHash('<html>'), undefined);
    assert.deepEqual(
      csafFields('Contact: mailto:a@x.example\nCSAF: https://x.example/provider-metadata.json\n'),
      ['https://x.example/provider-metadata.json'],
    );
  });
});

describe('the check of a provider', () => {
  for (const csaf of ['2.0', '2.1'] as const) {
    it(`finds that our own keeps every requirement of CSAF ${csaf}`, async () => {
      const report = await checkProvider('nordbruk.example', toolsFor(serve(csaf)));
      assert.deepEqual(states(report, 'notMet'), []);
      assert.deepEqual(states(report, 'notCheckable'), []);
      assert.deepEqual(states(report, 'notUsed'), []);
      assert.equal(report.requirements.length, csaf === '2.1' ? 22 : 20);
      assert.equal(report.role, 'csaf_trusted_provider');
      assert.deepEqual([report.looked, report.listed], [2, 2]);
    });
  }

  const breaks: readonly (readonly [RequirementNumber, string, (site: Site) => void, string?])[] = [
    [
      1,
      'a document that breaks a mandatory test',
      (site) => change(site, `${clear}/2026/a-1.json`, (one) => ({ ...one, product_tree: undefined })),
    ],
    [1, 'a document that is no CSAF', (site) => site.set(`${clear}/2026/a-1.json`, '{}')],
    [2, 'a document with another name', (site) => rename(site, '2026/a-1.json', '2026/a_1.json')],
    [
      3,
      'documents without encryption',
      (site) => site.set(`${clear}/2026/a-2.json`.replace('https:', 'http:'), '{}'),
    ],
    [4, 'a CLEAR document behind a sign-in', (site) => site.set(`${clear}/2026/a-1.json`, { status: 401 })],
    [5, 'an AMBER feed for everybody', (site) => site.set(`${root}/amber/feed-tlp-amber.json`, '{}')],
    [
      6,
      'redirects in a circle',
      (site) => site.set(`${clear}/2026/a-1.json`, { status: 302, location: `${clear}/2026/a-1.json` }),
    ],
    [
      7,
      'metadata without a role',
      (site) => change(site, `${root}/provider-metadata.json`, ({ role: _role, ...rest }) => rest),
    ],
    [
      8,
      'a security.txt with plain http',
      (site) =>
        site.set(
          'https://nordbruk.example/.well-known/security.txt',
          'CSAF: http://nordbruk.example/provider-metadata.json\n',
        ),
    ],
    [
      9,
      'a well-known address that redirects',
      (site) => {
        site.set('https://nordbruk.example/real.json', site.get(`${root}/provider-metadata.json`)!);
        site.set(`${root}/provider-metadata.json`, {
          status: 302,
          location: 'https://nordbruk.example/real.json',
        });
      },
    ],
    [
      10,
      'a DNS path that redirects',
      (site) =>
        site.set('https://csaf.data.security.nordbruk.example/', {
          status: 301,
          location: `${root}/provider-metadata.json`,
        }),
    ],
    [
      11,
      'a document in the folder of another year',
      (site) => rename(site, '2026/a-1.json', '2025/a-1.json'),
    ],
    [12, 'an index.txt without a document', (site) => site.set(`${clear}/index.txt`, '2026/a-1.json\n')],
    [
      13,
      'changes.csv with the oldest first',
      (site) =>
        site.set(
          `${clear}/changes.csv`,
          textAt(site, `${clear}/changes.csv`).trim().split('\n').reverse().join('\n'),
        ),
    ],
    [14, 'a folder that shows nothing', (site) => site.set(`${clear}/`, { status: 403 })],
    [15, 'a feed that became a page', (site) => site.set(`${clear}/feed-tlp-clear.json`, '<html>')],
    [16, 'a service document that is none', (site) => site.set(`${root}/service.json`, '{}')],
    [17, 'a category document that is none', (site) => site.set(`${root}/category.json`, '[]')],
    [
      18,
      'a document that is not what its hash says',
      (site) => site.set(`${clear}/2026/a-1.json.sha256`, `${'0'.repeat(64)}  a-1.json`),
    ],
    [19, 'a signature by somebody else', (site) => site.set(`${clear}/2026/a-1.json.asc`, 'forged')],
    [20, 'a key that is another one', (site) => site.set(`${root}/key.asc`, key('B'))],
    [24, 'a server that wants browsers only', (site) => site.set('agents', 'Mozilla')],
    [25, 'a server that keeps browsers out', (site) => site.set('origin', 'none')],
  ];
  for (const [number, name, damage] of breaks) {
    it(`finds ${name} (requirement ${number})`, async () => {
      const site = serve('2.1');
      damage(site);
      const report = await checkProvider('nordbruk.example', toolsFor(site));
      const result = report.requirements.find((one) => one.number === number)!;
      assert.equal(result.state, 'notMet', JSON.stringify(report.requirements, null, 1));
      assert.ok(result.findings.some(({ weight }) => weight === 'fault'));
      // One of three ways to the metadata is enough, and 25 is advice.
      if (![8, 9, 10, 25].includes(number)) assert.notEqual(report.role, 'csaf_trusted_provider');
    });
  }

  it('needs one way to the metadata only', async () => {
    const site = serve('2.0');
    site.delete('https://csaf.data.security.nordbruk.example/');
    site.delete('https://nordbruk.example/.well-known/security.txt');
    const report = await checkProvider('nordbruk.example', toolsFor(site));
    assert.deepEqual(states(report, 'notUsed'), [8, 10]);
    assert.equal(report.role, 'csaf_trusted_provider');
  });

  it('says what it could not check without OpenPGP', async () => {
    const { verify: _verify, ...tools } = toolsFor(serve('2.0'));
    const report = await checkProvider(`${root}/provider-metadata.json`, tools);
    assert.deepEqual(states(report, 'notCheckable'), [19]);
    assert.equal(report.role, 'csaf_provider');
  });

  it('looks at the latest documents only, and says how many it left', async () => {
    const report = await checkProvider('nordbruk.example', { ...toolsFor(serve('2.0')), limit: 1 });
    assert.deepEqual([report.looked, report.listed], [1, 2]);
  });

  it('survives a server that answers anything', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.json(),
            fc.constantFrom('{}', JSON.stringify(writeProviderMetadata(metadataOf('2.1')))),
          ),
        ),
        async (answers) => {
          let i = 0;
          const report = await checkProvider('nordbruk.example', {
            ...toolsFor(new Map()),
            fetch: async () => ({
              status: [200, 302, 404][i % 3]!,
              headers: { location: answers[i % answers.length] ?? '/' },
              body: new TextEncoder().encode(answers[i++ % answers.length] ?? ''),
            }),
          });
          assert.notEqual(report.role, 'csaf_trusted_provider');
        },
      ),
      { numRuns: 60 },
    );
    const unknown = await checkProvider('not a domain', toolsFor(new Map()));
    assert.equal(unknown.requirements.find(({ number }) => number === 7)!.state, 'notMet');
  });

  it(
    'reads the providers that others try theirs with',
    needs('standards/csaf/provider-fixtures'),
    async () => {
      const folder = join(sharedData, 'standards/csaf/provider-fixtures');
      const results: [string, number, unknown][] = [];
      for (const domain of readdirSync(folder)) {
        const site: Site = new Map();
        const files = readdirSync(join(folder, domain), { recursive: true, encoding: 'utf8' }).filter(
          (name) => statSync(join(folder, domain, name)).isFile(),
        );
        for (const name of files)
          site.set(
            `https://${domain}/${name}`,
            readFileSync(join(folder, domain, name), 'utf8').replaceAll(
              /\{\{\s*\.?BaseURL\s*\}\}|\$\$URL\$\$/g,
              `https://${domain}`,
            ),
          );
        const report = await checkProvider(domain, toolsFor(site));
        results.push([domain, report.listed, report.requirements.find(({ number }) => number === 7)!.state]);
      }
      assert.deepEqual(results, [
        ['example.com', 3, 'met'],
        ['no-distributions.com', 0, 'notMet'],
        ['provider-with-securitytxt.com', 3, 'met'],
      ]);
    },
  );
});

/* A provider in memory, of what our own writer writes */

type Answer = string | { readonly status: number; readonly location?: string };
type Site = Map<string, Answer>;

const origin = 'https://nordbruk.example';
const root = `${origin}/.well-known/csaf`;
const clear = `${root}/clear`;
const publisher = { category: 'coordinator', name: 'Nordbruk CERT', namespace: 'https://nordbruk.example' };

function key(name: string): string {
  return `-----BEGIN PGP PUBLIC KEY BLOCK-----\n${name}\n-----END PGP PUBLIC KEY BLOCK-----\n`;
}

function metadataOf(csaf: '2.0' | '2.1'): ProviderMetadata {
  return {
    csaf,
    url: `${root}/provider-metadata.json`,
    role: 'csaf_trusted_provider',
    publisher: { ...publisher, contact: 'cert@nordbruk.example', authority: undefined },
    updated: '2026-03-04T09:00:00Z',
    mayBeListed: true,
    mayBeMirrored: true,
    keys: [{ url: `${root}/key.asc`, fingerprint: 'A'.repeat(40) }],
    directories: [{ url: `${clear}/`, label: 'CLEAR' }],
    feeds: [
      {
        url: `${clear}/feed-tlp-clear.json`,
        label: 'CLEAR',
        summary: 'All',
        updated: '2026-03-04T09:00:00Z',
      },
      {
        url: `${root}/amber/feed-tlp-amber.json`,
        label: 'AMBER',
        summary: 'All',
        updated: '2026-03-04T09:00:00Z',
      },
    ],
    services: [`${root}/service.json`],
    categories: [`${root}/category.json`],
  };
}

function aggregatorOf(csaf: '2.0' | '2.1') {
  const listed = {
    url: `${root}/provider-metadata.json`,
    updated: '2026-03-04T09:00:00Z',
    role: 'csaf_trusted_provider',
    publisher,
    mirrors: [],
  };
  return {
    csaf,
    url: `${origin}/.well-known/csaf-aggregator/aggregator.json`,
    category: 'lister' as const,
    name: 'Nordbruk CERT',
    namespace: origin,
    updated: '2026-03-04T09:00:00Z',
    providers: [listed],
    publishers: [{ ...listed, mirrors: [`${origin}/mirror/provider-metadata.json`], interval: 'daily' }],
  };
}

function draft(csaf: '2.0' | '2.1', id: string, updated = '2026-03-04T09:00:00Z') {
  return {
    csaf,
    id,
    title: 'Pumps',
    tlp: 'CLEAR' as const,
    published: '2026-03-01T09:00:00Z',
    updated,
    version: '2',
    publisher: { ...publisher, category: 'coordinator' as const },
    summary: 'Pumps stop.',
    products: [{ key: 'P', vendor: 'Nordbruk', name: 'PX 200', range: '<2' }],
    vulnerabilities: [{ title: 'Restart', description: 'It restarts.', affected: ['P'] }],
  };
}

function serve(csaf: '2.0' | '2.1'): Site {
  const site: Site = new Map();
  const put = (url: string, value: unknown) =>
    site.set(url, typeof value === 'string' ? value : JSON.stringify(value));
  const metadata = writeProviderMetadata(metadataOf(csaf));
  put(`${root}/provider-metadata.json`, metadata);
  put('https://csaf.data.security.nordbruk.example/', metadata);
  put(`${origin}/.well-known/security.txt`, `CSAF: ${root}/provider-metadata.json\n`);
  put(`${root}/key.asc`, key('A'));
  site.set(`${root}/amber/feed-tlp-amber.json`, { status: 401 });
  const documents = [draft(csaf, 'A-1', '2026-03-02T09:00:00Z'), draft(csaf, 'A-2')].map((one) => ({
    path: `2026/${fileName(one.id)}`,
    updated: one.updated,
    id: one.id,
    text: JSON.stringify(writeAdvisory(one)),
  }));
  for (const { path, text } of documents) {
    put(`${clear}/${path}`, text);
    put(`${clear}/${path}.sha256`, writeHash(digest('sha256', text), path));
    put(`${clear}/${path}.sha512`, writeHash(digest('sha512', text), path));
    put(`${clear}/${path}.asc`, signature(text));
  }
  put(`${clear}/index.txt`, writeIndex(documents));
  put(`${clear}/changes.csv`, writeChanges(documents, csaf));
  put(`${clear}/`, '<ul><li><a href="2026/">2026</a></ul>');
  put(
    `${clear}/feed-tlp-clear.json`,
    writeFeed(
      {
        id: 'clear',
        title: 'All',
        url: `${clear}/feed-tlp-clear.json`,
        updated: undefined,
        entries: documents.map(({ id, path, updated }) => ({
          id,
          title: 'Pumps',
          url: `${clear}/${path}`,
          hashes: [`${clear}/${path}.sha256`, `${clear}/${path}.sha512`],
          signature: `${clear}/${path}.asc`,
          published: '2026-03-01T09:00:00Z',
          updated,
          summary: 'Pumps stop.',
          csaf,
        })),
      },
      csaf,
    ),
  );
  put(
    `${root}/service.json`,
    writeService([{ title: 'Public', feeds: [{ title: 'CLEAR', url: `${clear}/feed-tlp-clear.json` }] }]),
  );
  put(`${root}/category.json`, writeCategories(['PX']));
  return site;
}

function rename(site: Site, from: string, to: string): void {
  for (const [url, answer] of Array.from(site)) {
    const renamed = url.replace(`clear/${from}`, `clear/${to}`);
    if (renamed !== url) site.delete(url);
    site.set(renamed, typeof answer === 'string' ? answer.replaceAll(from, to) : answer);
  }
  for (const end of ['', '.sha256']) assert.ok(site.has(`${clear}/${to}${end}`));
}

function textAt(site: Site, url: string): string {
  const answer = site.get(url);
  assert.equal(typeof answer, 'string');
  return answer as string;
}

function change(site: Site, url: string, by: (value: Record<string, unknown>) => object): void {
  site.set(url, JSON.stringify(by(JSON.parse(textAt(site, url)) as Record<string, unknown>)));
}

function digest(algorithm: 'sha256' | 'sha512', content: string | Uint8Array): string {
  return createHash(algorithm).update(content).digest('hex');
}

function signature(text: string | Uint8Array): string {
  return `signed by A: ${digest('sha256', text)}`;
}

function toolsFor(site: Site): CheckTools {
  return {
    fetch: async (url, { userAgent } = {}) => {
      const answer = site.get(url);
      if (site.get('agents') !== undefined && userAgent === 'curl/8')
        return { status: 403, headers: {}, body: new Uint8Array() };
      if (answer === undefined) return { status: 404, headers: {}, body: new Uint8Array() };
      if (typeof answer === 'string')
        return {
          status: 200,
          headers: site.has('origin') ? {} : { 'access-control-allow-origin': '*' },
          body: new TextEncoder().encode(answer),
        };
      return {
        status: answer.status,
        headers: answer.location === undefined ? {} : { location: answer.location },
        body: new Uint8Array(),
      };
    },
    digest: async (algorithm, bytes) => digest(algorithm, bytes),
    verify: async (text, bytes, keys) => ({
      valid: keys.includes(key('A')) && text === signature(bytes),
      until: '2027-03-04T09:00:00Z',
    }),
    fingerprint: async (text) => /^[AB]$/m.exec(text)?.[0].repeat(40),
    now: '2026-03-05T09:00:00Z',
  };
}

function states(report: ProviderReport, state: string): number[] {
  return report.requirements.filter((result) => result.state === state).map(({ number }) => number);
}
