import { type ByteReader, u32At } from '../../bytes/byte-reader.ts';
import { type Dissector, type Here, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { CONNECT } from './operations.ts';

const PORT = 22;
/** `SSH-`. */
const START = 0x5353_482d;
const LF = 0x0a;
/** RFC 4253, 4.2. */
const LONGEST_BANNER = 255;

export interface SshBanner {
  /** `2.0`, or empty for what is encrypted. */
  readonly version: string;
  readonly software: string;
}

export const ssh: Dissector<SshBanner> = {
  name: 'ssh',
  title: 'SSH',
  reference: 'RFC 4253',
  industrial: false,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'ssh.answers' } },

  recognises(bytes, start, end) {
    for (let i = 0; i < 4 && start + i < end; i++)
      if (bytes[start + i] !== ((START >>> (24 - 8 * i)) & 0xff)) return NOT_OURS;
    return end - start < 5
      ? PERHAPS
      : bytes[start + 4] === 0x31 || bytes[start + 4] === 0x32
        ? OURS
        : NOT_OURS;
  },

  /** The banner is a line; behind it come packets whose length is encrypted with the rest. */
  messageLength(bytes, start, end) {
    if (ssh.recognises(bytes, start, end, false) === NOT_OURS) return end - start;
    for (let at = start; at < end; at++) if (bytes[at] === LF) return at + 1 - start;
    return end - start > LONGEST_BANNER ? end - start : 0;
  },

  read: readBanner,

  begin(capture) {
    const connect = capture.operation(CONNECT);
    return {
      message(here, bytes, start, end) {
        if (end - start > LONGEST_BANNER || u32At(bytes, start) !== START) return;
        const banner = readBanner(here.reader.reset(bytes, start, end));
        told(here, banner);
        if (here.direction !== 'request') return;
        const note = here.operation(connect);
        if (here.wanted(note)) here.describe(note, { software: banner.software });
      },
    };
  },
};

function readBanner(reader: ByteReader): SshBanner {
  const first = reader.peekBytes(4);
  if (first.length < 4 || u32At(first, 0) !== START) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'packets');
    return { version: '', software: '' };
  }
  const rest = reader.peekBytes(LONGEST_BANNER);
  const end = rest.indexOf(LF);
  reader.open('identification', 'RFC 4253, 4.2');
  const banner = readIdentification(reader, rest.subarray(0, end < 0 ? rest.length : end + 1));
  reader.close();
  if (reader.remaining > 0) reader.skip(reader.remaining, 'packets');
  return banner;
}

const PREFIX = 4;
const identification = /^SSH-([\d.]{1,8})-([^ \r\n]*)( )?/;

function readIdentification(reader: ByteReader, line: Uint8Array): SshBanner {
  // A character for each octet: what is matched are places.
  const [, known, program = '', comments] = identification.exec(String.fromCharCode(...line)) ?? [];
  if (known === undefined) {
    reader.text(line.length, 'line', 'utf-8');
    return { version: '', software: '' };
  }
  reader.text(PREFIX, 'protocol');
  const version = reader.text(known.length, 'version of the protocol');
  reader.text(1, 'separator');
  const behind = line.length - PREFIX - known.length - 1;
  const words = comments === undefined ? behind : program.length;
  const software = reader.text(words, 'software', 'utf-8');
  const more = words < behind ? reader.text(behind - words, 'comments', 'utf-8') : '';
  return { version, software: `${software} ${more}`.trim() };
}

/** What programs say of the systems they were built for. */
const systems: readonly [RegExp, string][] = [
  [/Ubuntu/, 'Ubuntu Linux'],
  [/Debian|\+deb\d/, 'Debian Linux'],
  [/Raspbian/, 'Raspbian Linux'],
  [/FreeBSD/, 'FreeBSD'],
  [/^Cisco/, 'Cisco IOS'],
  [/for_Windows|WinSSHD|Bitvise/, 'Windows'],
  [/^ROSSSH/, 'MikroTik RouterOS'],
];

function told(here: Here, { version, software }: SshBanner): void {
  here.fact(here.source, 'software', software);
  const system = systems.find(([pattern]) => pattern.test(software))?.[1] ?? '';
  here.fact(here.source, 'os', system, 'inferred');
  // 1.99 speaks both: RFC 4253, 5.1.
  if (version.startsWith('1.') && version !== '1.99')
    here.anomaly('ssh.old-version', 'banner', 0, { version });
}
