import { type ByteReader, textAt, u16leAt, u32At, u32leAt } from '../../bytes/byte-reader.ts';
import type { Here } from '../../dissector.ts';
import { windowsVersion } from './windows.ts';

/** Windows' way of proving a password without saying it, inside SMB, HTTP, LDAP and others: MS-NLMP, 2.2.1. */
export interface Ntlm {
  readonly kind: number;
  readonly os: string;
  readonly domain: string;
  readonly host: string;
  readonly user: string;
  /** Length of what the password can be guessed from. */
  readonly response: number;
}

// "NTLMSSP\0".
const SIGNATURE = 0x4e54_4c4d;
const SIGNATURE_2 = 0x5353_5000;
export const NEGOTIATE = 1;
export const CHALLENGE = 2;
export const AUTHENTICATE = 3;
// MS-NLMP, 2.2.2.5.
const UNICODE = 0x0000_0001;
const VERSION = 0x0200_0000;
// MS-NLMP, 2.2.2.1.
const HOST = 1;
const DOMAIN = 2;

/** The first message in these bytes; -1 for none. */
export function findNtlm(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at + 12 <= end; at++) {
    if (bytes[at] === 0x4e && u32At(bytes, at) === SIGNATURE && u32At(bytes, at + 4) === SIGNATURE_2)
      return at;
  }
  return -1;
}

/** Payloads lie wherever offsets say; what they point at beyond the end is left out. */
export function ntlmAt(bytes: Uint8Array, start: number, end: number): Ntlm | undefined {
  if (end - start < 32) return undefined;
  const kind = u32leAt(bytes, start + 8);
  const payload = (at: number): [number, number] => {
    if (at + 8 > end) return [start, start];
    const from = start + u32leAt(bytes, at + 4);
    const to = from + u16leAt(bytes, at);
    return to <= end ? [from, to] : [start, start];
  };
  const flagsAt = kind === NEGOTIATE ? 12 : kind === CHALLENGE ? 20 : 60;
  const flags = start + flagsAt + 4 <= end ? u32leAt(bytes, start + flagsAt) : 0;
  const text = (at: number, encoding = flags & UNICODE ? 'utf-16le' : 'latin1') =>
    textAt(bytes, ...payload(at), encoding as 'latin1');
  const os = (at: number) =>
    flags & VERSION && start + at + 4 <= end
      ? windowsVersion(bytes[start + at]!, bytes[start + at + 1]!, u16leAt(bytes, start + at + 2))
      : '';
  switch (kind) {
    case NEGOTIATE:
      return {
        kind,
        os: os(32),
        domain: text(start + 16, 'latin1'),
        host: text(start + 24, 'latin1'),
        user: '',
        response: 0,
      };
    case CHALLENGE: {
      const names = targetNames(bytes, ...payload(start + 40));
      return {
        kind,
        os: os(48),
        domain: names.get(DOMAIN) ?? '',
        host: names.get(HOST) ?? '',
        user: '',
        response: 0,
      };
    }
    case AUTHENTICATE: {
      const [from, to] = payload(start + 20);
      return {
        kind,
        os: os(64),
        domain: text(start + 28),
        host: text(start + 44),
        user: text(start + 36),
        response: to - from,
      };
    }
    default:
      return undefined;
  }
}

/** MS-NLMP, 2.2.2.1: pairs of kind and value, until kind 0. */
function targetNames(bytes: Uint8Array, start: number, end: number): Map<number, string> {
  const names = new Map<number, string>();
  let at = start;
  while (end - at >= 4) {
    const kind = u16leAt(bytes, at);
    const next = at + 4 + u16leAt(bytes, at + 2);
    if (kind === 0 || next > end) break;
    if (kind <= 4) names.set(kind, textAt(bytes, at + 4, next, 'utf-16le'));
    at = next;
  }
  return names;
}

/** Who says what about itself; and that somebody signs in with what a password can be guessed from. */
export function tellNtlm(here: Here, { kind, os, domain, host, user, response }: Ntlm): void {
  here.fact(here.source, 'os', os);
  here.fact(here.source, 'name', host);
  // A machine in no domain names itself instead.
  const own = domain === '.' || domain.toLowerCase() === host.toLowerCase();
  if (!own) here.fact(here.source, 'domain', domain, kind === AUTHENTICATE ? 'inferred' : 'stated');
  if (user === '') return;
  here.fact(here.source, 'user', user);
  if (response > 0) here.credentials('NTLM', domain === '' ? user : `${domain}\\${user}`, response);
}

/** The bytes are shown as what they are; the answer to the challenge is a secret. */
export function readNtlmBlob(reader: ByteReader, length: number): Ntlm | undefined {
  const bytes = reader.peekBytes(length);
  const at = findNtlm(bytes, 0, bytes.length);
  const ntlm = at < 0 ? undefined : ntlmAt(bytes, at, bytes.length);
  if (ntlm?.kind === AUTHENTICATE) reader.secret(length, 'NTLM authentication');
  else reader.skip(length, 'security token');
  if (ntlm) reader.remark([ntlm.domain, ntlm.host, ntlm.user, ntlm.os].filter(Boolean).join(', '));
  return ntlm;
}
