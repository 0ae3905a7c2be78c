import type { Told } from '@busbar/contract';

import { type Analyser, type Found, NotForThis, shown, type Suggested } from './analyser.ts';

/** Nothing is unpacked: what an archive says of itself is listed, with what is wrong with it. */
export const archiveContents: Analyser = {
  id: 'archive-contents',
  async analyse(file, _params, onProgress) {
    const pieces = file.all()[Symbol.asyncIterator]();
    const first = await pieces.next();
    const beginning = first.done ? new Uint8Array() : first.value;
    const whole = async function* () {
      let bytes = 0;
      for (let piece = first; !piece.done; piece = await pieces.next()) {
        bytes += piece.value.length;
        onProgress(bytes);
        yield piece.value;
      }
    };
    if (beginning[0] === 0x50 && beginning[1] === 0x4b) return told(await zipEntries(whole()));
    return told(await tarEntries(whole()));
  },
};

interface Entry {
  readonly name: string;
  readonly size: number;
  /** As it lies in the archive. */
  readonly packed: number;
  /** Microseconds since 1970; null where nothing is told. */
  readonly at: number | null;
  readonly isEncrypted: boolean;
  readonly place: string;
}

interface Listing {
  readonly entries: readonly Entry[];
  /** How many there are in all, as far as was looked. */
  readonly count: number;
  readonly notes: readonly Told[];
}

const MOST_ENTRIES = 10_000;
/** More than this no honest packing gains (deflate's own limit is 1,032). */
const MOST_RATIO = 200;
const MOST_UNPACKED = 64 * 2 ** 30;

function told({ entries, count, notes }: Listing): Found {
  const [size, packed] = [sum(entries.map((one) => one.size)), sum(entries.map((one) => one.packed))];
  const isBomb = size > MOST_UNPACKED || (packed > 0 && size / packed > MOST_RATIO);
  return {
    observations: [...entries]
      .map((entry, place) => ({ entry, place, faults: faultsOf(entry) }))
      .sort((a, b) => b.faults.length - a.faults.length || a.place - b.place)
      .map(({ entry, faults }) => suggestionOf(entry, faults)),
    notes: [
      {
        code: 'archive-listed',
        params: { count, size, packed },
        text: `${count} entries, ${size} bytes unpacked, ${packed} packed`,
      },
      ...(isBomb
        ? [
            {
              code: 'archive-bomb',
              params: { size, packed },
              text: 'It claims to unpack to far more than it holds: do not unpack it on a machine that you need',
            },
          ]
        : []),
      ...notes,
    ],
  };
}

function suggestionOf({ name, size, at, place }: Entry, faults: readonly string[]): Suggested {
  const file = shown(name, 300);
  return {
    kind: 'file',
    from: at,
    to: at,
    precision: 'second',
    what: {
      code: faults[0] ? `archived.${faults[0]}` : 'archived',
      params: { name: file, size },
      text: faults[0] ? `${file}: ${words[faults[0]]}` : file,
    },
    place,
    addresses: [],
    techniques: [],
    confidence: 'stated',
    count: 1,
  };
}

const words: Readonly<Record<string, string>> = {
  outside: 'would be written outside of the folder it is unpacked into',
  disguised: 'its name hides what it is',
  bomb: 'claims to unpack to far more than it holds',
  program: 'a program',
  nested: 'an archive in the archive',
  encrypted: 'can only be read with a password',
};

function faultsOf({ name, size, packed, isEncrypted }: Entry): string[] {
  const path = name.replaceAll('\\', '/');
  return [
    (/^\/|^[a-z]:/i.test(path) || path.split('/').includes('..')) && 'outside',
    (/[\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/.test(name) ||
      /\.\w{2,4}\.(?:exe|scr|com|bat|js|vbs|lnk)$/i.test(path)) &&
      'disguised',
    packed > 0 && size / packed > MOST_RATIO && size > 2 ** 20 && 'bomb',
    /\.(?:exe|dll|scr|sys|com|bat|cmd|ps1|vbs|js|jar|msi|lnk|hta)$/i.test(path) && 'program',
    /\.(?:zip|7z|rar|tar|gz|tgz|bz2|xz|cab|iso)$/i.test(path) && 'nested',
    isEncrypted && 'encrypted',
  ].filter((fault) => fault !== false);
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const utf8 = new TextDecoder();
/** Of a central directory with as many entries as are listed, names of the usual length. */
const MOST_TAIL = 8 << 20;

/**
 * The central directory at the end of the file (APPNOTE 6.3.10, sections 4.3.12 and 4.3.16). Local headers may lie, and
 * are not asked.
 */
async function zipEntries(source: AsyncIterable<Uint8Array>): Promise<Listing> {
  const { tail, size } = await endOf(source, MOST_TAIL);
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const end = lastIndexOf(view, 0x06054b50, 22);
  if (end < 0) throw new NotForThis('The end of this archive is missing; ask for the whole file');
  const claimed = view.getUint16(end + 10, true);
  const begins = end - view.getUint32(end + 12, true);
  const isLarge = claimed === 0xffff || view.getUint32(end + 16, true) === 0xffffffff;
  // A directory that does not fit, or of ZIP64: what of it lies in the tail is found by its signatures.
  let at = !isLarge && begins >= 0 ? begins : indexOf(view, 0x02014b50, 0);
  const entries: Entry[] = [];
  let count = 0;
  while (at >= 0 && at + 46 <= end && view.getUint32(at, true) === 0x02014b50) {
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    if (at + 46 + nameLength > end) break;
    count++;
    const name = utf8.decode(tail.subarray(at + 46, at + 46 + nameLength));
    if (entries.length < MOST_ENTRIES && !name.endsWith('/'))
      entries.push({
        name,
        size: view.getUint32(at + 24, true),
        packed: view.getUint32(at + 20, true),
        at: dosTime(view.getUint16(at + 14, true), view.getUint16(at + 12, true)),
        isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
        place: `entry ${count}`,
      });
    at += 46 + nameLength + extra + comment;
  }
  const isTorn = !isLarge && count !== claimed;
  return {
    entries,
    count,
    notes: isTorn
      ? [
          {
            code: 'archive-torn',
            params: { claimed, count, size },
            text: `It claims ${claimed} entries and lists ${count}`,
          },
        ]
      : [],
  };
}

/** MS-DOS date and time, which know no zone: read as UTC; the clock of the source puts it right. */
function dosTime(date: number, time: number): number | null {
  const [month, day] = [(date >> 5) & 15, date & 31];
  if (month < 1 || month > 12 || day < 1) return null;
  const year = 1980 + (date >> 9);
  return Date.UTC(year, month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2) * 1000;
}

async function endOf(
  source: AsyncIterable<Uint8Array>,
  most: number,
): Promise<{ tail: Uint8Array; size: number }> {
  let kept: Uint8Array[] = [];
  let [held, size] = [0, 0];
  for await (const piece of source) {
    kept.push(piece);
    held += piece.length;
    size += piece.length;
    while (held - kept[0]!.length >= most) held -= kept.shift()!.length;
  }
  const tail = new Uint8Array(held);
  let at = 0;
  for (const piece of kept) {
    tail.set(piece, at);
    at += piece.length;
  }
  kept = [];
  return { tail, size };
}

function lastIndexOf(view: DataView, signature: number, room: number): number {
  for (let at = view.byteLength - room; at >= 0; at--) if (view.getUint32(at, true) === signature) return at;
  return -1;
}

function indexOf(view: DataView, signature: number, from: number): number {
  for (let at = from; at + 4 <= view.byteLength; at++) if (view.getUint32(at, true) === signature) return at;
  return -1;
}

/** Headers of 512 bytes, each followed by its file (POSIX.1-1988 ustar; sizes in base 256 as GNU tar writes them). */
async function tarEntries(source: AsyncIterable<Uint8Array>): Promise<Listing> {
  const entries: Entry[] = [];
  let header = new Uint8Array(512);
  let [filled, skip, count, offset] = [0, 0, 0, 0];
  let isBroken = false;
  for await (const piece of source) {
    for (let at = 0; at < piece.length && !isBroken;) {
      if (skip > 0) {
        const step = Math.min(skip, piece.length - at);
        skip -= step;
        at += step;
        offset += step;
        continue;
      }
      const part = piece.subarray(at, at + 512 - filled);
      header.set(part, filled);
      filled += part.length;
      at += part.length;
      offset += part.length;
      if (filled < 512) continue;
      filled = 0;
      const entry = tarEntry(header, offset - 512);
      if (entry === 'end') continue;
      if (!entry) {
        if (count === 0) throw new NotForThis('This is no archive that is read here');
        isBroken = true;
        break;
      }
      count++;
      if (entry.isFile && entries.length < MOST_ENTRIES) entries.push(entry);
      skip = Math.ceil(entry.size / 512) * 512;
      header = new Uint8Array(512);
    }
  }
  const isTorn = skip > 0 || isBroken;
  return {
    entries,
    count,
    notes: isTorn
      ? [
          {
            code: 'archive-torn',
            params: { claimed: count, count, size: offset },
            text: 'It ends in the middle',
          },
        ]
      : [],
  };
}

function tarEntry(header: Uint8Array, offset: number): (Entry & { isFile: boolean }) | 'end' | undefined {
  if (header.every((byte) => byte === 0)) return 'end';
  // The sum of all bytes of the header, its own field taken as spaces.
  const own = sum([...header.subarray(148, 156)]);
  if (numberIn(header, 148, 8) !== sum([...header]) - own + 8 * 32) return undefined;
  const size = numberIn(header, 124, 12);
  if (!Number.isSafeInteger(size) || size < 0) return undefined;
  const type = header[156];
  const prefix = textIn(header, 345, 155);
  const name = textIn(header, 0, 100);
  return {
    name: prefix ? `${prefix}/${name}` : name,
    size,
    packed: size,
    at: numberIn(header, 136, 12) * 1_000_000 || null,
    isEncrypted: false,
    isFile: type === 0x30 || type === 0,
    place: `byte ${offset}`,
  };
}

function textIn(bytes: Uint8Array, from: number, length: number): string {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return utf8.decode(end < 0 ? field : field.subarray(0, end));
}

function numberIn(bytes: Uint8Array, from: number, length: number): number {
  if ((bytes[from]! & 0x80) === 0) return Number.parseInt(textIn(bytes, from, length).trim() || '0', 8);
  return bytes
    .subarray(from + 1, from + length)
    .reduce((value, byte) => value * 256 + byte, bytes[from]! & 0x7f);
}
