import { type Asset, InventoryField } from '@busbar/contract';

/** A device as it leaves: with what tables say of it and no page of ours asks for. */
export interface Exported extends Asset {
  readonly location: string | null;
  readonly description: string | null;
}

/** Under the names by which an import knows them again. */
export const columns = [
  'name',
  'site',
  'role',
  'level',
  'zone',
  'network',
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'software',
  'serial',
  'slot',
  'criticality',
  'location',
  'description',
  'address',
  'mac',
  'protocols',
  'certainty',
  'state',
  'firstSeen',
  'lastSeen',
  'warnings',
  'id',
] as const;

export function cellOf(asset: Exported, column: (typeof columns)[number]) {
  if (column === 'site') return asset.site.name;
  if (column === 'zone') return asset.zone?.name ?? '';
  if (column === 'address') return asset.addresses.join(', ');
  if (column === 'mac') return asset.macs.join(', ');
  if (column === 'protocols') return asset.protocols.join(', ');
  return asset[column];
}

/** What we export as JSON: the devices as the API shows them. */
export function isExport(document: unknown): document is { readonly assets: readonly unknown[] } {
  return Array.isArray((document as { assets?: unknown } | null)?.assets);
}

/** @param most beyond these one more is read, so that it is noticed */
export function tableOfExport(document: { readonly assets: readonly unknown[] }, most: number) {
  const words = (value: unknown): string =>
    typeof value === 'string'
      ? value
      : Array.isArray(value)
        ? value.map(words).filter(Boolean).join(', ')
        : '';
  return tableOf(
    document.assets.slice(0, most + 2).map((asset) => {
      const given = (typeof asset === 'object' && asset !== null ? asset : {}) as Record<string, unknown>;
      const site = (given['site'] as { name?: unknown } | null | undefined)?.name;
      const said = { ...given, site, address: given['addresses'], mac: given['macs'] };
      // Of these, not to be known is a value.
      for (const field of ['role', 'level'] as const)
        if (given[field] === 'unknown') delete said[field as never];
      return Object.fromEntries(
        InventoryField.options.map((field) => [field, words((said as Record<string, unknown>)[field])]),
      );
    }),
  );
}

/** Rows of the fields that a table can have, with the names of the API in its first row. */
export function tableOf(rows: readonly Partial<Record<InventoryField, string>>[]) {
  const table = [
    [...InventoryField.options],
    ...rows.map((row) => InventoryField.options.map((field) => row[field] ?? '')),
  ];
  return table.map((cells, place) => ({ row: place + 1, cells: cells as string[] }));
}
