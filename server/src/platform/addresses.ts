import { isIPv6 } from 'node:net';

const ipv4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d]|\.\d)/g;
const ipv6 = /(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi;
const mac = /(?<![\w:-])(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}(?![\w:-])/gi;

/** What reads like an address of a device: IPv4, IPv6, MAC. Version numbers of four parts look the same. */
export function* addressesIn(text: string): Generator<string> {
  for (const pattern of [ipv4, ipv6, mac])
    for (const [address] of text.matchAll(pattern)) if (pattern !== ipv6 || isIPv6(address)) yield address;
}
