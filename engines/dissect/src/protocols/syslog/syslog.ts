import { type ByteReader, textAt } from '../../bytes/byte-reader.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';

const PORT = 514;
const LESS = 0x3c;
const GREATER = 0x3e;
/** Facility 23, severity 7. */
const MOST_PRIORITY = 191;
const LONGEST_HEAD = 512;

export interface SyslogMessage {
  readonly priority: number;
  readonly host: string;
  readonly program: string;
}

/** RFC 5424, 6: version, time, host, program, process. */
const modern = /^1 (?:-|\d{4}-\d\d-\d\dT\S{8,24}) (\S{1,255}) (\S{1,48}) \S{1,128} /;
/** RFC 3164, 4.1, as programs write it: `Feb  5 17:32:18 host program[17]:`. */
const old = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d (?:([\w.:-]{1,255}) )?([\w./-]{1,48})(?:\[\d{1,10}\])?:/;

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
  const priority = Number(reader.text(close + 1, 'priority').slice(1, -1));
  reader.remark(severities[priority & 7] ?? '');
  const head = textAt(bytes, close + 1, bytes.length, 'utf-8');
  const [, host = '', program = ''] = modern.exec(head) ?? old.exec(head) ?? [];
  reader.text(reader.remaining, 'message', 'utf-8');
  return { priority, host, program };
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
