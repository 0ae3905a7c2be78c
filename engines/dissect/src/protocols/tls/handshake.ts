import type { ByteReader } from '../../bytes/byte-reader.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { isGrease, type Offer } from './ja4.ts';

// RFC 8446, 4, and RFC 5246, 7.4.
export const CLIENT_HELLO = 1;
export const SERVER_HELLO = 2;
export const CERTIFICATE = 11;
export const handshakes: Record<number, string> = {
  0: 'hello request',
  [CLIENT_HELLO]: 'client hello',
  [SERVER_HELLO]: 'server hello',
  4: 'session ticket',
  [CERTIFICATE]: 'certificate',
  12: 'key exchange of the server',
  13: 'certificate request',
  14: 'hello done',
  15: 'certificate verify',
  16: 'key exchange of the client',
  20: 'finished',
  22: 'certificate status',
};

const SERVER_NAME = 0;
const SIGNATURES = 13;
const PROTOCOLS = 16;
const SUPPORTED_VERSIONS = 43;
const extensionNames: Record<number, string> = {
  [SERVER_NAME]: 'server name',
  5: 'status request',
  10: 'groups',
  11: 'point formats',
  [SIGNATURES]: 'signature algorithms',
  [PROTOCOLS]: 'application protocols',
  21: 'padding',
  23: 'extended master secret',
  35: 'session ticket',
  41: 'pre-shared key',
  [SUPPORTED_VERSIONS]: 'versions',
  45: 'key exchange modes',
  51: 'key share',
  0xff01: 'renegotiation',
};

export const versionNames: Record<number, string> = {
  0x0300: 'SSL 3.0',
  0x0301: 'TLS 1.0',
  0x0302: 'TLS 1.1',
  0x0303: 'TLS 1.2',
  0x0304: 'TLS 1.3',
};

export interface Handshake {
  readonly type: number;
  readonly offer?: Offer;
  readonly serverName?: string;
  /** What the server chose. */
  readonly version?: number;
  readonly protocol?: string;
  readonly certificate?: Certificate | undefined;
}

/** One handshake message, with its header of four bytes. */
export function readHandshake(reader: ByteReader): Handshake {
  reader.open('handshake', 'RFC 8446, 4');
  const type = reader.u8('type', handshakes);
  const whole = reader.limit(reader.u24('length'), 'length');
  const message = readContents(reader, type);
  if (reader.remaining > 0) reader.skip(reader.remaining, 'contents');
  reader.release(whole);
  reader.close();
  reader.remark(handshakes[type] ?? `type ${type}`);
  return message;
}

function readContents(reader: ByteReader, type: number): Handshake {
  switch (type) {
    case CLIENT_HELLO:
      return readClientHello(reader);
    case SERVER_HELLO:
      return readServerHello(reader);
    case CERTIFICATE:
      return { type, certificate: readFirst(reader) };
    default:
      return { type };
  }
}

/** RFC 8446, 4.1.2. */
function readClientHello(reader: ByteReader): Handshake {
  const legacy = reader.u16('version', versionNames);
  reader.skip(32, 'random');
  reader.skip(reader.u8('session length'), 'session');
  const ciphers = readNumbers(reader, reader.u16('length of ciphers'), 'cipher');
  reader.skip(reader.u8('length of compressions'), 'compressions');
  const said = readExtensions(reader, true);
  const versions = said.versions.filter((one) => !isGrease(one));
  const version = versions.length > 0 ? Math.max(...versions) : legacy;
  const { kinds: extensions, signatures, protocols, serverName } = said;
  const offer = { version, ciphers, extensions, signatures, protocols, named: serverName !== '' };
  return { type: CLIENT_HELLO, offer, serverName };
}

/** RFC 8446, 4.1.3. */
function readServerHello(reader: ByteReader): Handshake {
  const legacy = reader.u16('version', versionNames);
  reader.skip(32, 'random');
  reader.skip(reader.u8('session length'), 'session');
  reader.u16('cipher');
  reader.u8('compression');
  const { versions, protocols } = readExtensions(reader, false);
  return { type: SERVER_HELLO, version: versions[0] ?? legacy, protocol: protocols[0] ?? '' };
}

interface Extensions {
  readonly kinds: number[];
  versions: number[];
  signatures: number[];
  protocols: string[];
  serverName: string;
}

function readExtensions(reader: ByteReader, ofClient: boolean): Extensions {
  const said: Extensions = { kinds: [], versions: [], signatures: [], protocols: [], serverName: '' };
  if (reader.remaining < 2) return said;
  const all = reader.limit(reader.u16('length of extensions'), 'length of extensions');
  while (reader.remaining > 0) {
    reader.open('extension', 'RFC 8446, 4.2');
    const kind = reader.u16('type', extensionNames);
    const whole = reader.limit(reader.u16('length'), 'length');
    said.kinds.push(kind);
    readExtension(reader, kind, ofClient, said);
    if (reader.remaining > 0) reader.skip(reader.remaining, 'contents');
    reader.release(whole);
    reader.close();
    reader.remark(extensionNames[kind] ?? `type ${kind}`);
  }
  reader.release(all);
  return said;
}

function readExtension(reader: ByteReader, kind: number, ofClient: boolean, said: Extensions): void {
  if (reader.remaining === 0) return;
  switch (kind) {
    case SERVER_NAME:
      reader.u16('length of list');
      if (reader.u8('kind of name') === 0) said.serverName = reader.text(reader.u16('length'), 'name');
      return;
    case SIGNATURES:
      said.signatures = readNumbers(reader, reader.u16('length of list'), 'algorithm');
      return;
    case PROTOCOLS: {
      const list = reader.limit(reader.u16('length of list'), 'length of list');
      while (reader.remaining > 0) said.protocols.push(reader.text(reader.u8('length'), 'protocol'));
      reader.release(list);
      return;
    }
    case SUPPORTED_VERSIONS:
      said.versions = ofClient
        ? readNumbers(reader, reader.u8('length of list'), 'version')
        : [reader.u16('version', versionNames)];
      return;
  }
}

function readNumbers(reader: ByteReader, length: number, field: string): number[] {
  const numbers: number[] = [];
  const list = reader.limit(length, field);
  while (reader.remaining >= 2) numbers.push(reader.u16(field));
  reader.release(list);
  return numbers;
}

/** RFC 5246, 7.4.2: the first is the server's own. */
function readFirst(reader: ByteReader): Certificate | undefined {
  const all = reader.limit(reader.u24('length of certificates'), 'length of certificates');
  let certificate: Certificate | undefined;
  if (reader.remaining > 0) {
    const whole = reader.limit(reader.u24('length'), 'length');
    certificate = readCertificate(reader);
    reader.release(whole);
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'further certificates');
  reader.release(all);
  return certificate;
}
