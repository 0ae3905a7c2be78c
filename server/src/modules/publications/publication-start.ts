import type { BlockContent, PublicationKind, PublishedStatus, VulnerabilityPage } from '@busbar/contract';

/** What a publication begins with. */
export interface Start {
  readonly summary?: string;
  readonly impact?: string;
  readonly mitigation?: string;
  readonly references?: readonly string[];
}

const warnsOfPlants: readonly PublicationKind[] = ['advisory', 'earlyWarning', 'threatReport'];

/** The blocks that a publication of this kind wants, with what is known so far. */
export function firstBlocks(kind: PublicationKind, title: string, start: Start = {}): BlockContent[] {
  const plain = (block: 'title' | 'summary' | 'impact', heading = '', text = ''): BlockContent => ({
    kind: block,
    heading,
    text,
  });
  const wanted: BlockContent[] = [plain('title', title), plain('summary', '', start.summary)];
  if (warnsOfPlants.includes(kind) || start.impact) wanted.push(plain('impact', '', start.impact));
  if (start.mitigation)
    wanted.push({ kind: 'mitigation', heading: '', text: start.mitigation, roles: [], safe: 'unknown' });
  for (const url of start.references ?? []) wanted.push({ kind: 'reference', heading: '', text: '', url });
  return wanted;
}

const statuses: Record<string, PublishedStatus> = {
  affected: 'affected',
  fixed: 'fixed',
  notAffected: 'notAffected',
  underInvestigation: 'underInvestigation',
};

/** What two people of the CERT have decided about a vulnerability, each with the claim that stands behind it. */
export function blocksAbout({ ref, title, vendors, facts, sourceList }: VulnerabilityPage): BlockContent[] {
  const decided = facts.flatMap(({ ours, ...fact }) => (ours ? [{ ...fact, ...ours }] : []));
  const values = (kind: string) => decided.filter((fact) => fact.kind === kind).map(({ value }) => value);
  const products = decided.flatMap(({ kind, aspect, subject, value, claim }): BlockContent[] => {
    const status = kind === 'productStatus' ? statuses[aspect] : undefined;
    if (!status) return [];
    const range = value === '*' ? '' : value;
    const vendor = vendors.find((name) => subject.startsWith(`${name} `)) ?? '';
    return [
      {
        kind: 'product',
        heading: '',
        text: '',
        vendor: vendor.slice(0, 200),
        product: subject.slice(vendor.length).trim().slice(0, 200),
        orderNumbers: [],
        range: range.slice(0, 500),
        status,
        claim,
      },
    ];
  });
  const urls = [
    ...new Map(
      sourceList.flatMap(({ url, publisher, trackingId }) =>
        url ? [[url, `${publisher} ${trackingId}`]] : [],
      ),
    ),
  ];
  return [
    {
      kind: 'vulnerability',
      heading: title.slice(0, 300),
      text: '',
      cve: /^CVE-\d{4}-\d{4,19}$/.test(ref) ? ref : '',
      cwe: values('weakness').find((value) => /^CWE-\d+$/.test(value)) ?? '',
      vectors: values('severity')
        .filter((value) => value.startsWith('CVSS:'))
        .slice(0, 10),
      claims: decided.filter(({ kind }) => kind !== 'productStatus').map(({ claim }) => claim),
    },
    ...products.slice(0, 300),
    ...urls.slice(0, 30).map(([url, heading]): BlockContent => ({
      kind: 'reference',
      heading: heading!.slice(0, 300),
      text: '',
      url: url!.slice(0, 2000),
    })),
  ];
}
