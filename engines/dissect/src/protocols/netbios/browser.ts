import { type ByteReader, Malformed, u16At } from '../../bytes/byte-reader.ts';
import { ipv4Text } from '../../network/endpoints.ts';
import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';
import { readName } from '../dns/names.ts';
import { windowsVersion } from '../ntlm/windows.ts';
import { netbiosName, type NetbiosName, trimmed } from './names.ts';

const PORT = 138;
const HEADER = 14;
// RFC 1002, 4.4.1.
const DIRECT_UNIQUE = 0x10;
const BROADCAST = 0x12;
const kinds: Record<number, string> = {
  [DIRECT_UNIQUE]: 'to one name',
  0x11: 'to a group',
  [BROADCAST]: 'to all',
  0x13: 'error',
  0x14: 'query',
  0x15: 'positive answer',
  0x16: 'negative answer',
};

// MS-BRWS, 2.2.
const HOST = 0x01;
const DOMAIN = 0x0c;
const LOCAL_MASTER = 0x0f;
const commands: Record<number, string> = {
  [HOST]: 'host announcement',
  2: 'request for announcements',
  8: 'election',
  9: 'request for backup list',
  10: 'backup list',
  11: 'become backup',
  [DOMAIN]: 'domain announcement',
  13: 'master announcement',
  14: 'reset state',
  [LOCAL_MASTER]: 'local master announcement',
};
/** MS-BRWS, 2.2.1, the bits that say what a host is for. */
const SQL_SERVER = 0x04;
const DOMAIN_CONTROLLER = 0x08;
const BACKUP_CONTROLLER = 0x10;
const serverTypes: readonly [number, string][] = [
  [0x01, 'workstation'],
  [0x02, 'file server'],
  [SQL_SERVER, 'SQL server'],
  [DOMAIN_CONTROLLER, 'domain controller'],
  [BACKUP_CONTROLLER, 'backup domain controller'],
  [0x20, 'time source'],
  [0x200, 'print server'],
  [0x1000, 'Windows NT'],
  [0x8000, 'Windows NT server'],
  [0x0004_0000, 'master browser'],
];

const SMB = 0xff53_4d42;
const TRANSACTION = 0x25;
/** MS-CIFS, 2.2.3.1 and 2.2.4.33.1: to where the offset of the data is written in a transaction. */
const SMB_HEADER = 32;

export interface Announcement {
  readonly command: number;
  readonly name: string;
  readonly major: number;
  readonly minor: number;
  readonly kind: number;
  readonly comment: string;
}

export interface NetbiosDatagram {
  readonly from?: NetbiosName | undefined;
  readonly to?: NetbiosName | undefined;
  readonly announcement?: Announcement | undefined;
}

export const browser: Dissector<NetbiosDatagram> = {
  name: 'browser',
  title: 'NetBIOS datagrams and Windows browser',
  reference: 'RFC 1002, 4.4; MS-BRWS',
  industrial: false,
  carriers: [{ on: 'udp', at: [PORT] }],
  claims: [],

  recognises: (bytes, start, end, expected) =>
    expected && end - start >= HEADER && bytes[start]! >= 0x10 && bytes[start]! <= 0x16 ? OURS : NOT_OURS,

  read: readDatagram,

  begin: () => ({
    message(here, bytes, start, end) {
      const { from, to, announcement } = readDatagram(here.reader.reset(bytes, start, end));
      if (announcement) announced(here, announcement, to);
      if (from && from.suffix <= 0x20) here.fact(here.source, 'name', from.name, 'inferred');
    },
  }),
};

function readDatagram(reader: ByteReader): NetbiosDatagram {
  const datagram = reader.peekBytes(reader.remaining);
  reader.open('datagram', 'RFC 1002, 4.4.1');
  const kind = reader.u8('type', kinds);
  const flags = reader.u8('flags');
  reader.bits(flags, 0x02, 'first');
  reader.bits(flags, 0x01, 'more follows');
  reader.u16('id');
  reader.u32('source', ipv4Text);
  reader.u16('source port');
  if (kind > BROADCAST) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    reader.close();
    return {};
  }
  const length = reader.u16('length');
  const offset = reader.u16('offset');
  const from = readNetbiosName(reader, datagram, 'from');
  const to = readNetbiosName(reader, datagram, 'to');
  reader.close();
  if (length === 0 || offset !== 0) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'part of a datagram');
    return { from, to };
  }
  const announcement = readMail(reader);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { from, to, announcement };
}

function readNetbiosName(reader: ByteReader, datagram: Uint8Array, field: string): NetbiosName | undefined {
  const known = netbiosName(readName(reader, datagram, field));
  if (known) reader.remark(known.name);
  return known;
}

/** MS-MAIL, 2.2.1: a transaction of SMB whose name is the mailslot. */
function readMail(reader: ByteReader): Announcement | undefined {
  if (reader.remaining < SMB_HEADER + 35) return undefined;
  const mail = reader.peekBytes(reader.remaining);
  const smb = ((u16At(mail, 0) << 16) | u16At(mail, 2)) >>> 0;
  if (smb !== SMB || mail[4] !== TRANSACTION) return undefined;
  reader.open('SMB transaction', 'MS-CIFS, 2.2.4.33.1');
  reader.skip(SMB_HEADER, 'header');
  const words = reader.u8('words');
  const at = reader.offset;
  if (words < 17) throw new Malformed('words', at - 1, `are ${words}, must be 17 or more`);
  reader.skip(22, 'parameters');
  const dataLength = reader.u16le('length of data');
  const dataAt = reader.u16le('offset of data');
  reader.skip(words * 2 - 26, 'further parameters');
  reader.u16le('bytes');
  const gone = SMB_HEADER + 1 + words * 2 + 2;
  if (dataAt < gone || dataAt - gone > reader.remaining) {
    throw new Malformed('offset of data', at + 24, 'leads out of the datagram');
  }
  const mailslot = reader.text(dataAt - gone, 'mailslot');
  reader.close();
  if (mailslot.toUpperCase() !== '\\MAILSLOT\\BROWSE' || dataLength === 0) return undefined;
  return readAnnouncement(reader);
}

function readAnnouncement(reader: ByteReader): Announcement | undefined {
  reader.open('browser', 'MS-BRWS, 2.2');
  const command = reader.u8('command', commands);
  if (command !== HOST && command !== DOMAIN && command !== LOCAL_MASTER) {
    reader.close();
    return undefined;
  }
  reader.u8('update count');
  reader.u32le('period');
  const name = trimmed(reader.text(16, 'name'));
  const major = reader.u8('major version');
  const minor = reader.u8('minor version');
  const kind = reader.u32le('server type');
  for (const [bit, means] of serverTypes) if (kind & bit) reader.bits(kind, bit, means);
  reader.u16le('browser version');
  reader.u16('signature');
  const comment = reader.text(reader.remaining, 'comment');
  reader.close();
  return { command, name, major, minor, kind, comment };
}

function announced(here: Here, message: Announcement, to: NetbiosName | undefined): void {
  const { command, name, major, minor, kind, comment } = message;
  const about = here.source;
  if (command === DOMAIN) return here.fact(about, 'domain', name);
  here.fact(about, 'name', name);
  here.fact(about, 'os', windowsVersion(major, minor), 'inferred');
  here.fact(about, 'description', comment);
  if (to && to.suffix >= 0x1c) here.fact(about, 'domain', to.name);
  if (kind & (SQL_SERVER | DOMAIN_CONTROLLER | BACKUP_CONTROLLER)) {
    const server = serverTypes.filter(([bit]) => kind & bit).map(([, means]) => means);
    here.role(about, 'server', 'stated', 'browser.server-type', { server });
  }
}
