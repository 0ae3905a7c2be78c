import type { Device } from '../analysis/devices.ts';

/** What network people call the place of a device: its VLAN, else its network. */
export function zoneOf({ vlans, addresses }: Pick<Device, 'vlans' | 'addresses'>): string {
  if (vlans.length === 1) return `VLAN ${vlans[0]}`;
  const ipv4 = addresses.filter((address) => /^\d+\.\d+\.\d+\.\d+$/.test(address));
  const inside = ipv4.find(isPrivate);
  if (inside) return `${inside.slice(0, inside.lastIndexOf('.'))}.0/24`;
  return ipv4.length > 0 ? 'Internet' : '';
}

/** RFC 1918, 6598, 3927 and 1122; of IPv6, RFC 4193 and 4291 §2.5.6. What is no IP address does not leave the plant. */
export function isPrivate(address: string): boolean {
  const [a, b] = address.split('.').map(Number) as [number, number];
  if (address.includes('.') && !address.includes(':'))
    return (
      [10, 127, 0].includes(a) ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 100 && b >= 64 && b < 128) ||
      (a === 169 && b === 254) ||
      a >= 224
    );
  return !/^[23][0-9a-f]{3}:/i.test(address);
}

/** Neighbours may talk; who reaches further passes by what should stand between. */
export function skipsLevel(levels: readonly string[]): boolean {
  const known = levels.map((level) => inward.indexOf(level)).filter((place) => place >= 0);
  return known.length > 1 && Math.max(...known) - Math.min(...known) > 1;
}

/** From outside to inside; after the levels of IEC 62443-1-1. */
const inward = ['enterprise', 'dmz', 'operations', 'supervision', 'control', 'field'];
