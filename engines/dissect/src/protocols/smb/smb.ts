import { u16At, u32leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  lengthOfCommands,
  NETBIOS_HEADER,
  readSmb,
  SESSION_MESSAGE,
  sessionKinds,
  SMB1,
  SMB2,
  type SmbCommand,
} from './message.ts';
import { refusals, SmbSession } from './session.ts';

const PORTS = [445, 139];
/** `\xfdSMB`: encrypted; MS-SMB2, 2.2.41. `\xfcSMB`: compressed. */
const ENCRYPTED = 0x424d_53fd;
const COMPRESSED = 0x424d_53fc;
/** Windows reads and writes up to 8 MiB at a time: the rest of longer messages is content. */
const LONGEST_WHOLE = 65_536;

export const smb: Dissector<readonly SmbCommand[]> = {
  name: 'smb',
  title: 'SMB',
  reference: 'MS-CIFS; MS-SMB2; MS-NLMP; RFC 1002, 4.3',
  industrial: false,
  carriers: [{ on: 'tcp', at: PORTS }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const length = end - start;
    const kind = bytes[start]!;
    if (expected && kind !== SESSION_MESSAGE) return kind in sessionKinds ? OURS : NOT_OURS;
    if (kind !== SESSION_MESSAGE) return NOT_OURS;
    if (length < NETBIOS_HEADER + 4) return PERHAPS;
    const magic = u32leAt(bytes, start + NETBIOS_HEADER);
    return magic === SMB1 || magic === SMB2 || magic === ENCRYPTED || magic === COMPRESSED ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!(bytes[start]! in sessionKinds)) return LOST;
    if (end - start < NETBIOS_HEADER) return 0;
    const length = NETBIOS_HEADER + ((bytes[start + 1]! << 16) | u16At(bytes, start + 2));
    if (length <= LONGEST_WHOLE) return length;
    return Math.min(length, lengthOfCommands(bytes, start, end, LONGEST_WHOLE));
  },

  read: (reader) => readSmb(reader),
  begin: (capture) => new SmbSession(capture),
};
