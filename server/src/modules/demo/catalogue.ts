import { type AdvisoryDraft, type DraftProduct, type DraftVulnerability, writeAdvisory } from '@busbar/csaf';

import { Chance } from './chance.ts';

interface Family {
  readonly vendor: string;
  readonly short: string;
  readonly name: string;
  readonly kind: string;
  readonly orderNumbers: readonly string[];
  /** The versions there were, oldest first. */
  readonly versions: readonly string[];
}

const family = (
  vendor: string,
  short: string,
  name: string,
  kind: string,
  versions: string,
  ...orderNumbers: string[]
): Family => ({
  vendor,
  short,
  name,
  kind,
  orderNumbers,
  versions: versions.split(' '),
});

const families: readonly Family[] = [
  family('Aurum Controls', 'AUR', 'AX-300', 'controller', '4.10 4.20 4.30 4.33 4.35 4.36'),
  family('Aurum Controls', 'AUR', 'AX-500', 'controller', '2.00 2.04 2.08 2.10 2.12'),
  family('Aurum Controls', 'AUR', 'AX-Link', 'gateway', '1.0 1.1 1.4 1.6', 'AXL-100-2', 'AXL-100-4'),
  family('Aurum Controls', 'AUR', 'Aurum Studio', 'engineering software', '11.0 11.2 12.0 12.1'),
  family('Fenix HMI', 'FNX', 'FX-Panel 7', 'panel', '3.0.0 3.1.2 3.2.0 3.3.0'),
  family('Fenix HMI', 'FNX', 'FX-Panel 12', 'panel', '3.0.0 3.1.2 3.2.0 3.3.0'),
  family('Fenix HMI', 'FNX', 'FX-View', 'visualisation', '8.1 8.2 9.0 9.1'),
  family('Nordbruk', 'NBK', 'NX-2016', 'switch', '7.0.4 7.1.0 7.2.1 7.3.0', 'NX-2016-P', 'NX-2016-T'),
  family('Nordbruk', 'NBK', 'NX-Router', 'router', '5.0 5.2 5.3'),
  family('Polar Gateway Systems', 'PGS', 'PG-20', 'gateway', '1.7.0 1.8.2 1.9.0 2.0.0'),
  family('Polar Gateway Systems', 'PGS', 'PG-80', 'gateway', '3.0 3.1 3.5'),
  family(
    'Kestrel Automation',
    'KES',
    'KS-10 Safety Controller',
    'safety controller',
    '1.2 1.3 1.5',
    'KS10-8DI',
    'KS10-16DI',
  ),
  family('Kestrel Automation', 'KES', 'Kestrel Drive K4', 'drive', '2.1 2.4 2.6'),
  family('Halden Sensors', 'HAL', 'FlowMaster', 'flow meter', '1.0 1.1 1.2', 'FM-DN50', 'FM-DN80'),
  family('Mirador Historian', 'MIR', 'Mirador Archive', 'historian', '2019 2021 2023'),
  family(
    'Brandt Robotics',
    'BRR',
    'BR-6 Robot Controller',
    'robot controller',
    '10.1 10.2 11.0',
    'BR6-C-400',
    'BR6-C-690',
  ),
  family('Lumen Grid', 'LMG', 'LG-Relay 7', 'protection relay', '2.0 2.2 2.3 3.0', 'LG7-3P', 'LG7-1P'),
  family('Sable Vision', 'SAB', 'SV-Inspect', 'inspection camera', '1.9 2.0 2.1'),
  family('Ostra Remote', 'OST', 'OstraConnect', 'remote access', '6.1 6.4 7.0'),
];

/** What stands in the plants of the demo has an advisory each and no more: a calm list is the point. */
const inPlants = [
  'AX-300',
  'AX-500',
  'FX-Panel 12',
  'PG-20',
  'PG-80',
  'NX-2016',
  'Kestrel Drive K4',
  'FlowMaster',
];

interface Weakness {
  readonly cwe: { readonly id: string; readonly name: string };
  readonly title: string;
  readonly effect: string;
  readonly cvss: NonNullable<DraftVulnerability['cvss']>;
  readonly mitigation: string;
}

const cvss = (
  vector: string,
  score: number,
  severity: NonNullable<DraftVulnerability['cvss']>['severity'],
) => ({ vector: `CVSS:3.1/${vector}`, score, severity });

const weaknesses: readonly Weakness[] = [
  {
    cwe: { id: 'CWE-306', name: 'Missing Authentication for Critical Function' },
    title: 'Commands are taken from anybody',
    effect: 'Whoever reaches the device on the network can change set points and stop the process.',
    cvss: cvss('AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H', 9.1, 'CRITICAL'),
    mitigation:
      'Safe during operation: let only the stations of the control room reach the device at the conduit, and log what is refused.',
  },
  {
    cwe: { id: 'CWE-798', name: 'Use of Hard-coded Credentials' },
    title: 'A service account has a fixed password',
    effect: 'The password is the same on all devices; with it, the program can be read and replaced.',
    cvss: cvss('AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8, 'CRITICAL'),
    mitigation:
      'Safe during operation: block the service port at the conduit. Changing the key switch to RUN keeps the program from being replaced.',
  },
  {
    cwe: { id: 'CWE-400', name: 'Uncontrolled Resource Consumption' },
    title: 'A burst of requests stops the device',
    effect: 'The device stops answering until its power is cycled; the process runs on with the last values.',
    cvss: cvss('AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H', 7.5, 'HIGH'),
    mitigation: 'Safe during operation: limit the rate of new connections at the switch port.',
  },
  {
    cwe: { id: 'CWE-787', name: 'Out-of-bounds Write' },
    title: 'A project file overwrites memory',
    effect: 'Opening a project from a stranger runs his code on the engineering workstation.',
    cvss: cvss('AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', 7.8, 'HIGH'),
    mitigation:
      'Safe during operation: open projects only from the version archive, and not from mail or USB sticks.',
  },
  {
    cwe: { id: 'CWE-79', name: 'Cross-site Scripting' },
    title: 'Scripts in the diagnosis page',
    effect: 'A link can act in the name of whoever is signed in to the diagnosis page.',
    cvss: cvss('AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1, 'MEDIUM'),
    mitigation:
      'Safe during operation: switch the diagnosis page off, or open it only in a browser of its own.',
  },
  {
    cwe: { id: 'CWE-319', name: 'Cleartext Transmission of Sensitive Information' },
    title: 'Passwords travel in clear',
    effect: 'Who can listen on the network learns the password of the panel.',
    cvss: cvss('AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N', 6.5, 'MEDIUM'),
    mitigation: 'Safe during operation: keep the panel and its clients in one zone without other stations.',
  },
];

/** Advisories of made-up vendors, the same in every run. The first few are about what stands in the demo's plants. */
export function advisories(count: number): object[] {
  const chance = new Chance(42);
  const others = families.filter(({ name }) => !inPlants.includes(name));
  const drafts: AdvisoryDraft[] = [
    particular('AX-300', '<4.35', '4.35', 0, 1),
    particular('AX-500', '<2.10', '2.10', 2, 2),
    particular('FX-Panel 12', '<3.2.0', '3.2.0', 5, 3),
    particular('PG-20', '<2.0.0', undefined, 1, 4),
    particular('NX-2016', '<7.3.0', '7.3.0', 4, 5),
    particular('Kestrel Drive K4', '<2.4', '2.4', 2, 6),
    particular('PG-80', '<=3.0', undefined, 0, 7),
  ];
  while (drafts.length < count) drafts.push(drawn(chance, others, drafts.length + 1));
  return drafts.map((draft) => writeAdvisory(draft) as object);
}

function particular(
  name: string,
  range: string,
  fixed: string | undefined,
  weakness: number,
  number: number,
): AdvisoryDraft {
  return advisory(
    families.find((one) => one.name === name)!,
    weaknesses[weakness]!,
    number,
    Date.UTC(2026, 7, 3 + number),
    range,
    fixed,
  );
}

function drawn(chance: Chance, others: readonly Family[], number: number): AdvisoryDraft {
  const of = chance.of(others);
  const weakness = chance.of(weaknesses);
  const at = chance.between(1, of.versions.length - 1);
  const fixed = of.versions[at]!;
  // Four in ten industrial advisories have no fix of the vendor.
  const hasFix = !chance.happens(0.4);
  const range = hasFix
    ? chance.happens(0.2)
      ? `>=${of.versions[0]}|<${fixed}`
      : `<${fixed}`
    : chance.happens(0.5)
      ? '*'
      : `<=${fixed}`;
  return advisory(
    of,
    weakness,
    number,
    Date.UTC(2021, 0, 1) + chance.between(0, 2000) * 86_400_000,
    range,
    hasFix ? fixed : undefined,
  );
}

function advisory(
  of: Family,
  weakness: Weakness,
  number: number,
  at: number,
  range: string,
  fixed: string | undefined,
): AdvisoryDraft {
  const when = new Date(at).toISOString().replace('.000Z', 'Z');
  const year = when.slice(0, 4);
  const id = `${of.short}-${year}-${String(number).padStart(3, '0')}`;
  const host = `${of.vendor.toLowerCase().replaceAll(' ', '-')}.example`;
  const numbers = of.orderNumbers.length > 0 ? { orderNumbers: of.orderNumbers } : {};
  const products: DraftProduct[] = [{ key: 'affected', vendor: of.vendor, name: of.name, range, ...numbers }];
  if (fixed) products.push({ key: 'fixed', vendor: of.vendor, name: of.name, version: fixed, ...numbers });
  return {
    id,
    title: `${of.vendor} ${of.name}: ${weakness.title.toLowerCase()}`,
    version: '1',
    language: 'en',
    tlp: 'CLEAR',
    published: when,
    updated: when,
    publisher: { name: of.vendor, namespace: `https://${host}`, category: 'vendor' },
    summary: `The ${of.kind} ${of.name} has a weakness. ${weakness.effect}`,
    references: [
      { summary: 'This advisory', url: `https://${host}/csaf/${id.toLowerCase()}.json`, self: true },
    ],
    products,
    vulnerabilities: [
      {
        cve: `CVE-${year}-${90_000 + number}`,
        title: weakness.title,
        description: weakness.effect,
        cwe: weakness.cwe,
        cvss: weakness.cvss,
        affected: ['affected'],
        ...(fixed && { fixed: ['fixed'] }),
        remediations: [
          { category: 'mitigation', text: weakness.mitigation, products: ['affected'] },
          fixed
            ? {
                category: 'vendor_fix',
                text: `Install version ${fixed} at the next planned stop.`,
                url: `https://${host}/downloads`,
                products: ['affected'],
              }
            : {
                category: 'no_fix_planned',
                text: 'There will be no fix; the mitigation has to last.',
                products: ['affected'],
              },
        ],
      },
    ],
  };
}
