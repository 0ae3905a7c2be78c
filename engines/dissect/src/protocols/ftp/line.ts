import type { ByteReader } from '../../bytes/byte-reader.ts';

const LF = 0x0a;
/** RFC 1123 sets none; no server takes more. */
export const LONGEST_LINE = 2_048;

export interface FtpLine {
  /** Of a command, in capitals; or empty. */
  readonly command: string;
  /** Of a reply; 0 for none. */
  readonly code: number;
  readonly text: string;
}

/** RFC 959, 4.2.1; the last of RFC 2228, 5. */
const kindsOfReply: Record<string, string> = {
  1: 'begun, more follows',
  2: 'done',
  3: 'so far, more is needed',
  4: 'refused for now',
  5: 'refused',
  6: 'protected',
};

// RFC 959, 4.1.1 to 4.1.3, and what was added to it.
const ACCESS = 'RFC 959, 4.1.1';
const PARAMETERS = 'RFC 959, 4.1.2';
const SERVICE = 'RFC 959, 4.1.3';
const SECURITY = 'RFC 2228, 3';
const sections: Record<string, string> = {
  USER: ACCESS,
  PASS: ACCESS,
  ACCT: ACCESS,
  CWD: ACCESS,
  CDUP: ACCESS,
  SMNT: ACCESS,
  REIN: ACCESS,
  QUIT: ACCESS,
  PORT: PARAMETERS,
  PASV: PARAMETERS,
  TYPE: PARAMETERS,
  STRU: PARAMETERS,
  MODE: PARAMETERS,
  RETR: SERVICE,
  STOR: SERVICE,
  STOU: SERVICE,
  APPE: SERVICE,
  ALLO: SERVICE,
  REST: SERVICE,
  RNFR: SERVICE,
  RNTO: SERVICE,
  ABOR: SERVICE,
  DELE: SERVICE,
  RMD: SERVICE,
  MKD: SERVICE,
  PWD: SERVICE,
  LIST: SERVICE,
  NLST: SERVICE,
  SITE: SERVICE,
  SYST: SERVICE,
  STAT: SERVICE,
  HELP: SERVICE,
  NOOP: SERVICE,
  EPRT: 'RFC 2428, 2',
  EPSV: 'RFC 2428, 3',
  FEAT: 'RFC 2389, 3',
  OPTS: 'RFC 2389, 4',
  MDTM: 'RFC 3659, 3',
  SIZE: 'RFC 3659, 4',
  MLST: 'RFC 3659, 7',
  MLSD: 'RFC 3659, 7',
  AUTH: SECURITY,
  PBSZ: SECURITY,
  PROT: SECURITY,
};

export function readLine(reader: ByteReader): FtpLine {
  const bytes = reader.peekBytes(LONGEST_LINE);
  const end = bytes.indexOf(LF);
  const line = bytes.subarray(0, end < 0 ? bytes.length : end + 1);
  const head = String.fromCharCode(...line.subarray(0, 5));
  const read = /^[1-6]\d\d[ -]/.test(head) ? readReply(reader, line) : readCommand(reader, line, head);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'further lines');
  return read;
}

function readReply(reader: ByteReader, line: Uint8Array): FtpLine {
  reader.open('reply', 'RFC 959, 4.2');
  const code = reader.text(3, 'code');
  reader.remark(kindsOfReply[code[0]!]!);
  const between = reader.text(1, 'separator');
  reader.remark(between === '-' ? 'more lines follow' : 'the last line');
  const text = reader.text(line.length - 4, 'text', 'utf-8');
  reader.close();
  return { command: '', code: Number(code), text };
}

function readCommand(reader: ByteReader, line: Uint8Array, head: string): FtpLine {
  const [written = ''] = /^[A-Za-z]{3,4}(?=[ \r\n]|$)/.exec(head) ?? [];
  const command = written.toUpperCase();
  const rest = line.length - written.length;
  let text = '';
  // What is neither is a further line of a reply.
  if (command === '') reader.open('line', 'RFC 959, 4.2');
  else reader.open('command', sections[command] ?? 'RFC 959, 5.3');
  if (command !== '') reader.text(written.length, 'command');
  if (command === 'PASS' || command === 'ACCT') {
    text = String.fromCharCode(...line.subarray(written.length + 1)).replace(/\r?\n$/, '');
    if (rest > 0) reader.secret(rest, 'secret');
  } else if (rest > 0) text = reader.text(rest, command === '' ? 'text' : 'argument', 'utf-8');
  reader.close();
  return { command, code: 0, text };
}
