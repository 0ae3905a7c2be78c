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

export function readLine(reader: ByteReader): FtpLine {
  const bytes = reader.peekBytes(LONGEST_LINE);
  const end = bytes.indexOf(LF);
  const length = end < 0 ? bytes.length : end + 1;
  const head = String.fromCharCode(...bytes.subarray(0, 5)).toUpperCase();
  const secret = head === 'PASS ' || head === 'ACCT ';
  if (secret) {
    reader.text(5, 'command');
    reader.secret(length - 5, 'secret');
    if (reader.remaining > 0) reader.skip(reader.remaining, 'further lines');
    const text = String.fromCharCode(...bytes.subarray(5, length)).replace(/\r?\n$/, '');
    return { command: head.trim(), code: 0, text };
  }
  const line = reader.text(length, 'line', 'utf-8');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'further lines');
  const [, code] = /^([1-6]\d\d)[ -]/.exec(line) ?? [];
  if (code) return { command: '', code: Number(code), text: line.slice(4) };
  const [, command = '', text = ''] = /^([A-Za-z]{3,4})(?: (.*))?$/.exec(line) ?? [];
  return { command: command.toUpperCase(), code: 0, text };
}
