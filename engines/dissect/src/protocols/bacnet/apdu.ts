import type { Words } from '../../analysis/refusals.ts';
import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { abortReasons, rejectReasons } from './errors.ts';
import {
  acknowledgements,
  confirmedRequests,
  confirmedServices,
  plainError,
  serviceErrors,
  unconfirmedRequests,
  unconfirmedServices,
} from './services.ts';
import { ANY, type Content, readParameters, type Shape } from './shapes.ts';

// ANSI/ASHRAE 135-2020, 20.1.2 to 20.1.9, PDU types.
export const CONFIRMED_REQUEST = 0;
export const UNCONFIRMED_REQUEST = 1;
export const SIMPLE_ACK = 2;
export const COMPLEX_ACK = 3;
export const SEGMENT_ACK = 4;
export const ERROR = 5;
export const REJECT = 6;
export const ABORT = 7;
export const pduTypes: Words = {
  [CONFIRMED_REQUEST]: 'confirmed-req',
  [UNCONFIRMED_REQUEST]: 'unconfirmed-req',
  [SIMPLE_ACK]: 'simple-ack',
  [COMPLEX_ACK]: 'complex-ack',
  [SEGMENT_ACK]: 'segment-ack',
  [ERROR]: 'error',
  [REJECT]: 'reject',
  [ABORT]: 'abort',
};

const SEGMENTED = 0x08;
const MORE_FOLLOWS = 0x04;
const SEGMENTED_ACCEPTED = 0x02;
/** Sent by a server: segment acknowledgements and aborts. */
const SERVER = 0x01;

/** Always sent by a server; and those that say whether they are. */
const answers = (1 << SIMPLE_ACK) | (1 << COMPLEX_ACK) | (1 << ERROR) | (1 << REJECT);
const tellsServer = (1 << SEGMENT_ACK) | (1 << ABORT);

export interface Apdu {
  readonly type: number;
  /** -1 where there is none. */
  readonly invoke: number;
  /** -1 where there is none. */
  readonly service: number;
  /** Of a reject or an abort. */
  readonly reason: number;
  readonly byServer: boolean;
  readonly segment: Segment | undefined;
  /** Undefined for a segment: its parameters make sense with the others only. */
  readonly parameters: Content | undefined;
}

export interface Segment {
  readonly sequence: number;
  readonly more: boolean;
  /** Where in the message its data begin. */
  readonly dataAt: number;
}

/**
 * @param assembled the header of the first segment, and behind it the data of all of them
 */
export function readApdu(reader: ByteReader, assembled: boolean): Apdu {
  const first = startApdu(reader);
  const type = first >> 4;
  let invoke = -1;
  let service = -1;
  let reason = -1;
  let segment: Segment | undefined;
  let shape: Shape | undefined;
  switch (type) {
    case CONFIRMED_REQUEST:
      readAccepted(reader);
      invoke = reader.u8('invoke id');
      segment = readSegment(reader, first);
      service = reader.u8('service', confirmedServices);
      shape = confirmedRequests[service] ?? ANY;
      break;
    case UNCONFIRMED_REQUEST:
      service = reader.u8('service', unconfirmedServices);
      shape = unconfirmedRequests[service] ?? ANY;
      break;
    case SIMPLE_ACK:
      invoke = reader.u8('invoke id');
      service = reader.u8('service', confirmedServices);
      break;
    case COMPLEX_ACK:
      invoke = reader.u8('invoke id');
      segment = readSegment(reader, first);
      service = reader.u8('service', confirmedServices);
      shape = acknowledgements[service] ?? ANY;
      break;
    case SEGMENT_ACK:
      invoke = reader.u8('invoke id');
      reader.u8('sequence number');
      reader.u8('window size');
      break;
    case ERROR:
      invoke = reader.u8('invoke id');
      service = reader.u8('service', confirmedServices);
      shape = serviceErrors[service] ?? plainError;
      break;
    case REJECT:
      invoke = reader.u8('invoke id');
      reason = reader.u8('reason', rejectReasons);
      break;
    case ABORT:
      invoke = reader.u8('invoke id');
      reason = reader.u8('reason', abortReasons);
      break;
    default:
      throw new Malformed('PDU type', reader.offset - 1, `${type} is not known`);
  }
  reader.close();
  if (segment) segment = { ...segment, dataAt: reader.offset };
  let parameters: Content | undefined;
  if (segment && !(assembled && segment.more && segment.sequence === 0)) {
    if (reader.remaining > 0) reader.skip(reader.remaining, 'part of the parameters');
  } else if (shape !== undefined) {
    parameters = readParameters(reader, shape);
  }
  const saysServer = (tellsServer & (1 << type)) !== 0 && (first & SERVER) !== 0;
  const byServer = (answers & (1 << type)) !== 0 || saysServer;
  return { type, invoke, service, reason, byServer, segment, parameters };
}

function startApdu(reader: ByteReader): number {
  reader.open('APDU', '20.1');
  const first = reader.u8('PDU type and flags');
  const type = reader.bits(first, 0xf0, 'type', pduTypes);
  if (type === CONFIRMED_REQUEST || type === COMPLEX_ACK) {
    reader.bits(first, SEGMENTED, 'segmented');
    reader.bits(first, MORE_FOLLOWS, 'more follows');
    if (type === CONFIRMED_REQUEST) reader.bits(first, SEGMENTED_ACCEPTED, 'segmented answer accepted');
  } else if (type === SEGMENT_ACK || type === ABORT) {
    if (type === SEGMENT_ACK) reader.bits(first, 0x02, 'negative');
    reader.bits(first, SERVER, 'by the server');
  }
  return first;
}

/** 20.1.2.4 and 20.1.2.5. */
function readAccepted(reader: ByteReader): void {
  const accepted = reader.u8('accepted');
  reader.bits(accepted, 0x70, 'most segments', {
    0: 'unspecified',
    1: '2',
    2: '4',
    3: '8',
    4: '16',
    5: '32',
    6: '64',
    7: 'more than 64',
  });
  reader.bits(accepted, 0x0f, 'longest APDU', {
    0: '50',
    1: '128',
    2: '206',
    3: '480',
    4: '1024',
    5: '1476',
  });
}

function readSegment(reader: ByteReader, first: number): Segment | undefined {
  if ((first & SEGMENTED) === 0) return undefined;
  const sequence = reader.u8('sequence number');
  reader.u8('window size');
  return { sequence, more: (first & MORE_FOLLOWS) !== 0, dataAt: 0 };
}
