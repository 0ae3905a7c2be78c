import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';

import { typeset } from '../../platform/typeset.ts';
import { readingsOf } from './readings.ts';

const marker = 'canary12o3c4w5z';
const said = `A pump named ${marker} stands still`;

const typesetWith = (text: string, width = '9cm') =>
  typeset(
    `#set page(width: ${width})\n#set par(justify: true)\n#set text(font: "IBM Plex Sans", lang: "en", hyphenate: true)\n#sys.inputs.data`,
    text,
    new Date(0),
  );
/** Glyphs are numbered as they come: with these before, those of n and o in the marker are brackets. */
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Each way a marker may leave by; all are tried at three beginnings, for the threes of base64. */
const ways: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  'as it is': (text) => text,
  'in capitals': (text) => text.toUpperCase(),
  gzip: (text) => gzipSync(text),
  zstd: (text) => zstdCompressSync(Buffer.from(text)),
  'gzip in gzip': (text) => gzipSync(gzipSync(text)),
  ZIP: (text) => zipped('readme.txt', text),
  'the name of a file in a ZIP': (text) => zipped(`${text}.txt`, 'nothing'),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 of capitals': (text) => Buffer.from(text.toUpperCase()).toString('base64'),
  'base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'base64 in lines, as mail has it': (text) =>
    Buffer.from(text.padStart(200, 'ö ')).toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
  'gzip in base64, as a kit has it': (text) =>
    `<script>${gzipSync(text.padStart(300, 'x4')).toString('base64')}</script>`,
  hex: (text) => Buffer.from(text).toString('hex'),
  'UTF-16 in hex, as a PDF has its title': (text) =>
    `<FEFF${Buffer.from(text, 'utf16le').swap16().toString('hex').toUpperCase()}>`,
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16, the other order': (text) => Buffer.from(text, 'utf16le').swap16(),
  'HTML, in tens': (text) => text.replaceAll(/./g, (letter) => `&#${letter.codePointAt(0)};`),
  'HTML, in sixteens': (text) =>
    text.replaceAll(/./g, (letter) => `&#x${letter.codePointAt(0)!.toString(16)};`),
  'an address': (text) => text.replaceAll(/./g, (letter) => `%${letter.codePointAt(0)!.toString(16)}`),
  'a string of JSON': (text) =>
    text.replaceAll(/./g, (letter) => `\\u${letter.codePointAt(0)!.toString(16).padStart(4, '0')}`),
  'quoted-printable': (text) => text.replaceAll(/./g, (letter) => `=${letter.codePointAt(0)!.toString(16)}`),
  'a line that mail folds': (text) => text.replace('ary', 'a=\r\nry'),
  'a line that calendars fold': (text) => text.replace('ary', 'a\r\n ry'),
  'a PDF that we set': typesetWith,
  'a PDF that we set, in capitals': (text) => typesetWith(text.toUpperCase()),
  'a PDF that we set, among many letters': (text) => typesetWith(letters + text, 'auto'),
};

describe('the readings of an answer', () => {
  it('find a marker in every way in which it may leave, wherever it begins', () => {
    const missed = Object.entries(ways).flatMap(([name, write]) =>
      ['', 'x', 'xy']
        .filter((before) => !finds(write(before + said)))
        .map((before) => `${name} after “${before}”`),
    );
    assert.deepEqual(missed, []);
  });

  it('find none where there is none', () => {
    const other = said.replace(marker, 'cannery12o3c4w5z');
    assert.deepEqual(
      Object.entries(ways).filter(([, write]) => finds(write(other))),
      [],
    );
  });

  it('say what they could not read, and end with what unpacks for ever', () => {
    const unread: string[] = [];
    const read = (bytes: Uint8Array) => [...readingsOf(bytes, (what) => unread.push(what))];
    read(Buffer.from('age-encryption.org/v1\n-> X25519 x\n'));
    read(gzipSync(said).subarray(0, 20));
    read(zipped('cut.txt', said).subarray(40));
    let nested: Uint8Array = Buffer.alloc(1 << 20);
    for (let depth = 0; depth < 9; depth++) nested = gzipSync(nested);
    read(nested);
    read(gzipSync(Buffer.alloc(200 << 20)));
    assert.deepEqual(
      [...new Set(unread)],
      [
        'a file that is encrypted to its recipient (age)',
        'something packed that does not unpack',
        'something packed too large or too deep',
      ],
    );
  });
});

function finds(content: string | Uint8Array): boolean {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return [...readingsOf(bytes)].some((text) => text.toLowerCase().includes(marker));
}

/** One file (APPNOTE.TXT section 4.3.6): local header, contents, central directory. */
function zipped(name: string, text: string): Buffer {
  const packed = deflateRawSync(text);
  const head = (signature: number, gap: number, length: number) => {
    const header = Buffer.alloc(length);
    header.writeUInt32LE(signature);
    header.writeUInt16LE(8, 8 + gap);
    header.writeUInt32LE(packed.length, 18 + gap);
    header.writeUInt16LE(name.length, 26 + gap);
    return Buffer.concat([header, Buffer.from(name)]);
  };
  return Buffer.concat([head(0x04034b50, 0, 30), packed, head(0x02014b50, 2, 46)]);
}
