import { Pending } from '../../analysis/pending.ts';
import type { Counter } from '../../analysis/counters.ts';
import { u16At } from '../../bytes/byte-reader.ts';
import type { Capture, Endpoint, Here, OperationNote, Params, Session } from '../../dissector.ts';
import {
  ALL,
  type Block,
  CONTROL,
  type DcpMessage,
  DEVICE,
  DHCP,
  GET,
  HELLO,
  IDENTIFY,
  IP,
  readDcp,
  refusalOf,
  REQUEST,
  ROLE_CONTROLLER,
  ROLE_DEVICE,
  ROLE_SUPERVISOR,
  SET,
} from './message.ts';
import { operations, type OperationName } from './operations.ts';
import { profinetVendors } from './vendors.ts';

/** What a station said of itself before somebody changed it. */
interface Station {
  name?: string;
  address?: string;
}

const MOST_SETS = 512;
const MOST_STATIONS = 4_096;

export class DcpSession implements Session {
  readonly #capture: Capture;
  readonly #services: Counter;
  readonly #kinds: Readonly<Record<OperationName, number>>;
  readonly #sets: Pending<readonly OperationNote[]>;
  readonly #stations = new Map<Endpoint, Station>();

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#sets = capture.bounded('requests', new Pending<readonly OperationNote[]>(MOST_SETS));
    this.#services = capture.counter('pn_dcp', (value) => `id${value >> 8}/type${value & 0xff}`);
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    ) as Record<OperationName, number>;
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#services.add(u16At(bytes, start));
    const message = readDcp(here.reader.reset(bytes, start, end));
    const asks = message.type === REQUEST;
    here.turn(asks ? 'request' : 'reply');
    if (message.service === HELLO) this.#introduced(here, message);
    else if (message.service === SET && asks) this.#set(here, message);
    else if (message.service === SET) this.#wasSet(here, message);
    else if (!asks) this.#introduced(here, message);
    else if (message.service === IDENTIFY) this.#identify(here, message);
    else if (message.service === GET) {
      const note = here.operation(this.#kinds.get);
      if (here.wanted(note)) here.describe(note, { options: message.blocks.map(({ name }) => name) });
    }
  }

  #identify(here: Here, { blocks }: DcpMessage): void {
    const all = blocks.some(({ option }) => option === ALL);
    const note = here.operation(all ? this.#kinds.identifyAll : this.#kinds.identify);
    if (all || !here.wanted(note)) return;
    const name = blocks.find(({ text }) => text !== undefined)?.text;
    here.describe(
      note,
      name === undefined ? { options: blocks.map((block) => block.name) } : { station: name },
    );
  }

  /** A station tells what it is. */
  #introduced(here: Here, { blocks }: DcpMessage): void {
    const station = this.#station(here.source);
    for (const block of blocks) {
      if (block.option === DEVICE) this.#told(here, block, station);
      if (block.option === DHCP && block.suboption === 12) here.fact(here.source, 'name', block.text ?? '');
      if (block.option === IP && block.ip) {
        here.same(here.source, this.#capture.ipv4(block.ip));
        if (station) station.address = block.address!;
      }
    }
  }

  #told(here: Here, block: Block, station: Station | undefined): void {
    const { suboption, text = '', vendor = 0, device = 0, role = 0 } = block;
    if (suboption === 1) here.fact(here.source, 'product', text);
    if (suboption === 2) {
      here.fact(here.source, 'station', text);
      if (station) station.name = text;
    }
    if (suboption === 6) here.fact(here.source, 'name', text);
    if (suboption === 3) {
      const known = profinetVendors[vendor];
      if (known) here.fact(here.source, 'vendor', known.name, known.certainty);
      here.fact(here.source, 'deviceType', `PROFINET ${hex(vendor)}:${hex(device)}`);
    }
    if (suboption !== 4) return;
    if (role & ROLE_CONTROLLER) here.role(here.source, 'controller', 'stated', 'dcp.io-controller');
    else if (role & ROLE_DEVICE) here.role(here.source, 'io', 'inferred', 'dcp.io-device');
    if (role & ROLE_SUPERVISOR) here.role(here.source, 'engineering', 'stated', 'dcp.supervisor');
  }

  #set(here: Here, { blocks, transaction }: DcpMessage): void {
    const station = this.#station(here.target);
    const notes: OperationNote[] = [];
    for (const block of blocks) {
      const kind = setKind(block);
      if (!kind) continue;
      const note = here.operation(this.#kinds[kind]);
      notes.push(note);
      here.describe(note, setTold(kind, block, station));
      if (kind !== 'signal') here.role(here.source, 'engineering', 'guessed', 'dcp.sets');
    }
    this.#sets.put(here.flow, transaction, notes);
  }

  #wasSet(here: Here, { blocks, transaction }: DcpMessage): void {
    const notes = this.#sets.take(here.flow, transaction) ?? [];
    const results = blocks.filter(({ error }) => error !== undefined);
    results.forEach(({ error = 0 }, i) => {
      const note = notes[i];
      if (note !== undefined && error !== 0) here.refuse(note, refusalOf(error));
    });
  }

  #station(mac: Endpoint): Station | undefined {
    let station = this.#stations.get(mac);
    if (!station && this.#stations.size < MOST_STATIONS) this.#stations.set(mac, (station = {}));
    return station;
  }
}

/** Starting and ending a transaction changes nothing by itself. */
function setKind({ option, suboption }: Block): OperationName | undefined {
  if (option === IP && suboption >= 2) return 'setAddress';
  if (option === DEVICE && suboption === 2) return 'setName';
  if (option !== CONTROL) return 'set';
  if (suboption === 3) return 'signal';
  return suboption === 5 || suboption === 6 ? 'reset' : undefined;
}

/** IEC 61158-6-10, 4.3.1.4.7 (BlockQualifier of reset to factory), shifted down by one. */
const resets: Record<number, string> = {
  1: 'application-data',
  2: 'communication-parameters',
  3: 'engineering-parameters',
  4: 'all-stored-data',
  8: 'device',
  9: 'device-and-restore',
};

function setTold(kind: OperationName, block: Block, station: Station | undefined): Params {
  const kept = { permanent: (block.note & 1) === 1 };
  const before = kind === 'setName' ? station?.name : station?.address;
  const known = before === undefined ? {} : { before };
  switch (kind) {
    case 'setAddress': {
      const { address = '', mask = '', gateway = '' } = block;
      return { address, mask, gateway, ...kept, ...known };
    }
    case 'setName':
      return { station: block.text ?? '', ...kept, ...known };
    case 'reset':
      return { mode: block.suboption === 5 ? 'all' : (resets[block.note >> 1] ?? `mode-${block.note >> 1}`) };
    case 'signal':
      return {};
    default:
      return { options: [block.name] };
  }
}

function hex(value: number): string {
  return value.toString(16).padStart(4, '0');
}
