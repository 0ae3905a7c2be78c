import type { InventoryField, Told } from '@busbar/contract';

import { type Exported, tableOf } from './exported.ts';

// CycloneDX 1.6 and 1.7 (ECMA-424). A device is a component of type `device`, its firmware a component of type
// `firmware` within it, what runs on it components of type `application`; serial number and MAC address stand under the names of the property taxonomy (cdx:device),
// and what no standard has a name for under our own.

const named = {
  serial: 'cdx:device:serialNumber',
  mac: 'cdx:device:macAddress',
  location: 'cdx:device:location',
  orderNumber: 'busbar:orderNumber',
  address: 'busbar:address',
  model: 'busbar:model',
  role: 'busbar:role',
  level: 'busbar:level',
  slot: 'busbar:slot',
  criticality: 'busbar:criticality',
  site: 'busbar:site',
} as const;

interface Component {
  readonly 'bom-ref'?: unknown;
  readonly type?: unknown;
  readonly name?: unknown;
  readonly version?: unknown;
  readonly publisher?: unknown;
  readonly description?: unknown;
  readonly manufacturer?: { readonly name?: unknown } | null;
  readonly supplier?: { readonly name?: unknown } | null;
  readonly properties?: unknown;
  readonly components?: unknown;
}

export function isCycloneDx(document: unknown): document is Component {
  return (
    typeof document === 'object' &&
    document !== null &&
    (document as { bomFormat?: unknown }).bomFormat === 'CycloneDX'
  );
}

/** The devices of a document as a table with the names of the API in its first row. */
export function tableOfCycloneDx(
  document: Component,
  most: number,
): { rows: { row: number; cells: string[] }[]; notes: Told[] } {
  const rows: Partial<Record<InventoryField, string>>[] = [];
  let other = 0;
  const walk = (parts: unknown, depth: number, isWithin: boolean) => {
    if (!Array.isArray(parts) || depth > 50) return;
    for (const part of parts as Component[]) {
      if (typeof part !== 'object' || part === null) continue;
      const isDevice = part.type === 'device';
      if (isDevice) rows.push(rowOf(part));
      else if (part.type !== 'firmware' && !(isWithin && part.type === 'application')) other++;
      if (rows.length > most + 1) return;
      walk(part.components, depth + 1, isDevice);
    }
  };
  walk(document.components, 0, false);
  const notes: Told[] =
    other > 0
      ? [
          {
            code: 'not-devices',
            params: { count: other },
            text: `${other} components are no devices and were left out`,
          },
        ]
      : [];
  return { rows: tableOf(rows), notes };
}

function rowOf(part: Component): Partial<Record<InventoryField, string>> {
  const properties = new Map<string, string[]>();
  for (const property of list(part.properties) as { name?: unknown; value?: unknown }[]) {
    const [name, value] = [words(property?.name), words(property?.value)];
    if (value) properties.set(name, [...(properties.get(name) ?? []), value]);
  }
  const all = (name: string) => properties.get(name)?.join(', ') ?? '';
  const parts = list(part.components) as Component[];
  const firmware = parts.find((inner) => inner?.type === 'firmware');
  const called = words(part.name);
  const isOurs = all('busbar:name') !== '';
  return {
    id: isOurs ? words(part['bom-ref']) : '',
    name: all('busbar:name') || called,
    product: isOurs ? all('busbar:product') : '',
    software: parts
      .filter((inner) => inner?.type === 'application')
      .map((inner) => `${words(inner.name)} ${words(inner.version)}`.trim())
      .filter(Boolean)
      .join(', '),
    vendor: words(part.manufacturer?.name) || words(part.supplier?.name) || words(part.publisher),
    hardware: words(part.version),
    firmware: words(firmware?.version),
    description: words(part.description),
    ...Object.fromEntries(Object.entries(named).map(([column, name]) => [column, all(name)])),
  };
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const words = (value: unknown): string => (typeof value === 'string' ? value : '');

/** @param at when it was written */
export function cycloneDxOf(
  assets: readonly Exported[],
  at: Date,
  tool: { name: string; version: string },
): object {
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${crypto.randomUUID()}`,
    version: 1,
    metadata: {
      timestamp: at.toISOString(),
      tools: { components: [{ type: 'application', ...tool }] },
    },
    components: assets.map((asset) => ({
      type: 'device',
      'bom-ref': asset.id,
      ...(asset.vendor && { manufacturer: { name: asset.vendor } }),
      name: asset.product ?? asset.model ?? asset.name,
      ...(asset.hardware && { version: asset.hardware }),
      ...(asset.description && { description: asset.description }),
      properties: propertiesOf(asset),
      ...((asset.firmware || asset.software) && { components: partsOf(asset) }),
    })),
  };
}

function partsOf({ id, name, product, model, firmware, software }: Exported): object[] {
  return [
    ...(firmware
      ? [
          {
            type: 'firmware',
            'bom-ref': `${id}/firmware`,
            name: `${product ?? model ?? name} firmware`,
            version: firmware,
          },
        ]
      : []),
    ...(software ? [{ type: 'application', 'bom-ref': `${id}/software`, name: software }] : []),
  ];
}

function propertiesOf(asset: Exported): { name: string; value: string }[] {
  const one = (name: string, value: string | null) => (value ? [{ name, value }] : []);
  return [
    ...one('busbar:name', asset.name),
    // A component is called by what there is, and that need not be its product.
    ...one('busbar:product', asset.product),
    ...one(named.serial, asset.serial),
    ...one(named.orderNumber, asset.orderNumber),
    ...one(named.model, asset.model),
    ...asset.macs.flatMap((mac) => one(named.mac, mac)),
    ...asset.addresses.flatMap((address) => one(named.address, address)),
    ...one(named.role, asset.role === 'unknown' ? null : asset.role),
    ...one(named.level, asset.level === 'unknown' ? null : asset.level),
    ...one(named.location, asset.location),
    ...one(named.site, asset.site.name),
    ...one(named.slot, asset.slot),
    ...one(named.criticality, asset.criticality),
    ...one('busbar:zone', asset.zone?.name ?? null),
    ...one('busbar:network', asset.network),
  ];
}
