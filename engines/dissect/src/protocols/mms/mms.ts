import * as ber from '../../bytes/ber.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { PRESENTATION } from '../iso/osi.ts';
import { CANCEL_REQUEST, CONCLUDE_REQUEST, numberOf, type Pdu, readPdu, RESPONSE, tags } from './pdu.ts';
import { refusals } from './refusals.ts';
import { services } from './services.ts';
import { MmsSession } from './session.ts';

/** ISO 9506, as the abstract syntax of the presentation context has it. */
const STANDARD = 9506;
const LONGEST_ID = 5;
const LAST_UNCONFIRMED = 2;

export const mms: Dissector<Pdu> = {
  name: 'mms',
  title: 'MMS',
  reference: 'ISO 9506-2:2003; IEC 61850-8-1:2011; IEC 60870-6-503 (TASE.2)',
  industrial: true,
  // Some leave out session and presentation.
  carriers: [{ on: PRESENTATION, at: [STANDARD] }, { on: 'cotp' }],
  claims: ['mms_request', 'mms_response', 'mms_unconfirmed'],
  roles: {
    asking: { role: 'hmi', certainty: 'guessed', because: 'mms.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'mms.answers' },
  },
  refusals: refusals.list,

  // Nothing about the place is enough: what was negotiated is often not in the capture.
  recognises(bytes, start, end) {
    return isPdu(bytes, start, end) ? OURS : NOT_OURS;
  },

  read: readPdu,

  begin: (capture) => new MmsSession(capture),
};

const whole = new ber.Element();
const part = new ber.Element();

/** One message and nothing else, with what each kind must begin with. Lengths not given beforehand are believed. */
function isPdu(bytes: Uint8Array, start: number, end: number): boolean {
  const kind = tags.indexOf(bytes[start]!);
  if (kind < 0) return false;
  if (!whole.begin(bytes, start, end)) return bytes[start + 1] === 0x80 && kind !== CANCEL_REQUEST;
  if (whole.end !== end) return false;
  const size = whole.end - whole.start;
  if (kind >= CONCLUDE_REQUEST) return size === 0 || kind > CONCLUDE_REQUEST + 1;
  if (kind === CANCEL_REQUEST || kind === CANCEL_REQUEST + 1) return size > 0 && size <= LONGEST_ID;
  if (!part.read(bytes, whole.start, end)) return false;
  if (kind <= RESPONSE) return part.tag === ber.INTEGER && isService(bytes, part.end, end);
  if (kind === 3) return part.tag >= 0xa0 && part.tag <= 0xa0 + LAST_UNCONFIRMED;
  return (part.tag & 0xc0) === 0x80;
}

function isService(bytes: Uint8Array, start: number, end: number): boolean {
  if (part.end - part.start > LONGEST_ID || !part.read(bytes, start, end)) return false;
  return part.tag === ber.SEQUENCE || ((part.tag < 0x100 ? part.tag : part.tag >> 8) & 0xc0) === 0x80
    ? part.tag === ber.SEQUENCE || numberOf(part.tag) in services || numberOf(part.tag) > 77
    : false;
}
