import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { SourceKind } from '@busbar/contract';
import { writeAdvisory } from '@busbar/csaf';

/** A source of the demo: a folder that is filled with files, so that it is read without a network. */
export interface DemoSource {
  readonly name: string;
  readonly kind: SourceKind;
  readonly address: string;
  readonly licence: string;
  readonly reliability: 'A' | 'B' | 'C';
  readonly files: Readonly<Record<string, string>>;
}

export function writeSource(folders: string, { address, files }: DemoSource): void {
  const folder = join(folders, address.slice('folder:'.length));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

export function demoSources(): DemoSource[] {
  const good = advisory(
    'BRR-2026-901',
    'Brandt Robotics',
    'BR-6 Robot Controller',
    'Motion commands are taken from anybody on the cell network',
  );
  const changed = advisory(
    'OST-2026-902',
    'Ostra Remote',
    'OstraConnect',
    'A remote session outlives the person who opened it',
  );
  const future = advisory(
    'MIR-2026-903',
    'Mirador Historian',
    'Mirador Archive',
    'Queries of readers can change values',
    '2031-01-15T08:00:00Z',
  );
  return [
    {
      name: 'Vendors by hand',
      kind: 'archive',
      address: 'folder:demo-vendors',
      licence: 'As each vendor says',
      reliability: 'B',
      files: {
        'brr-2026-901.json': good,
        'brr-2026-901.json.sha512': `${sha512(good)}  brr-2026-901.json\n`,
        'ost-2026-902.json': changed,
        // Of the document before somebody changed it.
        'ost-2026-902.json.sha512': `${sha512(`${changed} `)}  ost-2026-902.json\n`,
        'mir-2026-903.json': future,
        'notes.json': '{ "to do": "ask for the CSAF file" }',
      },
    },
    {
      name: 'Exploited vulnerabilities',
      kind: 'kev',
      address: 'folder:demo-exploited',
      licence: 'CC0 1.0',
      reliability: 'A',
      files: {
        'exploited.json': JSON.stringify({
          title: 'Exploited vulnerabilities of the demo',
          catalogVersion: '2026.11.02',
          dateReleased: '2026-11-02T09:00:00Z',
          vulnerabilities: [
            exploited('CVE-2026-90101', 'Brandt Robotics', 'BR-6 Robot Controller', 'Known'),
            exploited('CVE-2026-90102', 'Ostra Remote', 'OstraConnect', 'Unknown'),
          ],
        }),
      },
    },
    {
      name: 'News of plant security',
      kind: 'feed',
      address: 'folder:demo-news',
      licence: '',
      reliability: 'C',
      files: { 'news.xml': news },
    },
  ];
}

function advisory(
  id: string,
  vendor: string,
  name: string,
  title: string,
  published = '2026-10-05T08:00:00Z',
): string {
  const cve = `CVE-2026-90${id.slice(-3)}`;
  return JSON.stringify(
    writeAdvisory({
      id,
      title: `${vendor} ${name}: ${title.toLowerCase()}`,
      tlp: 'CLEAR',
      published,
      publisher: {
        name: `${vendor} PSIRT`,
        namespace: `https://${id.slice(0, 3).toLowerCase()}.example`,
        category: 'vendor',
      },
      summary: `${title}.`,
      products: [{ key: 'all', vendor, name, range: '*' }],
      vulnerabilities: [
        {
          cve,
          title,
          description: `${title}.`,
          affected: ['all'],
          remediations: [{ category: 'mitigation', text: 'Let only the engineering station reach it.' }],
        },
      ],
    }),
  );
}

const exploited = (
  cveID: string,
  vendorProject: string,
  product: string,
  knownRansomwareCampaignUse: string,
) => ({
  cveID,
  vendorProject,
  product,
  vulnerabilityName: `Missing authentication in ${product}`,
  dateAdded: '2026-10-20',
  shortDescription: `${product} takes commands from anybody who reaches it.`,
  requiredAction: 'Apply what the vendor says, or take it off the network.',
  dueDate: '2026-11-10',
  knownRansomwareCampaignUse,
  notes: '',
});

const news = `<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>News of plant security</title><link>https://news.example/</link>
<item><guid>https://news.example/1</guid><title>Water utility ran by hand for two days</title><link>https://news.example/1</link>
<pubDate>Mon, 02 Nov 2026 07:30:00 GMT</pubDate><description>&lt;p&gt;Operators went back to manual control after remote access was abused (CVE-2026-90102).&lt;/p&gt;</description></item>
<item><guid>https://news.example/2</guid><title>What a good advisory looks like</title><link>https://news.example/2</link>
<pubDate>Fri, 30 Oct 2026 12:00:00 GMT</pubDate><description>Five vendors compared.</description></item>
</channel></rss>`;

const sha512 = (text: string) => createHash('sha512').update(text).digest('hex');
