import { textAt, u16leAt, u32leAt } from '../../bytes/byte-reader.ts';

/** [MS-NLMP], 2.2.1.3: who signs in, and with an answer to a challenge that can be guessed at leisure. */
export interface NtlmSignIn {
  readonly user: string;
  readonly workstation: string;
  readonly answer: number;
}

const SIGNATURE = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0];
const AUTHENTICATE = 3;
const FIXED = 64;
const UNICODE = 1;

export function ntlmSignIn(bytes: Uint8Array, start: number, end: number): NtlmSignIn | undefined {
  if (end - start < FIXED || SIGNATURE.some((octet, i) => bytes[start + i] !== octet)) return undefined;
  if (u32leAt(bytes, start + 8) !== AUTHENTICATE) return undefined;
  const encoding = u32leAt(bytes, start + 60) & UNICODE ? 'utf-16le' : 'latin1';
  const text = (at: number) => {
    const from = start + u32leAt(bytes, start + at + 4);
    const to = from + u16leAt(bytes, start + at);
    return to <= end ? textAt(bytes, from, to, encoding) : '';
  };
  const answer = u16leAt(bytes, start + 20);
  const [domain, user] = [text(28), text(36)];
  if (user === '' || answer === 0) return undefined;
  return { user: domain === '' ? user : `${domain}\\${user}`, workstation: text(44), answer };
}
