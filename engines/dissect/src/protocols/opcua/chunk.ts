import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { builtIn } from './builtin.ts';
import { statusName } from './status-codes.ts';

/** What one message of the connection protocol or one chunk of the secure conversation says of itself. */
export interface Chunk {
  /** `MSG`, `OPN`, `HEL`, … */
  readonly type: string;
  /** F: the last of its message, C: more follow, A: given up. */
  readonly final: string;
  readonly channel: number;
  readonly policy?: string;
  readonly certificate?: Uint8Array;
  readonly sequence?: number;
  readonly request?: number;
  /** From the beginning of the chunk to what it carries, if that can be read. */
  readonly bodyAt?: number;
  readonly bodyEnd?: number;
  /** What ERR says, or a chunk that gives up. */
  readonly error?: number;
  readonly reason?: string;
  readonly url?: string;
  readonly serverUri?: string;
}

// OPC 10000-6, 7.1.2.2 and 6.7.2.2.
export const HEADER = 8;
/** As many bytes of one message as the core keeps; real ones have 64 KiB at most. */
export const LONGEST = 262_144;
const SYMMETRIC = 24;

const HEL = 0x48_45_4c;
const ACK = 0x41_43_4b;
const ERR = 0x45_52_52;
const RHE = 0x52_48_45;
const OPN = 0x4f_50_4e;
const MSG = 0x4d_53_47;
const CLO = 0x43_4c_4f;
const F = 0x46;
const C = 0x43;
const A = 0x41;

/** The fewest bytes of each type. */
const least = new Map([
  [HEL, 32],
  [ACK, 28],
  [ERR, 16],
  [RHE, 16],
  [OPN, 32],
  [MSG, SYMMETRIC],
  [CLO, SYMMETRIC],
]);

const types: Record<string, string> = {
  HEL: 'Hello',
  ACK: 'Acknowledge',
  ERR: 'Error',
  RHE: 'ReverseHello',
  OPN: 'OpenSecureChannel',
  MSG: 'Message',
  CLO: 'CloseSecureChannel',
};

export const NONE = 'None';

/** 6.7.2.3 and OPC 10000-7, 6.6: octets of a signature by the last part of the policy's URI. */
const signatures: Readonly<Record<string, number>> = {
  [NONE]: 0,
  Basic128Rsa15: 20,
  Basic256: 20,
  Basic256Sha256: 32,
  Aes128_Sha256_RsaOaep: 32,
  Aes256_Sha256_RsaPss: 32,
};
const POLICIES = 'http://opcfoundation.org/UA/SecurityPolicy#';

/** Is this the first of a message, as far as its header says? `undefined` until enough has arrived. */
export function beginsChunk(bytes: Uint8Array, start: number, end: number): boolean | undefined {
  if (end - start < 4) return undefined;
  const type = (bytes[start]! << 16) | (bytes[start + 1]! << 8) | bytes[start + 2]!;
  const fewest = least.get(type);
  if (fewest === undefined) return false;
  const final = bytes[start + 3]!;
  if (final !== F && (type !== MSG || (final !== C && final !== A))) return false;
  if (end - start < HEADER) return undefined;
  const size = sizeAt(bytes, start);
  return size >= fewest && size <= LONGEST;
}

export function sizeAt(bytes: Uint8Array, start: number): number {
  return (
    (bytes[start + 4]! | (bytes[start + 5]! << 8) | (bytes[start + 6]! << 16) | (bytes[start + 7]! << 24)) >>>
    0
  );
}

/** `Basic256Sha256` of its URI. */
export function policyName(uri: string): string {
  return uri.startsWith(POLICIES) ? uri.slice(POLICIES.length) : uri;
}

export function signatureOf(policy: string): number {
  return signatures[policy] ?? 0;
}

/**
 * @param sealed nothing behind the security header can be read
 * @param signature octets at the end of a message
 */
export function readChunk(reader: ByteReader, sealed: boolean, signature: number): Chunk {
  reader.open('header', '7.1.2.2');
  const type = reader.text(3, 'message type');
  if (!(type in types)) throw new Malformed('message type', 0, `is ${JSON.stringify(type)}`);
  reader.remark(types[type]!);
  const final = reader.text(1, 'is final');
  const size = reader.u32le('message size');
  if (size < HEADER || size - HEADER > reader.remaining) {
    throw new Malformed('message size', 4, `says ${size} bytes, ${reader.remaining + HEADER} are here`);
  }
  reader.close();
  const chunk = readBody(reader, type, final, sealed, signature);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'surplus');
  return chunk;
}

function readBody(
  reader: ByteReader,
  type: string,
  final: string,
  sealed: boolean,
  signature: number,
): Chunk {
  const none = { type, final, channel: 0 };
  switch (type) {
    case 'HEL':
      readLimits(reader, '7.1.2.3');
      return { ...none, url: builtIn.String(reader, 'endpointUrl', 0) };
    case 'ACK':
      readLimits(reader, '7.1.2.4');
      return none;
    case 'ERR':
      return { ...none, ...readError(reader, '7.1.2.5') };
    case 'RHE':
      return {
        ...none,
        serverUri: builtIn.String(reader, 'serverUri', 0),
        url: builtIn.String(reader, 'endpointUrl', 0),
      };
    default:
      return readSecured(reader, type, final, sealed, signature);
  }
}

function readLimits(reader: ByteReader, section: string): void {
  reader.open('limits', section);
  reader.u32le('protocolVersion');
  reader.u32le('receiveBufferSize');
  reader.u32le('sendBufferSize');
  reader.u32le('maxMessageSize', { 0: 'no limit' });
  reader.u32le('maxChunkCount', { 0: 'no limit' });
  reader.close();
}

function readError(reader: ByteReader, section: string): { error: number; reason: string } {
  reader.open('error', section);
  const error = reader.u32le('error', statusName);
  const reason = builtIn.String(reader, 'reason', 0);
  reader.close();
  return { error, reason };
}

// 6.7.2.
function readSecured(
  reader: ByteReader,
  type: string,
  final: string,
  sealed: boolean,
  signature: number,
): Chunk {
  const channel = reader.u32le('secureChannelId');
  const asymmetric = type === 'OPN' ? readAsymmetric(reader) : undefined;
  if (!asymmetric) reader.u32le('tokenId');
  if (asymmetric ? asymmetric.policy !== NONE : sealed) {
    reader.skip(reader.remaining, 'encrypted');
    return { type, final, channel, ...asymmetric };
  }
  reader.open('sequence header', '6.7.2.4');
  const sequence = reader.u32le('sequenceNumber');
  const request = reader.u32le('requestId');
  reader.close();
  const bodyAt = reader.offset;
  const length = Math.max(0, reader.remaining - signature);
  const bodyEnd = bodyAt + length;
  const said = { type, final, channel, ...asymmetric, sequence, request };
  if (final === 'A') return { ...said, ...readError(reader, '6.7.3') };
  reader.skip(length, final === 'F' ? 'message' : 'piece of a message');
  if (reader.remaining > 0) reader.skip(reader.remaining, 'signature');
  return { ...said, bodyAt, bodyEnd };
}

function readAsymmetric(reader: ByteReader): { policy: string; certificate: Uint8Array } {
  reader.open('asymmetric security header', '6.7.2.3');
  const policy = policyName(builtIn.String(reader, 'securityPolicyUri', 0));
  const certificate = builtIn.ByteString(reader, 'senderCertificate', 0);
  builtIn.ByteString(reader, 'receiverCertificateThumbprint', 0);
  reader.close();
  return { policy, certificate };
}
