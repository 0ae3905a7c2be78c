import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { valueNames } from './enumerations.ts';
import {
  BOOLEAN,
  isClosing,
  isOpening,
  type NextTag,
  OBJECT,
  peekTag,
  PROPERTY,
  readBoolean,
  readPrimitive,
  readTag,
  type Tag,
  UNREAD,
  type Value,
} from './values.ts';

/** How a parameter of a service is put together; the productions of clause 21 are written with these. */
export type Shape = Primitive | Fields | List | typeof ANY;

/** One value, whose type the production says; an application tag says it again. */
export interface Primitive {
  readonly type: number;
  readonly names: Words | undefined;
}

/** SEQUENCE, or CHOICE, of which one is there. */
export interface Fields {
  readonly fields: readonly Field[];
  readonly choice: boolean;
}

export interface Field {
  readonly name: string;
  /** Context tag; undefined for one with an application tag, which is known by its place. */
  readonly tag: number | undefined;
  readonly shape: Shape;
}

/** SEQUENCE OF. */
export interface List {
  readonly list: Shape;
}

/** ABSTRACT-SYNTAX.&Type: whatever the property is made of. */
export const ANY = 'any';

export const primitive = (type: number, names?: Words): Primitive => ({ type, names });
export const sequence = (...fields: readonly Field[]): Fields => ({ fields, choice: false });
export const choice = (...fields: readonly Field[]): Fields => ({ fields, choice: true });
export const list = (shape: Shape): List => ({ list: shape });
export const at = (tag: number, name: string, shape: Shape): Field => ({ name, tag, shape });
export const plain = (name: string, shape: Shape): Field => ({ name, tag: undefined, shape });

/** What was read: a value, several, or named ones. No field of a production is called `type`, every value has one. */
export type Content = Value | readonly Content[] | Group;
export interface Group {
  readonly [name: string]: Content | undefined;
}

const DEEPEST = 16;
/** Of a list; the others are shown in the field tree. */
const MOST_KEPT = 1_024;

/** Reads parameters to the end of the message. */
export function readParameters(reader: ByteReader, shape: Shape): Content {
  return new ParameterReader(reader).all(shape);
}

export function valueOf(content: Content | undefined): Value | undefined {
  return content !== undefined && 'type' in content ? (content as Value) : undefined;
}

export function groupOf(content: Content | undefined): Group {
  return content === undefined || Array.isArray(content) || valueOf(content) ? {} : (content as Group);
}

export function listOf(content: Content | undefined): readonly Content[] {
  return Array.isArray(content) ? (content as readonly Content[]) : [];
}

export function numberIn(group: Group, name: string): number | undefined {
  const value = valueOf(group[name])?.value;
  return typeof value === 'number' ? value : undefined;
}

export function textIn(group: Group, name: string): string {
  const value = valueOf(group[name])?.value;
  return typeof value === 'string' ? value : '';
}

class ParameterReader {
  readonly #reader: ByteReader;
  /** The object and the property read last: they say what an enumerated value means. */
  #objectType = -1;
  #property = -1;
  #depth = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  all(shape: Shape): Content {
    const content = this.#content(shape);
    while (this.#reader.remaining > 0) this.#any('unexpected');
    return content;
  }

  #content(shape: Shape): Content {
    if (shape === ANY) return this.#anything();
    if ('fields' in shape) return this.#fields(shape);
    if ('list' in shape) return this.#list(shape);
    return this.#tagged(shape);
  }

  #fields({ fields, choice: onlyOne }: Fields): Group {
    const group: Record<string, Content> = {};
    let position = 0;
    while (this.#more()) {
      const tag = peekTag(this.#reader)!;
      const index = indexOf(fields, tag, position);
      if (index >= 0) {
        const field = fields[index]!;
        group[field.name] = this.#field(field);
        if (onlyOne) break;
        position = index + 1;
      } else if (indexOf(fields, tag, 0) >= 0) {
        // The next of a list begins.
        break;
      } else {
        this.#any('unexpected');
      }
    }
    return group;
  }

  #field({ name, tag, shape }: Field): Content {
    const reader = this.#reader;
    reader.open(name);
    const content = tag === undefined ? this.#content(shape) : this.#inContext(shape);
    reader.close();
    this.#remember(shape, content);
    return content;
  }

  #inContext(shape: Shape): Content {
    const tag = readTag(this.#reader);
    if (!tag.opens) {
      const isPrimitive = shape !== ANY && 'type' in shape;
      return this.#primitive(tag, isPrimitive ? shape.type : UNREAD, isPrimitive ? shape.names : undefined);
    }
    return this.#enclosed(() => this.#content(shape));
  }

  /** What an opening tag holds, and the closing tag. */
  #enclosed(read: () => Content): Content {
    const reader = this.#reader;
    if (++this.#depth > DEEPEST) throw new Malformed('tag', reader.offset, 'nested too deeply');
    const content = read();
    while (this.#more()) this.#any('unexpected');
    if (reader.remaining === 0) throw new Malformed('tag', reader.offset, 'nothing closes the opening tag');
    readTag(reader);
    this.#depth--;
    return content;
  }

  #list({ list: shape }: List): Content[] {
    const reader = this.#reader;
    const items: Content[] = [];
    while (this.#more()) {
      const before = reader.offset;
      reader.open('item');
      const item = this.#content(shape);
      if (reader.offset === before) this.#any('unexpected');
      reader.close();
      if (items.length < MOST_KEPT) items.push(item);
    }
    return items;
  }

  #tagged({ type, names }: Primitive): Content {
    if (!this.#more()) return [];
    const tag = readTag(this.#reader);
    if (tag.opens) return this.#enclosed(() => this.#anything());
    return this.#primitive(tag, tag.context ? type : tag.number, names);
  }

  #anything(): Content[] {
    const items: Content[] = [];
    while (this.#more()) {
      const item = this.#any('value');
      if (items.length < MOST_KEPT) items.push(item);
    }
    return items;
  }

  /** One value of which only its tag tells something. */
  #any(name: string): Content {
    const reader = this.#reader;
    reader.open(name);
    const tag = readTag(reader);
    let content: Content = [];
    if (tag.opens) content = this.#enclosed(() => this.#anything());
    else if (!tag.closes) {
      const names = valueNames(this.#objectType, this.#property);
      content = this.#primitive(tag, tag.context ? UNREAD : tag.number, names);
    }
    reader.close();
    return content;
  }

  #primitive(tag: Tag, type: number, names: Words | undefined): Value {
    if (type === BOOLEAN) return readBoolean(this.#reader, tag);
    return readPrimitive(this.#reader, type, tag.length, names);
  }

  /** Neither at the end nor before a tag that closes what is around. */
  #more(): boolean {
    const tag = peekTag(this.#reader);
    return tag !== undefined && !(isClosing(tag) && this.#depth > 0);
  }

  #remember(shape: Shape, content: Content): void {
    if (shape === ANY || !('type' in shape)) return;
    const value = valueOf(content)?.value;
    if (typeof value !== 'number') return;
    if (shape.type === OBJECT) this.#objectType = value >>> 22;
    if (shape.type === PROPERTY) this.#property = value;
  }
}

function indexOf(fields: readonly Field[], tag: NextTag, from: number): number {
  for (let i = from; i < fields.length; i++) if (isOf(fields[i]!, tag)) return i;
  return -1;
}

/** A single value has no opening tag. A CHOICE without a tag of its own is known by those of its alternatives. */
function isOf({ tag: wanted, shape }: Field, tag: NextTag): boolean {
  if (!tag.context) return wanted === undefined;
  const isPrimitive = shape !== ANY && 'type' in shape;
  if (wanted !== undefined) return wanted === tag.number && !(isPrimitive && isOpening(tag));
  const alternatives = shape !== ANY && 'fields' in shape && shape.choice ? shape.fields : [];
  return isOpening(tag) && alternatives.some((field) => field.tag === tag.number);
}
