import { isIPv4, isIPv6 } from 'node:net';

import { addressesIn } from '../../platform/addresses.ts';

/** Something that another network can look for. */
export interface Observable {
  readonly type: 'ipv4' | 'ipv6' | 'mac' | 'domain' | 'url' | 'md5' | 'sha1' | 'sha256';
  readonly value: string;
}

const most = 50;
const hash = /(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})(?![0-9a-f])/gi;
const url = /(?<!\w)https?:\/\/[^\s<>"'`\\^{|}]{1,2000}/gi;
const domain = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;
const byLength = { 32: 'md5', 40: 'sha1', 64: 'sha256' } as const;

/**
 * What an observation names so that others can look for it. A domain counts only where it is all that was said: within a
 * sentence a file name reads the same.
 */
export function observablesOf(text: string, addresses: readonly string[] = []): Observable[] {
  const found = new Map<string, Observable>();
  for (const one of observablesIn(text, addresses)) {
    if (found.size >= most) break;
    found.set(`${one.type} ${one.value}`, one);
  }
  return [...found.values()];
}

function* observablesIn(text: string, addresses: readonly string[]): Generator<Observable> {
  for (const address of addresses) yield* addressed(address);
  for (const [one] of text.matchAll(url)) {
    const trimmed = one.replace(/[.,;:!?)\]]+$/, '');
    if (URL.canParse(trimmed)) yield { type: 'url', value: new URL(trimmed).href };
  }
  for (const [one] of text.matchAll(hash))
    yield { type: byLength[one.length as keyof typeof byLength], value: one.toLowerCase() };
  for (const address of addressesIn(text)) yield* addressed(address);
  if (domain.test(text.trim())) yield { type: 'domain', value: text.trim().toLowerCase() };
}

/** An address as it is written in its standard form; nothing where it is none. */
export function* addressed(address: string): Generator<Observable> {
  const mac = address.toLowerCase().replaceAll('-', ':');
  if (isIPv4(address)) yield { type: 'ipv4', value: address };
  else if (isIPv6(address) && !address.includes('%')) yield { type: 'ipv6', value: address.toLowerCase() };
  else if (/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac)) yield { type: 'mac', value: mac };
}
