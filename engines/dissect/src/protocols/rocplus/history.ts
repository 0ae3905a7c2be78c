import type { ByteReader } from '../../bytes/byte-reader.ts';
import { rounded } from './logs.ts';
import { type Item, moment, readTlp } from './points.ts';

const MIN_MAX = 105;
const POINT = 135;
const POINTS = 136;
const DAY = 138;
const INFORMATION = 139;
const archives: Readonly<Record<number, string>> = { 0: 'minute', 1: 'periodic', 2: 'daily' };
const MOST_SHOWN = 64;

/** What is asked of the archive, and what it answers. */
export interface History {
  readonly items?: readonly string[];
  /** Points asked for at each time: the answer to opcode 136 does not say how many. */
  readonly points?: number;
  readonly values?: readonly (number | string)[];
  /** Opcode 105 tells what is archived, and what it is worth now. */
  readonly current?: Item;
}

/** Chapter 2: what opcodes 105 and 135 to 139 ask for. */
export function readHistoryRequest(reader: ByteReader, opcode: number): History {
  if (opcode === INFORMATION) {
    if (reader.u8('command', { 0: 'configured points', 1: 'data of points' }) !== 1) {
      return { items: [`segment ${reader.u8('segment')}`] };
    }
    const segment = reader.u8('segment');
    const index = reader.u16le('index');
    const archive = readArchive(reader);
    const periods = reader.u8('periods');
    reader.u8('with times');
    const count = reader.u8('points');
    return { items: [`segment ${segment} from ${archive} ${index}, ${periods} × ${count} points`] };
  }
  const segment = reader.u8('segment');
  switch (opcode) {
    case POINT: {
      const point = reader.u8('point');
      const archive = readArchive(reader);
      const index = reader.u16le('index');
      const count = reader.u8('values');
      return { items: [`segment ${segment} point ${point} from ${archive} ${index}, ${count} values`] };
    }
    case POINTS: {
      const index = reader.u16le('index');
      const archive = readArchive(reader);
      const first = reader.u8('first point');
      const count = reader.u8('points');
      const periods = reader.u8('periods');
      const what = `segment ${segment} points ${first} to ${first + count - 1}`;
      return { items: [`${what} from ${archive} ${index}, ${periods} times`], points: count };
    }
    case MIN_MAX:
      return { items: [`segment ${segment} point ${reader.u8('point')}, today and yesterday`] };
    case DAY: {
      const point = reader.u8('point');
      const day = reader.u8('day');
      return { items: [`segment ${segment} point ${point}, day ${day} of month ${reader.u8('month')}`] };
    }
    default:
      return { items: [`segment ${segment}`] };
  }
}

function readArchive(reader: ByteReader): string {
  const type = reader.u8('archive', archives);
  return archives[type] ?? `archive ${type}`;
}

/** @param points how many were asked for at each time */
export function readHistoryReply(reader: ByteReader, opcode: number, points: number): History {
  switch (opcode) {
    case MIN_MAX: {
      reader.skip(3, 'segment, point and method');
      const tlp = readTlp(reader, 'parameter');
      const value = reader.f32le('current value');
      const values = ['least', 'most'].map((name) => rounded(reader.f32le(name)));
      reader.skip(10, 'times');
      values.push(...['least yesterday', 'most yesterday'].map((name) => rounded(reader.f32le(name))));
      return { current: { ...tlp, value }, values: [rounded(value), ...values] };
    }
    case POINT: {
      reader.u8('segment');
      reader.u8('point');
      reader.u16le('index');
      return { values: readValues(reader, reader.u8('values'), 0) };
    }
    case POINTS: {
      reader.u8('segment');
      reader.u16le('index');
      reader.u16le('current index');
      const elements = reader.u8('elements');
      return points > 0 ? { values: readValues(reader, elements, points + 1) } : {};
    }
    case DAY: {
      reader.skip(4, 'segment, point, day and month');
      const count = reader.u16le('periodic values') + reader.u16le('daily values');
      return { values: readValues(reader, count, 0) };
    }
    case INFORMATION: {
      if (reader.u8('command') !== 1) return {};
      reader.u8('segment');
      reader.u16le('current index');
      const periods = reader.u8('periods');
      const withTimes = reader.u8('with times') !== 0;
      const count = reader.u8('points');
      return {
        values: readValues(reader, periods * (count + (withTimes ? 1 : 0)), withTimes ? count + 1 : 0),
      };
    }
    default:
      return {};
  }
}

/** @param row every so many, the first is a time; 0 when none is told */
function readValues(reader: ByteReader, count: number, row: number): (number | string)[] {
  const values: (number | string)[] = [];
  for (let i = 0; i < count && reader.remaining >= 4; i++) {
    const isTime = row > 0 && i % row === 0;
    const value = isTime ? moment(reader.u32le('time', moment)) : rounded(reader.f32le('value'));
    if (values.length < MOST_SHOWN) values.push(value);
  }
  return values;
}
