import type { Contact, SigningKey, Tlp } from '@busbar/contract';
import { writeFeed, writeProviderMetadata, writeService } from '@busbar/csaf';

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

export const feedName = (label: Tlp, version: CsafVersion) =>
  `csaf-feed-tlp-${folderOf(label, version)}.json`;

export interface Provider {
  readonly origin: string;
  readonly cert: Contact;
}

/** Where this provider keeps what, in one version of CSAF (section 7.1.7). */
export function metadataOf(
  version: CsafVersion,
  { origin, cert }: Provider,
  { keys, updated }: { readonly keys: readonly SigningKey[]; readonly updated: string },
) {
  const root = `${origin}${rootOf(version)}`;
  return writeProviderMetadata({
    csaf: version,
    url: `${root}/provider-metadata.json`,
    role: 'csaf_trusted_provider',
    publisher: { ...publisherOf(cert, origin), contact: `${cert.email}, ${cert.phone}` },
    updated,
    mayBeListed: true,
    mayBeMirrored: true,
    keys: keys.map(({ fingerprint }) => ({
      fingerprint,
      url: `${origin}${rootOf('2.0')}/openpgp/${fingerprint}.asc`,
    })),
    directories: feedLabels.map((label) => ({ label, url: `${root}/${folderOf(label, version)}` })),
    feeds: feedLabels.map((label) => ({
      label,
      url: `${root}/${folderOf(label, version)}/${feedName(label, version)}`,
      summary: `Advisories of ${cert.name}, TLP:${label}`,
      updated,
    })),
    services: [`${root}/service.json`],
    categories: [],
  });
}

export const publisherOf = (cert: Contact, origin: string) => ({
  category: 'coordinator' as const,
  name: cert.name,
  namespace: cert.url || origin,
});

/** One ROLIE feed a label (section 7.1.15). */
export function feedOf(
  version: CsafVersion,
  label: Tlp,
  { origin, cert }: Provider,
  documents: readonly Listed[],
) {
  const folder = `${origin}${rootOf(version)}/${folderOf(label, version)}`;
  const name = feedName(label, version);
  return writeFeed(
    {
      id: name.replace('.json', ''),
      title: `CSAF ${version} of ${cert.name}, TLP:${label}`,
      url: `${folder}/${name}`,
      updated: undefined,
      entries: documents.map(({ path, id, title, summary, released, updated }) => ({
        id,
        title,
        url: `${folder}/${path}`,
        hashes: [`${folder}/${path}.sha256`, `${folder}/${path}.sha512`],
        signature: `${folder}/${path}.asc`,
        published: released,
        updated,
        summary,
        csaf: version,
      })),
    },
    version,
  );
}

/** Which feeds there are (section 7.1.16). */
export function serviceOf(version: CsafVersion, { origin, cert }: Provider) {
  return writeService([
    {
      title: `CSAF ${version} of ${cert.name}`,
      feeds: feedLabels.map((label) => ({
        title: `TLP:${label}`,
        url: `${origin}${rootOf(version)}/${folderOf(label, version)}/${feedName(label, version)}`,
      })),
    },
  ]);
}
