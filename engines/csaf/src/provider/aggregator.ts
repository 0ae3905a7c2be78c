import { Place } from '../documents/values.ts';
import {
  opened,
  type Publisher,
  type Read,
  readPublisher,
  requiredDate,
  webAddress,
  writePublisher,
} from './metadata.ts';

/** aggregator.json of CSAF 2.0 and 2.1 (section 7.1.21). */
export interface Aggregator {
  readonly csaf: '2.0' | '2.1';
  readonly url: string;
  readonly category: 'aggregator' | 'lister';
  readonly name: string;
  readonly namespace: string;
  readonly contact?: string | undefined;
  readonly authority?: string | undefined;
  readonly updated: string;
  readonly providers: readonly Listed[];
  /** They have no metadata of their own; the aggregator collects for them. */
  readonly publishers: readonly (Listed & { readonly interval: string })[];
}

export interface Listed {
  readonly url: string;
  readonly updated: string;
  readonly role: string | undefined;
  readonly publisher: Publisher;
  readonly mirrors: readonly string[];
}

export function readAggregator(source: unknown): Read<Aggregator> {
  const file = opened(source, 'aggregator.json');
  if (!file.ok) return file;
  const { root, url, problems } = file;
  const head = root.at('aggregator');
  const listed = (name: string) =>
    root
      .at(name)
      .items(10_000)
      .flatMap((place) => {
        const one = readListed(place);
        return one ? [{ ...one, interval: place.at('update_interval').text() ?? '' }] : [];
      });
  return {
    ok: true,
    value: {
      csaf: root.at('aggregator_version').requiredText() === '2.1' ? '2.1' : '2.0',
      url,
      category: head.at('category').requiredText() === 'lister' ? 'lister' : 'aggregator',
      name: head.at('name').requiredText(),
      namespace: head.at('namespace').requiredText(),
      contact: head.at('contact_details').text(),
      authority: head.at('issuing_authority').text(),
      updated: requiredDate(root.at('last_updated')) ?? '',
      providers: listed('csaf_providers').map(({ interval: _interval, ...one }) => one),
      publishers: listed('csaf_publishers'),
    },
    problems,
  };
}

function readListed(place: Place): Listed | undefined {
  const metadata = place.at('metadata');
  const url = webAddress(metadata.at('url'), true);
  if (url === undefined) return undefined;
  return {
    url,
    updated: requiredDate(metadata.at('last_updated')) ?? '',
    role: metadata.at('role').text(),
    publisher: readPublisher(metadata.at('publisher')),
    mirrors: place
      .at('mirrors')
      .items(100)
      .flatMap((mirror) => webAddress(mirror) ?? []),
  };
}

export function writeAggregator(aggregator: Aggregator): Record<string, unknown> {
  const { csaf, contact, authority, publishers } = aggregator;
  return {
    ...(csaf === '2.1' && { $schema: 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/aggregator.json' }),
    aggregator: {
      category: aggregator.category,
      ...(contact !== undefined && { contact_details: contact }),
      ...(authority !== undefined && { issuing_authority: authority }),
      name: aggregator.name,
      namespace: aggregator.namespace,
    },
    aggregator_version: csaf,
    canonical_url: aggregator.url,
    csaf_providers: aggregator.providers.map(writeListed),
    ...(publishers.length && {
      csaf_publishers: publishers.map((one) => ({ ...writeListed(one), update_interval: one.interval })),
    }),
    last_updated: aggregator.updated,
  };
}

function writeListed({ url, updated, role, publisher, mirrors }: Listed) {
  return {
    metadata: {
      last_updated: updated,
      publisher: writePublisher(publisher),
      ...(role !== undefined && { role }),
      url,
    },
    ...(mirrors.length && { mirrors }),
  };
}
