import type { SourceKind, Tlp } from '@busbar/contract';
import {
  type Read,
  readAggregator,
  readChanges,
  readFeed,
  readIndex,
  readProviderMetadata,
} from '@busbar/csaf';

/** What a client needs of the files in which CSAF providers list their documents (CSAF 2.0 and 2.1, section 7). */

/** A document as a source lists it. */
export interface Listed {
  readonly url: string;
  /** The date in the list, as it stands there: another one means that there is something new. Null where none is given. */
  readonly listed: string | null;
  /** Where its hashes stand, when the list says so; null when they stand beside it, if anywhere. */
  readonly hashes: readonly string[] | null;
  readonly signature: string;
  /** Of the document, where whoever lists it vouches for that. */
  readonly sha256?: string;
}

export interface Provider {
  readonly name: string;
  /** Section 7.2: a trusted provider signs and hashes everything. */
  readonly trusted: boolean;
  readonly keys: readonly { readonly fingerprint: string; readonly url: string }[];
  readonly feeds: readonly { readonly url: string; readonly label: Tlp | undefined }[];
  readonly directories: readonly string[];
}

/** provider-metadata.json, section 7.1.7; undefined when it is none. */
export function providerIn(text: string): Provider | undefined {
  const metadata = valueOf(readProviderMetadata(text));
  return (
    metadata && {
      name: metadata.publisher.name || new URL(metadata.url).hostname,
      trusted: metadata.role === 'csaf_trusted_provider',
      keys: metadata.keys.map(({ fingerprint = '', url }) => ({ fingerprint, url })),
      feeds: metadata.feeds.map(({ url, label }) => ({
        url,
        label: label === 'UNLABELED' ? undefined : label,
      })),
      directories: metadata.directories.map(({ url }) => url),
    }
  );
}

export interface Aggregator {
  readonly name: string;
  /** Addresses of provider-metadata.json: the mirror where there is one. */
  readonly providers: readonly string[];
}

/** aggregator.json, section 7.1.21; undefined when it is none. */
export function aggregatorIn(text: string): Aggregator | undefined {
  const aggregator = valueOf(readAggregator(text));
  return (
    aggregator && {
      name: aggregator.name,
      providers: [...aggregator.providers, ...aggregator.publishers].map(
        ({ url, mirrors }) => mirrors[0] ?? url,
      ),
    }
  );
}

/** A ROLIE feed, section 7.1.15; undefined when it is none. A feed without entries is one. */
export function rolieIn(
  text: string,
): { readonly title: string; readonly entries: readonly Listed[] } | undefined {
  const feed = valueOf(readFeed(text));
  return (
    feed && {
      title: feed.title,
      entries: feed.entries.map(({ url, hashes, signature, updated, published }) => ({
        url,
        listed: updated ?? published ?? null,
        hashes: hashes.length > 0 ? hashes : null,
        signature: signature ?? `${url}.asc`,
      })),
    }
  );
}

/** changes.csv, section 7.1.13; undefined when nothing in it is a path and a date. */
export const changesIn = (text: string, directory: string) => inDirectory(readChanges(text), directory);

/** index.txt, section 7.1.12; undefined when nothing in it is a path. */
export const indexIn = (text: string, directory: string) => inDirectory(readIndex(text), directory);

export const directoryOf = (url: string) => (url.endsWith('/') ? url : `${url}/`);

/** What a text is, as far as it shows. */
export function kindOfJson(text: string): SourceKind | 'rolie' | 'cve-delta' | undefined {
  const value = jsonIn(text);
  if (typeof value !== 'object' || value === null) return undefined;
  if ('csaf_providers' in value) return 'csaf-aggregator';
  if ('distributions' in value && 'publisher' in value) return 'csaf-provider';
  if ('feed' in value) return 'rolie';
  if ('detections' in value && 'format' in value) return 'detections';
  if ('publisher' in value && 'format' in value) return 'claims';
  if ('catalogVersion' in value && 'vulnerabilities' in value) return 'kev';
  if ('numberOfChanges' in value && 'new' in value) return 'cve-delta';
  if ('dataType' in value && value.dataType === 'CVE_RECORD') return 'cve';
  return undefined;
}

function inDirectory(
  { files, problems }: ReturnType<typeof readChanges>,
  directory: string,
): readonly Listed[] | undefined {
  if (files.length === 0 && problems.length > 0) return undefined;
  return files.map(({ path, updated }) => {
    const url = new URL(path, directory).href;
    return { url, listed: updated ?? null, hashes: null, signature: `${url}.asc` };
  });
}

const valueOf = <T>(read: Read<T>): T | undefined => (read.ok ? read.value : undefined);

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
