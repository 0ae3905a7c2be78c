import { type InventoryField, type Note, noted, tableOf, type TableRow } from './table.ts';

// CycloneDX 1.6 and 1.7 (ECMA-424). A device is a component of type `device`, its firmware a component of type
// `firmware` within it, what runs on it components of type `application`; serial number and MAC address stand under the
// names of the property taxonomy (cdx:device), and what no standard has a name for under our own.

/** Under which names properties of a component tell what a device is. */
export const cycloneDxNames = {
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
  zone: 'busbar:zone',
} as const;

/** A component has one identifier of a kind; what a device has besides stands here. */
export const severalNames = { cpe: 'busbar:cpe', purl: 'busbar:purl' } as const;

interface Component {
  readonly 'bom-ref'?: unknown;
  readonly type?: unknown;
  readonly name?: unknown;
  readonly version?: unknown;
  readonly publisher?: unknown;
  readonly description?: unknown;
  readonly cpe?: unknown;
  readonly purl?: unknown;
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
export function tableOfCycloneDx(document: Component, most: number): { rows: TableRow[]; notes: Note[] } {
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
  const notes: Note[] =
    other > 0
      ? [noted('not-devices', `${other} components are no devices and were left out`, { count: other })]
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
    product: isOurs ? all('busbar:product') : called,
    software: parts
      .filter((inner) => inner?.type === 'application')
      .map((inner) => `${words(inner.name)} ${words(inner.version)}`.trim())
      .filter(Boolean)
      .join(', '),
    vendor: words(part.manufacturer?.name) || words(part.supplier?.name) || words(part.publisher),
    hardware: words(part.version),
    firmware: words(firmware?.version),
    description: words(part.description),
    // That of the hardware says nothing of the firmware on it, and that is what advisories speak of.
    cpe: together(part.cpe, firmware?.cpe, properties.get(severalNames.cpe)),
    purl: together(part.purl, firmware?.purl, properties.get(severalNames.purl)),
    ...Object.fromEntries(Object.entries(cycloneDxNames).map(([column, name]) => [column, all(name)])),
  };
}

const together = (own: unknown, firmware: unknown, more: readonly string[] = []): string =>
  [...new Set([words(own), words(firmware), ...more].filter(Boolean))].join(' ');

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const words = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The namespace stands in its first element, whatever prefix and comments are around (CycloneDX 1.0 to 1.7). */
export const isCycloneDxAsXml = (start: string): boolean =>
  /^\s*</.test(start) &&
  /xmlns(?::[\w.-]+)?\s*=\s*["']https?:\/\/cyclonedx\.org\/schema\/bom\//.test(start.slice(0, 4096));
