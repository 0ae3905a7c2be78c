import { Refusals } from '../../analysis/refusals.ts';
import type { ByteReader } from '../../bytes/byte-reader.ts';
import type { Refusal } from '../../dissector.ts';

// IEC 61158-6-10, 5.2.6 (PNIOStatus), cited from memory.
const CODES: Readonly<Record<number, string>> = {
  0x00: 'no error',
  0x20: 'of the manufacturer',
  0x81: 'PNIO',
  0xcf: 'RTA error',
  0xda: 'alarm acknowledgement',
  0xdb: 'connect',
  0xdc: 'release',
  0xdd: 'control',
  0xde: 'read',
  0xdf: 'write',
};

const RECORDS = 0x80;
const PNIO = 0x81;
const OF_MANUFACTURER = 0x82;
const ABORTED = 0xfd;
const CMRPC = 0x40;
const APPLICATION = 0xa;
const ACCESS = 0xb;
const RESOURCE = 0xc;

const decodes: Readonly<Record<number, string>> = {
  [RECORDS]: 'records',
  [PNIO]: 'PNIO',
  [OF_MANUFACTURER]: 'of the manufacturer',
};

export interface Status {
  readonly code: number;
  readonly decode: number;
  readonly code1: number;
  readonly code2: number;
}

export const refusals = new Refusals('profinet-io');

/** ErrorCode1 of records: the class in the upper half, what it is in the lower. */
const recordErrors: Readonly<Record<number, string>> = {
  0xa0: 'read error',
  0xa1: 'write error',
  0xa2: 'module failure',
  0xa7: 'busy',
  0xa8: 'version conflict',
  0xa9: 'feature not supported',
  0xb0: 'invalid index',
  0xb1: 'write length error',
  0xb2: 'invalid slot or subslot',
  0xb3: 'type conflict',
  0xb4: 'invalid area or API',
  0xb5: 'state conflict',
  0xb6: 'access denied',
  0xb7: 'invalid range',
  0xb8: 'invalid parameter',
  0xb9: 'invalid type',
  0xba: 'backup',
  0xc0: 'read constrain conflict',
  0xc1: 'write constrain conflict',
  0xc2: 'resource busy',
  0xc3: 'resource unavailable',
};

/** ErrorCode1 of everything else: which block is faulty, or which state machine says so. */
const blockErrors: Readonly<Record<number, string>> = {
  0x01: 'faulty ARBlockReq',
  0x02: 'faulty IOCRBlockReq',
  0x03: 'faulty ExpectedSubmoduleBlockReq',
  0x04: 'faulty AlarmCRBlockReq',
  0x05: 'faulty PrmServerBlockReq',
  0x06: 'faulty MCRBlockReq',
  0x07: 'faulty ARRPCBlockReq',
  0x08: 'faulty record',
  0x09: 'faulty IRInfoBlock',
  0x0a: 'faulty SRInfoBlock',
  0x0b: 'faulty ARFSUBlock',
  0x0c: 'faulty ARVendorBlockReq',
  0x0d: 'faulty RSInfoBlock',
  0x14: 'faulty control block, connect',
  0x15: 'faulty control block, plug',
  0x16: 'faulty control block after connect',
  0x17: 'faulty control block, plug alarm',
  0x18: 'faulty control block, begin of parameters',
  0x19: 'faulty SubmoduleListBlock',
  0x28: 'faulty ReleaseBlock',
  0x3c: 'alarm not acknowledged',
  0x3d: 'context manager of the device',
  0x3e: 'context manager of the controller',
  0x46: 'acyclic protocol machine, receiving',
  0x47: 'acyclic protocol machine, sending',
  0x48: 'consumer protocol machine',
  0x49: 'provider protocol machine',
  0xc8: 'surveillance of the context',
  0xca: 'read record machine',
  0xcc: 'write record machine',
  0xcd: 'IO machine',
  0xce: 'start-up machine',
  0xd0: 'name resolution machine',
  0xff: 'user specific',
};

/** ErrorCode2 where the one who answers calls is CMRPC. */
const cmrpcErrors: Readonly<Record<number, string>> = {
  0: 'arguments of a wrong length',
  1: 'unknown blocks',
  2: 'IOCR missing',
  3: 'wrong number of AlarmCRBlocks',
  4: 'out of AR resources',
  5: 'ARUUID unknown',
  6: 'state conflict',
  7: 'out of provider, consumer or alarm resources',
  8: 'out of memory',
  9: 'device already owned',
  10: 'ARset state conflict',
  11: 'ARset parameter conflict',
  12: 'ports without an interface',
};

/** ErrorCode2 of an abort: why the relation ended. */
const abortReasons: Readonly<Record<number, string>> = {
  0x01: 'sequence error',
  0x02: 'instance closed',
  0x03: 'AR out of memory',
  0x04: 'provider or consumer could not be added',
  0x05: 'consumer watchdog expired',
  0x06: 'no answer during start-up',
  0x07: 'alarms could not be opened',
  0x08: 'alarm not sent',
  0x09: 'alarm acknowledgement not sent',
  0x0a: 'alarm data too long',
  0x0b: 'alarm indication error',
  0x0c: 'RPC call failed',
  0x0d: 'abort requested',
  0x0e: 'new connection replaces this one',
  0x0f: 'release received',
  0x10: 'device deactivated',
  0x11: 'AR removed',
  0x12: 'protocol violation',
  0x13: 'name not resolved',
  0x14: 'RPC bind error',
  0x15: 'connect error',
  0x16: 'read error',
  0x17: 'write error',
  0x18: 'control error',
  0x19: 'forbidden pull or plug',
  0x1a: 'application process removed',
  0x1b: 'link down',
  0x1c: 'multicast registration failed',
  0x1d: 'not synchronized',
  0x1e: 'wrong topology',
  0x1f: 'station name changed',
  0x20: 'reset to factory settings',
  0x24: 'check of ports failed',
};

const recordErrorOf = refusals.numbered(recordErrors);
const blockErrorOf = refusals.numbered(blockErrors);
const cmrpcErrorOf = refusals.numbered(cmrpcErrors);
const abortReasonOf = refusals.numbered(abortReasons);
const ofManufacturer = refusals.named('error of the manufacturer');

/** Big-endian: in blocks and in alarms. In the answer to a call it is a number in the byte order of the caller. */
export function readStatus(reader: ByteReader, little = false): Status {
  reader.open('status', 'IEC 61158-6-10, 5.2.6');
  const octets = [reader.peek(), reader.peek(1), reader.peek(2), reader.peek(3)];
  const [code, decode, code1, code2] = (little ? octets.toReversed() : octets) as Four;
  const status = { code, decode, code1, code2 };
  const names = ['error code', 'error decode', 'error code 1', 'error code 2'];
  const meanings: (Readonly<Record<number, string>> | undefined)[] = [
    CODES,
    decodes,
    decode === RECORDS ? recordErrors : { ...blockErrors, [ABORTED]: 'aborted', [CMRPC]: 'CMRPC' },
    code1 === ABORTED ? abortReasons : code1 === CMRPC ? cmrpcErrors : undefined,
  ];
  for (const i of little ? [3, 2, 1, 0] : [0, 1, 2, 3]) reader.u8(names[i]!, meanings[i]);
  reader.close();
  return status;
}

type Four = [number, number, number, number];

export function isError({ code, decode, code1, code2 }: Status): boolean {
  return (code | decode | code1 | code2) !== 0;
}

export function refusalOf({ decode, code1, code2 }: Status): Refusal {
  if (decode === OF_MANUFACTURER) return ofManufacturer;
  if (decode !== RECORDS) {
    if (code1 === CMRPC) return cmrpcErrorOf(code2);
    return code1 === ABORTED ? abortReasonOf(code2) : blockErrorOf(code1);
  }
  const kind = code1 >> 4;
  const known = kind === APPLICATION || kind === ACCESS || kind === RESOURCE;
  return known ? recordErrorOf(code1) : ofManufacturer;
}

/** Why a relation ended, in a few words. */
export function abortReason(status: Status): string {
  return refusalOf(status).text;
}
