import type { Capture, Endpoint } from '../../dissector.ts';
import type { Data } from './data.ts';
import { Memory } from './memory.ts';
import type { Shape } from './types.ts';

const MOST_SHAPES = 16_384;
const MOST_NAMED = 65_536;
/** Of one variable. */
const MOST_LEAVES = 1_024;

/**
 * Which quantities a variable is made of. A structure comes without the names of its parts; those are in the type that
 * the client asked for when it got to know the device, of the variable or of something that contains it.
 */
export class Leaves {
  readonly #shapes: Memory<Shape>;
  readonly #named: Memory<readonly string[]>;

  constructor(capture: Capture) {
    this.#shapes = capture.bounded('memories', new Memory<Shape>(MOST_SHAPES));
    this.#named = capture.bounded('memories', new Memory<readonly string[]>(MOST_NAMED));
  }

  learn(device: Endpoint, item: string, shape: Shape): void {
    if (!shape.components) return;
    this.#shapes.set(keyOf(device, item), shape);
    this.#named.clear();
  }

  /** Each quantity of a value with its name; without a type, by its place: `name[0]`. */
  each(device: Endpoint, item: string, value: Data, tell: (name: string, value: Data) => void): void {
    if (!Array.isArray(value)) return tell(item, value);
    const names = this.#namesOf(device, item);
    const counter = { next: 0 };
    if (names.length === countOf(value as readonly Data[])) walk(value, names, counter, tell);
    else walkByPlace(value, item, counter, tell);
  }

  #namesOf(device: Endpoint, item: string): readonly string[] {
    const key = keyOf(device, item);
    let names = this.#named.get(key);
    if (!names) {
      const shape = this.#shapeOf(device, item);
      const found: string[] = [];
      if (shape) collect(shape, item, found);
      this.#named.set(key, (names = found));
    }
    return names;
  }

  #shapeOf(device: Endpoint, item: string): Shape | undefined {
    let known = item;
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

function collect(shape: Shape, name: string, found: string[]): void {
  if (!shape.components) {
    if (found.length < MOST_LEAVES) found.push(name);
    return;
  }
  for (const [part, inner] of shape.components) {
    if (found.length >= MOST_LEAVES) return;
    collect(inner, `${name}$${part}`, found);
  }
}

function countOf(values: readonly Data[]): number {
  let count = 0;
  for (const value of values) count += Array.isArray(value) ? countOf(value as readonly Data[]) : 1;
  return count;
}

function walk(
  value: Data,
  names: readonly string[],
  counter: { next: number },
  tell: (name: string, value: Data) => void,
): void {
  if (!Array.isArray(value)) return tell(names[counter.next++]!, value);
  for (const part of value as readonly Data[]) walk(part, names, counter, tell);
}

function walkByPlace(
  value: Data,
  name: string,
  counter: { next: number },
  tell: (name: string, value: Data) => void,
): void {
  if (!Array.isArray(value)) {
    if (counter.next++ < MOST_LEAVES) tell(name, value);
    return;
  }
  for (let i = 0; i < value.length && counter.next < MOST_LEAVES; i++) {
    walkByPlace((value as readonly Data[])[i]!, `${name}[${i}]`, counter, tell);
  }
}
