import { createHash } from 'node:crypto';

/** Under which ids of exports are made. Never changes: the same thing keeps its id in every export of every time. */
const ours = 'b1ed8f2c-3a0e-4d43-9f6c-6f0f2f8b5a17';

/** A name-based UUID, version 5 (RFC 9562 section 5.5). */
export function uuid5(name: string, namespace = ours): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest()
    .subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
