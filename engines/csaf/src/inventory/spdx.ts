import { type InventoryField, mostCell, type Note, noted, tableOf, type TableRow } from './table.ts';

// SPDX 2.2 and 2.3, as JSON and as tag-value. A device is a package of purpose DEVICE; where there is none, what the document
// describes is what somebody has: a program, or the firmware of a device. What these are made of is no inventory.

interface Package {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly supplier: string;
  readonly originator: string;
  /** Clause 7.24. */
  readonly purpose: string;
  readonly description: string;
  /** Category, type and locator (clause 7.21). */
  readonly refs: readonly (readonly [type: string, locator: string])[];
}

interface Document {
  readonly packages: readonly Package[];
  /** From, type and to (clause 11). */
  readonly relationships: readonly (readonly [from: string, type: string, to: string])[];
}

export const isSpdx = (document: unknown): document is Record<string, unknown> =>
  /^SPDX-2\.\d/.test(words((document as { spdxVersion?: unknown } | null)?.spdxVersion));

/** SPDX 3 is a graph of other elements under other names. */
export const isSpdx3 = (document: unknown): boolean =>
  words((document as { '@context'?: unknown } | null)?.['@context']).startsWith('https://spdx.org/rdf/3.');

export const isSpdxAsTags = (text: string): boolean =>
  /^(?:[^\S\n]*(?:#[^\n]*)?\n)*[^\S\n]*SPDXVersion:[^\S\n]*SPDX-2\.\d/.test(text.slice(0, 4096));

export function tableOfSpdx(document: Record<string, unknown>, most: number) {
  return tableOfDocument(
    {
      packages: records(document['packages']).map((one) => ({
        id: words(one['SPDXID']),
        name: cut(words(one['name'])),
        version: stated(cut(words(one['versionInfo']))),
        supplier: stated(words(one['supplier'])),
        originator: stated(words(one['originator'])),
        purpose: words(one['primaryPackagePurpose']),
        description: words(one['description']) || words(one['summary']),
        refs: records(one['externalRefs'])
          .map((ref) => [words(ref['referenceType']), words(ref['referenceLocator'])] as const)
          .filter(([type]) => isIdentifier.test(type))
          .slice(0, mostRefs),
      })),
      relationships: [
        ...records(document['relationships']).map(
          (one) =>
            [
              words(one['spdxElementId']),
              words(one['relationshipType']),
              words(one['relatedSpdxElement']),
            ] as const,
        ),
        ...list(document['documentDescribes']).map((id) => [theDocument, 'DESCRIBES', words(id)] as const),
      ],
    },
    most,
  );
}

/** Tags before the first package are of the document, those after a file or snippet are of that. */
export function tableOfSpdxTags(text: string, most: number) {
  const packages: { -readonly [Key in keyof Package]: Package[Key] }[] = [];
  const relationships: [string, string, string][] = [];
  let current: (typeof packages)[number] | undefined;
  let refs: [type: string, locator: string][] = [];
  for (const [tag, value] of tagsIn(text)) {
    if (tag === 'PackageName') {
      if (packages.length > most + 1) break;
      refs = [];
      current = { ...nothing, name: cut(value), refs };
      packages.push(current);
    } else if (tag === 'Relationship') {
      const [from, type, to] = value.split(/\s+/);
      if (from && type && to) relationships.push([from, type, to]);
    } else if (tag === 'FileName' || tag === 'SnippetSPDXID' || tag === 'LicenseID') current = undefined;
    else if (current && tag === 'ExternalRef') {
      const [, type, locator] = value.split(/\s+/);
      if (type && locator && isIdentifier.test(type) && refs.length < mostRefs) refs.push([type, locator]);
    } else if (current && Object.hasOwn(tags, tag))
      current[tags[tag as keyof typeof tags]] = tag === 'SPDXID' ? value : stated(cut(value));
  }
  return tableOfDocument({ packages, relationships }, most);
}

/** A value may go on over lines between `<text>` and `</text>`; where that never ends, it is a word like others. */
function* tagsIn(text: string): Generator<readonly [tag: string, value: string]> {
  const lines = text.split(/\r?\n/);
  const lastEnd = lines.findLastIndex((line) => line.includes('</text>'));
  for (let at = 0; at < lines.length; at++) {
    const [, tag, first] = /^[ \t]*([A-Za-z]+):[ \t]*(.*)$/.exec(lines[at]!) ?? [];
    if (tag === undefined || first === undefined) continue;
    const value = [first];
    if (first.startsWith('<text>') && at <= lastEnd)
      while (!lines[at]!.includes('</text>')) value.push(lines[++at]!);
    yield [
      tag,
      value
        .join('\n')
        .replace(/^<text>|<\/text>.*$/gs, '')
        .trim(),
    ];
  }
}

const tags = {
  SPDXID: 'id',
  PackageVersion: 'version',
  PackageSupplier: 'supplier',
  PackageOriginator: 'originator',
  PrimaryPackagePurpose: 'purpose',
  PackageDescription: 'description',
} as const;

const nothing: Package = {
  id: '',
  name: '',
  version: '',
  supplier: '',
  originator: '',
  purpose: '',
  description: '',
  refs: [],
};

const theDocument = 'SPDXRef-DOCUMENT';

function tableOfDocument(
  { packages, relationships }: Document,
  most: number,
): { rows: TableRow[]; notes: Note[] } {
  const byId = new Map(packages.map((one) => [one.id, one]));
  const described = new Set<Package>();
  const within = new Map<Package, Package[]>();
  for (const [one, type, other] of relationships) {
    const [from, to] = reversed.has(type) ? [other, one] : [one, other];
    const part = byId.get(to);
    if (!part) continue;
    if (type.startsWith('DESCRIBE') && from === theDocument) described.add(part);
    const whole = byId.get(from);
    if (!whole || !type.startsWith('CONTAIN')) continue;
    const parts = within.get(whole);
    if (!parts) within.set(whole, [part]);
    else if (parts.length < mostParts) parts.push(part);
  }
  const devices = packages.filter(({ purpose }) => purpose === 'DEVICE');
  const roots = packages.filter((one) => described.has(one));
  const taken = devices.length > 0 ? devices : roots.length > 0 ? roots : packages;
  const other = packages.length - taken.length;
  return {
    rows: tableOf(taken.slice(0, most + 2).map((one) => rowOf(one, within.get(one) ?? []))),
    notes:
      other > 0
        ? [noted('not-devices', `${other} components are no devices and were left out`, { count: other })]
        : [],
  };
}

/** Of these the second is the whole. */
const reversed = new Set(['DESCRIBED_BY', 'CONTAINED_BY']);
/** Firmware and programs of one device; a library is looked for in none. */
const mostParts = 10_000;
/** Of one package; a device shows the first that differ. */
const mostRefs = 100;
const isIdentifier = /^(?:cpe2[23]Type|purl)$/;

/** What is longer than a cell is shown as cut there; parts are written for each device that has them. */
const cut = (text: string) => text.slice(0, mostCell + 1);

function rowOf(one: Package, parts: readonly Package[]): Partial<Record<InventoryField, string>> {
  const firmware = parts.find(({ purpose }) => purpose === 'FIRMWARE' || purpose === 'OPERATING-SYSTEM');
  const isHardware = one.purpose === 'DEVICE';
  const isProgram = !isHardware && one.purpose !== 'FIRMWARE' && one.purpose !== 'OPERATING-SYSTEM';
  return {
    name: one.name,
    product: one.name,
    vendor: organisation(one.supplier) || organisation(one.originator),
    // With its firmware beside it, the version of a device is that of its hardware.
    hardware: isHardware && firmware ? one.version : '',
    firmware: firmware ? firmware.version : isProgram ? '' : one.version,
    software: isProgram ? one.version : programs(parts),
    description: one.description,
    cpe: locators([one, firmware], /^cpe2[23]Type$/),
    purl: locators([one, firmware], /^purl$/),
  };
}

/** No more of them than a cell shows: many devices may have the same. */
function programs(parts: readonly Package[]): string {
  let told = '';
  for (const { purpose, name, version } of parts) {
    if (told.length > mostCell) break;
    if (purpose === 'APPLICATION') told += `${told && ', '}${`${name} ${version}`.trim()}`;
  }
  return told;
}

const locators = (packages: readonly (Package | undefined)[], type: RegExp): string =>
  [
    ...new Set(
      packages.flatMap((one) => one?.refs.flatMap(([is, locator]) => (type.test(is) ? [locator] : [])) ?? []),
    ),
  ]
    .slice(0, 5)
    .join(' ');

/** "Organization: Siemens AG (productcert@siemens.com)" (clause 7.5); a person is no vendor. */
function organisation(text: string): string {
  if (!text.startsWith('Organization:')) return '';
  const name = text.slice('Organization:'.length).trim();
  const contact = name.lastIndexOf('(');
  return contact >= 0 && name.indexOf(')', contact) === name.length - 1
    ? name.slice(0, contact).trim()
    : name;
}

const stated = (text: string): string => (/^(?:NOASSERTION|NONE)$/.test(text) ? '' : text);
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const records = (value: unknown): Record<string, unknown>[] =>
  list(value).filter((one): one is Record<string, unknown> => typeof one === 'object' && one !== null);
const words = (value: unknown): string => (typeof value === 'string' ? value : '');
