import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import { type FtpLine, LONGEST_LINE, readLine } from './line.ts';
import { dataSession, FtpSession, refusals } from './session.ts';

const PORT = 21;
const LF = 0x0a;
/** ` FTP`, as servers greet with the code 220. */
const FTP = [0x46, 0x54, 0x50];

export const ftp: Dissector<FtpLine> = {
  name: 'ftp',
  title: 'FTP',
  reference: 'RFC 959; RFC 2428 (extended addresses)',
  industrial: false,
  carriers: [{ on: 'tcp', at: [PORT] }],
  claims: [],
  refusals: refusals.list,
  roles: { asked: { role: 'server', certainty: 'inferred', because: 'ftp.answers' } },

  recognises(bytes, start, end, expected) {
    const length = end - start;
    const first = bytes[start]!;
    if (expected) return isDigit(first) || isLetter(first) ? OURS : NOT_OURS;
    // 220 is also how mail servers greet, but they do not call themselves so.
    if (first !== 0x32) return NOT_OURS;
    if (length < 4) return PERHAPS;
    if (bytes[start + 1] !== 0x32 || bytes[start + 2] !== 0x30) return NOT_OURS;
    for (let at = start + 4; at + 3 <= Math.min(end, start + 128); at++) {
      if (FTP.every((letter, i) => bytes[at + i] === letter)) return OURS;
    }
    return NOT_OURS;
  },

  messageLength(bytes, start, end) {
    const stop = Math.min(end, start + LONGEST_LINE);
    for (let at = start; at < stop; at++) if (bytes[at] === LF) return at + 1 - start;
    return stop - start === LONGEST_LINE ? LOST : 0;
  },

  read: readLine,
  begin: (capture) => new FtpSession(capture),
};

/** What a command on the other connection asked for; its place is agreed there. */
export const ftpData: Dissector<void> = {
  name: 'ftp-data',
  title: 'FTP data',
  reference: 'RFC 959, 3.2',
  industrial: false,
  carriers: [{ on: 'tcp', at: [] }],
  claims: [],
  recognises: () => NOT_OURS,
  messageLength: (_bytes, start, end) => end - start,
  read(reader) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  },
  begin: (capture) => dataSession(capture),
};

function isDigit(octet: number): boolean {
  return octet >= 0x31 && octet <= 0x36;
}

function isLetter(octet: number): boolean {
  return octet >= 0x41 && (octet & 0xdf) <= 0x5a;
}
