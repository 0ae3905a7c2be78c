import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { AdvisoryIndex, advisoryFacts, asksNewRun, Fleet, match, versioningOf } from '../index.ts';
import { advisory } from '../testing/advisories.ts';

/**
 * CSAF 2.1, section 9.1.13, conformance clause 13: what the clause asks of the comparing itself. docs/matching.md tells for
 * every requirement where it is met, those of the database and of the screens included.
 */
const pump = { vendor: 'Acme', name: 'Pump AX-300', range: '< 2' };
const affected = { vendor: 'Acme', product: 'Pump AX-300', firmware: '1.0' };
const version = (document: ReturnType<typeof advisory>, number: string) =>
  advisoryFacts({ ...document, tracking: { ...document.tracking, version: number } });

describe('CSAF asset matching system', () => {
  it('connects documents with assets, with a probability by which results are broadened or narrowed', () => {
    const index = AdvisoryIndex.of([advisory([pump])]);
    const certainty = (asset: object) => match(asset, index).map((verdict) => verdict.certainty)[0];
    assert.deepEqual(
      [
        certainty(affected),
        certainty({ product: 'Pump AX-300', firmware: '1.0' }),
        certainty({ ...affected, firmware: undefined }),
      ],
      ['exact', 'likely', 'unsure'],
    );
  });

  it('lists for each asset its documents', () => {
    const index = AdvisoryIndex.of([advisory([pump], { id: 'A' }), advisory([pump], { id: 'B' })]);
    assert.deepEqual(
      match(affected, index)
        .map(({ advisoryId }) => advisoryId)
        .toSorted(),
      ['A', 'B'],
    );
  });

  it('lists for each document its assets and products', () => {
    const fleet = new Fleet();
    const first = fleet.add(affected);
    const second = fleet.add({ ...affected, serial: '2' });
    fleet.add({ vendor: 'Acme', product: 'Valve' });
    const [told, ...others] = fleet.concernedBy(advisoryFacts(advisory([pump])));
    assert.deepEqual([told!.assets, others], [[first, second], []]);
  });

  it('tells each vulnerability of a document apart, so that each can be marked', () => {
    const document = advisory([pump]);
    const [one] = document.vulnerabilities;
    const index = AdvisoryIndex.of([
      {
        ...document,
        vulnerabilities: [one!, { ...one!, cve: 'CVE-2026-0002', statuses: { fixed: ['P1'] } }],
      },
    ]);
    assert.deepEqual(
      match(affected, index)[0]!.vulnerabilities.map(({ cve, verdict }) => [cve, verdict]),
      [
        ['CVE-2026-0001', 'affected'],
        ['CVE-2026-0002', 'notAffected'],
      ],
    );
  });

  it('sees whether a document counts its versions semantically', () => {
    assert.deepEqual(['1', '2.0.0', '1.4.2-rc1', '12'].map(versioningOf), [
      'integer',
      'semantic',
      'semantic',
      'integer',
    ]);
  });

  it('compares again when the major version of a document changes, or when it says something else about products', () => {
    const document = advisory([pump]);
    const other = advisory([{ ...pump, range: '< 3' }]);
    assert.equal(asksNewRun(version(document, '1.0.0'), version(document, '2.0.0')), true);
    assert.equal(asksNewRun(version(document, '1'), version(document, '2')), true);
    assert.equal(asksNewRun(version(document, '1.0.0'), version(other, '1.0.1')), true);
  });

  it('brings up nothing new for a revision that changes words only', () => {
    const document = advisory([pump]);
    const reworded = { ...document, title: 'Said better' };
    assert.equal(asksNewRun(version(document, '1.0.0'), version(reworded, '1.0.1')), false);
    assert.equal(asksNewRun(version(document, '1.0.0'), version(reworded, '1.1.0')), false);
  });
});
