import { Refusals } from '../../analysis/refusals.ts';
import type { Refusal } from '../../dissector.ts';

/** CIP Volume 1, table B-1.1. */
const general: Readonly<Record<number, string>> = {
  0x00: 'success',
  0x01: 'connection failure',
  0x02: 'resource unavailable',
  0x03: 'invalid parameter value',
  0x04: 'path segment error',
  0x05: 'path destination unknown',
  0x06: 'partial transfer',
  0x07: 'connection lost',
  0x08: 'service not supported',
  0x09: 'invalid attribute value',
  0x0a: 'attribute list error',
  0x0b: 'already in requested mode',
  0x0c: 'object state conflict',
  0x0d: 'object already exists',
  0x0e: 'attribute not settable',
  0x0f: 'privilege violation',
  0x10: 'device state conflict',
  0x11: 'reply data too large',
  0x12: 'fragmentation of a primitive value',
  0x13: 'not enough data',
  0x14: 'attribute not supported',
  0x15: 'too much data',
  0x16: 'object does not exist',
  0x17: 'fragmentation sequence not in progress',
  0x18: 'no stored attribute data',
  0x19: 'store operation failure',
  0x1a: 'routing failure, request too large',
  0x1b: 'routing failure, response too large',
  0x1c: 'missing attribute list entry data',
  0x1d: 'invalid attribute value list',
  0x1e: 'embedded service error',
  0x1f: 'vendor specific error',
  0x20: 'invalid parameter',
  0x21: 'write once value already written',
  0x22: 'invalid reply received',
  0x23: 'buffer overflow',
  0x24: 'invalid message format',
  0x25: 'key failure in path',
  0x26: 'path size invalid',
  0x27: 'unexpected attribute in list',
  0x28: 'invalid member',
  0x29: 'member not settable',
  0x2a: 'group 2 only server failure',
  0x2b: 'unknown Modbus error',
  0x2c: 'attribute not gettable',
  0x2d: 'instance not deletable',
  0x2e: 'service not supported for this path',
  0xff: 'general error',
};

/** CIP Volume 1, table 3-5.29: what the Connection Manager adds to a connection failure. */
const connectionManager: Readonly<Record<number, string>> = {
  0x0100: 'connection in use',
  0x0103: 'transport class and trigger not supported',
  0x0106: 'ownership conflict',
  0x0107: 'target connection not found',
  0x0108: 'invalid network connection parameter',
  0x0109: 'invalid connection size',
  0x0110: 'target not configured',
  0x0111: 'packet interval not supported',
  0x0112: 'packet interval not acceptable',
  0x0113: 'out of connections',
  0x0114: 'vendor or product code mismatch',
  0x0115: 'device type mismatch',
  0x0116: 'revision mismatch',
  0x0117: 'invalid application path',
  0x0118: 'invalid configuration path',
  0x0119: 'non-listen only connection not opened',
  0x011a: 'target object out of connections',
  0x011b: 'packet interval too small',
  0x011c: 'transport class not supported',
  0x011d: 'production trigger not supported',
  0x011e: 'direction not supported',
  0x0123: 'invalid originator connection type',
  0x0124: 'invalid target connection type',
  0x0126: 'invalid configuration size',
  0x0127: 'invalid originator size',
  0x0128: 'invalid target size',
  0x0129: 'invalid configuration application path',
  0x012a: 'invalid consuming application path',
  0x012b: 'invalid producing application path',
  0x0132: 'null forward open not supported',
  0x0203: 'connection timed out',
  0x0204: 'unconnected request timed out',
  0x0205: 'parameter error in unconnected request',
  0x0206: 'message too large for unconnected send',
  0x0207: 'unconnected acknowledged without reply',
  0x0301: 'no buffer memory',
  0x0302: 'no bandwidth',
  0x0311: 'port not available',
  0x0312: 'link address not valid',
  0x0315: 'invalid segment in connection path',
  0x0316: 'connection path mismatch',
  0x0317: 'scheduling not specified',
  0x0318: 'link address to self invalid',
  0x0319: 'secondary resources unavailable',
  0x031a: 'rack connection already established',
  0x031b: 'module connection already established',
  0x031c: 'miscellaneous',
  0x0800: 'network link offline',
  0x0814: 'invalid produce or consume data format',
};

const FAILURE = 0x01;

export const generalStatus = (status: number): string | undefined => general[status];
export const connectionStatus = (status: number): string | undefined => connectionManager[status];

export const refusals = new Refusals('cip');
const refusalByStatus = refusals.numbered(general);
const connectionRefusal = refusals.numbered(connectionManager);

/** @param extended the first word of the extended status, if there is one */
export function refusalOf(status: number, extended: number): Refusal {
  const detailed = status === FAILURE && extended in connectionManager;
  return detailed ? connectionRefusal(extended) : refusalByStatus(status);
}
