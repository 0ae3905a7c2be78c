import { AdvisoryIndex, type CsafDocument, read, writeAdvisory, type DraftProduct } from '../index.ts';

/** One advisory of one vulnerability that affects these products, and what is stated besides. */
export function advisory(
  products: readonly (Omit<DraftProduct, 'key' | 'vendor'> & { key?: string; vendor?: string })[],
  {
    id = 'TEST-1',
    fixed = [],
    notAffected = [],
  }: { id?: string; fixed?: string[]; notAffected?: string[] } = {},
): CsafDocument {
  const listed = products.map((product, i) => ({ vendor: 'Siemens', key: `P${i + 1}`, ...product }));
  const other = new Set([...fixed, ...notAffected]);
  const reading = read(
    writeAdvisory({
      id,
      title: 'A test',
      tlp: 'CLEAR',
      published: '2026-01-01T00:00:00Z',
      publisher: { name: 'Test', namespace: 'https://test.example', category: 'coordinator' },
      summary: 'For a test',
      products: listed.map(({ range, ...product }) => ({
        ...product,
        ...(range !== undefined && { range: 'x' }),
      })),
      vulnerabilities: [
        {
          cve: 'CVE-2026-0001',
          title: 'A weakness',
          description: 'For a test',
          affected: listed.map(({ key }) => key).filter((key) => !other.has(key)),
          fixed,
          notAffected,
        },
      ],
    }),
  );
  if (!reading.ok) throw new Error(reading.problems[0]?.message);
  // Ranges are put in as advisories in the wild write them, which the encoder would not.
  const ranges = new Map(listed.map(({ key, range }) => [key, range]));
  return {
    ...reading.document,
    products: reading.document.products.map((product) => {
      const text = ranges.get(product.id);
      return text === undefined ? product : { ...product, version: { category: 'range', text } };
    }),
  };
}

export function indexOf(...parameters: Parameters<typeof advisory>): AdvisoryIndex {
  return AdvisoryIndex.of([advisory(...parameters)]);
}
