import fields from './data/asset-fields.json' with { type: 'json' };
import type { Asset } from './asset.ts';

type Field = keyof Asset | 'id' | 'name';

/** What inventories call a field → what it is here. Written without blanks, dashes and underscores, in lower case. */
const fieldOf = new Map(
  Object.entries(fields.fields).flatMap(([field, names]) =>
    [field, ...names].map((name) => [spelled(name), field as Field] as const),
  ),
);
/** Of the hardware, and told together: what conditions and variants ask for. */
const hardwareWords = new Map(Object.entries(fields.hardware).map(([name, word]) => [spelled(name), word]));

export interface AssetRecord {
  readonly id: string | undefined;
  readonly asset: Asset;
  /** Fields that say nothing about what a device is. */
  readonly ignored: readonly string[];
}

/** A row of an inventory, whatever its columns are called: `order_number`, `Bestellnummer`, `артикул`. */
export function assetOfRecord(record: Readonly<Record<string, unknown>>): AssetRecord {
  const known: Partial<Record<Field, string>> = {};
  const hardware: string[] = [];
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(record)) {
    const text = textOf(value);
    if (text === '') continue;
    const key = spelled(name);
    const field = fieldOf.get(key);
    const word = hardwareWords.get(key);
    if (word !== undefined)
      hardware.push(word && !text.toLowerCase().startsWith(word.toLowerCase()) ? `${word} ${text}` : text);
    else if (field === undefined) ignored.push(name);
    else if (field === 'hardware') hardware.push(text);
    else known[field] ??= text;
  }
  const { id, name, ...asset } = known;
  return {
    id: id ?? name,
    asset: {
      ...asset,
      // What people call a device is better than nothing.
      ...(name !== undefined && !asset.product && !asset.model && !asset.orderNumber && { product: name }),
      ...(hardware.length > 0 && { hardware: hardware.join(', ') }),
    },
    ignored,
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
}

function spelled(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[\s._\-/()№#:]+/g, '');
}
