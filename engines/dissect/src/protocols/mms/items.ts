import type { Capture, Endpoint } from '../../dissector.ts';
import type { Data } from './data.ts';
import { Memory } from '../../analysis/memory.ts';
import { isDescriptive } from './references.ts';
import type { Shape } from './types.ts';

const MOST_SHAPES = 16_384;
/** Of all types together. */
const MOST_COMPONENTS = 524_288;
const MOST_ITEMS = 131_072;
/** Of one variable, and of all together. */
const MOST_LEAVES = 1_024;
const MOST_LEAVES_IN_ALL = 524_288;

/** A variable of a device, or a part of one. */
export interface Item {
  readonly name: string;
  /** How the device is set up to tell the process, rather than the process. */
  readonly descriptive: boolean;
  /** What it was last seen to be. */
  value: Data | undefined;
  /** The quantities it is made of, as its value was last built. */
  leaves: readonly Item[];
  /** How much was known of types when the leaves were named. */
  learnt: number;
}

/**
 * What is known of the variables of all devices. A structure comes without the names of its parts: those are in the type
 * that the client asked for when it got to know the device, of the variable or of something that contains it. Polling
 * makes nothing new.
 */
export class Items {
  readonly #items = new Map<Endpoint, Map<string, Item>>();
  readonly #shapes: Memory<Shape>;
  readonly #bounds: { dropped: number };
  #count = 0;
  #components = 0;
  #leaves = 0;
  #learnt = 0;

  constructor(capture: Capture) {
    this.#shapes = capture.bounded('memories', new Memory<Shape>(MOST_SHAPES));
    this.#bounds = capture.bounded('memories', { dropped: 0 });
  }

  learn(device: Endpoint, item: string, shape: Shape): void {
    if (!shape.components) return;
    const size = sizeOf(shape);
    if (this.#components + size > MOST_COMPONENTS) {
      this.#bounds.dropped++;
      return;
    }
    const key = keyOf(device, item);
    const before = this.#shapes.get(key);
    this.#components += size - (before ? sizeOf(before) : 0);
    this.#shapes.set(key, shape);
    this.#learnt++;
  }

  find(device: Endpoint, name: string): Item | undefined {
    return this.#items.get(device)?.get(name);
  }

  /** Beyond the bound, one that is not remembered. */
  of(device: Endpoint, name: string): Item {
    let ofDevice = this.#items.get(device);
    if (!ofDevice) this.#items.set(device, (ofDevice = new Map()));
    const known = ofDevice.get(name);
    if (known) return known;
    const item = { name, descriptive: isDescriptive(name), value: undefined, leaves: [], learnt: -1 };
    if (this.#count < MOST_ITEMS) {
      this.#count++;
      ofDevice.set(name, item);
    } else this.#bounds.dropped++;
    return item;
  }

  /** The quantities of a value, in its order: named after its type, without one by their place: `name[0]`. */
  leavesOf(device: Endpoint, item: Item, value: readonly Data[]): readonly Item[] {
    const count = Math.min(countOf(value), MOST_LEAVES);
    if (item.learnt === this.#learnt && item.leaves.length === count) return item.leaves;
    const names: string[] = [];
    const shape = this.#shapeOf(device, item.name);
    if (shape) nameByType(shape, item.name, names);
    if (names.length !== count) {
      names.length = 0;
      nameByPlace(value, item.name, names);
    }
    const leaves = names.map((name) => this.of(device, name));
    const held = this.#leaves + leaves.length - item.leaves.length;
    if (held > MOST_LEAVES_IN_ALL) {
      this.#bounds.dropped++;
      return leaves;
    }
    this.#leaves = held;
    item.leaves = leaves;
    item.learnt = this.#learnt;
    return leaves;
  }

  #shapeOf(device: Endpoint, name: string): Shape | undefined {
    let known = name;
    const below: string[] = [];
    for (;;) {
      let shape = this.#shapes.get(keyOf(device, known));
      if (shape) {
        for (let i = below.length - 1; i >= 0; i--) shape = shape?.components?.get(below[i]!);
        return shape;
      }
      const end = known.lastIndexOf('$');
      if (end < 0) return undefined;
      below.push(known.slice(end + 1));
      known = known.slice(0, end);
    }
  }
}

function keyOf(device: Endpoint, item: string): string {
  return `${device} ${item}`;
}

function sizeOf({ components }: Shape): number {
  let size = 1;
  for (const inner of components?.values() ?? []) size += sizeOf(inner);
  return size;
}

function countOf(values: readonly Data[]): number {
  let count = 0;
  for (const value of values) count += isList(value) ? countOf(value) : 1;
  return count;
}

export function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value);
}

function nameByType(shape: Shape, name: string, names: string[]): void {
  if (names.length >= MOST_LEAVES) return;
  if (!shape.components) names.push(name);
  else for (const [part, inner] of shape.components) nameByType(inner, `${name}$${part}`, names);
}

function nameByPlace(values: readonly Data[], name: string, names: string[]): void {
  for (let i = 0; i < values.length && names.length < MOST_LEAVES; i++) {
    const value = values[i]!;
    if (isList(value)) nameByPlace(value, `${name}[${i}]`, names);
    else names.push(`${name}[${i}]`);
  }
}
