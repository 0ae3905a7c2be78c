import type { ByteReader } from '../../bytes/byte-reader.ts';
import { readSparkplug, type SparkplugPayload, sparkplugTopic } from './sparkplug.ts';

export interface Payload {
  readonly length: number;
  readonly text?: string;
  readonly sparkplug?: SparkplugPayload;
}

/** Text up to here is kept to be understood. */
const LONGEST_TEXT = 4_096;

/** What is published means what its topic says: Sparkplug, or text that people can read. */
export function readPayload(reader: ByteReader, topic: string): Payload {
  const length = reader.remaining;
  if (length === 0) return { length };
  if (sparkplugTopic(topic)) return { length, sparkplug: readSparkplug(reader) };
  if (length > LONGEST_TEXT || !isText(reader.peekBytes(length))) {
    reader.skip(length, 'payload');
    return { length };
  }
  return { length, text: reader.text(length, 'payload', 'utf-8') };
}

/** Without control characters other than white space. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every((octet) => octet >= 0x20 || octet === 0x09 || octet === 0x0a || octet === 0x0d);
}
