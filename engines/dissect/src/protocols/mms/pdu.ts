import { bits, choice, integer, sequence, type Type, unsigned, type ValueOf } from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { cancelError, confirmedError, type ErrorCode, reject, serviceError } from './errors.ts';
import { eventNotification } from './events.ts';
import { services, status } from './services.ts';
import { informationReport } from './variables.ts';

/** One message: MMSpdu in ISO 9506-2, section 7. */
export interface Pdu {
  /** The number of its tag. */
  readonly kind: number;
  readonly invokeId?: number;
  /** Of confirmed and unconfirmed services. */
  readonly service?: number;
  /** What the service was asked or answered; its type is that of the service. */
  readonly body?: unknown;
  readonly error?: ErrorCode;
}

export const REQUEST = 0;
export const RESPONSE = 1;
export const ERROR = 2;
export const UNCONFIRMED = 3;
export const REJECT = 4;
export const CANCEL_REQUEST = 5;
export const CANCEL_RESPONSE = 6;
export const CANCEL_ERROR = 7;
export const INITIATE_REQUEST = 8;
export const INITIATE_RESPONSE = 9;
export const INITIATE_ERROR = 10;
export const CONCLUDE_REQUEST = 11;
export const CONCLUDE_RESPONSE = 12;
export const CONCLUDE_ERROR = 13;

/** The tag of each kind: PRIMITIVE ones are a number or nothing at all. */
export const tags: readonly number[] = [
  0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x85, 0x86, 0xa7, 0xa8, 0xa9, 0xaa, 0x8b, 0x8c, 0xad,
];
const names = [
  'confirmed-RequestPDU',
  'confirmed-ResponsePDU',
  'confirmed-ErrorPDU',
  'unconfirmed-PDU',
  'rejectPDU',
  'cancel-RequestPDU',
  'cancel-ResponsePDU',
  'cancel-ErrorPDU',
  'initiate-RequestPDU',
  'initiate-ResponsePDU',
  'initiate-ErrorPDU',
  'conclude-RequestPDU',
  'conclude-ResponsePDU',
  'conclude-ErrorPDU',
];

export const INFORMATION_REPORT = 0;
export const UNSOLICITED_STATUS = 1;
export const EVENT_NOTIFICATION = 2;
const unconfirmedServices: Readonly<Record<number, readonly [string, Type<unknown>]>> = {
  0xa0: ['informationReport', informationReport],
  0xa1: ['unsolicitedStatus', status],
  0xa2: ['eventNotification', eventNotification],
};

// ISO 9506-2, 8.2.
const initiate = sequence(
  [0x80, 'localDetail', integer()],
  [0x81, 'maxServOutstandingCalling', integer()],
  [0x82, 'maxServOutstandingCalled', integer()],
  [0x83, 'dataStructureNestingLevel', integer()],
  [
    0xa4,
    'initDetail',
    sequence(
      [0x80, 'versionNumber', integer()],
      [0x81, 'parameterCBB', bits],
      [0x82, 'servicesSupported', bits],
    ),
  ],
);
export type Initiate = ValueOf<typeof initiate>;

export function readPdu(reader: ByteReader): Pdu {
  const kind = tags.indexOf(ber.peekTag(reader));
  const name = names[kind] ?? '';
  switch (kind) {
    case REQUEST:
    case RESPONSE:
      return readConfirmed(reader, kind, name);
    case ERROR: {
      const { invokeID, serviceError: error } = confirmedError(reader, name);
      return { kind, ...known(invokeID), ...(error?.errorClass && { error: error.errorClass }) };
    }
    case UNCONFIRMED:
      return readUnconfirmed(reader, name);
    case REJECT: {
      const { originalInvokeID, rejectReason: error } = reject(reader, name);
      return { kind, ...known(originalInvokeID), ...(error && { error }) };
    }
    case CANCEL_REQUEST:
    case CANCEL_RESPONSE:
      return { kind, invokeId: ber.unsigned(reader, name) };
    case CANCEL_ERROR: {
      const { originalInvokeID, serviceError: error } = cancelError(reader, name);
      return { kind, ...known(originalInvokeID), ...(error?.errorClass && { error: error.errorClass }) };
    }
    case INITIATE_REQUEST:
    case INITIATE_RESPONSE:
      return { kind, body: initiate(reader, name) };
    case INITIATE_ERROR:
    case CONCLUDE_ERROR: {
      const { errorClass: error } = serviceError(reader, name);
      return { kind, ...(error && { error }) };
    }
    case CONCLUDE_REQUEST:
    case CONCLUDE_RESPONSE:
      ber.skip(reader, name);
      return { kind };
    default:
      throw new Malformed('MMSpdu', reader.offset, `cannot be ${ber.tagName(ber.peekTag(reader))}`);
  }
}

function known(invokeId: number | undefined): { invokeId?: number } {
  return invokeId === undefined ? {} : { invokeId };
}

// 7.3.
function readConfirmed(reader: ByteReader, kind: number, name: string): Pdu {
  const before = ber.enter(reader, name, '7.3');
  const invokeId = invokeID(reader, 'invokeID');
  if (kind === REQUEST && ber.peekTag(reader) === ber.SEQUENCE) ber.skip(reader, 'listOfModifier');
  if (reader.remaining === 0) throw new Malformed('service', reader.offset, 'is missing');
  const service = numberOf(ber.peekTag(reader));
  const known = services[service];
  let body: unknown;
  if (known) body = (kind === REQUEST ? known.request : known.response)(reader, known.name);
  else ber.skip(reader, `service ${service}`);
  ber.leave(reader, before);
  return { kind, invokeId, service, body };
}

const invokeID = choice({ [ber.INTEGER]: unsigned() });

function readUnconfirmed(reader: ByteReader, name: string): Pdu {
  const before = ber.enter(reader, name, '7.3');
  if (reader.remaining === 0) throw new Malformed('service', reader.offset, 'is missing');
  const tag = ber.peekTag(reader);
  const service = numberOf(tag);
  const [title, type] = unconfirmedServices[tag] ?? [];
  let body: unknown;
  if (title && type) body = type(reader, title);
  else ber.skip(reader, `service ${service}`);
  ber.leave(reader, before);
  return { kind: UNCONFIRMED, service, body };
}

/** Of a context tag in one or two octets. */
export function numberOf(tag: number): number {
  return tag < 0x100 ? tag & 0x1f : tag & 0x7f;
}
