import type { FileType } from '@busbar/contract';

/** How many bytes from the beginning settle it. */
export const enoughBytes = 4096;

type Signature = readonly [type: FileType, at: number, bytes: string];

/** First bytes as their makers define them, in Latin-1; the longer before the shorter. */
const signatures: readonly Signature[] = [
  ['pcapng', 0, '\x0a\x0d\x0d\x0a'],
  ['pcap', 0, '\xd4\xc3\xb2\xa1'],
  ['pcap', 0, '\xa1\xb2\xc3\xd4'],
  ['pcap', 0, '\x4d\x3c\xb2\xa1'],
  ['pcap', 0, '\xa1\xb2\x3c\x4d'],
  ['gzip', 0, '\x1f\x8b\x08'],
  ['zstd', 0, '\x28\xb5\x2f\xfd'],
  // Frames to be skipped, with which those begin who pack in parallel: RFC 8878, 3.1.2.
  ...Array.from({ length: 16 }, (_, i): Signature => [
    'zstd',
    0,
    `${String.fromCharCode(0x50 + i)}\x2a\x4d\x18`,
  ]),
  ['bzip2', 0, 'BZh'],
  ['xz', 0, '\xfd7zXZ\x00'],
  ['zip', 0, 'PK\x03\x04'],
  ['zip', 0, 'PK\x05\x06'],
  ['sevenZip', 0, "7z\xbc\xaf'\x1c"],
  ['rar', 0, 'Rar!\x1a\x07'],
  ['tar', 257, 'ustar'],
  ['program', 0, 'MZ'],
  ['program', 0, '\x7fELF'],
  ['program', 0, '\xcf\xfa\xed\xfe'],
  ['program', 0, '\xca\xfe\xba\xbe'],
  ['document', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['document', 0, '{\\rtf'],
  ['pdf', 0, '%PDF-'],
  ['image', 0, '\x89PNG\r\n\x1a\n'],
  ['image', 0, '\xff\xd8\xff'],
  ['image', 0, 'GIF8'],
  ['eventLog', 0, 'ElfFile\x00'],
  ['registry', 0, 'regf'],
  ['diskImage', 0, 'EVF\x09\x0d\x0a\xff\x00'],
  ['diskImage', 0, 'QFI\xfb'],
  ['diskImage', 0, 'KDMV'],
  ['diskImage', 510, '\x55\xaa'],
];

/** What a file is by its first bytes. Its name is not asked: whoever sends it chooses that. */
export function typeOf(beginning: Uint8Array): FileType {
  if (beginning.length === 0) return 'empty';
  const latin = Buffer.from(beginning.buffer, beginning.byteOffset, beginning.length).toString('latin1');
  const found = signatures.find(([, at, bytes]) => latin.startsWith(bytes, at));
  if (found) return found[0];
  const text = textIn(beginning);
  if (text === undefined) return 'unknown';
  return /^\s*(?:<!doctype html|<html|<script|<svg|<\?xml[^>]*>\s*<svg)/i.test(text) ? 'html' : 'text';
}

/** Undefined where it is no text: in UTF-8, or in UTF-16 as Windows writes logs. */
function textIn(bytes: Uint8Array): string | undefined {
  for (const encoding of ['utf-8', 'utf-16le', 'utf-16be'] as const) {
    // A character may be cut in the middle at the end of what was read.
    const text = decoded(encoding, bytes);
    if (text && !/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) && isWritten(encoding, text))
      return text;
  }
  return undefined;
}

function decoded(encoding: string, bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

/** Any even number of bytes may be read as UTF-16; what was meant so has characters of ASCII in it. */
function isWritten(encoding: string, text: string): boolean {
  return encoding === 'utf-8' || text.replaceAll(/[^\t\n\r -~]/g, '').length > text.length / 2;
}
