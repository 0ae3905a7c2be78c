import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, it } from 'node:test';

import { writeAdvisory } from '@busbar/csaf';

import { csvRows } from './asset-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'busbar-match-'));
after(() => rmSync(folder, { recursive: true }));

const advisories = join(folder, 'advisory.json');
writeFileSync(
  advisories,
  JSON.stringify(
    writeAdvisory({
      id: 'ACME-1',
      title: 'A pump obeys anybody',
      tlp: 'CLEAR',
      published: '2026-01-01T00:00:00Z',
      publisher: { name: 'Acme', namespace: 'https://acme.example', category: 'vendor' },
      summary: 'For a test',
      products: [{ key: 'P1', vendor: 'Acme', name: 'Pump AX-300', range: '<2.0' }],
      vulnerabilities: [
        { cve: 'CVE-2026-0001', title: 'A weakness', description: 'For a test', affected: ['P1'] },
      ],
    }),
  ),
);

describe('busbar match', () => {
  it('says in words which assets are affected, and with --why for what reasons', () => {
    const assets = file(
      'assets.csv',
      '\ufeffTag;Hersteller;Typ;Firmware\r\nP-1;Acme;AX-300;="1.4"\r\nP-2;Acme;AX-300;2.0\r\n',
    );
    const { status, stdout } = run('--assets', assets, '--advisories', advisories, '--why');
    assert.equal(status, 0);
    assert.match(stdout, /^P-1 · Acme · AX-300 · 1\.4\n +AFFECTED +\w+ +ACME-1/);
    assert.match(stdout, /Version 1\.4 lies in/);
    assert.match(
      stdout,
      /2 assets, 1 advisories: 1 times affected, 0 times to be looked up, 1 times not affected/,
    );
  });

  it('understands what columns are called elsewhere, and names those that say nothing to compare', () => {
    const assets = file(
      'elsewhere.csv',
      'Bezeichnung;Hersteller;Typenbezeichnung;Ort\nP-1;Acme;AX-300;Halle 3\n;Acme;;\n',
    );
    const { stdout, stderr } = run('--assets', assets, '--advisories', advisories);
    assert.match(stdout, /^P-1 · Acme · AX-300\n +look up/);
    assert.match(stdout, /1 of 2 assets say neither product nor model nor order number.*: row 2\n/);
    assert.match(stderr, /not used: Ort/);
  });

  it('says everything as JSON', () => {
    const assets = file(
      'assets.json',
      JSON.stringify({ assets: [{ id: 7, vendor: 'Acme', model: 'AX-300' }] }),
    );
    const { stdout } = run('--assets', assets, '--advisories', advisories, '--json');
    const [told] = JSON.parse(stdout) as any[];
    assert.deepEqual(
      [told.id, told.verdicts[0].advisory, told.verdicts[0].verdict, told.verdicts[0].lookUp[0].code],
      ['7', 'ACME-1', 'unknown', 'read-version'],
    );
    assert.match(told.verdicts[0].lookUp[0].text, /Device information/);
    assert.deepEqual(told.verdicts[0].vulnerabilities[0].entries[0].productId, 'P1');
  });

  it('goes by names that a folder teaches, and says which file it does not use', () => {
    const assets = file('assets.csv', 'vendor,model,firmware\nAcme Süd,AX-300,1.0\n');
    const taught = join(folder, 'names');
    mkdirSync(taught, { recursive: true });
    writeFileSync(join(taught, 'a.yaml'), 'vendors:\n  - vendor: Acme\n    aliases: [Acme Süd]\n');
    writeFileSync(join(taught, 'b.yaml'), 'vendors:\n  - vendor: Acme\n    alias: [X]\n');
    const verdicts = (...names: string[]) => {
      const { stdout, stderr } = run('--assets', assets, '--advisories', advisories, '--json', ...names);
      return { count: (JSON.parse(stdout) as any[])[0].verdicts.length as number, stderr };
    };
    assert.equal(verdicts().count, 0);
    const { count, stderr } = verdicts('--names', taught);
    assert.equal(count, 1);
    assert.match(stderr, /b\.yaml:2: .*nothing of this file is used/);
    assert.equal(run('--assets', assets, '--advisories', advisories, '--names', assets).status, 2);
  });

  it('reads tables as they are kept: a title above them, any code page, long cells, a bill of materials', () => {
    const rows =
      'Anlagenliste Werk Süd;;;\r\n;;;\r\nTag;Hersteller;Typ;Firmware\r\nPumpe Süd;Acme;AX-300;1.4\r\n';
    const bom = {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      components: [
        {
          type: 'device',
          'bom-ref': 'p',
          name: 'Pump AX-300',
          manufacturer: { name: 'Acme' },
          components: [{ type: 'firmware', name: 'Firmware', version: '1.4' }],
        },
      ],
    };
    for (const [name, content] of [
      ['titled.csv', rows],
      ['western.csv', Buffer.from(rows, 'latin1')],
      ['utf-16.csv', Buffer.from(`\ufeff${rows}`, 'utf16le')],
      ['bom.json', JSON.stringify(bom)],
    ] as const) {
      const { stdout, stderr } = run('--assets', file(name, content), '--advisories', advisories);
      assert.match(stdout, /AFFECTED +\w+ +ACME-1/, `${name} ${stdout}${stderr}`);
      if (name !== 'bom.json') assert.match(stdout, /^Pumpe Süd · Acme · AX-300/, name);
    }
  });

  it('says what is wrong with a file instead of guessing', () => {
    for (const [name, text, message] of [
      ['absent', undefined, /There is no such file/],
      ['broken.json', '{"assets": [', /neither JSON nor CSV/],
      ['other.json', '{"devices": []}', /There are no assets in it/],
      ['empty.csv', 'vendor,product\n', /There are no rows/],
    ] as const) {
      const path = text === undefined ? join(folder, name) : file(name, text);
      const { status, stderr } = run('--assets', path, '--advisories', advisories);
      assert.equal(status, 2, name);
      assert.match(stderr, message);
    }
  });

  it('lets no text of a file steer the terminal', () => {
    const assets = file('steering.csv', 'vendor,product,\u001b[2J\nAcme,Pump AX-300 \u001b[2J,x\n');
    const { stdout, stderr } = run('--assets', assets, '--advisories', advisories);
    assert.ok(!`${stdout}${stderr}`.includes('\u001b'));
  });
});

describe('CSV', () => {
  for (const [text, rows] of [
    [
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n"x,""y""\nz",2',
      [
        ['a', 'b'],
        ['x,"y"\nz', '2'],
      ],
    ],
    [
      'a,b\n1,',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    ['a\n\n"open', [['a'], ['open']]],
    ['"a"x,b\n', [['a']]],
  ] as const) {
    it(JSON.stringify(text), () => assert.deepEqual(csvRows(text, ','), rows));
  }
});

function file(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function run(...args: string[]) {
  return spawnSync(process.execPath, [resolve(import.meta.dirname, 'busbar.ts'), 'match', ...args], {
    encoding: 'utf8',
  });
}
