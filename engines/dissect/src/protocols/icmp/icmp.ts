import { type ByteReader, u16At, u32At } from '../../bytes/byte-reader.ts';
import { ipv4Text, ipv6Text } from '../../network/endpoints.ts';
import { type Dissector, type Here, NOT_OURS, OURS } from '../../dissector.ts';

const ICMP = 1;
const ICMPV6 = 58;
const HEADER = 8;

// RFC 792.
const REDIRECT = 5;
const kinds: Record<number, string> = {
  0: 'echo reply',
  3: 'destination unreachable',
  4: 'source quench',
  [REDIRECT]: 'redirect',
  8: 'echo request',
  9: 'router advertisement',
  10: 'router solicitation',
  11: 'time exceeded',
  12: 'parameter problem',
  13: 'timestamp request',
  14: 'timestamp reply',
  17: 'address mask request',
  18: 'address mask reply',
};
// RFC 4443 and RFC 4861.
const ROUTER_ADVERTISEMENT = 134;
const REDIRECT_6 = 137;
const kinds6: Record<number, string> = {
  1: 'destination unreachable',
  2: 'packet too big',
  3: 'time exceeded',
  4: 'parameter problem',
  128: 'echo request',
  129: 'echo reply',
  130: 'multicast listener query',
  131: 'multicast listener report',
  133: 'router solicitation',
  [ROUTER_ADVERTISEMENT]: 'router advertisement',
  135: 'neighbor solicitation',
  136: 'neighbor advertisement',
  [REDIRECT_6]: 'redirect',
  143: 'multicast listener report, version 2',
};

export interface IcmpMessage {
  readonly kind: number;
  /** Redirects: who else is to be sent to, for what destination. */
  readonly gateway?: string;
  readonly destination?: string;
}

export const icmp: Dissector<IcmpMessage> = {
  name: 'icmp',
  title: 'ICMP',
  reference: 'RFC 792',
  industrial: false,
  carriers: [{ on: 'ip', at: [ICMP] }],
  claims: [],
  recognises: (_bytes, start, end, expected) => (expected && end - start >= HEADER ? OURS : NOT_OURS),
  read: readIcmp,
  begin: () => ({
    message(here, bytes, start, end) {
      if (bytes[start] === REDIRECT) redirected(here, readIcmp(here.reader.reset(bytes, start, end)));
    },
  }),
};

export const icmpv6: Dissector<IcmpMessage> = {
  name: 'icmpv6',
  title: 'ICMPv6',
  reference: 'RFC 4443; RFC 4861 (neighbour discovery)',
  industrial: false,
  carriers: [{ on: 'ip', at: [ICMPV6] }],
  claims: [],
  recognises: (_bytes, start, end, expected) => (expected && end - start >= HEADER ? OURS : NOT_OURS),
  read: readIcmpv6,
  begin: () => ({
    message(here, bytes, start, end) {
      const kind = bytes[start]!;
      if (kind === REDIRECT_6) redirected(here, readIcmpv6(here.reader.reset(bytes, start, end)));
      // A lifetime of 0 says that it is a router, but not for all destinations.
      if (kind === ROUTER_ADVERTISEMENT && end - start >= 16 && u16At(bytes, start + 6) > 0) {
        here.role(here.source, 'router', 'stated', 'icmpv6.router-advertisement');
      }
    },
  }),
};

function readIcmp(reader: ByteReader): IcmpMessage {
  const { kind } = readHead(reader, kinds, 'RFC 792');
  if (kind !== REDIRECT) return rest(reader, { kind });
  const gateway = ipv4Text(reader.u32('gateway', ipv4Text));
  const quoted = reader.peekBytes(20);
  const destination = quoted.length === 20 ? ipv4Text(u32At(quoted, 16)) : '';
  return rest(reader, { kind, gateway, destination });
}

function readIcmpv6(reader: ByteReader): IcmpMessage {
  const { kind } = readHead(reader, kinds6, 'RFC 4443, 2.1');
  if (kind !== REDIRECT_6) return rest(reader, { kind });
  reader.u32('reserved');
  const gateway = addressText(reader, 'better first hop');
  const destination = addressText(reader, 'destination');
  return rest(reader, { kind, gateway, destination });
}

function readHead(reader: ByteReader, names: Record<number, string>, section: string): { kind: number } {
  reader.open('header', section);
  const kind = reader.u8('type', names);
  reader.u8('code');
  reader.u16('checksum');
  reader.close();
  return { kind };
}

function addressText(reader: ByteReader, field: string): string {
  const bytes = reader.bytes(16, field);
  const text = ipv6Text(Array.from({ length: 8 }, (_, i) => u16At(bytes, i * 2)));
  reader.remark(text);
  return text;
}

function rest(reader: ByteReader, message: IcmpMessage): IcmpMessage {
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return message;
}

function redirected(here: Here, { gateway = '', destination = '' }: IcmpMessage): void {
  const code = here.carrierAt === ICMP ? 'icmp.redirect' : 'icmpv6.redirect';
  here.anomaly(code, 'gateway', 4, { gateway, destination });
}
