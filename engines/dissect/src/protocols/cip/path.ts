import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { deviceTypes } from '../enip/identity.ts';
import { vendors } from '../enip/vendors.ts';
import { className, classNames, SYMBOL } from './classes.ts';
import { readSafetySegment, type Safety } from './safety.ts';

/** More class segments than this in one path say nothing more. */
const MOST_CLASSES = 8;
/** One that consumes, one that produces. */
const MOST_POINTS = 2;

/**
 * Where a request goes, as numbers: one of these is read into over and over, so that polling makes no objects.
 * -1 is what the path does not say.
 */
export class Path {
  classId = -1;
  /** The class the path ends with: a tag of a program is a symbol, and its path begins with the program. */
  lastClass = -1;
  instance = -1;
  attribute = -1;
  /** Every class of the path in its order; lists of members name more than one. */
  readonly classes = new Float64Array(MOST_CLASSES);
  classCount = 0;
  /** The first connection points, in their order. */
  readonly points = new Float64Array(MOST_POINTS);
  pointCount = 0;
  /** Names a tag or a program in letters. */
  symbolic = false;
  /** First port of the route, and the link address behind it: 1 and the slot for a backplane. */
  port = -1;
  link = -1;
  /** Where its bytes lie in the message. */
  start = 0;
  length = 0;
  /** The connection is one of CIP Safety. */
  safety: Safety | undefined;

  /** Leads to a tag, by its name or by the number of its symbol. */
  get isTag(): boolean {
    return this.symbolic || this.lastClass === SYMBOL;
  }

  clear(): void {
    this.classId = this.lastClass = this.instance = this.attribute = this.port = this.link = -1;
    this.classCount = this.pointCount = this.start = this.length = 0;
    this.symbolic = false;
    this.safety = undefined;
  }
}

// CIP Volume 1, appendix C-1.4: the three highest bits are the type of a segment.
const PORT = 0;
const LOGICAL = 1;
const NETWORK = 2;
const SYMBOLIC = 3;
const DATA = 4;

const CLASS = 0;
const INSTANCE = 1;
const MEMBER = 2;
const CONNECTION_POINT = 3;
const ATTRIBUTE = 4;
const SPECIAL = 5;
const SERVICE = 6;
const EXTENDED = 7;

const SIMPLE_DATA = 0x80;
const ANSI_SYMBOL = 0x91;
const SAFETY = 0x50;
const ELECTRONIC_KEY = 0x34;

const logicalNames = [
  'class',
  'instance',
  'member',
  'connection point',
  'attribute',
  'special',
  'service',
  'extended logical',
];

const networkNames: Readonly<Record<number, string>> = {
  0x41: 'schedule',
  0x42: 'fixed tag',
  0x43: 'production inhibit time, ms',
  [SAFETY]: 'safety',
  0x51: 'production inhibit time, µs',
  0x5f: 'extended network',
};

/** Collects a path as people write it: `Program:Main.Level[3]`, `Identity (0x01), instance 1, attribute 7`. */
export class Words {
  tag = '';
  readonly parts: string[] = [];

  name(symbol: string): void {
    this.tag += this.tag === '' ? symbol : `.${symbol}`;
  }

  element(index: number): void {
    if (this.tag.endsWith(']')) this.tag = `${this.tag.slice(0, -1)},${index}]`;
    else this.tag += `[${index}]`;
  }

  toString(): string {
    return [this.tag, ...this.parts].filter(Boolean).join(', ');
  }
}

/** Reads `length` bytes of padded path into `path`; names are made only when there are `words` to put them in. */
export function readPath(reader: ByteReader, length: number, path: Path, words?: Words): void {
  path.clear();
  path.start = reader.offset;
  path.length = length;
  const rest = reader.limit(length, 'path size');
  while (reader.remaining > 0) readSegment(reader, path, words);
  reader.release(rest);
}

/** The path at `start` in words. For what is told, not for the hot path. */
export function pathText(reader: ByteReader, length: number): string {
  const words = new Words();
  readPath(reader, length, scratch, words);
  return words.toString();
}

const scratch = new Path();

function readSegment(reader: ByteReader, path: Path, words: Words | undefined): void {
  const first = reader.peek();
  switch (first >> 5) {
    case PORT:
      return readPort(reader, path, words);
    case LOGICAL:
      return readLogical(reader, path, words);
    case NETWORK:
      return readNetwork(reader, path);
    case SYMBOLIC:
      return readSymbol(reader, path, words);
    case DATA:
      return readData(reader, path, words);
    default:
      throw new Malformed('segment', reader.offset, `type 0x${first.toString(16)} is reserved in a path`);
  }
}

// C-1.4.1.
function readPort(reader: ByteReader, path: Path, words: Words | undefined): void {
  reader.open('port segment', 'CIP Volume 1, C-1.4.1');
  const first = reader.u8('segment');
  const extended = (first & 0x10) !== 0;
  const size = extended ? reader.u8('link address size') : 1;
  const port = (first & 0x0f) === 0x0f ? reader.u16le('port') : first & 0x0f;
  let link = -1;
  let linkText = '';
  if (extended) {
    if (words) linkText = reader.text(size, 'link address');
    else reader.skip(size, 'link address');
    if (size % 2 === 1) reader.skip(1, 'pad');
  } else {
    link = reader.u8('link address');
    linkText = String(link);
  }
  if (path.port === -1) {
    path.port = port;
    path.link = link;
  }
  words?.parts.push(port === 1 && !extended ? `backplane slot ${linkText}` : `port ${port} link ${linkText}`);
  reader.close();
}

// C-1.4.2.
function readLogical(reader: ByteReader, path: Path, words: Words | undefined): void {
  const first = reader.peek();
  const type = (first >> 2) & 7;
  reader.open(`${logicalNames[type]} segment`, 'CIP Volume 1, C-1.4.2');
  reader.u8('segment');
  if (first === ELECTRONIC_KEY) readKey(reader);
  else if (type === SPECIAL) throw new Malformed('segment', reader.offset - 1, 'special segment without key');
  else keep(path, words, type, readLogicalValue(reader, first & 3, type));
  reader.close();
}

function readLogicalValue(reader: ByteReader, format: number, type: number): number {
  const meaning = type === CLASS ? classNames : undefined;
  // Extended logical segments have a byte of sub-type where the others are padded.
  const pad = type === EXTENDED ? 'extended type' : 'pad';
  switch (format) {
    case 0:
      if (type === EXTENDED) reader.u8(pad);
      return reader.u8('value', meaning);
    case 1:
      reader.u8(pad);
      return reader.u16le('value', meaning);
    case 2:
      reader.u8(pad);
      return reader.u32le('value', meaning);
    default:
      throw new Malformed('segment', reader.offset - 1, 'logical format 3 is reserved');
  }
}

function keep(path: Path, words: Words | undefined, type: number, value: number): void {
  switch (type) {
    case CLASS:
      if (path.classId === -1) path.classId = value;
      path.lastClass = value;
      if (path.classCount < MOST_CLASSES) path.classes[path.classCount++] = value;
      words?.parts.push(className(value));
      break;
    case INSTANCE:
      if (path.instance === -1) path.instance = value;
      words?.parts.push(`instance ${value}`);
      break;
    case MEMBER:
      if (words && words.tag !== '') words.element(value);
      else words?.parts.push(`member ${value}`);
      break;
    case CONNECTION_POINT:
      if (path.pointCount < MOST_POINTS) path.points[path.pointCount++] = value;
      words?.parts.push(`connection point ${value}`);
      break;
    case ATTRIBUTE:
      path.attribute = value;
      words?.parts.push(`attribute ${value}`);
      break;
    case SERVICE:
      words?.parts.push(`service ${value}`);
      break;
    default:
      words?.parts.push(`${logicalNames[type]} ${value}`);
  }
}

// Table C-1.5 and C-1.6: formats 4 and 5.
function readKey(reader: ByteReader): void {
  const format = reader.u8('key format');
  if (format !== 4 && format !== 5) throw new Malformed('key format', reader.offset - 1, `is ${format}`);
  reader.u16le('vendor', vendors);
  reader.u16le('device type', deviceTypes);
  reader.u16le('product code');
  const major = reader.u8('major revision and compatibility');
  reader.bits(major, 0x80, 'compatibility');
  reader.bits(major, 0x7f, 'major revision');
  reader.u8('minor revision');
  if (format === 5) reader.u32le('serial number');
}

// C-1.4.3.
function readNetwork(reader: ByteReader, path: Path): void {
  reader.open('network segment', 'CIP Volume 1, C-1.4.3');
  const first = reader.u8('segment', networkNames);
  if (first === SAFETY) {
    const whole = reader.limit(reader.u8('length, words') * 2, 'length');
    path.safety = readSafetySegment(reader);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
    reader.release(whole);
  } else if (first & 0x10) reader.skip(reader.u8('length, words') * 2, 'data');
  else reader.u8('value');
  reader.close();
}

// C-1.4.4.
function readSymbol(reader: ByteReader, path: Path, words: Words | undefined): void {
  reader.open('symbolic segment', 'CIP Volume 1, C-1.4.4');
  const size = reader.u8('segment') & 0x1f;
  path.symbolic = true;
  if (size > 0) {
    if (words) words.name(reader.text(size, 'symbol'));
    else reader.skip(size, 'symbol');
    if (size % 2 === 0 && reader.remaining > 0) reader.skip(1, 'pad');
  } else {
    const format = reader.u8('extended format');
    const wide = format >> 5;
    reader.skip(wide === 6 ? 1 << ((format & 0x1f) - 6) : wide * (format & 0x1f), 'extended symbol');
  }
  reader.close();
}

// C-1.4.5.
function readData(reader: ByteReader, path: Path, words: Words | undefined): void {
  const first = reader.peek();
  reader.open(first === ANSI_SYMBOL ? 'ANSI extended symbol' : 'data segment', 'CIP Volume 1, C-1.4.5');
  reader.u8('segment');
  if (first === ANSI_SYMBOL) {
    const size = reader.u8('length');
    path.symbolic = true;
    if (words) words.name(reader.text(size, 'symbol'));
    else reader.skip(size, 'symbol');
    // Some stacks forget the pad behind the last name of a path.
    if (size % 2 === 1 && reader.remaining > 0) reader.skip(1, 'pad');
  } else if (first === SIMPLE_DATA) {
    reader.skip(reader.u8('length, words') * 2, 'configuration data');
  } else {
    throw new Malformed('segment', reader.offset - 1, 'data segment of a reserved type');
  }
  reader.close();
}
