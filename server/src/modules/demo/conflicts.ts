import { type ClaimFact, claimsOfCsaf, read, writeAdvisory } from '@busbar/csaf';

/** What a made-up catalogue says, against what the vendor says: the versions of one, the danger of the other. */
export interface DemoRecord {
  readonly id: string;
  readonly cve: string;
  readonly title: string;
  readonly updatedAt: Date;
  readonly facts: readonly ClaimFact[];
}

export const catalogue = 'Open Vulnerability Catalogue';
const namespace = 'https://catalogue.example';

export function records(): DemoRecord[] {
  return [
    record('1', 'CVE-2026-90001', 'AX-300', '<4.30', Date.UTC(2026, 7, 12), {
      score: 9.1,
      availability: 'H',
    }),
    record('2', 'CVE-2026-90002', 'AX-500', '<2.08', Date.UTC(2026, 7, 13), {
      score: 7.5,
      availability: 'H',
    }),
    record(
      '3',
      'CVE-2026-90003',
      'FX-Panel 12',
      '<3.2.0',
      Date.UTC(2026, 7, 14),
      { score: 6.5, availability: 'L' },
      'Fenix HMI',
    ),
  ];
}

function record(
  number: string,
  cve: string,
  product: string,
  range: string,
  at: number,
  { score, availability }: { score: number; availability: string },
  vendor = 'Aurum Controls',
): DemoRecord {
  const when = new Date(at).toISOString();
  const title = `${cve}: ${vendor} ${product}`;
  const document = writeAdvisory({
    id: cve,
    title,
    version: '1',
    tlp: 'CLEAR',
    published: when,
    references: [],
    publisher: { name: catalogue, namespace, category: 'other' },
    summary: `Versions ${range} of ${vendor} ${product}, as the catalogue knows them.`,
    products: [{ key: 'affected', vendor, name: product, range }],
    vulnerabilities: [
      {
        cve,
        title,
        description: title,
        cvss: {
          vector: `CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:${score > 9 ? 'H' : 'N'}/A:${availability}`,
          score,
          severity: score >= 9 ? 'CRITICAL' : score >= 7 ? 'HIGH' : 'MEDIUM',
        },
        affected: ['affected'],
        remediations: [],
      },
    ],
  });
  const reading = read(JSON.stringify(document));
  if (!reading.ok) throw new Error(`The record ${cve} of the demo cannot be read`);
  return {
    id: `00000000-0000-4000-8000-0000000c0de${number}`,
    cve,
    title,
    updatedAt: new Date(at),
    facts: claimsOfCsaf(reading.document).claims,
  };
}
