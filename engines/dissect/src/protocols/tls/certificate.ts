import * as ber from '../../bytes/ber.ts';
import type { ByteReader } from '../../bytes/byte-reader.ts';

/** What a certificate says of its holder: RFC 5280, 4.1. */
export interface Certificate {
  readonly serial: string;
  readonly subject: string;
  readonly commonName: string;
  readonly issuer: string;
  /** Microseconds since 1970. */
  readonly from: number;
  readonly until: number;
}

/** RFC 5280, 4.1.2.4, those that most names are made of. */
const attributes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.5': 'serialNumber',
  '1.2.840.113549.1.9.1': 'E',
};
const VERSION = 0xa0;
const BMP_STRING = 0x1e;
const UTC_TIME = 0x17;
const MOST_PARTS = 32;

export function readCertificate(reader: ByteReader): Certificate {
  const whole = ber.enter(reader, 'certificate', 'RFC 5280, 4.1');
  const signed = ber.enter(reader, 'signed part');
  if (ber.peekTag(reader) === VERSION) ber.skip(reader, 'version');
  const serial = Array.from(ber.octets(reader, 'serial number').subarray(0, 20), hexadecimal).join(':');
  ber.skip(reader, 'signature algorithm');
  const issuer = readName(reader, 'issuer');
  const validity = ber.enter(reader, 'validity', 'RFC 5280, 4.1.2.5');
  const from = readTime(reader, 'not before');
  const until = readTime(reader, 'not after');
  ber.leave(reader, validity);
  const subject = readName(reader, 'subject');
  ber.leave(reader, signed);
  ber.leave(reader, whole);
  const written = (parts: readonly (readonly [string, string])[]) =>
    parts.map(([key, value]) => `${key}=${value}`).join(', ');
  const commonName = subject.find(([key]) => key === 'CN')?.[1] ?? '';
  return { serial, subject: written(subject), commonName, issuer: written(issuer), from, until };
}

function readName(reader: ByteReader, field: string): [string, string][] {
  const parts: [string, string][] = [];
  const before = ber.enter(reader, field, 'RFC 5280, 4.1.2.4');
  while (reader.remaining > 0 && parts.length < MOST_PARTS) {
    const set = ber.enter(reader, 'relative name');
    const pair = ber.enter(reader, 'attribute');
    const kind = ber.objectIdentifier(reader, 'type', attributes);
    const wide = ber.peekTag(reader) === BMP_STRING;
    const value = ber.enter(reader, 'value');
    const text = wide ? wideText(reader) : reader.text(reader.remaining, 'value', 'utf-8');
    ber.leave(reader, value);
    ber.leave(reader, pair);
    ber.leave(reader, set);
    parts.push([attributes[kind] ?? kind, text]);
  }
  ber.leave(reader, before);
  return parts;
}

/** UTF-16, the high byte first. */
function wideText(reader: ByteReader): string {
  const bytes = reader.bytes(reader.remaining, 'value');
  return String.fromCharCode(
    ...Array.from(
      { length: Math.min(256, bytes.length >> 1) },
      (_, i) => (bytes[2 * i]! << 8) | bytes[2 * i + 1]!,
    ),
  );
}

/** `YYMMDDhhmmssZ`, where years from 50 on are of the last century, or `YYYYMMDDhhmmssZ`. */
function readTime(reader: ByteReader, field: string): number {
  const short = ber.peekTag(reader) === UTC_TIME;
  const text = ber.text(reader, field);
  const full = short ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const [, year, month, day, hour, minute] = (/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)/.exec(full) ?? []).map(
    Number,
  );
  return Date.UTC(year!, month! - 1, day, hour, minute) * 1_000;
}

function hexadecimal(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
