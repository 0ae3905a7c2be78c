import { u16At } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  ACK,
  AUDIT_LOG,
  DIRECT,
  HEADER,
  type HartIpMessage,
  INITIATE,
  NAK,
  PUBLISH,
  readHartIp,
  RESPONSE,
  TOKEN,
} from './pdu.ts';
import { refusals } from './refusals.ts';
import { HartIpSession } from './session.ts';

const PORTS = [5094];
const LONGEST = 8_192;
const LAST_VERSION = 2;
const SESSION_BODY = 5;

export const hartIp: Dissector<HartIpMessage> = {
  name: 'hart-ip',
  title: 'HART-IP',
  reference: 'FieldComm Group HCF_SPEC-085 (HART-IP), HCF_SPEC-127 and -151 (commands)',
  industrial: true,
  carriers: [
    { on: 'udp', at: PORTS },
    { on: 'tcp', at: PORTS },
  ],
  claims: ['hart_ip', 'hart_command'],
  roles: {
    asking: { role: 'server', certainty: 'guessed', because: 'hart-ip.asks' },
    asked: { role: 'gateway', certainty: 'inferred', because: 'hart-ip.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    if (!isVersion(bytes[start]!) || (length > 1 && !isType(bytes[start + 1]!))) return NOT_OURS;
    if (length < HEADER) return expected ? PERHAPS : NOT_OURS;
    if (!isHeader(bytes, start)) return NOT_OURS;
    return expected || isUnmistakable(bytes, start, end) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!isVersion(bytes[start]!)) return LOST;
    if (end - start < HEADER) return 0;
    return isHeader(bytes, start) ? u16At(bytes, start + 6) : LOST;
  },

  read: readHartIp,

  begin: (capture) => new HartIpSession(capture),
};

function isVersion(version: number): boolean {
  return version >= 1 && version <= LAST_VERSION;
}

function isType(type: number): boolean {
  return (type >= 0 && type <= PUBLISH) || type === NAK;
}

function isHeader(bytes: Uint8Array, start: number): boolean {
  const size = u16At(bytes, start + 6);
  return isType(bytes[start + 1]!) && bytes[start + 2]! <= AUDIT_LOG && size >= HEADER && size <= LONGEST;
}

/** On a port where nobody expects it, the whole must fit: sessions to the octet, PDUs to their checksum. */
function isUnmistakable(bytes: Uint8Array, start: number, end: number): boolean {
  const size = u16At(bytes, start + 6);
  const [type, id, status] = [bytes[start + 1]!, bytes[start + 2]!, bytes[start + 3]!];
  if (size !== end - start || (type !== RESPONSE && status !== 0)) return false;
  if (id === INITIATE) return size === HEADER + SESSION_BODY && bytes[start + HEADER]! <= 1;
  if (id !== TOKEN)
    return id !== DIRECT && id !== AUDIT_LOG && size === HEADER && u16At(bytes, start + 4) !== 0;
  let checksum = 0;
  for (let i = start + HEADER; i < end; i++) checksum ^= bytes[i]!;
  const frame = bytes[start + HEADER]! & 7;
  return size >= HEADER + 5 && checksum === 0 && (frame === 1 || frame === 2 || frame === ACK);
}
