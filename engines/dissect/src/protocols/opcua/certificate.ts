/** Who a certificate of an application instance says it is: OPC 10000-6, 6.2.2. */
export interface Identity {
  readonly commonName: string;
  /** The URI among the alternative names of the subject. */
  readonly applicationUri: string;
}

// X.690, 8.1.2: tags.
const SEQUENCE = 0x30;
const EXTENSIONS = 0xa3;
const VERSION = 0xa0;
const UTF16 = 0x1e;
const URI = 0x86;

/** X.520: 2.5.4.3. */
const COMMON_NAME = [0x55, 0x04, 0x03];
/** RFC 5280, 4.2.1.6: 2.5.29.17. */
const ALTERNATIVE_NAME = [0x55, 0x1d, 0x11];
const MOST_PARTS = 64;

interface Part {
  readonly tag: number;
  readonly start: number;
  readonly end: number;
}

/** Undefined where it is not a certificate; chains are read to the end of the first. RFC 5280, 4.1. */
export function readCertificate(bytes: Uint8Array): Identity | undefined {
  const [certificate] = partsOf(bytes, 0, bytes.length);
  if (certificate?.tag !== SEQUENCE) return undefined;
  const [content] = partsOf(bytes, certificate.start, certificate.end);
  if (content?.tag !== SEQUENCE) return undefined;
  const fields = partsOf(bytes, content.start, content.end);
  // Version (optional), serial number, signature, issuer, validity, subject.
  const subject = fields[fields[0]?.tag === VERSION ? 5 : 4];
  if (subject?.tag !== SEQUENCE) return undefined;
  const extensions = fields.find(({ tag }) => tag === EXTENSIONS);
  return {
    commonName: commonNameOf(bytes, subject),
    applicationUri: extensions ? uriOf(bytes, extensions) : '',
  };
}

/** What lies side by side in there, as far as the lengths are believable. X.690, 8.1.3. */
function partsOf(bytes: Uint8Array, start: number, end: number): Part[] {
  const parts: Part[] = [];
  let at = start;
  while (at + 2 <= end && parts.length < MOST_PARTS) {
    const tag = bytes[at]!;
    let length = bytes[at + 1]!;
    at += 2;
    if (length & 0x80) {
      const octets = length & 0x7f;
      if (octets === 0 || octets > 3 || at + octets > end) break;
      length = 0;
      for (let i = 0; i < octets; i++) length = (length << 8) | bytes[at++]!;
    }
    if (length > end - at) break;
    parts.push({ tag, start: at, end: at + length });
    at += length;
  }
  return parts;
}

/** RFC 5280, 4.1.2.4: a sequence of sets of pairs. */
function commonNameOf(bytes: Uint8Array, name: Part): string {
  for (const set of partsOf(bytes, name.start, name.end)) {
    for (const pair of partsOf(bytes, set.start, set.end)) {
      const [id, value] = partsOf(bytes, pair.start, pair.end);
      if (id && value && isObject(bytes, id, COMMON_NAME)) return textOf(bytes, value);
    }
  }
  return '';
}

function uriOf(bytes: Uint8Array, extensions: Part): string {
  const [list] = partsOf(bytes, extensions.start, extensions.end);
  if (!list) return '';
  for (const extension of partsOf(bytes, list.start, list.end)) {
    const parts = partsOf(bytes, extension.start, extension.end);
    const [id] = parts;
    const value = parts.at(-1);
    if (!id || !value || !isObject(bytes, id, ALTERNATIVE_NAME)) continue;
    const [names] = partsOf(bytes, value.start, value.end);
    const uri = names && partsOf(bytes, names.start, names.end).find(({ tag }) => tag === URI);
    if (uri) return textOf(bytes, uri);
  }
  return '';
}

function isObject(bytes: Uint8Array, { start, end }: Part, octets: readonly number[]): boolean {
  return end - start === octets.length && octets.every((octet, i) => bytes[start + i] === octet);
}

const utf8 = new TextDecoder();
const utf16 = new TextDecoder('utf-16be');

function textOf(bytes: Uint8Array, { tag, start, end }: Part): string {
  return (tag === UTF16 ? utf16 : utf8).decode(bytes.subarray(start, end)).trim();
}
