import { type SourceKind, Tlp } from '@busbar/contract';
import { z } from 'zod';

/**
 * What a client needs of the files in which CSAF providers list their documents (CSAF 2.0 and 2.1, section 7). Read as
 * they are found, not as they should be: judging providers is another's work.
 */

/** A document as a source lists it. */
export interface Listed {
  readonly url: string;
  /** The date in the list, as it stands there: another one means that there is something new. Null where none is given. */
  readonly listed: string | null;
  /** Where its hashes stand, when the list says so; null when they stand beside it, if anywhere. */
  readonly hashes: readonly string[] | null;
  readonly signature: string;
}

export interface Provider {
  readonly name: string;
  /** Section 7.2: a trusted provider signs and hashes everything. */
  readonly trusted: boolean;
  readonly keys: readonly { readonly fingerprint: string; readonly url: string }[];
  readonly feeds: readonly { readonly url: string; readonly label: Tlp | undefined }[];
  readonly directories: readonly string[];
}

const Url = z.string().max(2000);
const lenientList = <Item extends z.ZodType>(item: Item) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((all) => all.flatMap((one) => item.safeParse(one).data ?? []) as z.output<Item>[]);

const ProviderMetadata = z.object({
  publisher: z.object({ name: z.string() }),
  role: z.string().catch(''),
  public_openpgp_keys: lenientList(z.object({ fingerprint: z.string().catch(''), url: Url })),
  distributions: lenientList(
    z.object({
      directory_url: Url.optional().catch(undefined),
      directory: z.object({ url: Url }).optional().catch(undefined),
      rolie: z
        .object({
          feeds: lenientList(z.object({ url: Url, tlp_label: z.string().optional().catch(undefined) })),
        })
        .optional()
        .catch(undefined),
    }),
  ),
});

/** provider-metadata.json, section 7.1.7 and the schema of CSAF; undefined when it is none. */
export function providerIn(text: string): Provider | undefined {
  const { data } = ProviderMetadata.safeParse(jsonIn(text));
  if (!data) return undefined;
  const { publisher, role, public_openpgp_keys, distributions } = data;
  return {
    name: publisher.name,
    trusted: role === 'csaf_trusted_provider',
    keys: public_openpgp_keys.map(({ fingerprint, url }) => ({
      fingerprint: fingerprint.replaceAll(/\s/g, '').toUpperCase(),
      url,
    })),
    feeds: distributions.flatMap(({ rolie }) =>
      (rolie?.feeds ?? []).map(({ url, tlp_label }) => ({ url, label: labelOf(tlp_label) })),
    ),
    directories: distributions.flatMap(
      ({ directory_url, directory }) => directory_url ?? directory?.url ?? [],
    ),
  };
}

const AggregatorFile = z.object({
  aggregator: z.object({ name: z.string() }),
  csaf_providers: z.array(z.unknown()),
});
const Member = z.object({
  metadata: z.object({ url: Url }),
  mirrors: z.array(Url).optional().catch(undefined),
});

export interface Aggregator {
  readonly name: string;
  /** Addresses of provider-metadata.json: the mirror where there is one. */
  readonly providers: readonly string[];
}

/** aggregator.json, section 7.1.21; undefined when it is none. */
export function aggregatorIn(text: string): Aggregator | undefined {
  const { data } = AggregatorFile.safeParse(jsonIn(text));
  if (!data) return undefined;
  const members = data.csaf_providers.flatMap((one) => Member.safeParse(one).data ?? []);
  return {
    name: data.aggregator.name,
    providers: members.map(({ metadata, mirrors }) => mirrors?.[0] ?? metadata.url),
  };
}

const RolieFeed = z.object({
  feed: z.object({
    title: z.string().catch(''),
    link: z.unknown().optional(),
    entry: z.unknown().optional(),
  }),
});
const Link = z.object({ rel: z.string(), href: Url });
const Entry = z.object({
  link: lenientList(Link),
  updated: z.string().optional().catch(undefined),
  published: z.string().optional().catch(undefined),
  content: z.object({ src: Url }).optional().catch(undefined),
});

/** A ROLIE feed (RFC 8322, section 7.1.15 of CSAF); undefined when it is none. A feed without entries is one. */
export function rolieIn(
  text: string,
  base: string,
):
  | { readonly title: string; readonly entries: readonly Listed[]; readonly next: string | undefined }
  | undefined {
  const { data } = RolieFeed.safeParse(jsonIn(text));
  if (!data) return undefined;
  const { title, entry, link } = data.feed;
  const entries = lenientList(Entry)
    .parse(entry ?? [])
    .flatMap(({ link: links, updated, published, content }): Listed[] => {
      const url = content?.src ?? links.find(({ rel }) => rel === 'self')?.href;
      const at = url === undefined ? null : URL.parse(url, base);
      if (!at) return [];
      const hashes = links.filter(({ rel }) => rel === 'hash').map(({ href }) => absolute(href, base));
      const signature = links.find(({ rel }) => rel === 'signature')?.href;
      return [
        {
          url: at.href,
          listed: updated ?? published ?? null,
          hashes: hashes.length > 0 ? hashes : null,
          signature: signature === undefined ? `${at.href}.asc` : absolute(signature, base),
        },
      ];
    });
  const next = lenientList(Link)
    .parse(link ?? [])
    .find(({ rel }) => rel === 'next')?.href;
  return { title, entries, next: next === undefined ? undefined : absolute(next, base) };
}

/** changes.csv, section 7.1.13: path and date of each document; in the wild also without quotes. */
export function changesIn(text: string, directory: string): readonly Listed[] | undefined {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const rows = lines.flatMap((line) => {
    const [, path, date] = /^\s*"?([^",]+?)"?\s*,\s*"?([^",]+?)"?\s*$/.exec(line) ?? [];
    return path !== undefined && date !== undefined && !Number.isNaN(Date.parse(date))
      ? [{ path, date }]
      : [];
  });
  if (lines.length > 0 && rows.length === 0) return undefined;
  return rows.flatMap(({ path, date }) => inDirectory(path, date, directory));
}

/** index.txt, section 7.1.12: a path a line. */
export function indexIn(text: string, directory: string): readonly Listed[] | undefined {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
  const paths = lines.filter((line) => /^[^\s<>"]+\.json$/i.test(line));
  if (lines.length > 0 && paths.length === 0) return undefined;
  return paths.flatMap((path) => inDirectory(path, null, directory));
}

/** The addresses in the CSAF fields of security.txt (RFC 9116, section 7.1.8 of CSAF). */
export function securityTxtIn(text: string): string[] {
  return [...text.matchAll(/^\s*CSAF:\s*(\S+)\s*$/gim)].map(([, url]) => url!);
}

export const directoryOf = (url: string) => (url.endsWith('/') ? url : `${url}/`);

/** What a text is, as far as it shows. */
export function kindOfJson(text: string): SourceKind | 'rolie' | 'cve-delta' | undefined {
  const value = jsonIn(text);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('csaf_providers' in value) return 'csaf-aggregator';
  if ('distributions' in value && 'publisher' in value) return 'csaf-provider';
  if ('feed' in value) return 'rolie';
  if ('catalogVersion' in value && 'vulnerabilities' in value) return 'kev';
  if ('numberOfChanges' in value && 'new' in value) return 'cve-delta';
  if ('dataType' in value && value.dataType === 'CVE_RECORD') return 'cve';
  return undefined;
}

/** Relative to the directory and never out of it. */
function inDirectory(path: string, listed: string | null, directory: string): Listed[] {
  const url = URL.parse(path, directory);
  return url?.href.startsWith(directory) && url.href.length > directory.length
    ? [{ url: url.href, listed, hashes: null, signature: `${url.href}.asc` }]
    : [];
}

function absolute(href: string, base: string): string {
  return URL.parse(href, base)?.href ?? href;
}

/** Names of TLP 1 and 2. */
function labelOf(text: string | undefined): Tlp | undefined {
  const name = text?.trim().toUpperCase();
  return name === 'WHITE' ? 'CLEAR' : Tlp.safeParse(name).data;
}

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
