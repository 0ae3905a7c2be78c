import { uuid5 } from '../ids.ts';
import type { Observable } from '../observables.ts';

/** Namespace of the ids of cyber-observable objects: STIX 2.1 section 2.9. */
const namespace = '00abedb4-aa42-466c-9c01-fed23315a9b7';

const types = { ipv4: 'ipv4-addr', ipv6: 'ipv6-addr', mac: 'mac-addr', domain: 'domain-name', url: 'url' };
const hashes = { md5: 'MD5', sha1: 'SHA-1', sha256: 'SHA-256' };

/** STIX 2.1 chapter 6. Whoever sees the same thing gives it the same id. */
export function cyberObservable({ type, value }: Observable) {
  if (type in hashes) return fileObject({ hashes: { [hashes[type as keyof typeof hashes]]: value } });
  return made(types[type as keyof typeof types], { value }, { value });
}

/** A file known by its hash (section 6.7). */
export function fileObject(file: { hashes: Record<string, string>; name?: string; size?: number }) {
  const { hashes, name } = file;
  return made('file', name === undefined ? { hashes } : { hashes, name }, file);
}

/** @param contributes to the id, its keys sorted (RFC 8785) */
const made = (type: string, contributes: object, properties: object) => ({
  type,
  spec_version: '2.1',
  id: `${type}--${uuid5(JSON.stringify(contributes), namespace)}`,
  ...properties,
});

const paths: Readonly<Record<Observable['type'], string>> = {
  ipv4: 'ipv4-addr:value',
  ipv6: 'ipv6-addr:value',
  mac: 'mac-addr:value',
  domain: 'domain-name:value',
  url: 'url:value',
  md5: 'file:hashes.MD5',
  sha1: "file:hashes.'SHA-1'",
  sha256: "file:hashes.'SHA-256'",
};

/** Any of them (STIX 2.1 chapter 9): a quote or backslash within a value is escaped (section 9.2). */
export const patternOf = (observables: readonly Observable[]): string =>
  observables
    .map(({ type, value }) => `[${paths[type]} = '${value.replaceAll(/[\\']/g, '\\$&')}']`)
    .join(' OR ');
