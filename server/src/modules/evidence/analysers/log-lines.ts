import type { RunParams } from '@busbar/contract';

import type { Suggested } from './analyser.ts';

/** Longer lines are cut: no log has them, and whoever makes one wants our memory. */
const MOST_LINE = 16_384;

/** Lines of a text in UTF-8 or UTF-16, numbered from 1; what is no character of it stays visible as U+FFFD. */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  onProgress: (bytes: number) => void,
): AsyncGenerator<{ text: string; number: number }> {
  let decoder: TextDecoder | undefined;
  let [rest, number, bytes] = ['', 0, 0];
  for await (const chunk of source) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    bytes += chunk.length;
    onProgress(bytes);
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!.slice(0, MOST_LINE);
    for (const text of lines) yield { text: text.slice(0, MOST_LINE).replace(/\r$/, ''), number: ++number };
  }
  if (rest) yield { text: rest.replace(/\r$/, ''), number: ++number };
}

/** Windows writes logs in UTF-16, with a mark in front or without. */
export function encodingOf(beginning: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  const [a, b] = beginning;
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const sample = beginning.subarray(0, 512);
  const zeros = (odd: number) => sample.filter((byte, at) => at % 2 === odd && byte === 0).length;
  const many = sample.length / 4;
  if (zeros(1) > many && zeros(0) === 0) return 'utf-16le';
  return zeros(0) > many && zeros(1) === 0 ? 'utf-16be' : 'utf-8';
}

export interface Moment {
  /** Microseconds since 1970. */
  readonly at: number;
  readonly precision: Suggested['precision'];
  /** What stands behind the time. */
  readonly rest: string;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 2026-11-20T02:41:07.512+01:00 (ISO 8601, RFC 3339; a space for the T, a comma for the point). */
const iso =
  /(\d{4})[-/](\d{2})[-/](\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?(Z| ?[+-]\d{2}:?\d{2})?/;
/** Nov 20 02:41:07 (RFC 3164 section 4.1.2): no year, no zone. */
const bsd = /([A-Z][a-z]{2}) {1,2}(\d{1,2}) (?:(\d{4}) )?(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?/;
/** 20.11.2026 02:41:07, as half of Europe writes it. */
const dotted = /(\d{2})\.(\d{2})\.(\d{4})[ ,]+(\d{2}):(\d{2}):(\d{2})(?:[.,:](\d{1,9}))?/;

/** The first time in a line, within its first hundred characters. */
export function momentIn(line: string, params: RunParams): Moment | undefined {
  const head = line.slice(0, 100);
  const found = iso.exec(head) ?? dotted.exec(head) ?? bsd.exec(head);
  if (!found) return undefined;
  const [whole, a, b, c, d, e, f, g, h] = found;
  const rest = (line.slice(0, found.index) + line.slice(found.index + whole.length)).trim();
  if (/^\d{4}$/.test(a!)) return moment(rest, params, [a, b, c, d, e, f], g, h);
  if (/^\d/.test(a!)) return moment(rest, params, [c, b, a, d, e, f], g);
  const month = months.indexOf(a!.toLowerCase()) + 1;
  const year = c ?? params.year;
  return month && year ? moment(rest, params, [year, month, b, d, e, f], g) : undefined;
}

function moment(
  rest: string,
  { utcOffset = 0 }: RunParams,
  parts: readonly (string | number | undefined)[],
  fraction: string | undefined,
  zone?: string,
): Moment | undefined {
  const [year, month, day, hour, minute, second] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const seconds = Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  const isReal =
    month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second <= 60;
  if (!isReal || year < 1980) return undefined;
  const micros = Number((fraction ?? '').slice(0, 6).padEnd(6, '0'));
  const at = (seconds - minutesOf(zone, utcOffset) * 60) * 1_000_000 + micros;
  return { at, precision: fraction ? 'exact' : 'second', rest };
}

function minutesOf(zone: string | undefined, otherwise: number): number {
  if (!zone) return otherwise;
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes] = /([+-])(\d{2}):?(\d{2})/.exec(zone)!;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}
