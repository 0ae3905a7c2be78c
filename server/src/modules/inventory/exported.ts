import type { Asset } from '@busbar/contract';

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
  'cpe',
  'purl',
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
