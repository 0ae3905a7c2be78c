import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { OpenPgpKey, Resources } from './rule.ts';
import { validate } from './validate.ts';

/** What later drafts of CSAF 2.1 ask for than the one whose documents the suite of OASIS has. */
function found(
  section: string,
  { document, ...rest }: { readonly document?: object; readonly vulnerabilities?: readonly object[] },
  resources: Resources = {},
) {
  const json = { document: { csaf_version: '2.1', ...document }, ...rest };
  const { findings, runs } = validate(json, { resources });
  const run = runs.find((one) => one.section === section);
  return {
    outcome: run?.outcome,
    missing: run?.missing,
    told: findings
      .filter((one) => one.section === section)
      .map(({ path, kind }) => (kind === undefined ? path : `${path} ${kind}`)),
  };
}

const report = { category: 'csaf_vulnerability_report' };
const tracking = (status: string) => ({
  status,
  revision_history: [{ date: '2026-01-24T10:00:00.000Z', number: '1' }],
});

describe('a discovery date', () => {
  const told = (status: string, vulnerability: object) =>
    found('6.1.62', { document: { tracking: tracking(status) }, vulnerabilities: [vulnerability] }).told;
  const at = '/vulnerabilities/0/discovery_date';

  it('is not after the newest revision of a released document, whatever the time zones', () => {
    assert.deepEqual(told('final', { discovery_date: '2026-01-24T10:00:01Z' }), [`${at} revision`]);
    assert.deepEqual(told('interim', { discovery_date: '2026-01-24T10:00:00-01:00' }), [`${at} revision`]);
    assert.deepEqual(told('final', { discovery_date: '2026-01-24T11:00:00+01:00' }), []);
    assert.deepEqual(told('draft', { discovery_date: '2027-01-01T00:00:00Z' }), []);
  });

  it('is not after the vulnerability was disclosed', () => {
    const disclosed = { disclosure_date: '2026-01-01T00:00:00Z' };
    assert.deepEqual(told('draft', { ...disclosed, discovery_date: '2026-01-02T00:00:00Z' }), [
      `${at} disclosure`,
    ]);
    assert.deepEqual(told('draft', { ...disclosed, discovery_date: '2026-01-01T00:00:00Z' }), []);
    assert.deepEqual(told('draft', { ...disclosed, discovery_date: 'yesterday' }), []);
  });
});

describe('a vulnerability report', () => {
  it('is a profile of 2.1, and its name taken', () => {
    assert.deepEqual(found('6.1.26', { document: report }).told, []);
    assert.deepEqual(found('6.1.26', { document: { category: 'Vulnerability Report' } }).told, [
      '/document/category',
    ]);
  });

  it('has a note of each vulnerability with a title and its category', () => {
    const told = (...notes: object[]) =>
      found('6.1.27.20', { document: report, vulnerabilities: [{ notes }] }).told;
    assert.deepEqual(told({ title: 'Vulnerability Summary', category: 'summary', text: 'x' }), []);
    assert.deepEqual(told({ title: 'CVE Description', category: 'description', text: 'x' }), []);
    assert.deepEqual(told({ title: 'Vulnerability Summary', category: 'description', text: 'x' }), [
      '/vulnerabilities/0/notes/0/category',
    ]);
    assert.deepEqual(told({ title: 'Something', category: 'summary', text: 'x' }), [
      '/vulnerabilities/0/notes',
    ]);
    assert.deepEqual(found('6.1.27.20', { document: report, vulnerabilities: [{}] }).told, [
      '/vulnerabilities/0/notes',
    ]);
    assert.deepEqual(found('6.1.27.20', { vulnerabilities: [{}] }).told, []);
  });

  it('has such a note in its own language, where somebody has translated the titles', () => {
    const asked = (lang: string, title: string) =>
      found('6.2.39.6', {
        document: { ...report, lang },
        vulnerabilities: [{ notes: [{ title, category: 'summary', text: 'x' }] }],
      });
    assert.equal(asked('de', 'Schwachstellenzusammenfassung').outcome, 'passed');
    assert.deepEqual(asked('de', 'CVE Beschreibung').told, ['/vulnerabilities/0/notes/0/category']);
    assert.equal(asked('ru', 'x').missing, 'translation');
    assert.equal(asked('en', 'x').outcome, 'passed');
  });

  for (const [section, path] of [
    ['6.2.39.7', '/document/acknowledgments'],
    ['6.2.39.8', '/document/aggregate_severity'],
    ['6.2.39.10', '/vulnerabilities/0/metrics'],
    ['6.2.39.11', '/vulnerabilities/0/references'],
    ['6.2.39.12', '/vulnerabilities/0/threats'],
    ['6.2.39.13', '/vulnerabilities/0/title'],
    ['6.3.23.1', '/document/involvement'],
    ['6.3.23.2', '/vulnerabilities/0/disclosure_date'],
  ] as const)
    it(`should have ${path} (${section}), and other documents need not`, () => {
      assert.deepEqual(found(section, { document: report, vulnerabilities: [{}] }).told, [path]);
      assert.deepEqual(found(section, { vulnerabilities: [{}] }).told, []);
      const full = {
        document: {
          ...report,
          acknowledgments: [{ organization: 'x' }],
          aggregate_severity: { text: 'x' },
          involvement: { actions: [] },
        },
        vulnerabilities: [
          {
            metrics: [{ content: {}, products: ['x'] }],
            references: [{ summary: 'x', url: 'https://example.com/' }],
            threats: [{ category: 'impact', details: 'x' }],
            title: 'x',
            disclosure_date: '2026-01-01T00:00:00Z',
          },
        ],
      };
      assert.deepEqual(found(section, full).told, []);
    });

  it('is TLP:AMBER', () => {
    const told = (label: string) =>
      found('6.2.39.9', { document: { ...report, distribution: { tlp: { label } } } }).told;
    assert.deepEqual(told('RED'), ['/document/distribution/tlp/label']);
    assert.deepEqual(told('AMBER'), []);
  });
});

describe('actions of those who are involved', () => {
  const action = {
    action_id: 'ACN-1',
    acting_entity_refs: ['EID-1', 'EID-2'],
    category: 'notification',
    date: '2026-01-10T09:00:00Z',
    status: 'completed',
  };
  const told = (section: string, ...actions: object[]) =>
    found(section, { document: { involvement: { actions } } }).told;

  it('do not stand there twice, whatever the order in their sets', () => {
    const again = { ...action, action_id: 'ACN-2', acting_entity_refs: ['EID-2', 'EID-1'] };
    assert.deepEqual(told('6.1.24', action, again), ['/document/involvement/actions/1 action']);
    assert.deepEqual(told('6.1.24', action, { ...again, status: 'open' }), []);
  });

  it('name products and groups that exist, and have dates that are some', () => {
    const more = { ...action, product_ids: ['P'], group_ids: ['G'], date: '2026-01-10 09:00' };
    const at = '/document/involvement/actions/0';
    assert.deepEqual(told('6.1.1', more), [`${at}/product_ids/0`]);
    assert.deepEqual(told('6.1.4', more), [`${at}/group_ids/0`]);
    assert.deepEqual(told('6.1.37', more), [`${at}/date`]);
  });

  it('are not judged by the schema, which does not have them yet, and may be anything', () => {
    for (const involvement of [{ actions: 7 }, { actions: [7, null, { action_id: [] }] }, 'x', null]) {
      const { findings } = validate({ document: { csaf_version: '2.1', involvement } });
      assert.deepEqual(
        findings.filter(({ path }) => path.startsWith('/document/involvement')),
        [],
      );
    }
  });
});

describe('the OpenPGP key of a publisher', () => {
  const url = 'https://example.com/key.asc';
  const contact = { email: 'psirt@example.com', public_openpgp_key_url: url };
  const good: OpenPgpKey = {
    contentType: 'application/pgp-keys; charset=us-ascii',
    armored: true,
    encrypts: true,
    emails: ['PSIRT@example.com'],
  };
  const asked = (section: string, key: Partial<OpenPgpKey> | undefined) =>
    found(
      section,
      { document: { publisher: { contact } } },
      { openPgpKeyAt: () => key && { ...good, ...key } },
    ).told;
  const at = '/document/publisher/contact/public_openpgp_key_url';

  it('can be encrypted to, is text, and is said to be a key', () => {
    assert.deepEqual(asked('6.2.55', {}), []);
    assert.deepEqual(asked('6.2.55', { armored: false, encrypts: false }), [`${at} form`]);
    assert.deepEqual(asked('6.2.55', { contentType: 'text/plain' }), [`${at} type`]);
    assert.deepEqual(asked('6.2.55', { encrypts: false }), [`${at} unusable`]);
    assert.deepEqual(asked('6.2.55', undefined), []);
  });

  it('is made out to the address beside it', () => {
    assert.deepEqual(asked('6.3.24', {}), []);
    assert.deepEqual(asked('6.3.24', { emails: [] }), [`${at} none`]);
    assert.deepEqual(asked('6.3.24', { emails: ['other@example.com'] }), [`${at} other`]);
    assert.deepEqual(asked('6.3.24', { armored: false, emails: [] }), []);
  });

  it('has to be asked for only where one is stated', () => {
    assert.equal(found('6.2.55', { document: { publisher: { contact } } }).missing, 'openPgpKeyAt');
    assert.equal(found('6.2.55', {}).outcome, 'passed');
    assert.deepEqual(found('6.3.6', { document: { publisher: { contact } } }, { statusOf: () => 404 }).told, [
      at,
    ]);
  });
});
