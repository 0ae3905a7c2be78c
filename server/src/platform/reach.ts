import { BlockList, isIPv4 } from 'node:net';

/** Where one errand may go. Whoever sends it says so; nothing is reached by default. */
export interface Reach {
  /** Host names, with the port where it is not the usual one, as URLs write them. */
  readonly hosts: readonly string[];
  /** Explicitly on a network of ours: private addresses and plain http are allowed. */
  readonly local?: boolean;
}

/**
 * May this address be connected to? Public unicast always; what is private or our own only for a peer that is marked
 * local; and what no peer has any business in (link-local with the metadata services of clouds, multicast, addresses
 * that carry another address inside) never. IANA special-purpose address registries (RFC 6890), IPv4 and IPv6.
 */
export function mayConnect(address: string, local: boolean): boolean {
  if (isIPv4(address)) {
    if (own4.check(address)) return local;
    return !nobodys4.check(address);
  }
  if (own6.check(address, 'ipv6')) return local;
  return unicast6.check(address, 'ipv6') && !nobodys6.check(address, 'ipv6');
}

const own4 = blocks(
  '10.0.0.0/8',
  '100.64.0.0/10', // shared between provider and customer, RFC 6598
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
);

const nobodys4 = blocks(
  '0.0.0.0/8',
  '169.254.0.0/16', // link-local, RFC 3927
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24', // 6to4 relays, RFC 7526
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
);

// Lists of their own: a list with ranges of both kinds takes ::ffff:127.0.0.1 for 127.0.0.1.
const own6 = blocks('::1/128', 'fc00::/7'); // loopback; unique local, RFC 4193

/** Global unicast, RFC 4291 section 2.4 and the IANA assignment; all else of IPv6 is refused unread. */
const unicast6 = blocks('2000::/3');

const nobodys6 = blocks(
  '2001::/23', // protocol assignments, with Teredo (RFC 4380)
  '2001:db8::/32',
  '2002::/16', // 6to4, RFC 3056
  '3fff::/20',
);

function blocks(...ranges: string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address, bits] = range.split('/') as [string, string];
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}
