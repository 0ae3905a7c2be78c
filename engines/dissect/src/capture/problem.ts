/** Something wrong with the capture itself. The analysis went on. */
export interface Problem {
  readonly code: string;
  readonly params: Readonly<Record<string, number | string>>;
  /** In the (decompressed) file. */
  readonly offset: number;
  /** In English: what it is, and what to do. */
  readonly text: string;
}

const texts: Record<string, string> = {
  'cut-off':
    'The file breaks off {missing} bytes before the end of a record. Everything before was read; copy the capture again if the rest matters.',
  'record-length':
    'A packet record claims {length} bytes, which cannot be. Reading goes on at the next record that makes sense.',
  'block-length':
    'A pcapng block claims {length} bytes, which cannot be. Reading goes on at the next block that makes sense.',
  resynchronised: '{lost} bytes of the file could not be read as packets and were stepped over.',
  zeros:
    '{bytes} bytes of the file are zeros where packets should be, as a recorder leaves them that was switched off or crashed. Nothing stands in them; what lies behind them was read.',
  'unknown-interface':
    'Packets belong to interface {interface}, which the file does not describe. They are counted, not read.',
  'no-timestamps': 'Packets of this section carry no time; the time of the packet before them is shown.',
  'unread-link-type':
    '{packets} packets have link type {linkType}, which is not read yet. They are counted only.',
  'timestamps-backwards': 'The clock of the capture went backwards {count} times. Order follows the file.',
  'empty-capture': 'The file is a capture without packets.',
  'gzip-damaged':
    'The compressed file is damaged or breaks off. Everything up to there was read; copy it again if the rest matters.',
  'source-lost':
    'The file could not be read any further: it changed, or what it lies on was taken away. Everything up to there was read; open it again if the rest matters.',
  'secrets-in-capture':
    'The file carries decryption secrets behind packet {packet}: {kind}, {bytes} bytes, SHA-256 {sha256}. They were not used, and go into nothing that is made of it; mind whom you give the file itself.',
  'more-secrets-in-capture':
    'The file carries decryption secrets in {count} more places. They were not used, and go into nothing that is made of it; mind whom you give the file itself.',
};

const MOST = 100;

/** Keeps the first hundred. */
export class Problems {
  readonly list: Problem[] = [];
  dropped = 0;

  add(code: string, offset: number, params: Problem['params'] = {}): void {
    if (this.list.length >= MOST) {
      this.dropped++;
      return;
    }
    const text = texts[code]!.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? ''));
    this.list.push({ code, params, offset, text });
  }
}

/** The bytes are no capture. `looksLike` says what they seem to be instead. */
export class NotACapture extends Error {
  override readonly name = 'NotACapture';
  readonly code: 'empty' | 'not-a-capture';
  readonly looksLike: string;

  constructor(looksLike: string) {
    super(
      looksLike === 'nothing'
        ? 'The file is empty. Check the export that made it, and try again.'
        : `This is no network capture; it looks like ${looksLike}. ${whatToDo(looksLike)}`,
    );
    this.code = looksLike === 'nothing' ? 'empty' : 'not-a-capture';
    this.looksLike = looksLike;
  }
}

function whatToDo(looksLike: string): string {
  if (archives.includes(looksLike)) return 'Unpack it and give the capture inside.';
  if (looksLike === 'HTML') return 'A download may have ended on a sign-in page; fetch the file again.';
  return 'Give a pcap or pcapng file, as Wireshark and tcpdump write them; gzip and zstd are fine.';
}

const archives = ['zip', 'gzip', 'zstd', '7z', 'xz', 'bzip2', 'rar', 'tar'];

const signatures: readonly [string, readonly number[]][] = [
  ['gzip', [0x1f, 0x8b]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
  ['zip', [0x50, 0x4b, 0x03, 0x04]],
  ['zip', [0x50, 0x4b, 0x05, 0x06]],
  ['7z', [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['rar', [0x52, 0x61, 0x72, 0x21]],
  ['PDF', [0x25, 0x50, 0x44, 0x46]],
  ['an image', [0x89, 0x50, 0x4e, 0x47]],
  ['an image', [0xff, 0xd8, 0xff]],
  ['an image', [0x47, 0x49, 0x46, 0x38]],
  ['a Windows program', [0x4d, 0x5a]],
  ['a Linux program', [0x7f, 0x45, 0x4c, 0x46]],
  ['a database', [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65]],
  ['a snoop capture', [0x73, 0x6e, 0x6f, 0x6f, 0x70, 0x00]],
  ['an Office document', [0xd0, 0xcf, 0x11, 0xe0]],
  ['a Network Monitor capture', [0x47, 0x4d, 0x42, 0x55]],
];

/** What the beginning of a file that is no capture looks like. */
export function looksLike(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  for (const [name, magic] of signatures) {
    if (magic.every((byte, i) => bytes[i] === byte)) return name;
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(0, 64)).trimStart();
  if (/^<(!doctype html|html)/i.test(text)) return 'HTML';
  if (text.startsWith('<')) return 'XML';
  if (/^[[{]/.test(text)) return 'JSON';
  const beginning = bytes.subarray(0, 64);
  const letters = beginning.filter((byte) => byte >= 0x20 && byte < 0x7f).length;
  const controls = beginning.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d].includes(byte)).length;
  return controls === 0 && letters * 2 > beginning.length ? 'text' : 'unknown data';
}
