import { adler32 } from './adler32.ts';

export interface Inflated {
  /** As many as could be made, `most` at the most. */
  readonly bytes: Uint8Array;
  readonly fault?: 'damaged' | 'too-long' | 'checksum';
}

/**
 * A stream of zlib (RFC 1950). What is inside is read as deflate and its checksum is compared here, for what does not
 * fit its checksum is kept all the same.
 */
export async function inflate(packed: Uint8Array, most: number): Promise<Inflated> {
  const isZlib =
    packed.length > 6 &&
    (packed[0]! & 0x0f) === 8 &&
    ((packed[0]! << 8) | packed[1]!) % 31 === 0 &&
    (packed[1]! & 0x20) === 0;
  if (!isZlib) return { bytes: new Uint8Array(), fault: 'damaged' };
  const stream = new DecompressionStream('deflate-raw') as ReadableWritablePair<Uint8Array, Uint8Array>;
  const writer = stream.writable.getWriter();
  // Whoever reads the other end is told what is wrong.
  writer.write(packed.slice(2, -4)).catch(() => {});
  writer.close().catch(() => {});
  const reader = stream.readable.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let fault: Inflated['fault'];
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value);
      size += next.value.length;
      if (size > most) {
        fault = 'too-long';
        reader.cancel().catch(() => {});
        break;
      }
    }
  } catch {
    fault = 'damaged';
  }
  const bytes = joined(parts, Math.min(size, most));
  if (fault) return { bytes, fault };
  const said = new DataView(packed.buffer, packed.byteOffset, packed.length).getUint32(packed.length - 4);
  return said === adler32(bytes) ? { bytes } : { bytes, fault: 'checksum' };
}

function joined(parts: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part.subarray(0, size - at), at);
    at += Math.min(part.length, size - at);
  }
  return bytes;
}
