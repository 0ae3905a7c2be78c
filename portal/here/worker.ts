import type { AdvisoryIndexFile, IndexedAdvisory, Told } from '@busbar/contract';
import {
  type AdvisoryFacts,
  AdvisoryIndex,
  type Asset,
  Fleet,
  inEnglish,
  type LookUp,
  NotATable,
  type Reason,
  type TableChoice,
  teach,
  type Verdict,
} from '@busbar/csaf';
import {
  analyse,
  type Baseline,
  type Device,
  NotACapture,
  SourceLost,
  type Stored,
  withBrought,
} from '@busbar/dissect';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { z } from 'zod';

import baselineSchema from '../../docs/baseline.schema.json' with { type: 'json' };

import { differencesIn, type MessageAsked, messageIn, storedOf } from './looking.ts';
import { prepare } from './prepare.ts';
import { assetOfEntry, readList } from './read-list.ts';
import { described, sealed, type Sealing } from './sealing.ts';
import { heldOf } from './shown.ts';
import type { Asked, Because, FoundWarning, Said } from './work.ts';

// Reads hostile bytes apart from the page: whatever they do, the page stays. It asks nobody for anything.

// Otherwise it tries whether text may be run as code; a page that forbids it makes the browser complain of that.
z.config({ jitless: true });

let stopped = false;
let library: { index: AdvisoryIndex; lines: readonly IndexedAdvisory[] } | undefined;

self.addEventListener('message', ({ data }: MessageEvent<Asked>) => {
  if (data.do === 'stop') stopped = true;
  else
    void work(data).catch((error: unknown) =>
      say({ said: 'failed', because: becauseOf(error), text: String(error) }),
    );
});

async function work(asked: Exclude<Asked, { do: 'stop' }>): Promise<void> {
  if (asked.do === 'analyse') return readCapture(asked);
  if (asked.do === 'hash') return hash(asked);
  if (asked.do === 'know') return know(asked.packed);
  if (asked.do === 'describe') return say({ said: 'described', manifest: await described(asked.describing) });
  if (asked.do === 'seal') return seal(asked.sealing);
  if (asked.do === 'share') return share(asked);
  if (asked.do === 'look') return look(asked);
  if (asked.do === 'compare') return say({ said: 'compared', differences: differencesIn(asked.comparing) });
  if (asked.do === 'list') return list(asked);
  if (asked.do === 'baseline') return baseline(asked);
  if (asked.do === 'matchRows') {
    const rows = asked.entries.map((entry) => ({ id: String(entry.row), asset: assetOfEntry(entry) }));
    return say({ said: 'matched', key: asked.key, found: [...warningsOf(rows)] });
  }
  const devices = asked.devices.map((device) => ({ id: device.id, asset: assetOf(device) }));
  say({ said: 'matched', key: asked.key, found: [...warningsOf(devices)] });
}

function becauseOf(error: unknown): Because {
  // What of the File a browser cannot read it tells by this name.
  const isLost = error instanceof DOMException && error.name === 'NotReadableError';
  if (isLost || error instanceof SourceLost || error instanceof NotACapture) return 'changed';
  // A room that cannot be had.
  return error instanceof RangeError ? 'ended' : 'fault';
}

const say = (said: Said) => self.postMessage(said);

/** Something is shown before the first second is over; later, looking must not take more time than reading. */
const FIRST_LOOK_MS = 400;
const NEXT_LOOK_MS = 3_000;
const LOOK_SHARE = 20;
const TELL_EVERY_MS = 150;

async function readCapture({ file, brought }: Extract<Asked, { do: 'analyse' }>): Promise<void> {
  stopped = false;
  const began = performance.now();
  let tell = began;
  let look = began + FIRST_LOOK_MS;
  try {
    const report = await analyse(bytesOf(file), {
      detections: withBrought(brought),
      onProgress({ bytes, packets }, interim) {
        const now = performance.now();
        if (now < tell) return;
        tell = now + TELL_EVERY_MS;
        say({ said: 'progress', bytes, packets });
        if (now < look) return;
        say({ said: 'report', report: interim(), whole: false });
        const after = performance.now();
        look = after + Math.max(NEXT_LOOK_MS, LOOK_SHARE * (after - now));
      },
    });
    say({ said: 'progress', bytes: stopped ? 0 : file.size, packets: report.packets });
    say({ said: 'report', report, whole: true });
  } catch (error) {
    if (!(error instanceof NotACapture)) throw error;
    const { code, looksLike, message } = error;
    say({ said: 'refused', code, looksLike, text: message });
  }
}

/** As much as stays in the cache of a core while it is read, with the next piece already on its way. */
const PIECE = 1 << 20;

/** What is yielded is good until the next is asked for: then its room is filled anew. */
async function* bytesOf(file: File): AsyncGenerator<Uint8Array> {
  // Asking for one slice after another, each is a question to another process: a third of the speed.
  const reader = readerOf(file);
  const ask = (into: ArrayBuffer) => {
    const piece = reader.read(new Uint8Array(into));
    // Whoever asks for it hears of it.
    piece.catch(() => undefined);
    return piece;
  };
  const lost = (cause: unknown) => {
    throw new SourceLost('', { cause });
  };
  try {
    let next = ask(new ArrayBuffer(PIECE));
    for (let free = new ArrayBuffer(PIECE); !stopped;) {
      const { value, done } = await next.catch(lost);
      // A stream ends where its file does by then; whoever asks anew is told that it is not the one that was chosen.
      if (done) return void (await file.slice(0, 1).arrayBuffer().catch(lost));
      next = ask(free);
      yield value;
      free = value.buffer;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** A browser that fills no room of ours brings its own. */
function readerOf(file: File): Pick<ReadableStreamBYOBReader, 'read' | 'cancel'> {
  const stream = file.stream();
  try {
    return stream.getReader({ mode: 'byob' });
  } catch {
    return stream.getReader() as unknown as ReadableStreamBYOBReader;
  }
}

/** The browser's own SHA-256 wants a file whole in memory. */
async function hash({ key, file }: { key: string; file: File }): Promise<void> {
  const state = sha256.create();
  try {
    for await (const bytes of bytesOf(file)) state.update(bytes);
  } catch (error) {
    // A file that is not what was read has no hash worth telling.
    if (error instanceof SourceLost) return;
    throw error;
  }
  say({ said: 'hashed', key, sha256: bytesToHex(state.digest()) });
}

async function list({ key, file, choice }: { key: string; file: File; choice: TableChoice }): Promise<void> {
  try {
    say({ said: 'listed', key, read: await readList(file, choice) });
  } catch (error) {
    const {
      code,
      params,
      message: text,
    } = error instanceof NotATable
      ? error
      : {
          code: 'table-not-read',
          params: {},
          message: 'The table cannot be read to its end. Save it as CSV',
        };
    say({ said: 'notTaken', key, problem: { code, params, text } });
  }
}

const MOST_BASELINE = 64 << 20;

async function baseline({ key, file }: { key: string; file: File }): Promise<void> {
  const problem = {
    code: 'not-a-baseline',
    params: {},
    text: 'This is no baseline that Busbar wrote, or it was cut. Export it again from the site',
  };
  const told: unknown =
    file.size > MOST_BASELINE
      ? undefined
      : await file
          .text()
          .then(JSON.parse)
          .catch(() => undefined);
  const { success } = z.fromJSONSchema(baselineSchema as never).safeParse(told);
  if (success) say({ said: 'baseline', key, baseline: told as Baseline });
  else say({ said: 'notTaken', key, problem });
}

async function seal(sealing: Sealing): Promise<void> {
  let bytes = 0;
  let tell = performance.now();
  const made = await sealed(sealing, (more) => {
    bytes += more;
    const now = performance.now();
    if (now < tell) return;
    tell = now + TELL_EVERY_MS;
    say({ said: 'sealing', bytes });
  });
  say({ said: 'sealed', ...made });
}

async function share({ file, wish }: Extract<Asked, { do: 'share' }>): Promise<void> {
  let tell = 0;
  const prepared = await prepare(bytesOf(file), wish, (progress) => {
    const now = performance.now();
    if (now < tell) return;
    tell = now + TELL_EVERY_MS;
    say({ said: 'sharing', ...progress });
  });
  say({ said: 'shared', prepared });
}

async function look({ file, message }: { file: File; message: MessageAsked }): Promise<void> {
  let bytes = 0;
  let tell = performance.now() + TELL_EVERY_MS;
  const reached = (more: number) => {
    bytes += more;
    const now = performance.now();
    if (now < tell) return;
    tell = now + TELL_EVERY_MS;
    say({ said: 'looking', bytes });
  };
  const parts = storedOf(file, reached);
  // All of it is read as an analysis reads it: three times as fast as part by part.
  const read: Stored['read'] = (from, to) => (from === undefined ? whole() : parts.read(from, to));
  say({ said: 'looked', found: await messageIn({ read }, message) });

  async function* whole(): AsyncGenerator<Uint8Array> {
    for await (const piece of bytesOf(file)) {
      reached(piece.length);
      yield piece;
    }
  }
}

async function know(packed: Blob): Promise<void> {
  const unpacked = packed.stream().pipeThrough(new DecompressionStream('gzip'));
  const { advisories, names } = (await new Response(unpacked).json()) as AdvisoryIndexFile;
  // Before anything is understood by them.
  teach(names ?? { vendors: [], families: [] });
  const index = new AdvisoryIndex();
  for (const { facts } of advisories) index.addFacts(facts as AdvisoryFacts);
  library = { index, lines: advisories };
  say({ said: 'known', advisories: advisories.length });
}

/** What advisories say of these devices: affected, or not to be told from what was seen. */
function* warningsOf(devices: readonly { id: string; asset: Asset }[]): Generator<FoundWarning> {
  if (!library) return;
  const { index, lines } = library;
  const fleet = new Fleet();
  for (const { asset } of devices) fleet.add(asset);
  for (const { assets, verdicts } of fleet.explained(index))
    for (const verdict of verdicts.filter((one) => one.verdict !== 'notAffected')) {
      const about = toWarning(verdict, lines[verdict.advisory]!, index.advisories[verdict.advisory]!);
      for (const asset of assets) yield { device: devices[asset]!.id, ...about };
    }
}

function toWarning(
  { certainty, path, because, lookUp }: Verdict,
  { facts: _, ...line }: IndexedAdvisory,
  { id: trackingId, title, publisher, vulnerabilities }: AdvisoryFacts,
): Omit<FoundWarning, 'device'> {
  return {
    advisory: {
      ...line,
      trackingId,
      title,
      publisher,
      cves: vulnerabilities.flatMap(({ cve }) => cve ?? []),
    },
    named: path.product,
    product: path.product.includes(path.range) ? path.product : `${path.product} ${path.range}`,
    certainty,
    because: because.map(toTold),
    lookUp: lookUp.map(toTold),
  };
}

const toTold = (reason: Reason | LookUp): Told => ({
  code: reason.code,
  params: reason.params,
  text: inEnglish(reason),
});

function assetOf(device: Device): Asset {
  const held = heldOf(device);
  const fields = ['vendor', 'product', 'model', 'orderNumber', 'hardware', 'firmware', 'serial'] as const;
  return Object.fromEntries(fields.map((field) => [field, held.get(field)?.value]));
}
