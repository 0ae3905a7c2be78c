import { inventoryFields, tableOf, type TableRow } from './table.ts';

const nameOf = (place: unknown) => (place as { name?: unknown } | null | undefined)?.name;

/** What Busbar exports as JSON: the devices as its API shows them. */
export function isExport(document: unknown): document is { readonly assets: readonly unknown[] } {
  return Array.isArray((document as { assets?: unknown } | null)?.assets);
}

/** @param most beyond these one more is read, so that it is noticed */
export function tableOfExport(document: { readonly assets: readonly unknown[] }, most: number): TableRow[] {
  const words = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? value.map(words).filter(Boolean).join(', ')
        : '';
  return tableOf(
    document.assets.slice(0, most + 2).map((asset) => {
      const given = (typeof asset === 'object' && asset !== null ? asset : {}) as Record<string, unknown>;
      const said: Record<string, unknown> = {
        ...given,
        site: nameOf(given['site']),
        zone: nameOf(given['zone']),
        address: given['addresses'],
        mac: given['macs'],
      };
      // Of these, not to be known is a value.
      for (const field of ['role', 'level']) if (given[field] === 'unknown') delete said[field];
      return Object.fromEntries(inventoryFields.map((field) => [field, words(said[field])]));
    }),
  );
}
