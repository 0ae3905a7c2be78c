import type { Contact, SigningKey, Tlp } from '@busbar/contract';

import { type CsafVersion, folderOf, rootOf } from './addresses.ts';

/** A CSAF document as it lies in its folder. Times are RFC 3339. */
export interface Listed {
  /** `<year>/<file>.json` */
  readonly path: string;
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly released: string;
  readonly updated: string;
}

/** The labels a provider has feeds of. RED is for people by name and lies in no feed. */
export const feedLabels = ['CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT'] as const satisfies Tlp[];

/** CSAF 2.0 has WHITE for CLEAR and no AMBER+STRICT. */
const stated = (label: Tlp, version: CsafVersion) =>
  version === '2.1' ? label : label === 'CLEAR' ? 'WHITE' : label === 'AMBER+STRICT' ? 'AMBER' : label;

/** CSAF 2.0 knows one kind of AMBER, so what is AMBER+STRICT lies in the folder of its own and in no 2.0 feed. */
export const labelsOf = (version: CsafVersion) =>
  feedLabels.filter((label) => version === '2.1' || label !== 'AMBER+STRICT');

export const feedName = (label: Tlp, version: CsafVersion) =>
  `csaf-feed-tlp-${folderOf(label, version)}.json`;

/** provider-metadata.json (CSAF 2.0 and 2.1 section 7.1.7). */
export function providerMetadata(
  version: CsafVersion,
  {
    origin,
    cert,
    keys,
    lastUpdated,
  }: { origin: string; cert: Contact; keys: readonly SigningKey[]; lastUpdated: string },
) {
  const root = `${origin}${rootOf(version)}`;
  return {
    ...(version === '2.1' && { $schema: 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/provider.json' }),
    canonical_url: `${root}/provider-metadata.json`,
    distributions: [
      ...labelsOf(version).map((label) =>
        version === '2.0'
          ? { directory_url: `${root}/${folderOf(label, version)}` }
          : {
              directory: { tlp_label: stated(label, version), url: `${root}/${folderOf(label, version)}` },
            },
      ),
      {
        rolie: {
          feeds: labelsOf(version).map((label) => ({
            ...(version === '2.1' && { last_updated: lastUpdated }),
            summary: `All TLP:${stated(label, version)} advisories of ${cert.name}`,
            tlp_label: stated(label, version),
            url: `${root}/${folderOf(label, version)}/${feedName(label, version)}`,
          })),
          services: [`${root}/service.json`],
        },
      },
    ],
    last_updated: lastUpdated,
    list_on_CSAF_aggregators: true,
    metadata_version: version,
    mirror_on_CSAF_aggregators: true,
    public_openpgp_keys: keys.map(({ fingerprint }) => ({
      fingerprint,
      url: `${origin}${rootOf('2.0')}/openpgp/${fingerprint}.asc`,
    })),
    publisher: publisherOf(cert, origin),
    role: 'csaf_trusted_provider',
  };
}

export const publisherOf = (cert: Contact, origin: string) => ({
  category: 'coordinator' as const,
  contact_details: `${cert.email}, ${cert.phone}`,
  name: cert.name,
  namespace: cert.url || origin,
});

/** One ROLIE feed a label (section 7.1.15; RFC 8322). */
export function rolieFeed(
  version: CsafVersion,
  label: Tlp,
  { origin, cert, documents }: { origin: string; cert: Contact; documents: readonly Listed[] },
) {
  const folder = `${origin}${rootOf(version)}/${folderOf(label, version)}`;
  const name = feedName(label, version);
  return {
    feed: {
      id: name.replace('.json', ''),
      title: `CSAF ${version} of ${cert.name} (TLP:${stated(label, version)})`,
      link: [{ rel: 'self', href: `${folder}/${name}` }],
      category: [{ scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' }],
      updated: documents.map(({ updated }) => updated).sort(byTime)[0] ?? '1970-01-01T00:00:00.000Z',
      entry: documents.map(({ path, id, title, summary, released, updated }) => ({
        id,
        title,
        link: [
          { rel: 'self', href: `${folder}/${path}` },
          { rel: 'hash', href: `${folder}/${path}.sha256` },
          { rel: 'hash', href: `${folder}/${path}.sha512` },
          { rel: 'signature', href: `${folder}/${path}.asc` },
        ],
        published: released,
        updated,
        summary: { content: summary },
        content: { type: 'application/json', src: `${folder}/${path}` },
        format:
          version === '2.0'
            ? { schema: 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json', version }
            : { schema: 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json', version },
      })),
    },
  };
}

/** ROLIE service document (section 7.1.16). */
export function rolieService(version: CsafVersion, origin: string, cert: Contact) {
  return {
    service: {
      workspace: [
        {
          title: `CSAF ${version} of ${cert.name}`,
          collection: labelsOf(version).map((label) => ({
            title: `TLP:${stated(label, version)}`,
            href: `${origin}${rootOf(version)}/${folderOf(label, version)}/${feedName(label, version)}`,
            categories: {
              category: [{ scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' }],
            },
          })),
        },
      ],
    },
  };
}

/** index.txt (section 7.1.12). */
export const indexText = (documents: readonly Listed[]) => documents.map(({ path }) => `${path}\n`).join('');

/** changes.csv (section 7.1.13): the latest first. */
export const changesCsv = (documents: readonly Listed[]) =>
  documents
    .toSorted((a, b) => byTime(a.updated, b.updated) || (a.path < b.path ? -1 : 1))
    .map(({ path, updated }) => `"${path}","${updated}"\n`)
    .join('');

const byTime = (a: string, b: string) => Date.parse(b) - Date.parse(a);
