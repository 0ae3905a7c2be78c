import type { Claim, Fact, RadarItem, Verdict, Vulnerability, VulnerabilityPage } from '@busbar/contract';

/** Made-up answers of the claims board and the radar. */

const uuid = (place: number) => `00000000-0000-4000-8000-${String(place).padStart(12, '0')}`;
const ago = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, 0) - seconds * 1000).toISOString();
const day = 86_400;

const says = (place: number, publisher: string, value: string, group: number, quote: string): Claim => ({
  id: uuid(9000 + place),
  source: uuid(9100 + (place % 3)),
  publisher,
  value,
  group,
  quote,
  pointer: '/vulnerabilities/0/product_status/known_affected',
  version: '2',
  label: 'CLEAR',
  scope: 'public',
  retrievedAt: ago(12 * day),
  verification: group === 0 ? 'independentSource' : 'disputed',
  corrects: null,
});

const fact = (key: string, more: Partial<Fact> & Pick<Fact, 'kind' | 'claims'>): Fact => ({
  key,
  aspect: '',
  subject: '',
  agreement: 'agree',
  ours: null,
  verdict: null,
  changedSince: false,
  ...more,
});

const item: Vulnerability = {
  id: uuid(8000),
  ref: 'CVE-2026-90001',
  title: 'Aurum Controls AX-300: commands are taken from anybody',
  vendors: ['Aurum Controls'],
  sources: 3,
  publishers: ['Aurum Controls', 'Open Vulnerability Catalogue', 'Grid Watch'],
  severity: 'critical',
  score: 9.1,
  exploited: true,
  updatedAt: ago(2 * day),
  standing: { disagreeing: 2, waiting: 1, disputed: 0, checked: 1 },
};

const answer = (by: string, value: string) => ({
  by,
  value,
  verification: 'reproducedByUs' as const,
  evidence: 'Stopped on the rig with 4.33; 4.35 refuses the command.',
  links: ['https://lab.cert.example/runs/17'],
  claims: [],
  at: ago(11 * day),
});

const verdict = (place: number, more: Partial<Verdict>): Verdict => ({
  id: uuid(8500 + place),
  vulnerability: { id: item.id, ref: item.ref, title: item.title },
  fact: 'affected',
  kind: 'productStatus',
  aspect: 'affected',
  subject: 'Aurum Controls AX-300',
  state: 'waiting',
  openedBy: 'Arjun Mehta',
  openedAt: ago(7200),
  mine: false,
  corrects: null,
  first: null,
  second: null,
  third: null,
  ...more,
});

export const vulnerabilities: Vulnerability[] = [
  item,
  {
    ...item,
    id: uuid(8001),
    ref: 'CVE-2026-90002',
    title: 'Aurum Controls AX-500: a service account has a fixed password',
    score: 7.5,
    severity: 'high',
    exploited: false,
    standing: { disagreeing: 1, waiting: 0, disputed: 1, checked: 0 },
  },
  {
    ...item,
    id: uuid(8002),
    ref: 'VUL-2026-7K3QX9B2',
    title: 'FX-Panel 12: passwords travel in clear',
    vendors: ['Fenix HMI'],
    publishers: ['Fenix HMI'],
    sources: 1,
    score: 6.5,
    severity: 'medium',
    exploited: false,
    standing: null,
  },
];

const [vendor, catalogue, watch] = item.publishers as [string, string, string];
const affected = [
  says(0, vendor, '< 4.35', 0, 'Aurum Controls AX-300 vers:generic/<4.35'),
  says(1, catalogue, '< 4.30', 1, 'AX-300 before 4.30'),
  says(2, watch, '< 4.35', 0, 'All AX-300 with firmware earlier than 4.35'),
];

export const vulnerabilityPage = (ref: string, inside: boolean): VulnerabilityPage => ({
  ...(vulnerabilities.find((one) => one.ref === ref) ?? item),
  standing: inside ? item.standing : null,
  aliases: [],
  sourceList: [vendor, catalogue, watch].map((publisher, place) => ({
    id: uuid(9100 + place),
    advisory: place === 1 ? null : uuid(3000 + place),
    publisher,
    publisherKind: (['vendor', 'catalogue', 'coordinator'] as const)[place]!,
    trackingId: ['AUR-2026-001', 'CVE-2026-90001', 'GW-26-114'][place]!,
    version: String(2 - (place % 2)),
    title: item.title,
    severity: 'critical',
    score: 9.1,
    url: 'https://catalogue.example/CVE-2026-90001',
    label: 'CLEAR',
    updatedAt: ago((20 - place) * day),
    retrievedAt: ago(12 * day),
    removedAt: place === 2 ? ago(2 * day) : null,
  })),
  facts: [
    fact('affected', {
      kind: 'productStatus',
      aspect: 'affected',
      subject: 'Aurum Controls AX-300',
      agreement: 'disagree',
      claims: affected,
      ours: {
        claim: uuid(8500),
        value: '< 4.35',
        verification: 'reproducedByUs',
        checks: 2,
        at: ago(11 * day),
      },
      verdict: inside ? verdict(0, { state: 'checkedTwice' }) : null,
    }),
    fact('cvss', {
      kind: 'severity',
      aspect: 'CVSS 3.1',
      agreement: 'disagree',
      claims: [
        says(
          3,
          vendor,
          '9.1 AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H',
          0,
          'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:H 9.1',
        ),
        says(
          4,
          catalogue,
          '7.5 AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H',
          1,
          'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H 7.5',
        ),
      ],
      verdict: inside ? verdict(1, { state: 'waiting' }) : null,
    }),
    fact('exploited', {
      kind: 'exploitation',
      aspect: 'state',
      agreement: 'one',
      claims: [says(5, watch, 'exploited', 0, 'Exploitation was seen in two water utilities.')],
    }),
    fact('fixed', {
      kind: 'productStatus',
      aspect: 'fixed',
      subject: 'Aurum Controls AX-300',
      agreement: 'one',
      claims: [says(6, vendor, '4.35', 0, 'Aurum Controls AX-300 4.35')],
    }),
    fact('cwe', {
      kind: 'weakness',
      claims: [
        says(7, vendor, 'CWE-306 Missing Authentication for Critical Function', 0, 'CWE-306'),
        says(8, watch, 'CWE-306 Missing Authentication for Critical Function', 0, 'CWE-306'),
      ],
    }),
    fact('mitigation', {
      kind: 'mitigation',
      aspect: 'mitigation',
      agreement: 'one',
      claims: [
        says(
          9,
          vendor,
          'Safe during operation: let only the stations of the control room reach the device at the conduit, and log what is refused.',
          0,
          'Safe during operation: let only the stations of the control room reach the device at the conduit, and log what is refused.',
        ),
      ],
    }),
  ],
  factsInAll: 6,
  timeline: [
    {
      at: ago(3 * day),
      kind: 'productStatus',
      aspect: 'affected',
      subject: 'Aurum Controls AX-300',
      publisher: watch,
      version: '2',
      why: 'changed',
      before: '< 4.30',
      after: '< 4.35',
    },
    {
      at: ago(2 * day),
      kind: 'productStatus',
      aspect: 'affected',
      subject: 'Aurum Controls AX-300',
      publisher: watch,
      version: '',
      why: 'removed',
      before: '< 4.35',
      after: null,
    },
  ],
  devices: inside
    ? []
    : [
        {
          warning: uuid(2000),
          asset: uuid(1000),
          name: 'PLC pump hall 1',
          product: 'AX-300 < 4.35',
          certainty: 'exact',
          state: 'new',
        },
      ],
  owner: 'CERT for Industry',
});

export const verdicts: Verdict[] = [
  verdict(1, {}),
  verdict(2, {
    state: 'disputed',
    first: answer('Arjun Mehta', '< 2.10'),
    second: answer('Mei Lin', '< 2.08'),
    subject: 'Aurum Controls AX-500',
  }),
  verdict(3, { mine: true, first: answer('Ida Sommer', '< 4.35'), openedBy: 'Ida Sommer' }),
];
export const verdictPage = (id: string) => ({
  ...(verdicts.find((one) => one.id === id) ?? verdicts[0]!),
  sources: affected,
});

export const radar: RadarItem[] = Array.from({ length: 31 }, (_, place) => ({
  id: uuid(8700 + place),
  cause: place < 2 ? 'contradicts' : place % 5 === 4 ? 'changed' : 'added',
  advisory: place === 0 ? null : uuid(3000 + place),
  publisher: [catalogue, watch, vendor, 'Fenix HMI'][place % 4]!,
  trackingId: place === 0 ? item.ref : `GW-26-${114 + place}`,
  version: '1',
  title: [
    'AX-300: affected versions corrected to before 4.30',
    'AX-300: exploitation seen in two water utilities',
    'Nordbruk NX-2016: a burst of requests stops the switch',
    'FX-View: scripts in the diagnosis page',
  ][place % 4]!,
  url: 'https://catalogue.example/CVE-2026-90001',
  severity: (['critical', 'critical', 'high', 'medium'] as const)[place % 4]!,
  score: [9.1, 9.1, 7.5, 6.1][place % 4]!,
  exploited: place === 1,
  label: place === 5 ? 'AMBER' : 'CLEAR',
  vulnerabilities: [{ id: item.id, ref: item.ref, disagreeing: place < 2 ? 2 : 0 }],
  state: 'new',
  reason: null,
  decidedBy: null,
  decidedAt: null,
  until: null,
  attachedTo: null,
  heldBy: place === 3 ? 'Mei Lin' : null,
  heldByMe: place === 0,
  at: ago(1800 * (place + 1)),
}));
export const radarCounts = { new: 31, later: 2, attached: 14, publishing: 3, dropped: 120 };
export const radarPage = (id: string) => ({
  ...(radar.find((one) => one.id === id) ?? radar[0]!),
  summary:
    'The catalogue now says that versions before 4.30 are affected. The vendor says before 4.35, and names 4.35 as the first version that refuses the command.',
  history: [{ state: 'new' as const, at: ago(1800), by: '', reason: null }],
});
