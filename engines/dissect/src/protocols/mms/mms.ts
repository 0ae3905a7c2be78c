import * as ber from '../../bytes/ber.ts';
import { type Dissector, NOT_OURS, OURS } from '../../dissector.ts';
import { PRESENTATION } from '../iso/osi.ts';
import {
  CANCEL_REQUEST,
  CANCEL_RESPONSE,
  CONCLUDE_REQUEST,
  CONCLUDE_RESPONSE,
  type Pdu,
  readPdu,
  RESPONSE,
  tags,
  UNCONFIRMED,
} from './pdu.ts';
import { refusals } from './refusals.ts';
import { MmsSession } from './session.ts';

/** ISO 9506, as the abstract syntax of the presentation context has it. */
const STANDARD = 9506;
const LONGEST_ID = 5;
const LAST_UNCONFIRMED = 2;
// X.690, 8.1.2.2: the class of a tag.
const CLASS = 0xc0;
const CONTEXT = 0x80;

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
  if (kind === CONCLUDE_REQUEST || kind === CONCLUDE_RESPONSE) return size === 0;
  if (kind === CANCEL_REQUEST || kind === CANCEL_RESPONSE) return size > 0 && size <= LONGEST_ID;
  if (!part.read(bytes, whole.start, end)) return false;
  if (kind <= RESPONSE) return part.tag === ber.INTEGER && isService(bytes, part.end, end);
  if (kind === UNCONFIRMED) return part.tag >= 0xa0 && part.tag <= 0xa0 + LAST_UNCONFIRMED;
  return (part.tag & CLASS) === CONTEXT;
}

/** An identifier that is none too long, then modifiers or one of the services. */
function isService(bytes: Uint8Array, start: number, end: number): boolean {
  if (part.end - part.start > LONGEST_ID || !part.read(bytes, start, end)) return false;
  const { tag } = part;
  const kind = tag < 0x100 ? tag : tag >> 8;
  return tag === ber.SEQUENCE || (kind & CLASS) === CONTEXT;
}
