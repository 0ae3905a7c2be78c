import type { Params } from '../../dissector.ts';
import { errorCodes } from './errors.ts';
import {
  ADD_LIST_ELEMENT,
  COV_NOTIFICATION,
  COV_NOTIFICATION_MULTIPLE,
  READ_PROPERTY,
  READ_PROPERTY_MULTIPLE,
  READ_RANGE,
  REMOVE_LIST_ELEMENT,
  UNCONFIRMED_COV_NOTIFICATION_MULTIPLE,
  WRITE_PROPERTY,
  WRITE_PROPERTY_MULTIPLE,
} from './services.ts';
import { type Content, type Group, groupOf, listOf, numberIn, valueOf } from './shapes.ts';
import { objectName, propertyName, type Scalar, shown } from './values.ts';

export const MOST_SHOWN = 32;

/** What is said of one property. */
export interface Said {
  readonly object: number;
  readonly property: number;
  readonly index: number | undefined;
  readonly value: Content | undefined;
  readonly priority: number | undefined;
  readonly error: number | undefined;
}

/** What a service says of properties, one by one. */
export function saidBy(service: number, parameters: Content | undefined): Said[] {
  const group = groupOf(parameters);
  switch (service) {
    case COV_NOTIFICATION:
      return saidOfAll(group['values'], numberIn(group, 'object') ?? -1);
    case COV_NOTIFICATION_MULTIPLE:
    case UNCONFIRMED_COV_NOTIFICATION_MULTIPLE:
      return listOf(group['objects']).flatMap(saidOfObject);
    case READ_PROPERTY_MULTIPLE:
    case WRITE_PROPERTY_MULTIPLE:
      return listOf(parameters).flatMap(saidOfObject);
    case READ_PROPERTY:
    case WRITE_PROPERTY:
    case ADD_LIST_ELEMENT:
    case REMOVE_LIST_ELEMENT:
    case READ_RANGE:
      return [saidOf(group, numberIn(group, 'object') ?? -1)];
    default:
      return [];
  }
}

export function saidOfObject(content: Content): Said[] {
  const group = groupOf(content);
  const object = numberIn(group, 'object') ?? -1;
  return saidOfAll(group['values'] ?? group['results'] ?? group['properties'], object);
}

export function saidOfAll(content: Content | undefined, object: number): Said[] {
  return listOf(content).map((one) => saidOf(groupOf(one), object));
}

export function saidOf(group: Group, object: number): Said {
  return {
    object: object >= 0 ? object : (numberIn(group, 'object') ?? 0),
    property: numberIn(group, 'property') ?? 0,
    index: numberIn(group, 'index'),
    value: group['value'],
    priority: numberIn(group, 'priority'),
    error: numberIn(groupOf(group['error']), 'error code'),
  };
}

export function itemName({ object, property, index }: Pick<Said, 'object' | 'property' | 'index'>): string {
  const name = `${objectName(object)} ${propertyName(property)}`;
  return index === undefined ? name : `${name}[${index}]`;
}

export function itemsOf(said: readonly Said[]): Params {
  const shownOnes = said.slice(0, MOST_SHOWN);
  const hasValues = shownOnes.some(({ value, error }) => value !== undefined || error !== undefined);
  return {
    items: shownOnes.map(itemName),
    ...(hasValues && {
      values: shownOnes.map(({ value, error }) =>
        error === undefined ? shownOf(value) : `error: ${errorCodes[error] ?? error}`,
      ),
    }),
  };
}

export function shownIn(group: Group, name: string): Scalar {
  const value = valueOf(group[name]);
  return value ? shown(value) : null;
}

/** A value as it is, several as text. */
export function shownOf(content: Content | undefined): Scalar {
  if (content === undefined) return null;
  const value = valueOf(content);
  if (value) return shown(value);
  const items = listOf(content);
  if (items.length === 1) return shownOf(items[0]);
  const parts = items.length > 0 ? items : Object.values(groupOf(content));
  const texts = parts.slice(0, MOST_SHOWN).map((part) => String(shownOf(part)));
  return `{${texts.join(', ')}${parts.length > MOST_SHOWN ? ', …' : ''}}`;
}
