import { Pending } from '../../analysis/pending.ts';
import type { Capture, Endpoint, Here, Session } from '../../dissector.ts';
import { CHECKBACK, type GenisysMessage, INDICATION, isFromServer, MODE, readGenisys } from './message.ts';
import { COMMON_CONTROL, CONTROL, operations } from './operations.ts';

const MOST_SHOWN = 32;
const CHECKSUM_AND_TERMINATOR = 3;
const BITS = 8;
const ADDRESSES = 256;

export class GenisysSession implements Session {
  readonly #kinds = new Map<number, number>();
  readonly #indications: number;
  readonly #controls: number;
  /** What a server is to show back before it is executed. */
  readonly #ordered: Pending<string>;

  constructor(capture: Capture) {
    for (const [header, kind] of Object.entries(operations)) {
      this.#kinds.set(Number(header), capture.operation(kind));
    }
    this.#indications = capture.variables((index) => nameOf('indication', index));
    this.#controls = capture.variables((index) => nameOf('control', index));
    this.#ordered = capture.bounded('requests', new Pending<string>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readGenisys(here.reader.reset(bytes, start, end));
    here.turn(isFromServer(message.header) ? 'reply' : 'request');
    if (!message.checked) {
      return here.anomaly('genisys.checksum-wrong', 'checksum', end - start - CHECKSUM_AND_TERMINATOR);
    }
    if (isFromServer(message.header)) this.#said(here, message);
    else this.#asked(here, message);
  }

  #asked(here: Here, { header, server, pairs }: GenisysMessage): void {
    const note = here.operation(this.#kinds.get(header)!);
    const sets = header === CONTROL || header === COMMON_CONTROL;
    if (here.wanted(note)) {
      here.describe(note, { server, ...(sets && { values: shown(pairs) }) });
    }
    if (!sets) return;
    this.#saw(here, here.target, this.#controls, server, pairs, true);
    if (header === CONTROL) this.#ordered.put(here.flow, server, shown(pairs).join());
  }

  #said(here: Here, { header, server, pairs }: GenisysMessage): void {
    if (header === INDICATION) this.#saw(here, here.source, this.#indications, server, pairs, false);
    if (header !== CHECKBACK) return;
    const ordered = this.#ordered.take(here.flow, server);
    if (ordered === undefined || ordered === shown(pairs).join()) return;
    here.anomaly('genisys.checkback-differs', 'byte', 2, { server, values: shown(pairs) });
  }

  /** Each bit of a byte is a relay or a lamp. */
  #saw(
    here: Here,
    about: Endpoint,
    family: number,
    server: number,
    pairs: GenisysMessage['pairs'],
    set: boolean,
  ): void {
    for (const [address, data] of pairs) {
      if (address === MODE) continue;
      const first = (server * ADDRESSES + address) * BITS;
      for (let bit = 0; bit < BITS; bit++) here.variable(about, family, first + bit, (data >> bit) & 1, set);
    }
  }
}

/** As `5=0x1f`: address and data. */
function shown(pairs: GenisysMessage['pairs']): string[] {
  return pairs
    .slice(0, MOST_SHOWN)
    .map(([address, data]) => `${address}=0x${data.toString(16).padStart(2, '0')}`);
}

function nameOf(kind: string, index: number): string {
  const byte = Math.floor(index / BITS);
  return `server ${Math.floor(byte / ADDRESSES)} ${kind} ${byte % ADDRESSES}.${index % BITS}`;
}
