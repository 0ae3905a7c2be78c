import type { ByteReader } from '../../bytes/byte-reader.ts';
import { itemName, LOGON, moment, readKind, readTlp } from './points.ts';

/** Opcode 118: one alarm of 23 octets, in words. */
const ALARM = 23;
/** Opcode 119. */
const EVENT = 22;
const MOST_SHOWN = 16;

const alarmReasons: Readonly<Record<number, string>> = {
  0: 'low alarm',
  1: 'low low alarm',
  2: 'high alarm',
  3: 'high high alarm',
  4: 'rate alarm',
  5: 'status change',
  6: 'point fail',
  7: 'scanning disabled',
  8: 'scanning manual',
  9: 'redundant total counts',
  10: 'redundant flow register',
  11: 'no flow',
  12: 'input freeze mode',
  13: 'sensor communication failure',
  14: '485 communication failure',
  15: 'off scan mode',
  16: 'manual flow inputs',
  17: 'meter temperature failure',
  18: 'compressibility calculation',
  19: 'sequence out of order',
  20: 'phase discrepancy',
  21: 'pulse synchronization failure',
  22: 'frequency discrepancy',
  23: 'pulse input one failure',
  24: 'pulse input two failure',
  27: 'relay fault',
  28: 'relay failure',
  31: 'analog output readback error',
};

const codes: Readonly<Record<number, string>> = {
  144: 'initialization sequence',
  145: 'all power removed',
  146: 'initialize from defaults',
  147: 'ROM CRC error',
  148: 'database initialization',
  150: 'program flash',
  154: 'smart module inserted',
  155: 'smart module removed',
  200: 'clock set',
  248: 'text message',
  249: 'download configuration',
  250: 'upload configuration',
  251: 'calibration timeout',
  252: 'calibration cancel',
  253: 'calibration success',
  254: 'MVS reset to factory defaults',
};

/** What an event tells of the value that was changed: 3.3. Of longer texts it holds ten characters. */
const kinds = {
  0: 'bits',
  1: 'i8',
  2: 'i16',
  3: 'i32',
  4: 'u8',
  5: 'u16',
  6: 'u32',
  7: 'f32',
  8: 'tlp',
  9: 'text3',
  10: 'text7',
  11: 'text10',
  12: 'text10',
  13: 'text10',
  14: 'text10',
  15: 'text10',
  16: 'f64',
  17: 'time',
} as const;

/** Both logs begin alike: how many, from where, and where the newest is. */
export function readLog(reader: ByteReader, which: 'alarm' | 'event'): string[] {
  const count = reader.u8('entries sent');
  reader.u16le('first index');
  reader.u16le('current index');
  const entries: string[] = [];
  const size = which === 'alarm' ? ALARM : EVENT;
  for (let i = 0; i < count && reader.remaining >= size; i++) {
    reader.open(which);
    const before = reader.limit(size, which);
    const entry = which === 'alarm' ? readAlarm(reader) : readEvent(reader);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'unused');
    reader.release(before);
    reader.close();
    if (entries.length < MOST_SHOWN) entries.push(entry);
  }
  return entries;
}

function readAlarm(reader: ByteReader): string {
  const type = reader.u8('type');
  reader.bits(type, 0x80, 'report by exception');
  const isSet = reader.bits(type, 0x40, 'condition', { 0: 'cleared', 1: 'set' }) === 1;
  const kind = reader.bits(type, 0x3f, 'kind', { 1: 'parameter', 2: 'FST', 3: 'user text', 4: 'user value' });
  const head = `${moment(reader.u32le('time', moment))} ${isSet ? 'set' : 'cleared'}:`;
  switch (kind) {
    case 1: {
      const code = reader.u8('alarm', alarmReasons);
      const item = itemName(readTlp(reader, 'parameter'));
      const tag = reader.text(10, 'description');
      const reason = alarmReasons[code] ?? `alarm ${code}`;
      return `${head} ${reason} ${item} ${tag} = ${rounded(reader.f32le('value'))}`;
    }
    case 2: {
      const fst = reader.u8('FST');
      const text = reader.text(13, 'description');
      return `${head} FST ${fst} ${text} = ${rounded(reader.f32le('value'))}`;
    }
    case 3:
      return `${head} ${reader.text(18, 'description')}`;
    case 4: {
      const text = reader.text(14, 'description');
      return `${head} ${text} = ${rounded(reader.f32le('value'))}`;
    }
    default:
      return `${head} kind ${kind}`;
  }
}

function readEvent(reader: ByteReader): string {
  const kind = reader.u8('type', {
    1: 'parameter change',
    2: 'system',
    3: 'FST',
    4: 'user',
    5: 'power lost',
    6: 'clock set',
    7: 'calibration verified',
  });
  const head = moment(reader.u32le('time', moment));
  switch (kind) {
    case 1:
      return `${head} ${readChange(reader)}`;
    case 2:
      return `${head} ${readCoded(reader, 16)}`;
    case 3: {
      const fst = reader.u8('FST');
      const value = rounded(reader.f32le('value'));
      return `${head} FST ${fst} ${reader.text(10, 'description')} = ${value}`;
    }
    case 4: {
      const operator = reader.text(3, 'operator');
      return `${head} ${operator}: ${readCoded(reader, 13)}`;
    }
    case 5:
      return `${head} power lost ${moment(reader.u32le('power lost', moment))}`;
    case 6:
      return `${head} clock set to ${moment(reader.u32le('clock set to', moment))}`;
    case 7: {
      const operator = reader.text(3, 'operator');
      const item = itemName(readTlp(reader, 'parameter'));
      const raw = rounded(reader.f32le('raw value'));
      return `${head} ${operator}: verified ${item}, ${raw} is ${rounded(reader.f32le('calibrated value'))}`;
    }
    default:
      return `${head} type ${kind}`;
  }
}

function readCoded(reader: ByteReader, length: number): string {
  const code = reader.u8('event', codes);
  return [codes[code] ?? `event ${code}`, reader.text(length, 'description')].filter(Boolean).join(' ');
}

/** Who changed what. Of passwords, only that they were changed. */
function readChange(reader: ByteReader): string {
  const operator = reader.text(3, 'operator');
  const tlp = readTlp(reader, 'parameter');
  const type = reader.u8('data type');
  const who = `${operator}: ${itemName(tlp)}`;
  if (tlp.type === LOGON) {
    reader.secret(reader.remaining, 'values');
    return `${who} changed`;
  }
  const kind = type in kinds ? kinds[type as keyof typeof kinds] : undefined;
  if (!kind) return `${who} changed`;
  const left = reader.remaining;
  const after = shown(readKind(reader, kind, 'new value'));
  const size = left - reader.remaining;
  // There is room for the old value, four octets after the new one, unless that is longer.
  if (size > 4) return `${who} := ${after}`;
  reader.skip(4 - size, 'unused');
  return `${who} := ${after} (before: ${shown(readKind(reader, kind, 'old value'))})`;
}

function shown(value: number | string | undefined): number | string {
  return typeof value === 'number' ? rounded(value) : (value ?? '');
}

export function rounded(value: number): number {
  return Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;
}
