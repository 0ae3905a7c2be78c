import { u16leAt } from '../../bytes/byte-reader.ts';
import { type Dissector, LOST, NOT_OURS, OURS, PERHAPS } from '../../dissector.ts';
import {
  CONNECT,
  CONNECTED,
  HEADER,
  isMailbox,
  isType,
  LENGTH_AT,
  MAILBOX_AT,
  type Message,
  readSrtp,
} from './message.ts';
import { refusals } from './refusals.ts';
import { SrtpSession } from './session.ts';

const LONGEST = 16_384;

export const srtp: Dissector<Message> = {
  name: 'ge-srtp',
  title: 'GE SRTP',
  reference: 'No public specification; Denton et al., Digital Investigation 22 (2017), and GE Fanuc GFK-0529',
  industrial: true,
  carriers: [{ on: 'tcp', at: [18_245, 18_246] }],
  claims: [],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'ge-srtp.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'ge-srtp.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    const first = bytes[start]!;
    if (!isType(first) || (end - start > 1 && bytes[start + 1] !== 0)) return NOT_OURS;
    if (end - start < HEADER) return expected ? PERHAPS : NOT_OURS;
    return isHeader(bytes, start) && (expected || first > CONNECTED) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (!isType(bytes[start]!) || (end - start > 1 && bytes[start + 1] !== 0)) return LOST;
    if (end - start < HEADER) return 0;
    return isHeader(bytes, start) ? HEADER + u16leAt(bytes, start + LENGTH_AT) : LOST;
  },

  read: (reader, { context }) => readSrtp(reader, Number(context?.['service'] ?? -1)),

  begin: (capture) => new SrtpSession(capture),
};

function isHeader(bytes: Uint8Array, start: number): boolean {
  const type = bytes[start]!;
  const length = u16leAt(bytes, start + LENGTH_AT);
  if (type === CONNECT || type === CONNECTED) return length === 0 && bytes[start + MAILBOX_AT] === 0;
  return length <= LONGEST && isMailbox(type, bytes[start + MAILBOX_AT]!);
}
