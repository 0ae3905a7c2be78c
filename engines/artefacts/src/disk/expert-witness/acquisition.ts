import { inflate } from '../../bytes/inflate.ts';

/** What whoever took the image wrote about it; what he left out is empty. */
export interface Acquisition {
  readonly caseNumber: string;
  readonly evidenceNumber: string;
  readonly description: string;
  readonly examiner: string;
  readonly notes: string;
  /** Of the medium, as it told them. */
  readonly model: string;
  readonly serial: string;
  /** The program that took the image, and the operating system it ran on. */
  readonly software: string;
  readonly system: string;
  readonly acquired: AcquiredAt | null;
}

export interface AcquiredAt {
  /** Since 1970, as the clock of that machine said. */
  readonly seconds: number;
  /** False where the header tells no zone: the seconds are those of a local time taken as UTC. */
  readonly isUtc: boolean;
}

const MOST_PACKED = 1 << 20;
const MOST_TEXT = 4 << 20;
const MOST_VALUE = 4000;

/** Libewf's EWF description, sections on header and header2: names of the fields and their letters. */
const letters: readonly (readonly [keyof Omit<Acquisition, 'acquired'>, string])[] = [
  ['caseNumber', 'c'],
  ['evidenceNumber', 'n'],
  ['description', 'a'],
  ['examiner', 'e'],
  ['notes', 't'],
  ['model', 'md'],
  ['serial', 'sn'],
  ['software', 'av'],
  ['system', 'ov'],
];

/**
 * The content of a section header (one octet a character) or header2 (UTF-16): lines that hold names and values, each
 * parted by tabs, below the line `main`. Undefined where it cannot be read.
 */
export async function readAcquisition(packed: Uint8Array): Promise<Acquisition | undefined> {
  if (packed.length > MOST_PACKED) return undefined;
  const { bytes, fault } = await inflate(packed, MOST_TEXT);
  if (fault === 'damaged' && bytes.length === 0) return undefined;
  const lines = textOf(bytes).split(/\r\n|\n|\r/);
  const main = lines.indexOf('main');
  if (main < 0) return undefined;
  const names = (lines[main + 1] ?? '').split('\t');
  const values = (lines[main + 2] ?? '').split('\t');
  const valueOf = (letter: string) => {
    const place = names.indexOf(letter);
    return place < 0 ? '' : (values[place] ?? '').slice(0, MOST_VALUE).toWellFormed().trim();
  };
  const said = Object.fromEntries(letters.map(([field, letter]) => [field, valueOf(letter)]));
  return { ...(said as unknown as Omit<Acquisition, 'acquired'>), acquired: timeIn(valueOf('m')) };
}

function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // In the code page of whoever wrote it, which nothing tells; most were western.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Seconds since 1970 in header2; `2021 7 22 17 33 18` in header. */
function timeIn(text: string): AcquiredAt | null {
  if (/^\d{1,11}$/.test(text)) return { seconds: Number(text), isUtc: true };
  const parts = /^(\d{4}) (\d{1,2}) (\d{1,2}) (\d{1,2}) (\d{1,2}) (\d{1,2})$/
    .exec(text)
    ?.slice(1)
    .map(Number);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts as [number, number, number, number, number, number];
  const time = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // What names no day, such as 31 February, becomes another.
  const isDay = time.getUTCMonth() === month - 1 && time.getUTCDate() === day && hour < 24 && minute < 60;
  return isDay ? { seconds: time.getTime() / 1000, isUtc: false } : null;
}
