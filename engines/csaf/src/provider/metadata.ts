import type { Tlp } from '../documents/document.ts';
import { labelIn } from '../documents/label.ts';
import { type DocumentProblem, parsed, Place } from '../documents/values.ts';

/** provider-metadata.json of CSAF 2.0 and 2.1 (section 7.1.7). */
export interface ProviderMetadata {
  readonly csaf: '2.0' | '2.1';
  readonly url: string;
  readonly role: 'csaf_publisher' | 'csaf_provider' | 'csaf_trusted_provider';
  readonly publisher: Publisher;
  /** RFC 3339. */
  readonly updated: string;
  readonly mayBeListed: boolean;
  readonly mayBeMirrored: boolean;
  /** CSAF 2.1: from when and until when the distributions are looked after. */
  readonly maintainedFrom?: string | undefined;
  readonly maintainedUntil?: string | undefined;
  readonly keys: readonly { readonly url: string; readonly fingerprint: string | undefined }[];
  readonly directories: readonly Directory[];
  readonly feeds: readonly FeedAddress[];
  readonly services: readonly string[];
  readonly categories: readonly string[];
}

export interface Publisher {
  readonly category: string;
  readonly name: string;
  readonly namespace: string;
  readonly contact?: string | undefined;
  readonly authority?: string | undefined;
}

export interface Directory {
  readonly url: string;
  /** CSAF 2.1 says it, CSAF 2.0 does not. */
  readonly label?: Tlp | undefined;
}

export interface FeedAddress {
  readonly url: string;
  readonly label: Tlp | 'UNLABELED' | undefined;
  readonly summary?: string | undefined;
  /** CSAF 2.1. */
  readonly updated?: string | undefined;
}

export type Read<T> =
  | { readonly ok: true; readonly value: T; readonly problems: readonly DocumentProblem[] }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] };

/** What both files of a provider have: an object that says where it stands itself. */
export function opened(
  source: unknown,
  name: string,
):
  | { readonly ok: true; readonly root: Place; readonly url: string; readonly problems: DocumentProblem[] }
  | { readonly ok: false; readonly problems: readonly DocumentProblem[] } {
  const problems: DocumentProblem[] = [];
  const value = parsed(source);
  const root = new Place(value, '', problems);
  const url = webAddress(root.at('canonical_url'), true);
  if (typeof value === 'object' && value !== null && url !== undefined)
    return { ok: true, root, url, problems };
  const message = `This is not ${name}: it is not JSON or has no canonical_url`;
  return { ok: false, problems: [{ code: 'not-provider', path: '', message }, ...problems] };
}

const mostDistributions = 1000;

/** Takes what it can and lists the rest as problems; never throws. Relative addresses are problems: nobody can follow them. */
export function readProviderMetadata(source: unknown): Read<ProviderMetadata> {
  const file = opened(source, 'provider-metadata.json');
  if (!file.ok) return file;
  const { root, url, problems } = file;
  const distributions = root.at('distributions').items(mostDistributions);
  const rolies = distributions.map((distribution) => distribution.at('rolie'));
  const addresses = (name: string) =>
    rolies
      .flatMap((rolie) => rolie.at(name).items(mostDistributions))
      .flatMap((place) => webAddress(place) ?? []);
  const csaf = root.at('metadata_version').requiredText() === '2.1' ? '2.1' : '2.0';
  const role = root.at('role').requiredText();
  const metadata: ProviderMetadata = {
    csaf,
    url,
    role: role === 'csaf_trusted_provider' || role === 'csaf_publisher' ? role : 'csaf_provider',
    publisher: readPublisher(root.at('publisher')),
    updated: requiredDate(root.at('last_updated')) ?? '',
    mayBeListed: flag(root.at('list_on_CSAF_aggregators')),
    mayBeMirrored: flag(root.at('mirror_on_CSAF_aggregators')),
    maintainedFrom: root.at('maintained_from').date(),
    maintainedUntil: root.at('maintained_until').date(),
    keys: root
      .at('public_openpgp_keys')
      .items(100)
      .flatMap((key) => {
        const address = webAddress(key.at('url'), true);
        const fingerprint = key.at('fingerprint').text();
        if (fingerprint !== undefined && !/^[\da-f]{40,}$/i.test(fingerprint))
          key.at('fingerprint').problem('wrong-type', 'is no fingerprint of 40 or more hexadecimal digits');
        return address === undefined ? [] : [{ url: address, fingerprint: fingerprint?.toUpperCase() }];
      }),
    directories: distributions.flatMap((distribution) => {
      const address =
        webAddress(distribution.at('directory_url')) ?? webAddress(distribution.at('directory').at('url'));
      const label = readLabel(distribution.at('directory').at('tlp_label'));
      return address === undefined
        ? []
        : [{ url: address, label: label === 'UNLABELED' ? undefined : label }];
    }),
    feeds: rolies
      .flatMap((rolie) => rolie.at('feeds').items(mostDistributions))
      .flatMap((feed) => {
        const address = webAddress(feed.at('url'), true);
        if (address === undefined) return [];
        if (csaf === '2.1') requiredDate(feed.at('last_updated'));
        return [
          {
            url: address,
            label: readLabel(feed.at('tlp_label')),
            summary: feed.at('summary').text(),
            updated: feed.at('last_updated').date(),
          },
        ];
      }),
    services: addresses('services'),
    categories: addresses('categories'),
  };
  if (!url.endsWith('/provider-metadata.json'))
    root.at('canonical_url').problem('wrong-type', 'should end in /provider-metadata.json');
  return { ok: true, value: metadata, problems };
}

export function writeProviderMetadata(metadata: ProviderMetadata): Record<string, unknown> {
  const { csaf, feeds, services, categories, maintainedFrom, maintainedUntil } = metadata;
  const recent = csaf === '2.1';
  return {
    ...(recent && { $schema: 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/provider.json' }),
    canonical_url: metadata.url,
    ...(metadata.directories.length + feeds.length > 0 && {
      distributions: [
        ...metadata.directories.map(({ url, label }) =>
          recent ? { directory: { tlp_label: label ?? 'CLEAR', url } } : { directory_url: url },
        ),
        ...(feeds.length
          ? [
              {
                rolie: {
                  ...(categories.length && { categories }),
                  feeds: feeds.map(({ url, label, summary, updated }) => ({
                    ...(recent && { last_updated: updated ?? metadata.updated }),
                    ...(summary !== undefined && { summary }),
                    tlp_label:
                      label === undefined || label === 'UNLABELED' ? noLabel[csaf] : labelIn(csaf, label),
                    url,
                  })),
                  ...(services.length && { services }),
                },
              },
            ]
          : []),
      ],
    }),
    last_updated: metadata.updated,
    list_on_CSAF_aggregators: metadata.mayBeListed,
    ...(recent && maintainedFrom !== undefined && { maintained_from: maintainedFrom }),
    ...(recent && maintainedUntil !== undefined && { maintained_until: maintainedUntil }),
    metadata_version: csaf,
    mirror_on_CSAF_aggregators: metadata.mayBeMirrored,
    ...(metadata.keys.length && {
      public_openpgp_keys: metadata.keys.map(({ url, fingerprint }) => ({
        ...(fingerprint !== undefined && { fingerprint }),
        url,
      })),
    }),
    publisher: writePublisher(metadata.publisher),
    role: metadata.role,
  };
}

const noLabel = { '2.0': 'UNLABELED', '2.1': 'CLEAR' };

function readLabel(place: Place): Tlp | 'UNLABELED' | undefined {
  const text = place.text()?.toUpperCase();
  if (text === undefined) return undefined;
  const label = text === 'WHITE' ? 'CLEAR' : text;
  if (['UNLABELED', 'CLEAR', 'GREEN', 'AMBER', 'AMBER+STRICT', 'RED'].includes(label)) return label as Tlp;
  place.problem('wrong-type', 'is no TLP label');
  return undefined;
}

export function readPublisher(place: Place): Publisher {
  return {
    category: place.at('category').requiredText(),
    name: place.at('name').requiredText(),
    namespace: place.at('namespace').requiredText(),
    contact: place.at('contact_details').text(),
    authority: place.at('issuing_authority').text(),
  };
}

export function writePublisher({ category, name, namespace, contact, authority }: Publisher) {
  return {
    category,
    ...(contact !== undefined && { contact_details: contact }),
    ...(authority !== undefined && { issuing_authority: authority }),
    name,
    namespace,
  };
}

export function requiredDate(place: Place): string | undefined {
  if (place.value === undefined) place.problem('missing', 'is missing');
  return place.date();
}

export function webAddress(place: Place, required = false): string | undefined {
  const link = place.link();
  if (link === undefined && (place.value !== undefined || required))
    place.problem(place.value === undefined ? 'missing' : 'wrong-type', 'should be a web address');
  return link;
}

function flag(place: Place): boolean {
  if (typeof place.value !== 'boolean')
    place.problem(place.value === undefined ? 'missing' : 'wrong-type', 'should be true or false');
  return place.value === true;
}
