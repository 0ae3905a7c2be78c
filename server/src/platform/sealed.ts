import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/**
 * Sealed bytes are a row of frames: [length, 4 bytes][nonce, 12][ciphertext, length][tag, 16], AES-256-GCM.
 * Each frame is bound to its blob, its number and its place, so that none can be moved, doubled or left out unseen;
 * that the last is the last is told by the size, which is kept in the database.
 */
export const FRAME = 1 << 20;
const NONCE = 12;
const TAG = 16;
export const HEAD = 4 + NONCE;
export const OVERHEAD = HEAD + TAG;

/** How many frames of what size, in order: [count, bytes, count, bytes …]. */
export type Frames = readonly number[];

/** Gives sealed bytes from an offset on. */
export type ReadFrom = (offset: number) => AsyncIterable<Uint8Array>;

export class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** Where the next frame goes. */
export class FrameList {
  readonly runs: number[];
  count = 0;
  /** Bytes in the clear. */
  size = 0;

  constructor(runs: Frames = []) {
    this.runs = [...runs];
    for (let i = 0; i < runs.length; i += 2) {
      this.count += runs[i]!;
      this.size += runs[i]! * runs[i + 1]!;
    }
  }

  get sealedSize(): number {
    return this.size + this.count * OVERHEAD;
  }

  add(length: number): void {
    const last = this.runs.length - 2;
    if (last >= 0 && this.runs[last + 1] === length) this.runs[last]!++;
    else this.runs.push(1, length);
    this.count++;
    this.size += length;
  }

  /** The frame that holds this byte. */
  find(offset: number): { index: number; plain: number; sealed: number } {
    let [index, plain, sealed] = [0, 0, 0];
    for (let i = 0; i < this.runs.length; i += 2) {
      const [count, length] = [this.runs[i]!, this.runs[i + 1]!];
      const steps = Math.min(count, Math.floor((offset - plain) / length));
      index += steps;
      plain += steps * length;
      sealed += steps * (length + OVERHEAD);
      if (steps < count) break;
    }
    return { index, plain, sealed };
  }
}

/** So much at a time is sealed: what the library gives for more is mapped and given back to the system each time. */
const STEP = 1 << 16;

/** @param room where the frame goes, if not into a room of its own; good until it is used again */
export function sealFrame(
  key: Uint8Array,
  blob: string,
  index: number,
  offset: number,
  plain: Uint8Array,
  room?: Buffer,
): Buffer {
  const length = plain.length + OVERHEAD;
  const frame = room?.subarray(0, length) ?? Buffer.allocUnsafe(length);
  const nonce = randomBytes(NONCE);
  frame.writeUInt32BE(plain.length, 0);
  nonce.copy(frame, 4);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(placeOf(blob, index, offset));
  for (let at = 0; at < plain.length; at += STEP) {
    const sealed = cipher.update(plain.subarray(at, at + STEP));
    sealed.copy(frame, HEAD + at);
    giveBack(sealed);
  }
  cipher.final();
  cipher.getAuthTag().copy(frame, HEAD + plain.length);
  return frame;
}

/** @param frame one whole frame, its length in front */
export function openFrame(
  key: Uint8Array,
  blob: string,
  index: number,
  offset: number,
  frame: Uint8Array,
): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, frame.subarray(4, HEAD));
    decipher.setAAD(placeOf(blob, index, offset)).setAuthTag(frame.subarray(-TAG));
    const plain = decipher.update(frame.subarray(HEAD, -TAG));
    decipher.final();
    return plain;
  } catch (cause) {
    throw new Damaged(`Frame ${index} of ${blob} is not what was stored`, { cause });
  }
}

/** At once, and not when V8 next looks for it: of a large file they are so many that it would look at its whole heap again and again. */
function giveBack({ buffer, byteLength }: Buffer<ArrayBuffer>): void {
  // A small one shares its memory with others.
  if (buffer.byteLength === byteLength) buffer.transfer(0);
}

function placeOf(blob: string, index: number, offset: number): Buffer {
  const place = Buffer.alloc(16 + 4 + 8);
  place.write(blob.replaceAll('-', ''), 0, 'hex');
  place.writeUInt32BE(index, 16);
  place.writeBigUInt64BE(BigInt(offset), 20);
  return place;
}

/**
 * A text of a row: [nonce, 12][ciphertext][tag, 16], AES-256-GCM. It is bound to its place, so that it cannot be shown in
 * another row or field. Nonces are random: a key is good for 2^32 texts (NIST SP 800-38D, section 8.3).
 */
export function sealText(key: Uint8Array, place: string, text: string): Buffer {
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(place));
  return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

export function openText(key: Uint8Array, place: string, sealed: Uint8Array): string {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE), { authTagLength: TAG });
    decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-TAG));
    const plain = decipher.update(sealed.subarray(NONCE, -TAG));
    decipher.final();
    return plain.toString('utf8');
  } catch (cause) {
    throw new Damaged(`${place} is not what was stored`, { cause });
  }
}

/** Cuts a stream into frames. */
export async function* sealed(
  key: Uint8Array,
  blob: string,
  source: AsyncIterable<Uint8Array>,
  frames: FrameList,
): AsyncGenerator<Buffer> {
  for await (const plain of inPieces(source, FRAME)) {
    yield sealFrame(key, blob, frames.count, frames.size, plain);
    frames.add(plain.length);
  }
}

/** The bytes from `from` up to `to`, in the clear. Throws Damaged where they are not what was stored. */
export async function* unsealed(
  key: Uint8Array,
  blob: string,
  frames: Frames,
  read: ReadFrom,
  from = 0,
  to = Infinity,
): AsyncGenerator<Buffer> {
  const list = new FrameList(frames);
  const end = Math.min(to, list.size);
  if (from >= end) return;
  const first = list.find(from);
  let { index, plain } = first;
  for await (const frame of wholeFrames(read(first.sealed))) {
    const bytes = openFrame(key, blob, index++, plain, frame);
    const wanted = bytes.subarray(Math.max(0, from - plain), end - plain);
    // Before it is handed on: whoever gets it may give it to another thread, and then it has no length any more.
    plain += bytes.length;
    yield wanted;
    if (plain >= end) return;
  }
  throw new Damaged(`${blob} ends after ${plain} bytes instead of ${list.size}`);
}

async function* wholeFrames(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let kept: Uint8Array[] = [];
  let size = 0;
  let wanted = HEAD;
  for await (const chunk of source) {
    kept.push(chunk);
    size += chunk.length;
    while (size >= wanted) {
      const all = kept.length === 1 ? asBuffer(kept[0]!) : Buffer.concat(kept, size);
      const whole = all.readUInt32BE(0) + OVERHEAD;
      if (whole > FRAME + OVERHEAD) throw new Damaged('A frame claims to be larger than frames are');
      if (size >= whole) {
        yield all.subarray(0, whole);
        kept = [all.subarray(whole)];
        size -= whole;
        wanted = HEAD;
      } else {
        kept = [all];
        wanted = whole;
      }
    }
  }
}

/** Pieces of exactly `size` bytes and a rest. */
export async function* inPieces(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let kept: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const piece = chunk.subarray(at, at + size - length);
      kept.push(piece);
      length += piece.length;
      at += piece.length;
      if (length < size) continue;
      yield kept.length === 1 ? asBuffer(kept[0]!) : Buffer.concat(kept, length);
      kept = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(kept, length);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
