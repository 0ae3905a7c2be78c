import { type DocumentProblem, parsed, Place } from '../documents/values.ts';
import type { Read } from './metadata.ts';
import { webAddress } from './metadata.ts';

/** A ROLIE feed document (RFC 8322; CSAF 2.0 and 2.1 section 7.1.15). */
export interface Feed {
  readonly id: string;
  readonly title: string;
  readonly url: string | undefined;
  /** RFC 3339. */
  readonly updated: string | undefined;
  readonly entries: readonly FeedEntry[];
}

export interface FeedEntry {
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly hashes: readonly string[];
  readonly signature: string | undefined;
  readonly published: string | undefined;
  readonly updated: string | undefined;
  readonly summary: string | undefined;
  readonly csaf: '2.0' | '2.1' | undefined;
}

const category = { scheme: 'urn:ietf:params:rolie:category:information-type', term: 'csaf' };
const mostEntries = 200_000;

export function readFeed(source: unknown): Read<Feed> {
  const problems: DocumentProblem[] = [];
  const root = new Place(parsed(source), '', problems);
  const feed = root.at('feed');
  if (typeof feed.value !== 'object' || feed.value === null)
    return notRolie('This is not a ROLIE feed: it is not JSON or has no feed');
  const isCsaf = feed
    .at('category')
    .items(100)
    .some((one) => one.at('scheme').value === category.scheme && one.at('term').value === category.term);
  if (!isCsaf) feed.at('category').problem('missing', 'should have the information type “csaf”');
  return {
    ok: true,
    value: {
      id: feed.at('id').requiredText(),
      title: feed.at('title').requiredText(),
      url: linksOf(feed, 'self')[0],
      updated: feed.at('updated').date(),
      entries: feed
        .at('entry')
        .items(mostEntries)
        .flatMap((entry) => {
          const url = webAddress(entry.at('content').at('src'));
          const self = linksOf(entry, 'self')[0];
          const address = url ?? self;
          if (address === undefined) {
            entry.problem('missing', 'has no address of a document and is left out');
            return [];
          }
          if (self !== undefined && self !== address)
            entry.at('content').problem('wrong-type', 'has another address than the link “self”');
          const version = entry.at('format').at('version').text();
          return [
            {
              id: entry.at('id').requiredText(),
              title: entry.at('title').text() ?? '',
              url: address,
              hashes: linksOf(entry, 'hash'),
              signature: linksOf(entry, 'signature')[0],
              published: entry.at('published').date(),
              updated: entry.at('updated').date(),
              summary: entry.at('summary').at('content').text(),
              csaf: version === '2.0' || version === '2.1' ? version : undefined,
            },
          ];
        }),
    },
    problems,
  };
}

function linksOf(place: Place, rel: string): string[] {
  return place
    .at('link')
    .items(50)
    .filter((link) => link.at('rel').value === rel)
    .flatMap((link) => webAddress(link.at('href')) ?? []);
}

export function writeFeed(feed: Feed, csaf: '2.0' | '2.1'): Record<string, unknown> {
  const schema =
    csaf === '2.1'
      ? 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json'
      : 'https://docs.oasis-open.org/csaf/csaf/v2.0/csaf_json_schema.json';
  return {
    feed: {
      id: feed.id,
      title: feed.title,
      ...(feed.url !== undefined && { link: [{ rel: 'self', href: feed.url }] }),
      category: [category],
      updated:
        feed.updated ??
        feed.entries
          .map(({ updated }) => updated ?? '')
          .toSorted()
          .at(-1) ??
        '1970-01-01T00:00:00Z',
      entry: feed.entries.map((entry) => ({
        id: entry.id,
        title: entry.title,
        link: [
          { rel: 'self', href: entry.url },
          ...entry.hashes.map((href) => ({ rel: 'hash', href })),
          ...(entry.signature === undefined ? [] : [{ rel: 'signature', href: entry.signature }]),
        ],
        ...(entry.published !== undefined && { published: entry.published }),
        ...(entry.updated !== undefined && { updated: entry.updated }),
        ...(entry.summary !== undefined && { summary: { content: entry.summary } }),
        content: { type: 'application/json', src: entry.url },
        format: { schema, version: csaf },
      })),
    },
  };
}

/** A ROLIE service document (section 7.1.16): which feeds there are. */
export interface Service {
  readonly title: string;
  readonly feeds: readonly { readonly title: string; readonly url: string }[];
}

export function readService(source: unknown): Read<readonly Service[]> {
  const problems: DocumentProblem[] = [];
  const service = new Place(parsed(source), '', problems).at('service');
  if (typeof service.value !== 'object' || service.value === null)
    return notRolie('This is not a ROLIE service document: it is not JSON or has no service');
  const value = service
    .at('workspace')
    .items(1000)
    .map((workspace) => ({
      title: workspace.at('title').requiredText(),
      feeds: workspace
        .at('collection')
        .items(1000)
        .flatMap((collection) => {
          const url = webAddress(collection.at('href'), true);
          return url === undefined ? [] : [{ title: collection.at('title').requiredText(), url }];
        }),
    }));
  return { ok: true, value, problems };
}

export function writeService(workspaces: readonly Service[]): Record<string, unknown> {
  return {
    service: {
      workspace: workspaces.map(({ title, feeds }) => ({
        title,
        collection: feeds.map((feed) => ({
          title: feed.title,
          href: feed.url,
          categories: { category: [category] },
        })),
      })),
    },
  };
}

/** A ROLIE category document (section 7.1.17): its terms. */
export function readCategories(source: unknown): Read<readonly string[]> {
  const problems: DocumentProblem[] = [];
  const categories = new Place(parsed(source), '', problems).at('categories');
  if (typeof categories.value !== 'object' || categories.value === null)
    return notRolie('This is not a ROLIE category document: it is not JSON or has no categories');
  const value = categories
    .at('category')
    .items(10_000)
    .map((one) => one.at('term').requiredText())
    .filter(Boolean);
  return { ok: true, value, problems };
}

export function writeCategories(terms: readonly string[]): Record<string, unknown> {
  return { categories: { category: terms.map((term) => ({ term })) } };
}

function notRolie(message: string): { ok: false; problems: DocumentProblem[] } {
  return { ok: false, problems: [{ code: 'not-provider', path: '', message }] };
}
