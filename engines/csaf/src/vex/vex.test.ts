import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import {
  draftOfVex,
  read,
  readCycloneDxVex,
  readOpenVex,
  validate,
  type VexDocument,
  vexOfCsaf,
  writeAdvisory,
  writeCycloneDxVex,
  writeOpenVex,
} from '../index.ts';

describe('a VEX', () => {
  it('is taken out of CSAF, with the same reason and the same action as one statement', () => {
    assert.deepEqual(
      vex().statements.map(({ status, products, justification, impact, action }) => [
        status,
        products.map(({ name, version, range }) => `${name} ${version ?? range}`),
        justification,
        impact,
        action,
      ]),
      [
        ['affected', ['PX 200 vers:generic/<2.4'], undefined, undefined, 'Close port 502.'],
        ['notAffected', ['PX 300 1.0'], 'vulnerable_code_not_present', 'It has no such service.', undefined],
        ['fixed', ['PX 200 2.4'], undefined, undefined, undefined],
        ['underInvestigation', ['PX 400 3.0'], undefined, undefined, undefined],
      ],
    );
  });

  it('goes to OpenVEX and back, but for ranges, which are told', () => {
    const { document, losses } = writeOpenVex(vex());
    assert.deepEqual(
      losses.map(({ code }) => code),
      ['range-widened', 'names-made-up', 'names-made-up', 'names-made-up'],
    );
    const reading = readOpenVex(JSON.stringify(document));
    assert.ok(reading.ok);
    assert.deepEqual(reading.problems, []);
    assert.deepEqual(
      reading.value.statements.map(({ status, justification, impact, action }) => ({
        status,
        justification,
        impact,
        action,
      })),
      vex().statements.map(({ status, justification, impact, action }) => ({
        status,
        justification,
        impact,
        action,
      })),
    );
    assert.equal(reading.value.statements[2]!.products[0]!.purl, 'pkg:generic/nordbruk/px-200@2.4');
  });

  it('never calls more safe than is, where OpenVEX cannot say a range', () => {
    const [affected] = vex().statements;
    const { document, losses } = writeOpenVex({
      ...vex(),
      statements: [{ ...affected!, status: 'notAffected' }],
    });
    assert.deepEqual(document['statements'], []);
    assert.deepEqual(
      losses.map(({ code }) => code),
      ['range-left-out', 'no-statement'],
    );
  });

  it('goes to CycloneDX and back with its ranges', () => {
    for (const spec of ['1.5', '1.6'] as const) {
      const { document, losses } = writeCycloneDxVex(vex(), { spec });
      assert.deepEqual(losses, []);
      const reading = readCycloneDxVex(JSON.stringify(document));
      assert.ok(reading.ok);
      assert.deepEqual(reading.problems, []);
      const plain = ({ statements }: VexDocument) =>
        statements.map(({ products, ...rest }) => ({
          ...rest,
          products: products.map(({ id: _id, ...product }) => product),
        }));
      assert.deepEqual(plain(reading.value), plain(vex()));
    }
  });

  it('tells a reason that CycloneDX does not have in words', () => {
    const [, notAffected] = vex().statements;
    const { document, losses } = writeCycloneDxVex({
      ...vex(),
      statements: [{ ...notAffected!, justification: 'component_not_present' }],
    });
    assert.deepEqual(
      losses.map(({ code }) => code),
      ['justification'],
    );
    assert.match(
      JSON.stringify(document['vulnerabilities']),
      /It has no such service\.\\ncomponent_not_present/,
    );
  });

  it('of others is read, and what is not as it should be is told', () => {
    const open = readOpenVex({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://x.example/vex-1',
      author: 'X',
      timestamp: '2026-01-01T00:00:00Z',
      version: 1,
      statements: [
        {
          vulnerability: { name: 'CVE-2026-1' },
          products: [{ '@id': 'pkg:apk/wolfi/git@2.39.0-r1?arch=x86_64' }],
          status: 'fixed',
        },
        { vulnerability: 'CVE-2026-2', products: ['pkg:npm/%40angular/core@1'], status: 'perhaps' },
      ],
    });
    assert.ok(open.ok);
    assert.deepEqual(
      open.value.statements.map(({ products }) => [
        products[0]!.vendor,
        products[0]!.name,
        products[0]!.version,
      ]),
      [['wolfi', 'git', '2.39.0-r1']],
    );
    assert.deepEqual(
      open.problems.map(({ path }) => path),
      ['/statements/1/status'],
    );
    const cyclone = readCycloneDxVex({
      bomFormat: 'CycloneDX',
      components: [{ 'bom-ref': 'a', name: 'acme', version: '1' }],
      vulnerabilities: [
        {
          id: 'CVE-2026-1',
          analysis: { state: 'false_positive', justification: 'requires_environment' },
          affects: [{ ref: 'a' }, { ref: 'b' }],
        },
        {
          id: 'CVE-2026-2',
          affects: [
            {
              ref: 'a',
              versions: [
                { version: '1', status: 'affected' },
                { range: 'vers:semver/>1', status: 'unaffected' },
              ],
            },
          ],
        },
      ],
    });
    assert.ok(cyclone.ok);
    assert.deepEqual(
      cyclone.value.statements.map(({ status, impact }) => [status, impact]),
      [
        ['notAffected', 'CycloneDX: false_positive\nCycloneDX: requires_environment'],
        ['affected', undefined],
        ['notAffected', undefined],
      ],
    );
    assert.deepEqual(
      cyclone.problems.map(({ code }) => code),
      ['unresolved'],
    );
  });

  it('of any form becomes a valid CSAF VEX', () => {
    for (const form of [
      readOpenVex(writeOpenVex(vex()).document),
      readCycloneDxVex(writeCycloneDxVex(vex()).document),
    ]) {
      assert.ok(form.ok);
      for (const csaf of ['2.0', '2.1'] as const) {
        const document = writeAdvisory(
          draftOfVex(
            { ...form.value, id: 'V-1' },
            {
              csaf,
              title: 'VEX of Nordbruk',
              tlp: 'CLEAR',
              summary: 'What matters.',
              publisher: { name: 'Nordbruk', namespace: 'https://nordbruk.example', category: 'vendor' },
            },
          ),
        );
        const { findings, valid } = validate(JSON.parse(JSON.stringify(document)));
        assert.ok(
          valid,
          JSON.stringify(
            findings.filter(({ severity }) => severity === 'error'),
            null,
            1,
          ),
        );
        const reading = read(document);
        assert.ok(reading.ok);
        assert.deepEqual(
          vexOfCsaf(reading.document).statements.map(({ status, justification }) => [status, justification]),
          vex().statements.map(({ status, justification }) => [status, justification]),
        );
      }
    }
  });

  it('may be anything', () => {
    assert.equal(readOpenVex('<html>').ok, false);
    assert.equal(readCycloneDxVex('[]').ok, false);
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        assert.ok(
          readOpenVex({ '@context': 'https://openvex.dev/ns/v0.2.0', statements: one, author: other }).ok,
        );
        assert.ok(
          readCycloneDxVex({ bomFormat: 'CycloneDX', components: one, vulnerabilities: other, metadata: one })
            .ok,
        );
      }),
    );
  });
});

function vex(): VexDocument {
  const reading = read(
    writeAdvisory({
      profile: 'vex',
      id: 'NBC-1',
      title: 'Pumps',
      tlp: 'CLEAR',
      published: '2026-03-01T09:00:00Z',
      publisher: { name: 'Nordbruk', namespace: 'https://nordbruk.example', category: 'vendor' },
      summary: 'Pumps stop.',
      products: [
        { key: 'A', vendor: 'Nordbruk', name: 'PX 200', range: '<2.4' },
        {
          key: 'B',
          vendor: 'Nordbruk',
          name: 'PX 200',
          version: '2.4',
          purls: ['pkg:generic/nordbruk/px-200@2.4'],
        },
        { key: 'C', vendor: 'Nordbruk', name: 'PX 300', version: '1.0' },
        { key: 'D', vendor: 'Nordbruk', name: 'PX 400', version: '3.0' },
      ],
      vulnerabilities: [
        {
          cve: 'CVE-2026-10001',
          title: 'Password',
          description: 'It is fixed.',
          affected: ['A'],
          fixed: ['B'],
          notAffected: ['C'],
          underInvestigation: ['D'],
          flags: [{ label: 'vulnerable_code_not_present', products: ['C'] }],
          impact: 'It has no such service.',
          remediations: [{ category: 'mitigation', text: 'Close port 502.' }],
        },
      ],
    }),
  );
  assert.ok(reading.ok);
  const { updated: _updated, ...document } = vexOfCsaf(reading.document);
  return { ...document, updated: undefined };
}
