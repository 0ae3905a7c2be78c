import type { Observable } from '../observables.ts';

export interface Ref {
  readonly '@id': string;
}
export type Node = Ref & { readonly '@type': string } & Record<string, unknown>;

/** Prefixes of CASE 1 and UCO 1; ids are below the address of the instance. */
export const context = (origin: string) => ({
  kb: `${origin}/kb/`,
  'case-investigation': 'https://ontology.caseontology.org/case/investigation/',
  'case-vocabulary': 'https://ontology.caseontology.org/case/vocabulary/',
  'uco-action': 'https://ontology.unifiedcyberontology.org/uco/action/',
  'uco-core': 'https://ontology.unifiedcyberontology.org/uco/core/',
  'uco-identity': 'https://ontology.unifiedcyberontology.org/uco/identity/',
  'uco-marking': 'https://ontology.unifiedcyberontology.org/uco/marking/',
  'uco-observable': 'https://ontology.unifiedcyberontology.org/uco/observable/',
  'uco-tool': 'https://ontology.unifiedcyberontology.org/uco/tool/',
  'uco-types': 'https://ontology.unifiedcyberontology.org/uco/types/',
  'uco-vocabulary': 'https://ontology.unifiedcyberontology.org/uco/vocabulary/',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
});

export const typed = (type: string, value: string | number) => ({ '@type': type, '@value': String(value) });
export const dateTime = (instant: string) => typed('xsd:dateTime', instant);
export const amount = (count: number) => typed('xsd:nonNegativeInteger', count);

const methods = { md5: 'MD5', sha1: 'SHA1', sha256: 'SHA256' } as const;
type HashType = keyof typeof methods;

export const isHash = (type: Observable['type']): type is HashType => type in methods;

/** The content of a file, known by a hash of it (uco-observable:ContentDataFacet). */
export const contentFacet = (
  idOf: (type: string) => string,
  { type, value, size }: { type: HashType; value: string; size?: number },
): Node => ({
  '@id': idOf('ContentDataFacet'),
  '@type': 'uco-observable:ContentDataFacet',
  ...(size !== undefined && { 'uco-observable:sizeInBytes': size }),
  'uco-observable:hash': {
    '@id': idOf('Hash'),
    '@type': 'uco-types:Hash',
    'uco-types:hashMethod': typed('uco-vocabulary:HashNameVocab', methods[type]),
    'uco-types:hashValue': typed('xsd:hexBinary', value),
  },
});

/** What else is observed, by its class and the property that holds it. */
export const classOf: Readonly<
  Record<Exclude<Observable['type'], HashType>, readonly [name: string, property: string]>
> = {
  ipv4: ['IPv4Address', 'addressValue'],
  ipv6: ['IPv6Address', 'addressValue'],
  mac: ['MACAddress', 'addressValue'],
  domain: ['DomainName', 'value'],
  url: ['URL', 'fullValue'],
};
