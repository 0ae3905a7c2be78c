import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import { readName } from './names.ts';

/** RFC 1035, section 4; LLMNR (RFC 4795), mDNS (RFC 6762) and NBNS (RFC 1002) write theirs the same way. */
export interface DnsMessage {
  readonly reply: boolean;
  readonly opcode: number;
  readonly status: number;
  readonly questions: readonly Question[];
  /** Of all three sections. */
  readonly records: readonly DnsRecord[];
}

export interface Question {
  readonly name: string;
  readonly type: number;
}

export interface DnsRecord extends Question {
  readonly section: Section;
  /** Where the data lie in the message. */
  readonly at: number;
  readonly size: number;
  /** A name that the record points at. */
  readonly target?: string;
  readonly texts?: readonly string[];
}

export type Section = 'answer' | 'authority' | 'additional';

export const A = 1;
export const CNAME = 5;
export const PTR = 12;
const TXT = 16;
export const AAAA = 28;
export const SRV = 33;
export const NB = 0x20;
export const NBSTAT = 0x21;
export const AXFR = 252;
export const ANY = 255;
const OPT = 41;
const types: Record<number, string> = {
  [A]: 'A',
  2: 'NS',
  [CNAME]: 'CNAME',
  6: 'SOA',
  [PTR]: 'PTR',
  13: 'HINFO',
  15: 'MX',
  [TXT]: 'TXT',
  [AAAA]: 'AAAA',
  [SRV]: 'SRV',
  [OPT]: 'OPT',
  47: 'NSEC',
  65: 'HTTPS',
  251: 'IXFR',
  [AXFR]: 'AXFR',
  [ANY]: 'ANY',
};
const netbiosTypes: Record<number, string> = { [NB]: 'NB', [NBSTAT]: 'NBSTAT' };

export const UPDATE = 5;
const opcodes: Record<number, string> = {
  0: 'query',
  1: 'inverse query',
  2: 'status',
  4: 'notify',
  5: 'update',
};
/** RFC 1002, 4.2.1.1. */
const netbiosOpcodes: Record<number, string> = {
  0: 'query',
  5: 'registration',
  6: 'release',
  7: 'wait',
  8: 'refresh',
};
const statuses: Record<number, string> = {
  0: 'no error',
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  4: 'not implemented',
  5: 'refused',
};

const HEADER = 12;

/** Could these be header and first name of such a message? More of it is read only where it is expected. */
export function looksLikeDns(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < HEADER + 1) return false;
  const questions = u16At(bytes, start + 4);
  const records = u16At(bytes, start + 6) + u16At(bytes, start + 8) + u16At(bytes, start + 10);
  const opcode = (bytes[start + 2]! >> 3) & 0xf;
  return opcode <= 8 && questions + records > 0 && questions * 5 + records * 11 <= end - start - HEADER;
}

/** @param framed over TCP each message stands behind its length: RFC 7766, 8 */
export function readDns(reader: ByteReader, netbios = false, framed = false): DnsMessage {
  const whole: Whole = { message: reader.peekBytes(reader.remaining), base: framed ? 2 : 0, netbios };
  if (framed) reader.u16('length');
  reader.open('header', netbios ? 'RFC 1002, 4.2.1' : 'RFC 1035, 4.1.1');
  reader.u16('transaction');
  const flags = reader.u16('flags');
  const reply = reader.bits(flags, 0x8000, 'reply') === 1;
  const opcode = reader.bits(flags, 0x7800, 'operation', netbios ? netbiosOpcodes : opcodes);
  reader.bits(flags, 0x0400, 'authoritative');
  reader.bits(flags, 0x0200, 'truncated');
  reader.bits(flags, 0x0100, 'recursion desired');
  reader.bits(flags, 0x0080, 'recursion available');
  const status = reader.bits(flags, 0x000f, 'status', statuses);
  const [asked, answers, authorities, additionals] = [
    reader.u16('questions'),
    reader.u16('answers'),
    reader.u16('authorities'),
    reader.u16('additionals'),
  ];
  reader.close();
  const typeNames = netbios ? netbiosTypes : types;
  const questions: Question[] = [];
  for (let i = 0; i < asked; i++) {
    reader.open('question', 'RFC 1035, 4.1.2');
    const name = readName(reader, whole.message, 'name', whole.base);
    const type = reader.u16('type', typeNames);
    reader.u16('class');
    reader.close();
    questions.push({ name, type });
  }
  const records: DnsRecord[] = [];
  const read = (count: number, section: Section) => {
    for (let i = 0; i < count; i++) records.push(readRecord(reader, whole, section));
  };
  read(answers, 'answer');
  read(authorities, 'authority');
  read(additionals, 'additional');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'behind the records');
  return { reply, opcode, status, questions, records };
}

interface Whole {
  readonly message: Uint8Array;
  readonly base: number;
  readonly netbios: boolean;
}

function readRecord(reader: ByteReader, whole: Whole, section: Section): DnsRecord {
  reader.open(section, 'RFC 1035, 4.1.3');
  const name = readName(reader, whole.message, 'name', whole.base);
  const type = reader.u16('type', whole.netbios ? netbiosTypes : types);
  reader.u16('class');
  reader.u32('time to live');
  const size = reader.u16('length');
  const before = reader.limit(size, 'length');
  const at = reader.offset;
  const data = whole.netbios ? {} : readData(reader, whole, type);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  reader.release(before);
  reader.close();
  return { name, type, section, at, size, ...data };
}

function readData(reader: ByteReader, { message, base }: Whole, type: number): Partial<DnsRecord> {
  switch (type) {
    case A:
      if (reader.remaining === 4) reader.u32('address', ipv4Text);
      return {};
    case PTR:
    case CNAME:
      return reader.remaining > 0 ? { target: readName(reader, message, 'name', base) } : {};
    case SRV:
      if (reader.remaining < 7) return {};
      reader.u16('priority');
      reader.u16('weight');
      reader.u16('port');
      return { target: readName(reader, message, 'target', base) };
    case TXT: {
      const texts: string[] = [];
      while (reader.remaining > 0) texts.push(reader.text(reader.u8('length'), 'text', 'utf-8'));
      return { texts };
    }
    default:
      return {};
  }
}
