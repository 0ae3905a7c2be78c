import { z } from 'zod';

import { Id, Instant, Told } from './words.ts';

// A bundle is what a person takes out of a field kit, or out of the analysis in a tab, for the CERT. In the clear it is:
// `busbar bundle` and a line end, the length of the manifest (4 bytes, big-endian), the manifest (JSON, UTF-8), and the bytes
// of its files one after the other. All of it lies in one age file (age-encryption.org/v1) for the key of that CERT.
// Nothing is packed: a bundle has as many bytes in the clear as its manifest says, and not one more.

export const bundleFormat = 1;

const magic = new TextEncoder().encode('busbar bundle\n');
const MOST_MANIFEST = 256 << 10;
export const MOST_BUNDLED = 100;

/** Bytes of all reports of a bundle together: each is taken apart in memory, and all are stored at once. */
export const MOST_REPORTED = 256 << 20;

/** What a file is, for whoever opens the bundle; of any other type it is kept as evidence and not read. */
export const bundleTypes = {
  /** What a capture shows, as docs/analysis.schema.json describes it. */
  report: 'application/vnd.busbar.analysis+json',
  /** What somebody ticked of a capture, often under pseudonyms: a `SharedReport`. */
  share: 'application/vnd.busbar.share+json',
  /** Packets; what they are, their own bytes say. */
  capture: 'application/vnd.tcpdump.pcap',
} as const;

/** Until shares had a type of their own, what was sent called them JSON. What it is, its content says. */
export const mayBeShare = ({ name, type }: { readonly name: string; readonly type: string }): boolean =>
  type === bundleTypes.share || (type === 'application/json' && name === 'report.json');

/** A name on every system: no folder, no device, nothing unseen. */
const fileName = z
  .string()
  .min(1)
  .max(200)
  .refine(
    (name) =>
      !/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|^[. ]|[. ]$/u.test(name) &&
      !/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name),
    'must be the plain name of a file',
  );

/** As a bundle may call a file that has this name where it lies. */
export function plainFileName(name: string): string {
  const plain = name
    .replace(/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '_')
    .replace(/^[. ]+|[. ]+$/g, '_')
    .slice(-200);
  return fileName.safeParse(plain).success ? plain : `_${plain.slice(-199)}`;
}

const BundledFile = z.strictObject({
  name: fileName,
  type: z
    .string()
    .max(100)
    .regex(/^[\w.+-]+\/[\w.+-]+$/),
  size: z.number().int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type BundledFile = z.infer<typeof BundledFile>;

export const BundleManifest = z.strictObject({
  format: z.literal(bundleFormat),
  program: z
    .string()
    .min(1)
    .max(40)
    .describe('Version of the Busbar that made it, and which detections of others it looked for'),
  madeAt: Instant,
  cert: z
    .strictObject({ name: z.string().max(200), recipient: z.string().max(200) })
    .describe('Whom it is for'),
  member: z
    .strictObject({ id: Id, name: z.string().max(200) })
    .nullable()
    .describe('For whom the kit was made, or who was signed in; null where nobody was'),
  files: z
    .array(BundledFile)
    .min(1)
    .max(MOST_BUNDLED)
    .refine(
      (files) => new Set(files.map(({ name }) => name.toLowerCase())).size === files.length,
      'two files have one name',
    ),
});
export type BundleManifest = z.infer<typeof BundleManifest>;

/** Why a bundle is not taken; `code` names the sentence. */
export class BundleRefused extends Error {
  override readonly name = 'BundleRefused';
  readonly code: string;
  readonly params: Told['params'];

  constructor(code: string, text: string, params: Told['params'] = {}) {
    super(text);
    this.code = code;
    this.params = params;
  }
}

/** What stands before the files. */
export function bundleHead(manifest: BundleManifest): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(manifest));
  const head = new Uint8Array(magic.length + 4 + json.length);
  head.set(magic);
  new DataView(head.buffer).setUint32(magic.length, json.length);
  head.set(json, magic.length + 4);
  return head;
}

/**
 * Reads a bundle in the clear as it comes, with never more than a piece of it in memory. Its manifest is judged before any
 * byte of a file is asked for. Throws `BundleRefused`.
 */
export class BundleReader {
  readonly manifest: BundleManifest;
  readonly #source: Pull;
  #next = 0;

  private constructor(manifest: BundleManifest, source: Pull) {
    this.manifest = manifest;
    this.#source = source;
  }

  /** @param size of all of it, in the clear, in bytes */
  static async open(
    bytes: AsyncIterable<Uint8Array>,
    { size, now }: { readonly size: number; readonly now: number },
  ): Promise<BundleReader> {
    const source = new Pull(bytes);
    const start = await source.take(magic.length + 4);
    if (!start || magic.some((byte, place) => start[place] !== byte))
      throw new BundleRefused(
        'bundle-none',
        'What was encrypted here is no bundle of Busbar. Choose the file that the field kit saved',
      );
    const length = new DataView(start.buffer, start.byteOffset).getUint32(magic.length);
    const json = length <= MOST_MANIFEST ? await source.take(length) : undefined;
    if (!json) throw notUnderstood('length');
    const manifest = manifestIn(json);
    if (Date.parse(manifest.madeAt) > now + CLOCKS_DIFFER_MS)
      throw new BundleRefused(
        'bundle-from-the-future',
        `By its own word it was made on ${manifest.madeAt.slice(0, 10)}, which is still to come. Set the clock of that computer, and save the bundle again`,
        { madeAt: manifest.madeAt },
      );
    refuseTooMuch(manifest.files);
    const told = manifest.files.reduce((sum, file) => sum + file.size, start.length + length);
    if (told !== size) {
      // What was cut has another size, too, and only at its end it is known whether it was.
      await source.drain();
      throw new BundleRefused(
        'bundle-sizes',
        `Its files are said to take ${told} bytes, and there are ${size}. It was put together wrongly; save it again`,
        { told, size },
      );
    }
    return new BundleReader(manifest, source);
  }

  /** The bytes of the next file, in the order of the manifest; each must be read to its end before the next. */
  async *file(): AsyncGenerator<Uint8Array> {
    const { size } = this.manifest.files[this.#next++]!;
    yield* this.#source.pieces(size);
  }

  /** Was everything read, and is there nothing behind it? What was encrypted is only known to be whole at its end. */
  async end(): Promise<void> {
    if (await this.#source.take(1)) throw notUnderstood('more');
  }
}

const CLOCKS_DIFFER_MS = 86_400_000;

function manifestIn(json: Uint8Array): BundleManifest {
  let told: unknown;
  try {
    told = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw notUnderstood('json');
  }
  const format = (told as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format !== bundleFormat)
    throw new BundleRefused(
      'bundle-format-unknown',
      `It has form ${format}, and ${bundleFormat} is known here. It was made by a newer kit: update this Busbar`,
      { format, known: bundleFormat },
    );
  const { data, error } = BundleManifest.safeParse(told);
  if (data) return data;
  const names = error.issues.some(
    ({ path }) => path[0] === 'files' && (path[2] === 'name' || path.length === 1),
  );
  if (names)
    throw new BundleRefused(
      'bundle-names',
      'It holds files under names that no kit gives: a path, a hidden file, or one name twice. Nothing of it was kept',
    );
  throw notUnderstood(error.issues[0]?.path.join('.') ?? '');
}

function refuseTooMuch(files: readonly BundledFile[]): void {
  const reports = files.filter(({ type }) => type === bundleTypes.report);
  const size = reports.reduce((sum, report) => sum + report.size, 0);
  if (reports.length > 1 && size > MOST_REPORTED)
    throw new BundleRefused(
      'reports-too-large',
      `The reports in it have ${size} bytes together, and up to ${MOST_REPORTED} are taken at once. Save them in several bundles; nothing of it was kept`,
      { size, most: MOST_REPORTED },
    );
}

const notUnderstood = (where: string) =>
  new BundleRefused(
    'bundle-not-understood',
    'What it says of itself is not written as a kit writes it. Save it again; nothing of it was kept',
    { where: where.slice(0, 60) },
  );

/** As many bytes as one asks for, whatever the pieces are in which they come. */
class Pull {
  readonly #source: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Undefined where there are not as many. */
  async take(length: number): Promise<Uint8Array | undefined> {
    const taken = new Uint8Array(length);
    let at = 0;
    for await (const piece of this.pieces(length)) {
      taken.set(piece, at);
      at += piece.length;
    }
    return at === length ? taken : undefined;
  }

  async drain(): Promise<void> {
    while (!(await this.#source.next()).done);
  }

  async *pieces(length: number): AsyncGenerator<Uint8Array> {
    for (let left = length; left > 0;) {
      if (this.#rest.length === 0) {
        const { done, value } = await this.#source.next();
        if (done) return;
        this.#rest = value;
        continue;
      }
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }
}
