import type { Param, Params } from '../../dissector.ts';
import { attributeName } from './attributes.ts';
import { authenticationErrors } from './authentication.ts';
import { type Command, dateOf, type Fragment, type ObjectHeader, ONLINE, type Point } from './fragment.ts';
import type { FileObject } from './files.ts';
import { groups, pointNames } from './groups.ts';
import { controlStatuses, controlTypes, fileModes, indications, RESPONSE, tripClose } from './names.ts';
import { shortest } from './numbers.ts';
import type { Association } from './associations.ts';
import type { Outputs } from './outputs.ts';
import { isCommand } from './process-values.ts';

const MOST_SHOWN = 32;
const ANALOG_COMMAND = 41;
const BINARY_COMMAND = 12;

/** What is asked for: `class 1`, `analog input 0…9`. */
export function objectsOf({ headers }: Fragment): string[] {
  return headers.slice(0, MOST_SHOWN).map((header) => {
    const { group, variation, first, last, points } = header;
    if (group === 60) return `class ${variation - 1}`;
    if (group === 0) return attributeName(variation);
    const name = groups[group] ?? `group ${group}`;
    if (first !== undefined) return first === last ? `${name} ${first}` : `${name} ${first}…${last}`;
    if (points.length > 0 && last !== undefined) {
      return `${name} ${points
        .slice(0, 8)
        .map(({ index }) => index)
        .join(' ')}`;
    }
    return name;
  });
}

/** What was said about points: `AI 3 = 4711`. */
export function valuesOf({ headers }: Fragment): string[] {
  const values: string[] = [];
  let common = 0;
  for (const header of headers) {
    for (const point of header.points) {
      if (header.group === 51) common = point.time ?? 0;
      if (values.length >= MOST_SHOWN) return values;
      const text = textOf(header, point, common);
      if (text !== undefined) values.push(text);
    }
  }
  return values;
}

function textOf({ group, variation }: ObjectHeader, point: Point, common: number): string | undefined {
  const { attribute, value, flags, time, relative } = point;
  if (attribute)
    return attribute.value === undefined ? undefined : `${attributeName(variation)} = ${attribute.value}`;
  if (group === 50 && time !== undefined) return dateOf(time);
  if (group === 80) return `${indications[point.index]?.[1] ?? point.index} = ${shown(value ?? '?')}`;
  if (group === 90) return value === undefined ? undefined : String(value);
  const name = pointNames[group];
  if (name === undefined || value === undefined) return undefined;
  const when = time ?? (relative !== undefined && common > 0 ? common + relative : undefined);
  const offline = flags !== undefined && !(flags & ONLINE) ? ' (offline)' : '';
  const at = when === undefined ? '' : ` at ${dateOf(when)}`;
  return `${name} ${point.index} = ${shown(value)}${offline}${at}`;
}

function shown(value: number | boolean | string): string {
  return typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value);
}

/** What is commanded, of which points, and what they were worth before. */
export function commandsOf({ headers }: Fragment, outputs: Outputs): Params {
  const points: number[] = [];
  const commands: string[] = [];
  const before: Param[] = [];
  for (const { group, points: meant } of headers) {
    for (const point of meant.slice(0, MOST_SHOWN - points.length)) {
      if (group === BINARY_COMMAND && point.command) {
        commands.push(`BO ${point.index} ${commandText(point.command)}`);
        before.push(outputs.binary(point.index) ?? null);
      } else if (group === ANALOG_COMMAND && typeof point.value === 'number') {
        commands.push(`AO ${point.index} := ${point.value}`);
        const was = outputs.analog(point.index);
        before.push(was === undefined ? null : shortest(was));
      } else continue;
      points.push(point.index);
    }
  }
  const known = before.some((value) => value !== null);
  return { points, commands, ...(known && { before: before as (number | boolean | null)[] }) };
}

/** `close pulse-on 2 × 100/200 ms`. */
function commandText({ code, count, on, off }: Command): string {
  const trip = code >> 6;
  const type = controlTypes[code & 0xf] ?? `operation ${code & 0xf}`;
  const pulse = (code & 0xf) === 1 || (code & 0xf) === 2;
  const words = [trip > 0 ? tripClose[trip]! : '', type, code & 0x20 ? 'after clearing' : ''];
  if (pulse) words.push(`${count > 1 ? `${count} × ` : ''}${on}/${off} ms`);
  return words.filter((word) => word !== '').join(' ');
}

/** Of each control, what became of it. */
export function statusesOf({ headers }: Fragment): number[] {
  return headers
    .filter(({ group }) => isCommand(group))
    .flatMap(({ points }) => points.flatMap(({ status }) => status ?? []));
}

export function statusName(status: number): string {
  return controlStatuses[status] ?? `status ${status}`;
}

/** Time, files, authentication, delays: whatever the function is about besides points. */
export function detailsOf({ code, headers }: Fragment, association: Association): Params {
  let params: Params = {};
  for (const { group, variation, points } of headers) {
    const [point] = points;
    if (!point) continue;
    if (group === 50 && point.time !== undefined) params = { ...params, time: dateOf(point.time) };
    if (group === 52 && point.value !== undefined) {
      params = { ...params, delay: `${shown(point.value)} ${variation === 1 ? 's' : 'ms'}` };
    }
    if (point.authentication) {
      const { variation: _, error, name, ...rest } = point.authentication;
      params = { ...params, [code >= RESPONSE ? 'answer' : 'authentication']: name, ...rest };
      if (error !== undefined) params = { ...params, error: authenticationErrors[error] ?? error };
    }
    if (point.file) {
      params = { ...params, ...fileParams(point.file, association) };
    }
  }
  return params;
}

function fileParams(object: FileObject, association: Association): Params {
  const { variation: _, mode, status: __, secret: ___, contentAt: ____, name, octets, ...rest } = object;
  const file = name ?? (object.handle === undefined ? undefined : association.fileOf(object.handle));
  return {
    ...rest,
    ...(octets ? { octets } : {}),
    ...(file !== undefined && { file }),
    ...(mode !== undefined && { mode: fileModes[mode] ?? mode }),
  };
}
