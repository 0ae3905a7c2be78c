import { Refusals, type Words } from '../../analysis/refusals.ts';
import type { Refusal } from '../../dissector.ts';

// ANSI/ASHRAE 135-2020, clause 21.

/** Error.error-class. */
export const errorClasses: Words = {
  0: 'device',
  1: 'object',
  2: 'property',
  3: 'resources',
  4: 'security',
  5: 'services',
  6: 'vt',
  7: 'communication',
};

/** Error.error-code; those of the withdrawn network security (85 to 114) are told by their number. */
export const errorCodes: Words = {
  0: 'other',
  2: 'configuration in progress',
  3: 'device busy',
  4: 'dynamic creation not supported',
  5: 'file access denied',
  7: 'inconsistent parameters',
  8: 'inconsistent selection criterion',
  9: 'invalid data type',
  10: 'invalid file access method',
  11: 'invalid file start position',
  13: 'invalid parameter data type',
  14: 'invalid timestamp',
  16: 'missing required parameter',
  17: 'no objects of specified type',
  18: 'no space for object',
  19: 'no space to add list element',
  20: 'no space to write property',
  21: 'no VT sessions available',
  22: 'property is not a list',
  23: 'object deletion not permitted',
  24: 'object identifier already exists',
  25: 'operational problem',
  26: 'password failure',
  27: 'read access denied',
  29: 'service request denied',
  30: 'timeout',
  31: 'unknown object',
  32: 'unknown property',
  36: 'unsupported object type',
  37: 'value out of range',
  40: 'write access denied',
  41: 'character set not supported',
  42: 'invalid array index',
  43: 'COV subscription failed',
  44: 'not a COV property',
  45: 'optional functionality not supported',
  46: 'invalid configuration data',
  47: 'datatype not supported',
  48: 'duplicate name',
  49: 'duplicate object id',
  50: 'property is not an array',
  70: 'unknown device',
  72: 'value not initialized',
  73: 'invalid event state',
  74: 'no alarm configured',
  75: 'log buffer full',
  76: 'logged value purged',
  77: 'no property specified',
  79: 'unknown subscription',
  80: 'parameter out of range',
  81: 'list element not found',
  82: 'busy',
  83: 'communication disabled',
  122: 'unknown file size',
  128: 'file full',
  129: 'inconsistent configuration',
  131: 'internal error',
  132: 'not configured',
  133: 'out of memory',
  134: 'value too long',
  137: 'duplicate entry',
};

/** BACnetRejectReason. */
export const rejectReasons: Words = {
  0: 'other',
  1: 'buffer overflow',
  2: 'inconsistent parameters',
  3: 'invalid parameter data type',
  4: 'invalid tag',
  5: 'missing required parameter',
  6: 'parameter out of range',
  7: 'too many arguments',
  8: 'undefined enumeration',
  9: 'unrecognized service',
};

/** BACnetAbortReason. */
export const abortReasons: Words = {
  0: 'other',
  1: 'buffer overflow',
  2: 'invalid APDU in this state',
  3: 'preempted by higher priority task',
  4: 'segmentation not supported',
  5: 'security error',
  6: 'insufficient security',
  7: 'window size out of range',
  8: 'application exceeded reply time',
  9: 'out of resources',
  10: 'TSM timeout',
  11: 'APDU too long',
};

/** Reject-Message-To-Network, 6.4.4. */
export const routingReasons: Words = {
  0: 'other routing error',
  1: 'network unknown',
  2: 'router busy',
  3: 'unknown network message',
  4: 'message too long for network',
  5: 'security error',
  6: 'address wrong',
};

export const refusals = new Refusals('bacnet');
export const errorRefusal: (code: number) => Refusal = refusals.numbered(errorCodes);
export const rejectRefusal: (code: number) => Refusal = refusals.numbered(rejectReasons);
export const abortRefusal: (code: number) => Refusal = refusals.numbered(abortReasons);
export const routingRefusal: (code: number) => Refusal = refusals.numbered(routingReasons);
