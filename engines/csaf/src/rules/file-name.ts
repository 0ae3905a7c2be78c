import type { Subject } from './subject.ts';

/**
 * The name of a document's file (CSAF 2.0 and 2.1, section 5.1): two ids may have one name, which who keeps the files has
 * to mind.
 */
export function fileName(trackingId: string): string {
  return `${trackingId.toLowerCase().replaceAll(/[^+\-a-z0-9]+/g, '_')}.json`;
}

/** The same for a document whose shape is not known. */
export function csafFileName(id: unknown): string | undefined {
  return typeof id === 'string' && id !== '' ? fileName(id) : undefined;
}

/** The URLs that the document calls its canonical ones (6.2.11): `self`, https, and the right file name at the end. */
export function canonicalUrls({ document, tracking }: Subject): string[] {
  if (tracking.id === undefined) return [];
  const name = fileName(tracking.id);
  const urls: string[] = [];
  for (const { category, url } of document.references ?? [])
    if (category === 'self' && url?.startsWith('https://') && url.endsWith(name)) urls.push(url);
  return urls;
}
