import { sha256 } from '../../bytes/sha256.ts';

/** What a ClientHello offers: RFC 8446, 4.1.2. */
export interface Offer {
  readonly version: number;
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly signatures: readonly number[];
  readonly protocols: readonly string[];
  readonly named: boolean;
}

const SERVER_NAME = 0x0000;
const PROTOCOLS = 0x0010;

const versions: Record<number, string> = {
  0x0304: '13',
  0x0303: '12',
  0x0302: '11',
  0x0301: '10',
  0x0300: 's3',
  0x0002: 's2',
};

/** JA4 as FoxIO publishes it (technical details of JA4, the TLS client fingerprint), over TCP. */
export function ja4({ version, ciphers, extensions, signatures, protocols, named }: Offer): string {
  const [suites, kinds] = [ciphers, extensions].map((list) => list.filter((one) => !isGrease(one))) as [
    number[],
    number[],
  ];
  const counts = [suites, kinds].map((list) => String(Math.min(list.length, 99)).padStart(2, '0')).join('');
  const head = `t${versions[version] ?? '00'}${named ? 'd' : 'i'}${counts}${ends(protocols[0] ?? '')}`;
  const telling = kinds.filter((kind) => kind !== SERVER_NAME && kind !== PROTOCOLS);
  const algorithms = signatures.length > 0 ? `_${signatures.map(digits).join(',')}` : '';
  const last = telling.length > 0 ? `${listed(telling)}${algorithms}` : '';
  return `${head}_${shortened(listed(suites))}_${shortened(last)}`;
}

/** RFC 8701: values that mean nothing, thrown in so that nobody takes fright at new ones. */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

function ends(protocol: string): string {
  const [first, last] = [protocol.at(0), protocol.at(-1)];
  if (first === undefined || last === undefined) return '00';
  if (/[0-9a-z]/i.test(first) && /[0-9a-z]/i.test(last)) return first + last;
  const [a, b] = [first, last].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'));
  return `${a![0]}${b!.at(-1)}`;
}

const digits = (value: number) => value.toString(16).padStart(4, '0');
const listed = (values: readonly number[]) => values.map(digits).sort().join(',');
const shortened = (text: string) =>
  text === '' ? '000000000000' : sha256(new TextEncoder().encode(text)).slice(0, 12);
