import { u16At, u32At } from '../bytes/byte-reader.ts';

interface Header {
  readonly name: string;
  readonly start: number;
}

/**
 * Makes the checksums of a packet right, from the innermost header outwards: RFC 791, 768, 9293, 792 and 4443. What does not
 * go along counts as zeros, so that a checksum tells nothing of it.
 * @param headers as they were found, the outermost first
 */
export function correctChecksums(packet: Uint8Array, headers: readonly Header[], wireLength: number): void {
  let below: Header | undefined;
  for (const header of headers.toReversed()) {
    if (header.name === 'TCP' || header.name === 'UDP') below = header;
    if (header.name !== 'IPv4' && header.name !== 'IPv6') continue;
    transport(packet, header, below, wireLength);
    if (header.name === 'IPv4') internet(packet, header.start);
    below = undefined;
  }
}

function internet(packet: Uint8Array, at: number): void {
  const end = at + (packet[at]! & 15) * 4;
  if (end > packet.length || end - at < 20) return;
  put(packet, at + 10, 0);
  put(packet, at + 10, folded(sum(packet, at, end)));
}

function transport(packet: Uint8Array, ip: Header, below: Header | undefined, wireLength: number): void {
  const at = ip.start;
  const isFour = ip.name === 'IPv4';
  if (packet.length - at < (isFour ? 20 : 40)) return;
  const header = isFour ? (packet[at]! & 15) * 4 : 40;
  const protocol = packet[at + (isFour ? 9 : 6)]!;
  const start = below?.start ?? at + header;
  const said = isFour ? u16At(packet, at + 2) : u16At(packet, at + 4) + 40;
  // 0 is what segmentation offload leaves.
  const end = at + (said > (isFour ? 0 : 40) ? said : wireLength - at);
  const number = below?.name === 'TCP' ? TCP : below?.name === 'UDP' ? UDP : protocol;
  const place = start + (places[number] ?? -1);
  if (place < start || place + 2 > Math.min(end, packet.length)) return;
  // RFC 768: none was made.
  if (number === UDP && isFour && u16At(packet, place) === 0) return;
  put(packet, place, 0);
  let total = sum(packet, start, Math.min(end, packet.length));
  if (number !== ICMP) {
    total += isFour ? sum(packet, at + 12, at + 20) : sum(packet, at + 8, at + 40);
    total += number + ((end - start) >>> 16) + ((end - start) & 0xffff);
  }
  const made = folded(total);
  put(packet, place, made === 0 && number === UDP ? 0xffff : made);
}

const [ICMP, TCP, UDP, ICMPV6] = [1, 6, 17, 58] as const;
/** Where the checksum stands in the header. */
const places: Readonly<Record<number, number>> = { [ICMP]: 2, [TCP]: 16, [UDP]: 6, [ICMPV6]: 2 };

/** RFC 1071. */
function sum(bytes: Uint8Array, start: number, end: number): number {
  let total = 0;
  for (let at = start; at + 1 < end; at += 2) total += u16At(bytes, at);
  return (end - start) % 2 === 1 ? total + (bytes[end - 1]! << 8) : total;
}

function folded(total: number): number {
  let left = total;
  while (left > 0xffff) left = (left & 0xffff) + Math.floor(left / 0x1_0000);
  return ~left & 0xffff;
}

function put(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 8;
  bytes[at + 1] = value & 0xff;
}

/** Whether a packet is a part of a larger one: what is in it cannot be checked by itself. */
export function isFragment(packet: Uint8Array, { name, start }: Header): boolean {
  if (name === 'IPv4') return packet.length - start >= 20 && (u32At(packet, start + 4) & 0x3fff) !== 0;
  return name === 'Fragment header';
}
