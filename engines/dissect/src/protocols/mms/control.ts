import type { Params } from '../../dissector.ts';
import { type Data, shown } from './data.ts';
import type { Reference } from './references.ts';

/** What a client does to a controllable object: IEC 61850-8-1, 20. */
export type Service = 'operate' | 'select' | 'cancel';

const services: Readonly<Record<string, Service>> = {
  Oper: 'operate',
  SBOw: 'select',
  SBO: 'select',
  Cancel: 'cancel',
};

/** Of `CO` variables; the whole structure, or a member of it. */
export function controlService({ constraint, path }: Reference): Service | undefined {
  if (constraint !== 'CO') return undefined;
  for (const part of path) if (part in services) return services[part];
  return undefined;
}

// IEC 61850-7-2, orCat.
const categories: readonly string[] = [
  'not supported',
  'bay',
  'station',
  'remote',
  'automatic bay',
  'automatic station',
  'automatic remote',
  'maintenance',
  'process',
];

export interface Command {
  readonly value: Data;
  readonly category?: string;
  readonly originator?: string;
  readonly number?: number;
  readonly test?: boolean;
  readonly checks?: string;
}

/** Oper, SBOw and Cancel: ctlVal, operTm where it is configured, origin, ctlNum, T, Test, and Check but for Cancel. */
export function commandOf(data: Data): Command {
  if (!Array.isArray(data)) return { value: data };
  const [value = '', ...rest] = data as readonly Data[];
  const origin = rest.find((part): part is readonly Data[] => Array.isArray(part));
  const [category, originator] = origin ?? [];
  const after = origin ? rest.slice(rest.indexOf(origin) + 1) : [];
  const number = after.find((part) => typeof part === 'number');
  const test = after.find((part) => typeof part === 'boolean');
  const check = after.find((part) => typeof part === 'object' && 'bits' in part);
  return {
    value,
    ...(typeof category === 'number' && { category: categories[category] ?? String(category) }),
    ...(typeof originator === 'string' && originator !== '' && { originator: textOf(originator) }),
    ...(number !== undefined && { number }),
    ...(test !== undefined && { test }),
    ...(check && { checks: checksOf(check.bits) }),
  };
}

export function paramsOf(command: Command): Params {
  const { value, category, originator, number, test, checks } = command;
  return {
    value: shown(value),
    ...(category && { origin: category }),
    ...(originator && { originator }),
    ...(number !== undefined && { number }),
    ...(test && { test }),
    ...(checks && { checks }),
  };
}

/** Octets, which in practice are a name or an address in text. */
function textOf(digits: string): string {
  const codes = (digits.match(/../g) ?? []).map((digit) => parseInt(digit, 16));
  const text = codes.every((code) => code >= 0x20 && code < 0x7f) ? String.fromCharCode(...codes) : digits;
  return text.trim();
}

function checksOf(bits: string): string {
  const [synchro, interlock] = bits;
  if (synchro === '1') return interlock === '1' ? 'synchrocheck and interlock' : 'synchrocheck';
  return interlock === '1' ? 'interlock' : 'none';
}

// IEC 61850-8-1, 20.11: the report by which a device says why it did not do as it was told.
export const LAST_ERROR = 'LastApplError';

/** IEC 61850-7-2, AddCause. */
export const addCauses: Readonly<Record<number, string>> = {
  0: 'unknown cause',
  1: 'control not supported',
  2: 'blocked by switching hierarchy',
  3: 'select failed',
  4: 'invalid position',
  5: 'position reached',
  6: 'parameter change in execution',
  7: 'step limit',
  8: 'blocked by mode',
  9: 'blocked by process',
  10: 'blocked by interlocking',
  11: 'blocked by synchrocheck',
  12: 'command already in execution',
  13: 'blocked by health',
  14: 'one of n control',
  15: 'abortion by cancel',
  16: 'time limit over',
  17: 'abortion by trip',
  18: 'object not selected',
  19: 'object already selected',
  20: 'no access authority',
  21: 'ended with overshoot',
  22: 'abortion due to deviation',
  23: 'abortion by communication loss',
  24: 'blocked by command',
  25: 'no cause',
  26: 'inconsistent parameters',
  27: 'locked by other client',
};

/** The object and the AddCause of a LastApplError. */
export function lastErrorOf(data: Data): { object: string; cause: number } | undefined {
  if (!Array.isArray(data) || data.length < 5) return undefined;
  const [object, , , , cause] = data as readonly Data[];
  return typeof object === 'string' && typeof cause === 'number' ? { object, cause } : undefined;
}
