import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';

const PORT = 514;
const LESS = 0x3c;
const GREATER = 0x3e;
const DASH = 0x2d;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const QUOTE = 0x22;
const ESCAPE = 0x5c;
/** Facility 23, severity 7. */
const MOST_PRIORITY = 191;
const LONGEST_HEAD = 512;

export interface SyslogMessage {
  readonly priority: number;
  readonly host: string;
  readonly program: string;
}

/** RFC 5424, 6: version, time, host, program, process, and the kind of message, each with the space in front. */
const modern =
  /^(\s*1)( (?:-|\d{4}-\d\d-\d\dT\S{8,24}))( \S{1,255})( \S{1,48})( \S{1,128})(?= )( \S{1,32}(?= ))?/;
/** RFC 3164, 4.1, as programs write it: `Feb  5 17:32:18 host program[17]:`. */
const old =
  /^(\s*[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)( [\w.:-]{1,255}(?= ))?( [\w./-]{1,48})(\[\d{1,10}\])?(:)/;

/** RFC 5424, table 1. */
const facilities: Record<number, string> = {
  0: 'kernel',
  1: 'user',
  2: 'mail',
  3: 'system',
  4: 'security',
  5: 'syslog',
  6: 'printing',
  7: 'news',
  8: 'UUCP',
  9: 'clock',
  10: 'security, private',
  11: 'FTP',
  12: 'NTP',
  13: 'audit',
  14: 'alert',
  15: 'clock, second',
  16: 'local 0',
  17: 'local 1',
  18: 'local 2',
  19: 'local 3',
  20: 'local 4',
  21: 'local 5',
  22: 'local 6',
  23: 'local 7',
};

const severities: Record<number, string> = {
  0: 'emergency',
  1: 'alert',
  2: 'critical',
  3: 'error',
  4: 'warning',
  5: 'notice',
  6: 'information',
  7: 'debug',
};

export const syslog: Dissector<SyslogMessage> = {
  name: 'syslog',
  title: 'Syslog',
  reference: 'RFC 3164; RFC 5424',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'syslog.collects' } },

  recognises: (bytes, start, end, expected) =>
    expected && priorityAt(bytes, start, end) >= 0 ? OURS : NOT_OURS,

  read: readSyslog,

  begin: () => ({
    message(here, bytes, start, end) {
      const { host, program } = readSyslog(here.reader.reset(bytes, start, end));
      // Collectors hand on what others told them.
      if (!/^[\d.:-]+$/.test(host)) here.fact(here.source, 'name', host, 'inferred');
      if (program !== '-') here.fact(here.source, 'software', program, 'inferred');
    },
  }),
};

function readSyslog(reader: ByteReader): SyslogMessage {
  const bytes = reader.peekBytes(LONGEST_HEAD);
  const close = bytes.indexOf(GREATER);
  // A character for each octet: what is matched are places.
  const head = String.fromCharCode(...bytes.subarray(close + 1));
  const isModern = modern.test(head);
  reader.open('priority', isModern ? 'RFC 5424, 6.2.1' : 'RFC 3164, 4.1.1');
  const priority = Number(reader.text(close + 1, 'priority').slice(1, -1));
  reader.bits(priority, 0xf8, 'facility', facilities);
  reader.bits(priority, 0x07, 'severity', severities);
  reader.close();
  return { priority, ...(isModern ? readModern(reader, head) : readOld(reader, head)) };
}

type Sender = Pick<SyslogMessage, 'host' | 'program'>;

function readModern(reader: ByteReader, head: string): Sender {
  const [, version, time, host, program, process, kind] = modern.exec(head)!;
  reader.open('header', 'RFC 5424, 6.2');
  reader.text(version!.length, 'version');
  reader.text(time!.length, 'time');
  const sender = {
    host: reader.text(host!.length, 'host', 'utf-8'),
    program: reader.text(program!.length, 'program', 'utf-8'),
  };
  reader.text(process!.length, 'process', 'utf-8');
  if (kind !== undefined) reader.text(kind.length, 'kind of message', 'utf-8');
  reader.close();
  const structured = kind === undefined ? 0 : structuredLength(reader.peekBytes(reader.remaining));
  if (structured > 0) {
    reader.open('structured data', 'RFC 5424, 6.3');
    reader.text(structured, 'structured data', 'utf-8');
    reader.close();
  }
  if (reader.remaining > 0) {
    reader.open('message', 'RFC 5424, 6.4');
    reader.text(reader.remaining, 'message', 'utf-8');
    reader.close();
  }
  return sender;
}

/** ` -`, or ` [id name="value"]` as often as there are elements; 0 where it is neither. */
function structuredLength(bytes: Uint8Array): number {
  if (bytes[1] === DASH) return 2;
  if (bytes[1] !== OPEN) return 0;
  let isQuoted = false;
  for (let at = 2; at < bytes.length; at++) {
    if (bytes[at] === QUOTE) isQuoted = !isQuoted;
    else if (isQuoted && bytes[at] === ESCAPE) at++;
    else if (!isQuoted && bytes[at] === CLOSE && bytes[at + 1] !== OPEN) return at + 1;
  }
  return 0;
}

function readOld(reader: ByteReader, head: string): Sender {
  const [, time, host, program, process, colon] = old.exec(head) ?? [];
  const sender = { host: '', program: '' };
  if (time !== undefined) {
    reader.open('header', 'RFC 3164, 4.1.2');
    reader.text(time.length, 'time');
    if (host !== undefined) sender.host = reader.text(host.length, 'host', 'utf-8');
    reader.close();
  }
  reader.open('message', 'RFC 3164, 4.1.3');
  if (program !== undefined) {
    sender.program = reader.text(program.length, 'program', 'utf-8');
    if (process !== undefined) reader.text(process.length, 'process');
    reader.text(colon!.length, 'separator');
  }
  if (reader.remaining > 0) reader.text(reader.remaining, 'content', 'utf-8');
  reader.close();
  return sender;
}

/** `<34>`; -1 for none. */
function priorityAt(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[start] !== LESS) return -1;
  let value = 0;
  for (let at = start + 1; at < Math.min(end, start + 5); at++) {
    const digit = bytes[at]! - 0x30;
    if (bytes[at] === GREATER && at > start + 1) return value <= MOST_PRIORITY ? value : -1;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return -1;
}
