import {
  choice,
  explicit,
  integer,
  latin1,
  mapped,
  nothing,
  sequence,
  type Type,
  unsigned,
} from '../../bytes/asn1.ts';
import type { Words } from '../../analysis/refusals.ts';

/** Class and code of a ServiceError: ISO 9506-2, 7.4.1. */
export interface ErrorCode {
  readonly kind: number;
  readonly code: number;
}

export interface ServiceError {
  readonly errorClass?: ErrorCode;
  readonly additionalDescription?: string;
}

/** By class, then by code. */
export const serviceErrors: readonly Words[] = [
  {
    0: 'VMD state: other',
    1: 'VMD state conflict',
    2: 'VMD operational problem',
    3: 'domain transfer problem',
    4: 'state machine id invalid',
  },
  {
    0: 'application reference: other',
    1: 'application unreachable',
    2: 'connection lost',
    3: 'application reference invalid',
    4: 'context unsupported',
  },
  {
    0: 'definition: other',
    1: 'object undefined',
    2: 'invalid address',
    3: 'type unsupported',
    4: 'type inconsistent',
    5: 'object exists',
    6: 'object attribute inconsistent',
  },
  {
    0: 'resource: other',
    1: 'memory unavailable',
    2: 'processor resource unavailable',
    3: 'mass storage unavailable',
    4: 'capability unavailable',
    5: 'capability unknown',
  },
  {
    0: 'service: other',
    1: 'primitives out of sequence',
    2: 'object state conflict',
    3: 'PDU size exceeded',
    4: 'continuation invalid',
    5: 'object constraint conflict',
  },
  { 0: 'preempted: other', 1: 'timeout', 2: 'deadlock', 3: 'cancelled' },
  { 0: 'time resolution: other', 1: 'unsupportable time resolution' },
  {
    0: 'access: other',
    1: 'object access unsupported',
    2: 'object non-existent',
    3: 'object access denied',
    4: 'object invalidated',
  },
  {
    0: 'initiate: other',
    1: 'version incompatible',
    2: 'maximum segment insufficient',
    3: 'services outstanding calling insufficient',
    4: 'services outstanding called insufficient',
    5: 'service support insufficient',
    6: 'parameter support insufficient',
    7: 'nesting level insufficient',
  },
  { 0: 'conclude: other', 1: 'further communication required' },
  { 0: 'cancel: other', 1: 'invoke id unknown', 2: 'cancel not possible' },
  {
    0: 'file: other',
    1: 'file name ambiguous',
    2: 'file busy',
    3: 'file name syntax error',
    4: 'content type invalid',
    5: 'position invalid',
    6: 'file access denied',
    7: 'file non-existent',
    8: 'duplicate file name',
    9: 'insufficient space in file store',
  },
  { 0: 'other error' },
];

const classNames = [
  'vmd-state',
  'application-reference',
  'definition',
  'resource',
  'service',
  'service-preempt',
  'time-resolution',
  'access',
  'initiate',
  'conclude',
  'cancel',
  'file',
  'others',
];

const errorClass = explicit(
  choice(
    Object.fromEntries(
      classNames.map((name, kind): [number, Type<ErrorCode>] => [
        0x80 + kind,
        mapped(
          (reader, _field) => integer(serviceErrors[kind])(reader, name),
          (code) => ({ kind, code }),
        ),
      ]),
    ),
  ),
);

export const serviceError: Type<ServiceError> = sequence(
  [0xa0, 'errorClass', errorClass],
  [0x81, 'additionalCode', integer()],
  [0x82, 'additionalDescription', latin1],
  [0xa3, 'serviceSpecificInformation', nothing],
);

export const confirmedError = sequence(
  [0x80, 'invokeID', unsigned()],
  [0x81, 'modifierPosition', unsigned()],
  [0xa2, 'serviceError', serviceError],
);
export const cancelError = sequence(
  [0x80, 'originalInvokeID', unsigned()],
  [0xa1, 'serviceError', serviceError],
);

/** Which kind of message was rejected, and why: ISO 9506-2, 7.5. */
export const rejectReasons: Readonly<Record<number, Words>> = {
  1: {
    0: 'rejected: other',
    1: 'rejected: unrecognized service',
    2: 'rejected: unrecognized modifier',
    3: 'rejected: invalid invoke id',
    4: 'rejected: invalid argument',
    5: 'rejected: invalid modifier',
    6: 'rejected: too many services outstanding',
    8: 'rejected: maximum recursion exceeded',
    9: 'rejected: value out of range',
  },
  2: {
    0: 'rejected: other',
    1: 'rejected: unrecognized service',
    2: 'rejected: invalid invoke id',
    3: 'rejected: invalid result',
    5: 'rejected: maximum recursion exceeded',
    6: 'rejected: value out of range',
  },
  3: {
    0: 'rejected: other',
    1: 'rejected: unrecognized service',
    2: 'rejected: invalid invoke id',
    3: 'rejected: invalid service error',
    4: 'rejected: value out of range',
  },
  4: {
    0: 'rejected: other',
    1: 'rejected: unrecognized service',
    2: 'rejected: invalid argument',
    3: 'rejected: maximum recursion exceeded',
    4: 'rejected: value out of range',
  },
  5: {
    0: 'rejected: unknown PDU type',
    1: 'rejected: invalid PDU',
    2: 'rejected: illegal ACSE mapping',
  },
  6: { 0: 'rejected: other', 1: 'rejected: invalid invoke id' },
  7: { 0: 'rejected: other', 1: 'rejected: invalid invoke id' },
  8: {
    0: 'rejected: other',
    1: 'rejected: invalid invoke id',
    2: 'rejected: invalid service error',
    3: 'rejected: value out of range',
  },
  9: { 0: 'rejected: other', 1: 'rejected: invalid argument' },
  10: { 0: 'rejected: other', 1: 'rejected: invalid result' },
  11: {
    0: 'rejected: other',
    1: 'rejected: invalid service error',
    2: 'rejected: value out of range',
  },
};

const rejectReason: Readonly<Record<number, Type<ErrorCode>>> = Object.fromEntries(
  Object.entries(rejectReasons).map(([kind, words]) => [
    0x80 + Number(kind),
    mapped(integer(words), (code) => ({ kind: Number(kind), code })),
  ]),
);

export const reject = sequence(
  [0x80, 'originalInvokeID', unsigned()],
  [Object.keys(rejectReason).map(Number), 'rejectReason', choice(rejectReason)],
);
