import { type DataValue, dateText, type ExtensionObject, hexOf, type Variant } from './builtin.ts';
import { isBad, statusName } from './status-codes.ts';

const MOST_ELEMENTS = 16;
const LONGEST = 128;
const DEEPEST = 3;

// OPC 10000-6, 5.1.2.
const FLOAT = 10;
const LAST_NUMBER = 11;
const DATE_TIME = 13;
const STATUS_CODE = 19;
const EXTENSION_OBJECT = 22;
const DATA_VALUE = 23;
const VARIANT = 24;

/** NaN where it is not a number; true is 1. A time or a status is none. */
export function numberOf({ type, value }: Variant): number {
  if (type > LAST_NUMBER) return NaN;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'bigint' ? Number(value) : NaN;
}

/** A value in words. */
export function shown(variant: Variant): string {
  return shownOf(variant, 0);
}

/** With what its status says, unless it is good. */
export function shownData({ value, status }: DataValue): string {
  if (isBad(status)) return statusName(status);
  const quality = status >>> 30 === 0 ? '' : ` (${statusName(status)})`;
  return `${shown(value)}${quality}`;
}

function shownOf({ type, value }: Variant, depth: number): string {
  if (Array.isArray(value)) {
    const elements = value
      .slice(0, MOST_ELEMENTS)
      .map((element: unknown) => shownOf({ type, value: element }, depth + 1));
    return `[${elements.join(', ')}${value.length > MOST_ELEMENTS ? ', …' : ''}]`;
  }
  if (depth > DEEPEST) return '…';
  switch (type) {
    case FLOAT:
      return String(Number((value as number).toPrecision(7)));
    case DATE_TIME:
      return dateText(value as number) ?? 'none';
    case STATUS_CODE:
      return statusName(value as number);
    case EXTENSION_OBJECT:
      return shownStructure(value as ExtensionObject);
    case DATA_VALUE:
      return shownOf((value as DataValue).value, depth + 1);
    case VARIANT:
      return shownOf(value as Variant, depth + 1);
    default:
      return shownScalar(value);
  }
}

function shownScalar(value: unknown): string {
  if (value === null) return 'empty';
  if (value instanceof Uint8Array) {
    return `${hexOf(value.subarray(0, MOST_ELEMENTS))}${value.length > MOST_ELEMENTS ? '…' : ''}`;
  }
  if (typeof value === 'string') return JSON.stringify(value.slice(0, LONGEST));
  return typeof value === 'object' ? '…' : String(value as number | bigint | boolean);
}

/** `Range {low: 0, high: 100}`; what has an inner structure is named only. */
function shownStructure({ type, body }: ExtensionObject): string {
  if (!body) return type;
  const fields = Object.entries(body)
    .slice(0, MOST_ELEMENTS)
    .map(([field, value]) => `${field}: ${shownScalar(value)}`);
  return `${type} {${fields.join(', ')}}`;
}
