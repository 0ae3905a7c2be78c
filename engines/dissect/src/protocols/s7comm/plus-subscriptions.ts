import type { Endpoint } from '../../dissector.ts';
import { addressName } from './plus-names.ts';

/** Names of variables by the numbers that a client gave them. */
export type SubscribedItems = ReadonlyMap<number, string>;

const CREATE = 0x8000_0000;
/** In front of the items: whether it is a new list, how many leave it, how many come. */
const HEADER = 3;
/** Of an item: how many identifiers, its number, one that nobody knows, area, checksum of the symbol. */
const ITEM_HEADER = 5;
const MOST_IDENTIFIERS = 64;
const MOST_ITEMS = 65_536;

/**
 * The list of references of a subscription, as S7CommPlusDriver writes it. Undefined for one that changes another: how it
 * names what leaves it is not published.
 */
export function readReferences(list: readonly number[]): SubscribedItems | undefined {
  const [head = 0, leave = 0, come = 0] = list;
  if (head < CREATE || leave !== 0) return undefined;
  const items = new Map<number, string>();
  let at = HEADER;
  for (let left = come; left > 0 && at + ITEM_HEADER < list.length; left--) {
    const length = list[at]! % 0x1_0000;
    const [item, , area] = list.slice(at + 1, at + ITEM_HEADER) as [number, number, number];
    const locals = list.slice(at + ITEM_HEADER + 1, at + ITEM_HEADER + length);
    if (length === 0 || length > MOST_IDENTIFIERS || at + ITEM_HEADER + length > list.length) break;
    items.set(item, addressName(area, locals));
    at += ITEM_HEADER + length;
  }
  return items;
}

/** What clients subscribed to, by controller and subscription; the oldest gives way when there are too many items. */
export class Subscriptions {
  readonly #items = new Map<string, SubscribedItems>();
  #size = 0;
  dropped = 0;

  add(controller: Endpoint, subscription: number, items: SubscribedItems): void {
    this.delete(controller, subscription);
    for (const [oldest, { size }] of this.#items) {
      if (this.#size + items.size < MOST_ITEMS) break;
      this.#items.delete(oldest);
      this.#size -= size + 1;
      this.dropped++;
    }
    this.#items.set(keyOf(controller, subscription), items);
    this.#size += items.size + 1;
  }

  delete(controller: Endpoint, subscription: number): void {
    const key = keyOf(controller, subscription);
    const items = this.#items.get(key);
    if (!items) return;
    this.#items.delete(key);
    this.#size -= items.size + 1;
  }

  /** Whoever came too late to see the subscription knows the item by its number. */
  nameOf(controller: Endpoint, subscription: number, item: number): string {
    const name = this.#items.get(keyOf(controller, subscription))?.get(item);
    return name ?? `subscription 0x${subscription.toString(16)} item ${item}`;
  }
}

const keyOf = (controller: Endpoint, subscription: number): string => `${controller} ${subscription}`;
