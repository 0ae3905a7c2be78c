import { affectedLeaves, type Leaf } from './product-tree.ts';
import { random, type Random } from './random.ts';
import spellings from './spellings.json' with { type: 'json' };
import { plainRange, type PlainRange } from './versions.ts';

/** A row of an inventory as somebody might keep it. */
export interface Row {
  readonly vendor?: string | undefined;
  readonly product?: string | undefined;
  readonly model?: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly hardware?: string | undefined;
  readonly firmware?: string | undefined;
}

export interface Drawn {
  /** The noise that was put on a device that is affected, or in what the device misses being affected. */
  readonly kind: string;
  readonly affected: boolean;
  readonly row: Row;
  /** The entry that the device was drawn from. */
  readonly leaf: Leaf;
}

export interface Inventory {
  readonly affected: readonly Drawn[];
  readonly nearMisses: readonly Drawn[];
  /** Entries among the drawn whose range is too free to be drawn a version from. */
  readonly passedOver: number;
}

/**
 * Draws devices from the product trees of advisories and writes them down as inventories do: `count` that are affected,
 * with one kind of noise each, and as many that just are not. Advisory before entry, so that those with a thousand
 * entries do not make up the whole.
 */
export function drawInventory(advisories: readonly string[], seed: number, count: number): Inventory {
  const source = random(seed);
  const trees = advisories.map(affectedLeaves).filter((leaves) => leaves.length > 0);
  const affected = new Balance();
  const nearMisses = new Balance();
  let passedOver = 0;
  for (let tries = 0; tries < count * 100; tries++) {
    if (affected.drawn.length >= count && nearMisses.drawn.length >= count) break;
    const leaves = source.pick(trees);
    const leaf = source.pick(leaves);
    const range = plainRange(leaf.version);
    if (!range || leaf.name === '' || leaf.name.length > 100) {
      passedOver++;
      continue;
    }
    const device = deviceOf(leaf, range, source);
    if (!device) continue;
    if (affected.drawn.length < count)
      affected.add(drawOne(noises, { leaf, leaves, range, device, source }, true, affected));
    if (nearMisses.drawn.length < count && device.plain)
      nearMisses.add(drawOne(misses, { leaf, leaves, range, device, source }, false, nearMisses));
  }
  return { affected: affected.drawn, nearMisses: nearMisses.drawn, passedOver };
}

/** As many of each kind as can be had. */
class Balance {
  readonly drawn: Drawn[] = [];
  readonly #counts = new Map<string, number>();

  add(one: Drawn | undefined): void {
    if (!one) return;
    this.drawn.push(one);
    this.#counts.set(one.kind, this.of(one.kind) + 1);
  }

  of(kind: string): number {
    return this.#counts.get(kind) ?? 0;
  }
}

interface Draw {
  readonly leaf: Leaf;
  /** All entries of the same advisory. */
  readonly leaves: readonly Leaf[];
  readonly range: PlainRange;
  readonly device: Device;
  readonly source: Random;
}

type Change = (draw: Draw) => Row | undefined;

function drawOne(
  kinds: Readonly<Record<string, Change>>,
  draw: Draw,
  affected: boolean,
  balance: Balance,
): Drawn | undefined {
  const names = Object.keys(kinds).toSorted((a, b) => balance.of(a) - balance.of(b));
  for (const kind of names) {
    const row = kinds[kind]!(draw);
    if (row) return { kind, affected, row, leaf: draw.leaf };
  }
  return undefined;
}

/* The device behind an entry */

interface Device {
  readonly row: Row & { readonly product: string };
  /** The entry names this product and no other. */
  readonly plain: boolean;
  /** How a device of a listed family or template came by its name. */
  readonly member: 'order number' | 'template' | 'suffix' | undefined;
}

/** Of each listed family one device that exists. */
const members: readonly (readonly [family: RegExp, orderNumber: string, product?: string])[] = [
  [/\bS7-1200\b.*\bfamily\b/i, '6ES7214-1AG40-0XB0', 'CPU 1214C'],
  [/\bS7-1500\b.*\bfamily\b/i, '6ES7513-1AL02-0AB0', 'CPU 1513-1 PN'],
  [/\bS7-300\b.*\bfamily\b/i, '6ES7317-2EK14-0AB0', 'CPU 317-2 PN/DP'],
  [/\bS7-400\b.*\bfamily\b/i, '6ES7414-3EM07-0AB0', 'CPU 414-3 PN/DP'],
  [/^ControlLogix 5580\b/i, '1756-L85E'],
  [/^ControlLogix 5570\b/i, '1756-L73'],
  [/^GuardLogix 5580\b/i, '1756-L84ES'],
  [/^CompactLogix 5380\b/i, '5069-L320ER'],
  [/^MicroLogix 1400\b/i, '1766-L32BXB'],
  [/^Modicon M340\b/i, 'BMXP342020'],
  [/^Modicon M221\b/i, 'TM221CE24R'],
];

const severalProducts =
  /,|;|\band\b|\bor\b|&|[^\s/]{3,}\s*\/\s*[^\s/]{3,}|\bfamil|\bvariants\b|\bproducts\b|\bmodels\b|\bdevices\b|\ball\b|\bother\b|\bseries\b|\bdevelopers\b|\*|\bx{2,}|[\dA-Z-]x{2,}|[xyz]\s?=|\.\.|\(part|serial n|\bprior\b|\bearlier\b|\bversions?\b|\bwith\b|\busing\b|\bincl|\bexcl|\([A-Z]{1,2}\)\w/i;

function deviceOf(leaf: Leaf, range: PlainRange, source: Random): Device | undefined {
  const { vendor, name, orderNumbers } = leaf;
  if (/^(?:multiple|n\/a|)$/i.test(vendor) || /[,&]| and /.test(vendor.replace(/, (?:Inc|LLC|Ltd).*$/i, '')))
    return undefined;
  const inName = /\bV(\d+(?:\.[\dx]+)*)/i.exec(name)?.[1]?.replace(/x/gi, '1');
  const inside = range.inside(source);
  const firmware = range.fixed === undefined && inName ? `V${inName}` : inside;
  const base = { vendor, firmware };
  const member = members.find(([family]) => family.test(name));
  if (member)
    return {
      row: { ...base, product: member[2] ?? member[1], ...(member[2] && { orderNumber: member[1] }) },
      plain: false,
      member: 'order number',
    };
  const glob = /\(part numbers? ([A-Z]{3}[A-Z0-9]*)\*\)$/.exec(name)?.[1];
  if (glob)
    return {
      row: { ...base, product: `${glob}${20 + source.below(80)}20` },
      plain: false,
      member: 'template',
    };
  if (/^[A-Z][\w-]*\d[\w-]*xx\b(?!.*[,*/])/.test(name) && !/family|series|and/i.test(name)) {
    const filled = name.replace(/x+/g, (run) => String(10 ** (run.length - 1) + source.below(9)));
    return { row: { ...base, product: filled }, plain: false, member: 'template' };
  }
  const series = /^((?:[A-Z]\S* )?[A-Z]{2,}[A-Z0-9-]*\d[A-Z0-9]*) series$/i.exec(name)?.[1];
  if (series && source.chance(0.7)) {
    const suffix = source.pick(['-T', '-MM-SC', '-HV', '-24']);
    return { row: { ...base, product: `${series}${suffix}` }, plain: false, member: 'suffix' };
  }
  const number = orderNumbers[0];
  if (orderNumbers.length > 1 || (number !== undefined && /[?*]/.test(number))) return undefined;
  const product = name
    .replace(/\s*\([^()]*\)/g, (bracket) =>
      (number !== undefined && squeeze(bracket).includes(squeeze(number))) ||
      /^\s*\(\d[A-Z]{2}\d{3,}-/.test(bracket)
        ? ''
        : bracket,
    )
    .trim();
  if (severalProducts.test(product) || product.length < 3) return undefined;
  return {
    row: { ...base, product, ...(number !== undefined && { orderNumber: number }) },
    plain: true,
    member: undefined,
  };
}

/** Letters and digits only. */
function squeeze(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/* Noise */

type Spelling = (typeof spellings.vendors)[number];

function spellingOf(vendor: string): Spelling | undefined {
  return spellings.vendors.find(({ starts }) => vendor.toLowerCase().startsWith(starts.toLowerCase()));
}

function respelled(field: 'alias' | 'mac' | 'german' | 'russian' | 'chinese'): Change {
  return ({ device: { row }, source }) => {
    const names = spellingOf(row.vendor!)?.[field] ?? [];
    return names.length ? { ...row, vendor: source.pick(names) } : undefined;
  };
}

/** Names of product lines in front of the model, which inventories often leave out. */
const lines =
  /^(?:SIMATIC (?:S7-\d+ |NET )?|SCALANCE |RUGGEDCOM (?:ROS )?|MELSEC(?:[- ]?(?:Q|L|F|iQ-[RF]))? (?:series )?|Modicon |EcoStruxure |Sysmac |NPort |MGate |Relion )(?=\S*\d)/i;

const noises: Readonly<Record<string, Change>> = {
  'as listed': ({ device: { row, member } }) => (member ? undefined : row),
  'upper or lower case': ({ device: { row }, source }) => {
    const change = (text: string) => (source.chance(0.5) ? text.toUpperCase() : text.toLowerCase());
    return { ...row, vendor: change(row.vendor!), product: change(row.product) };
  },
  'vendor alias': respelled('alias'),
  'vendor in German': respelled('german'),
  'vendor in Russian': respelled('russian'),
  'vendor in Chinese': respelled('chinese'),
  'vendor from the MAC address': respelled('mac'),
  'maker of the network chip as vendor': ({ device: { row, plain }, source }) =>
    plain && isUnmistakable(row.product)
      ? { ...row, vendor: source.pick(spellings.interfaceMakers) }
      : undefined,
  'vendor missing': ({ device: { row } }) =>
    row.orderNumber !== undefined || isUnmistakable(row.product) ? { ...row, vendor: undefined } : undefined,
  'vendor in the product name': ({ device: { row } }) =>
    /,|Ã/.test(row.vendor!)
      ? undefined
      : { ...row, vendor: undefined, product: `${row.vendor} ${row.product}` },
  'order number only': ({ device: { row } }) =>
    row.orderNumber === undefined ? undefined : { ...row, product: undefined },
  'order number respelled': ({ device: { row }, source }) => {
    const { orderNumber } = row;
    if (orderNumber === undefined) return undefined;
    const spelled = source.pick([
      orderNumber.replaceAll('-', ''),
      orderNumber.replace(/^(.{4})(.)/, '$1 $2'),
      orderNumber.toLowerCase(),
      `${orderNumber.replace(/^(.{4})(.)/, '$1 $2').replaceAll('-', ' - ')} `,
    ]);
    return { ...row, orderNumber: spelled };
  },
  'order number in the product name': ({ device: { row } }) =>
    row.orderNumber === undefined
      ? undefined
      : { ...row, product: `${row.product}, ${row.orderNumber}`, orderNumber: undefined },
  'version with another prefix': ({ device: { row }, source }) => {
    const bare = /^(?:V|v)?\s?(\d.*)$/.exec(row.firmware!)?.[1];
    const prefix = source.pick(['', 'V', 'v', 'V ', 'v.', 'FW ', 'Version ', 'Ver. ', 'Firmware V']);
    return bare === undefined ? undefined : { ...row, firmware: prefix + bare };
  },
  'version with zeros': ({ device: { row }, source }) => {
    if (!/^V?\d+\.\d+(?:\.\d+)?$/i.test(row.firmware!)) return undefined;
    const padded = row.firmware!.replace(/\d+/g, (one) => one.padStart(2, '0'));
    return { ...row, firmware: source.chance(0.6) ? `${row.firmware}.0` : padded };
  },
  'version with a build': ({ device: { row }, source }) =>
    /^V?\d+\.\d+(?:\.\d+)?$/i.test(row.firmware!)
      ? {
          ...row,
          firmware: `${row.firmware} ${source.pick(['build 19072315', '(Build 1234)', 'Build: 77'])}`,
        }
      : undefined,
  'version with remarks': ({ device: { row }, source }) =>
    /^V?\d+\.\d+(?:\.\d+)?$/i.test(row.firmware!)
      ? {
          ...row,
          firmware: source.pick([
            `${row.firmware} (latest)`,
            `${row.firmware} from 2021-03-01`,
            `${row.firmware}, Bootloader 1.0`,
            `прошивка ${row.firmware}`,
            `固件 ${row.firmware}`,
          ]),
        }
      : undefined,
  'vendor twice': ({ device: { row } }) =>
    /,|Ã/.test(row.vendor!) ? undefined : { ...row, product: `${row.vendor} ${row.product}` },
  'order number with words': ({ device: { row }, source }) =>
    row.orderNumber === undefined
      ? undefined
      : {
          ...row,
          product: undefined,
          orderNumber: source.pick([
            `MLFB ${row.orderNumber}`,
            `P/N: ${row.orderNumber}`,
            `Bestell-Nr. ${row.orderNumber}`,
            `1P ${row.orderNumber}`,
            `${row.orderNumber} / FS 05`,
          ]),
        },
  'a sort of device and the model': ({ device: { row, plain } }) =>
    plain ? { ...row, product: 'PLC', model: row.product } : undefined,
  'product line left out': ({ device: { row, plain } }) =>
    plain && lines.test(row.product) ? { ...row, product: row.product.replace(lines, '') } : undefined,
  'general words added': ({ device: { row }, source }) => ({
    ...row,
    product: source.pick([
      `${row.product} controller`,
      `${row.product} module`,
      `${row.product} device`,
      `${row.product} firmware`,
    ]),
  }),
  'written together or apart': ({ device: { row }, source }) => {
    const changed = source.pick([
      (text: string) => text.replace(/(?<=[A-Z]{2,})-?(?=\d)/, ' '),
      (text: string) => text.replace(/(?<=[A-Za-z]) (?=\d)/, ''),
      (text: string) => text.replaceAll('-', ' '),
      (text: string) => text.replaceAll(' ', '_'),
    ])(row.product);
    return changed === row.product ? undefined : { ...row, product: changed };
  },
  'words in another order': ({ device: { row, plain } }) => {
    const words = row.product.split(' ');
    return plain && words.length === 2 && !/[()]/.test(row.product)
      ? { ...row, product: words.toReversed().join(' ') }
      : undefined;
  },
  'line and model in two fields': ({ device: { row, plain } }) => {
    const split = /^(\S+) (\S*\d\S*)$/.exec(row.product);
    return plain && split ? { ...row, product: split[1], model: split[2] } : undefined;
  },
  'slot after the name': ({ device: { row }, source }) => ({
    ...row,
    product: `${row.product}${source.pick([' (slot 2)', ', Slot 3', ' Rack 0/Slot 2', ' [R0/S4]'])}`,
  }),
  'hardware revision beside the version': ({ device: { row }, source }) => ({
    ...row,
    hardware: source.pick(['1', 'HW 3', 'Rev. B', 'E-Stand 5', 'FS 04']),
  }),
  'hardware revision within the version': ({ device: { row }, source }) =>
    /^V?\d[\d.]*$/i.test(row.firmware!)
      ? {
          ...row,
          firmware: source.pick([
            `HW: 3, FW: ${row.firmware}`,
            `FW ${row.firmware} / HW 2`,
            `HW1 FW ${row.firmware}`,
          ]),
        }
      : undefined,
  'hardware revision in the name': ({ device: { row }, source }) => ({
    ...row,
    product: `${row.product}${source.pick([' HW 2', ' Rev. 3', ' (HW Rev. 1)', ' hardware revision 4'])}`,
  }),
  'letters spoilt on the way': ({ device: { row } }) => ({
    ...row,
    vendor: `${row.vendor}\u00a0`,
    product: ` ${row.product.replaceAll(' ', '\u00a0')}\u200b`,
  }),
  'several at once': (draw) => {
    const { device, source } = draw;
    const { vendor } = row(respelled(source.pick(['alias', 'german', 'mac'])), draw);
    const { firmware } = row(noises['version with another prefix']!, draw);
    const { product } = row(noises['slot after the name']!, draw);
    const changed = source.chance(0.5) ? product!.toUpperCase() : product!.toLowerCase();
    return { ...device.row, vendor, firmware, product: changed, hardware: 'HW 2' };
  },
  'member of a family by order number': ({ device: { row, member } }) =>
    member === 'order number' ? row : undefined,
  'member of a template': ({ device: { row, member } }) => (member === 'template' ? row : undefined),
  'member of a series by suffix': ({ device: { row, member } }) => (member === 'suffix' ? row : undefined),
};

/** The device with one kind of noise, or as it is where there is none of that kind. */
function row(change: Change, draw: Draw): Row {
  return change(draw) ?? draw.device.row;
}

/** Nobody would take "XR324-12M" or a name of three words for the product of somebody else. */
function isUnmistakable(name: string): boolean {
  return name.split(' ').length >= 3 || name.split(' ').some((word) => /[A-Z]{2}.*\d{3}/i.test(word));
}

/* Near misses */

const variants = ['Advanced', 'Lean', 'Safety', 'Basic', 'Comfort'];
const variantAtEnd = /^(.*\S) (?:Advanced|Lean|Safety|Basic|Comfort|Pro|Professional|EEC|Plus|Premium)$/i;

const misses: Readonly<Record<string, Change>> = {
  'another model of the line': ({ leaf, leaves, device: { row }, source }) => {
    if (leaves.some(({ name }) => severalProducts.test(withoutBrackets(name)))) return undefined;
    const words = row.product.split(' ');
    const at = words.findLastIndex((word) => /^[A-Z0-9][\w/-]*\d/i.test(word) && !/^v\d/i.test(word));
    const digits = at < 0 ? [] : [...words[at]!.matchAll(/\d/g)];
    if (digits.length < 2) return undefined;
    const place = source.pick(digits).index;
    const other = String((Number(words[at]![place]) + 1 + source.below(8)) % 10);
    const changed = words
      .with(at, words[at]!.slice(0, place) + other + words[at]!.slice(place + 1))
      .join(' ');
    return isListed(changed, leaves) ||
      isListed(
        words[at]!,
        leaves.filter((one) => one !== leaf && one.name !== leaf.name),
      )
      ? undefined
      : { ...row, product: changed, orderNumber: undefined };
  },
  'another order number of the line': ({ leaves, device: { row }, source }) => {
    const number = row.orderNumber;
    if (number === undefined || number.length < 12) return undefined;
    if (leaves.some(({ name }) => /famil|variants|\ball\b|series/i.test(name))) return undefined;
    const place = 4 + source.below(3);
    if (!/\d/.test(number[place]!)) return undefined;
    const changed = number.slice(0, place) + ((Number(number[place]) + 3) % 10) + number.slice(place + 1);
    const isThere = leaves.some(({ orderNumbers }) =>
      orderNumbers.some((one) => squeeze(one) === squeeze(changed)),
    );
    return isThere ? undefined : { ...row, product: undefined, orderNumber: changed };
  },
  'fixed version': ({ leaf, leaves, range, device: { row } }) => {
    if (range.fixed === undefined || leaves.some((one) => one !== leaf && isNear(one.name, leaf.name)))
      return undefined;
    return { ...row, firmware: range.fixed };
  },
  'fixed version, otherwise written': ({ leaf, leaves, range, device: { row }, source }) => {
    if (range.fixed === undefined || leaves.some((one) => one !== leaf && isNear(one.name, leaf.name)))
      return undefined;
    const bare = /^V?(\d+(?:\.\d+)+)$/i.exec(range.fixed)?.[1];
    if (bare === undefined) return undefined;
    return { ...row, firmware: source.pick([`v${bare}.0`, `FW ${bare}`, bare, `${bare}.1`]) };
  },
  'twin brand': ({ device: { row }, source }) => {
    const own = spellingOf(row.vendor!);
    const other = source.pick(spellings.vendors);
    if (
      !own ||
      other === own ||
      related.some((pair) => pair.includes(own.starts) && pair.includes(other.starts))
    )
      return undefined;
    const vendorInName = row.product.toLowerCase().includes(own.starts.toLowerCase().split(' ')[0]!);
    return vendorInName ? undefined : { ...row, vendor: other.starts, orderNumber: undefined };
  },
  'SIPLUS twin': ({ leaves, device: { row } }) => {
    if (!row.product.startsWith('SIMATIC ') || leaves.some(({ name }) => /siplus/i.test(name)))
      return undefined;
    return { ...row, product: row.product.replace('SIMATIC', 'SIPLUS'), orderNumber: undefined };
  },
  'more than the listed variant': ({ leaves, device: { row }, source }) => {
    const variant = source.pick(variants);
    if (row.product.toLowerCase().includes(variant.toLowerCase())) return undefined;
    const changed = `${row.product} ${variant}`;
    return !/\d/.test(row.product) || isListed(changed, leaves) || /[()]/.test(row.product)
      ? undefined
      : { ...row, product: changed, orderNumber: undefined };
  },
  'less than the listed variant': ({ leaves, device: { row } }) => {
    const shorter = variantAtEnd.exec(row.product)?.[1];
    return shorter === undefined || isListed(shorter, leaves)
      ? undefined
      : { ...row, product: shorter, orderNumber: undefined };
  },
};

/** Who builds for whom: a product of the one under the name of the other is no near miss. */
const related: readonly (readonly string[])[] = [
  ['ABB', 'Hitachi Energy', 'B&R', 'General Electric'],
  ['JTEKT', 'Automation Direct'],
  ['Schneider Electric', 'AVEVA'],
  ['General Electric', 'Emerson'],
  ['3S-Smart Software Solutions', 'WAGO', 'ABB', 'Schneider Electric'],
];

function withoutBrackets(name: string): string {
  return name.replace(/\([^()]*\)/g, '');
}

function isListed(name: string, leaves: readonly Leaf[]): boolean {
  const wanted = squeeze(name);
  return leaves.some((leaf) => squeeze(leaf.name).includes(wanted));
}

/** One name holds the other, as a family holds its members. */
function isNear(a: string, b: string): boolean {
  const [one, other] = [squeeze(withoutBrackets(a)), squeeze(withoutBrackets(b))];
  return (
    one.includes(other) ||
    other.includes(one) ||
    severalProducts.test(a) ||
    one.slice(0, 6) === other.slice(0, 6)
  );
}
