import {
  type BundledFile,
  bundleFormat,
  bundleHead,
  type BundleManifest,
  plainFileName,
} from '@busbar/contract';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { Encrypter } from 'age-encryption';

/** What goes into a bundle; the bytes may be more than memory holds. */
export interface Bundled {
  readonly name: string;
  readonly type: string;
  readonly bytes: Blob;
}

/** For whom a bundle is. */
export interface Addressee extends Pick<BundleManifest, 'cert' | 'member'> {
  /** Where the CERT takes it. */
  readonly origin: string;
}

export interface Describing extends Pick<BundleManifest, 'cert' | 'member' | 'program'> {
  readonly files: readonly Bundled[];
}

export interface Sealing {
  readonly files: readonly Bundled[];
  /** What was described of them, and looked at: it leaves as it was shown. */
  readonly manifest: BundleManifest;
}

export interface Sealed {
  readonly bundle: Blob;
  readonly sha256: string;
}

export const bundleName = ({ sha256 }: Sealed): string =>
  `busbar-${new Date().toISOString().slice(0, 10)}-${sha256.slice(0, 8)}.age`;

/** So much encrypted is held in memory; what came before lies in blobs, which browsers keep on the disk. */
const HELD = 8 << 20;

/** What a bundle says of itself and of what is in it, before anything is encrypted. Each file is read once for its hash. */
export async function described({ files, program, cert, member }: Describing): Promise<BundleManifest> {
  const told: BundledFile[] = [];
  for (const { name, type, bytes } of files) {
    const hash = sha256.create();
    for await (const piece of piecesOf(bytes)) hash.update(piece);
    told.push({ name: plainFileName(name), type, size: bytes.size, sha256: bytesToHex(hash.digest()) });
  }
  return {
    format: bundleFormat,
    program,
    madeAt: new Date().toISOString(),
    cert,
    member,
    files: told,
  };
}

/** Encrypts files to a CERT, piece by piece. */
export async function sealed(
  { files, manifest }: Sealing,
  reached: (bytes: number) => void,
): Promise<Sealed> {
  const clear = new Blob([bundleHead(manifest), ...files.map(({ bytes }) => bytes)]);
  const encrypter = new Encrypter();
  encrypter.addRecipient(manifest.cert.recipient);
  return collected(await encrypter.encrypt(clear.stream().pipeThrough(counting(reached))));
}

async function collected(stream: ReadableStream<Uint8Array>): Promise<Sealed> {
  const parts: Blob[] = [];
  const hash = sha256.create();
  let held: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done || size >= HELD) {
      parts.push(new Blob(held));
      [held, size] = [[], 0];
    }
    if (done) break;
    hash.update(value);
    held.push(value as Uint8Array<ArrayBuffer>);
    size += value.length;
  }
  return {
    bundle: new Blob(parts, { type: 'application/octet-stream' }),
    sha256: bytesToHex(hash.digest()),
  };
}

function counting(reached: (bytes: number) => void): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array> {
  return new TransformStream({
    transform(piece, controller) {
      reached(piece.length);
      controller.enqueue(piece);
    },
  });
}

async function* piecesOf(blob: Blob): AsyncGenerator<Uint8Array> {
  const reader = blob.stream().getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
