/**
 * The shape of a JSON document: which fields there are, of which type, and what may stand in them. A shape is
 * a closure that looks at a value once and hands it back. What has the wrong JSON type, and what nobody
 * described, is told and gone from what is handed back: a copy without it, in lists `{}` or '' in its place, so
 * that whoever reads on never checks a type again. Texts and numbers that are not as they should be are told
 * and stay.
 */
export type Shape = (value: unknown, depth: number, walk: Walk) => unknown;

/** The value is not there as far as whoever reads on is concerned. */
export const gone: unique symbol = Symbol('gone');

export type Misfit =
  | 'type'
  | 'missing'
  | 'unexpected'
  | 'empty'
  | 'form'
  | 'choice'
  | 'few'
  | 'many'
  | 'repeated'
  | 'range'
  | 'deep';

export type Steps = readonly (string | number)[];
export type MisfitParams = Readonly<Record<string, string | number>>;

/** What a walk through a document tells of. */
interface Listener {
  onMisfit(misfit: Misfit, at: Steps, params: MisfitParams): void;
  /** A field that nobody described, where that is allowed. */
  onExtra(at: Steps): void;
  /** The first field of an object that stands behind one it should precede by name. */
  onUnsorted(at: Steps, other: string): void;
}

/** Where a walk through a document is. Steps beyond the depth of the moment mean nothing. */
export class Walk {
  readonly steps: (string | number)[];
  readonly listener: Listener;

  constructor(listener: Listener, steps: (string | number)[] = []) {
    this.listener = listener;
    this.steps = steps;
  }

  tell(misfit: Misfit, depth: number, params: MisfitParams = {}): void {
    this.listener.onMisfit(misfit, this.steps.slice(0, depth), params);
  }
}

/** Branches may nest 30 deep (6.1.34), two steps each; beyond this nothing is looked at. */
const deepest = 400;

export function text(form?: { readonly test: (text: string) => boolean; readonly form: string }): Shape {
  return asText(form ? (value) => value !== '' && form.test(value) : isNotEmpty, (value, depth, walk) => {
    if (value === '') walk.tell('empty', depth);
    else walk.tell('form', depth, { form: form!.form });
  });
}

/** The texts that a shape is content with; most are, and nothing more is asked of them. */
const contents = new WeakMap<Shape, (text: string) => boolean>();
/** What lists have in place of an item that is gone; those of texts have an empty one. */
const emptyObject = Object.freeze({});

function asText(
  isFine: (text: string) => boolean,
  tell: (text: string, depth: number, walk: Walk) => void,
): Shape {
  const shape: Shape = (value, depth, walk) => {
    if (typeof value !== 'string') return wrongType(depth, walk, 'text');
    if (!isFine(value)) tell(value, depth, walk);
    return value;
  };
  contents.set(shape, isFine);
  return shape;
}

function isNotEmpty(text: string): boolean {
  return text !== '';
}

/** Text that may be empty. */
export const anyText: Shape = asText(
  () => true,
  () => {},
);

export function matching(pattern: RegExp, form: string): { test: (text: string) => boolean; form: string } {
  return { test: (text) => pattern.test(text), form };
}

export function oneOf(...choices: readonly string[]): Shape {
  const known = new Set(choices);
  const params = { choices: choices.join(', ') };
  return asText(
    (value) => known.has(value),
    (_, depth, walk) => walk.tell('choice', depth, params),
  );
}

export function number(least: number, most: number): Shape {
  return (value, depth, walk) => {
    if (typeof value !== 'number') return wrongType(depth, walk, 'number');
    if (value < least || value > most) walk.tell('range', depth, { least, most });
    return value;
  };
}

export const truth: Shape = (value, depth, walk) =>
  typeof value === 'boolean' ? value : wrongType(depth, walk, 'boolean');

/** Whatever stands in it, it is an object that is not empty. */
export const anyObject: Shape = (value, depth, walk) => {
  if (!isObject(value)) return wrongType(depth, walk, 'object');
  lookForUnsorted(value, walk.steps.slice(0, depth), walk);
  for (const _ in value) return value;
  walk.tell('few', depth, { least: 1 });
  return value;
};

export function list(of: Shape, { least = 1, unique = false } = {}): Shape {
  const isFine = contents.get(of);
  const empty = isFine ? '' : emptyObject;
  return (value, depth, walk) => {
    if (!Array.isArray(value)) return wrongType(depth, walk, 'list');
    if (depth >= deepest) {
      walk.tell('deep', depth, { most: deepest });
      return gone;
    }
    let mended = value as unknown[];
    for (let i = 0; i < value.length; i++) {
      const item: unknown = value[i];
      if (isFine && typeof item === 'string' && isFine(item)) continue;
      walk.steps[depth] = i;
      const seen = of(item, depth + 1, walk);
      if (seen === item) continue;
      if (mended === value) mended = value.slice();
      mended[i] = seen === gone ? empty : seen;
    }
    if (value.length < least) walk.tell('few', depth, { least });
    if (unique && value.length > 1) {
      const again = firstRepeated(value);
      if (again) walk.tell('repeated', depth, { first: again[0], again: again[1] });
    }
    return mended;
  };
}

interface ObjectShape {
  readonly required?: Readonly<Record<string, Shape>>;
  readonly optional?: Readonly<Record<string, Shape>>;
  /** How many fields there are at least and at most. */
  readonly least?: number;
  readonly most?: number;
  /** Whether other fields are wrong. */
  readonly closed?: boolean;
  /** What holds between fields. */
  readonly also?: (value: Readonly<Record<string, unknown>>, depth: number, walk: Walk) => void;
}

/** What stood before a field, and what came after it in the object before: mostly the same comes again. */
interface Before {
  /** Among the fields of the shape, by name. */
  readonly rank: number;
  next: Field | undefined;
}

interface Field extends Before {
  readonly name: string;
  readonly shape: Shape;
  readonly isFine: ((text: string) => boolean) | undefined;
  /** Each required field has its own. */
  readonly bit: number;
}

export function object({
  required = {},
  optional = {},
  least = 0,
  most = Infinity,
  closed = false,
  also,
}: ObjectShape): Shape {
  const wanted = Object.keys(required);
  if (wanted.length > 30) throw new Error('More required fields than bits');
  const fields = new Map<string, Field>();
  for (const [rank, [name, shape]] of Object.entries({ ...required, ...optional })
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .entries()) {
    const bit = name in required ? 1 << wanted.indexOf(name) : 0;
    fields.set(name, { name, shape, isFine: contents.get(shape), bit, rank, next: undefined });
  }
  const all = 2 ** wanted.length - 1;
  const start: Before = { rank: -1, next: undefined };
  const unknown: Before = { rank: -1, next: undefined };

  return (value, depth, walk) => {
    if (!isObject(value)) return wrongType(depth, walk, 'object');
    if (depth >= deepest) {
      walk.tell('deep', depth, { most: deepest });
      return gone;
    }
    let mended = value;
    let met = 0;
    let count = 0;
    let last = '';
    let sorted = true;
    let before: Before = start;
    for (const name in value) {
      count++;
      const guess = before.next;
      const field = guess?.name === name ? guess : (before.next = fields.get(name));
      if (sorted && (field === undefined || before === unknown ? name < last : field.rank < before.rank)) {
        sorted = false;
        walk.steps[depth] = name;
        walk.listener.onUnsorted(walk.steps.slice(0, depth + 1), last);
      }
      last = name;
      before = field ?? unknown;
      if (field === undefined) {
        walk.steps[depth] = name;
        const at = walk.steps.slice(0, depth + 1);
        if (closed) walk.tell('unexpected', depth + 1, { field: name });
        else walk.listener.onExtra(at);
        lookForUnsorted(value[name], at, walk);
        if (mended === value) mended = { ...value };
        delete mended[name];
        continue;
      }
      met |= field.bit;
      const inner = value[name];
      if (typeof inner === 'string' && field.isFine?.(inner)) continue;
      walk.steps[depth] = name;
      const seen = field.shape(inner, depth + 1, walk);
      if (seen === inner) continue;
      if (mended === value) mended = { ...value };
      if (seen === gone) delete mended[name];
      else mended[name] = seen;
    }
    if (met !== all) {
      for (let i = 0; i < wanted.length; i++)
        if (!(met & (1 << i))) walk.tell('missing', depth, { field: wanted[i]! });
    }
    if (count < least) walk.tell('few', depth, { least });
    if (count > most) walk.tell('many', depth, { most });
    also?.(mended, depth, walk);
    return mended;
  };
}

/** One of several objects, told apart by the text in one of their fields; the first when that says nothing. */
export function byField(name: string, shapes: Readonly<Record<string, Shape>>): Shape {
  const known = new Map<unknown, Shape>(Object.entries(shapes));
  const [otherwise] = known.values();
  return (value, depth, walk) =>
    ((isObject(value) && known.get(value[name])) || otherwise!)(value, depth, walk);
}

/**
 * What the schema leaves to others and rules read all the same: nothing is told of it but the order of its fields,
 * and what is not of the right type is gone.
 */
export function unjudged(shape: Shape): Shape {
  return (value, depth, { listener, steps }) => {
    const onUnsorted: Listener['onUnsorted'] = (at, other) => listener.onUnsorted(at, other);
    return shape(value, depth, new Walk({ onMisfit: ignore, onExtra: ignore, onUnsorted }, steps));
  };
}

function ignore(): void {}

/** For shapes that contain themselves. */
export function later(shape: () => Shape): Shape {
  let found: Shape | undefined;
  return (value, depth, walk) => (found ??= shape())(value, depth, walk);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** In what nobody described; it may be as deep as strangers like, so nothing calls itself here. */
function lookForUnsorted(value: unknown, at: Steps, walk: Walk): void {
  const waiting = [{ value, at }];
  for (let place = waiting.pop(); place; place = waiting.pop()) {
    const { value: inside, at: here } = place;
    // Paths grow with depth; so deep down there is nothing that anybody would sort.
    if (here.length > deepest) continue;
    if (Array.isArray(inside)) {
      for (let i = inside.length - 1; i >= 0; i--)
        waiting.push({ value: inside[i] as unknown, at: [...here, i] });
    } else if (isObject(inside)) {
      const names = Object.keys(inside);
      const wrong = names.findIndex((name, i) => i > 0 && name < names[i - 1]!);
      if (wrong > 0) walk.listener.onUnsorted([...here, names[wrong]!], names[wrong - 1]!);
      for (const name of names) waiting.push({ value: inside[name], at: [...here, name] });
    }
  }
}

function wrongType(depth: number, walk: Walk, type: string): typeof gone {
  walk.tell('type', depth, { type });
  return gone;
}

/** Few items are compared in pairs, which ends at the first difference; many by what they are as text. */
function firstRepeated(items: readonly unknown[]): readonly [number, number] | undefined {
  if (isAscending(items)) return undefined;
  if (items.length > 6 && items.every(isText) && new Set(items).size === items.length) return undefined;
  if (items.length <= 12) {
    for (let i = 1; i < items.length; i++)
      for (let j = 0; j < i; j++) if (same(items[i], items[j], 0)) return [j, i];
    return undefined;
  }
  const met = new Map<unknown, number>();
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    const key = typeof item === 'string' ? item : canonical(item, 0);
    const first = met.get(key);
    if (first !== undefined && same(item, items[first], 0)) return [first, i];
    met.set(key, i);
  }
  return undefined;
}

/** Whether each text is longer than the one before it, or of its length and later: most lists of ids are like this. */
function isAscending(items: readonly unknown[]): boolean {
  let before = '';
  for (let i = 0; i < items.length; i++) {
    const item = items[i];
    if (typeof item !== 'string' || item.length < before.length) return false;
    if (item.length === before.length && i > 0 && item <= before) return false;
    before = item;
  }
  return true;
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** Equal as JSON (JSON Schema core, section 4.2.2): the order of fields does not count. */
function same(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || depth > deepest)
    return false;
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i++) if (!same(a[i], b[i], depth + 1)) return false;
    return true;
  }
  if (Array.isArray(b)) return false;
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  let count = 0;
  for (const name in left) {
    if (!Object.hasOwn(right, name) || !same(left[name], right[name], depth + 1)) return false;
    count++;
  }
  for (const _ in right) count--;
  return count === 0;
}

function canonical(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? '';
  if (depth > deepest) return '…';
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join()}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner, depth + 1)}`).join()}}`;
}
