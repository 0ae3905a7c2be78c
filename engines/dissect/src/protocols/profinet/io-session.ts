import { Pending } from '../../analysis/pending.ts';
import type { Capture, Endpoint, FactField, Here, OperationNote, Params, Session } from '../../dissector.ts';
import { profinetVendors } from '../dcp/vendors.ts';
import { REQUEST } from '../dcerpc/pdu.ts';
import {
  type Block,
  type Iocr,
  OUTPUT,
  type RecordHeader,
  type Relation,
  type Submodule,
  Types,
} from './blocks.ts';
import { ioOperations, type IoOperationName } from './io-operations.ts';
import {
  CONNECT,
  CONTROL,
  type IoMessage,
  READ,
  READ_IMPLICIT,
  readIoMessage,
  RELEASE,
  WRITE,
} from './message.ts';
import {
  arTypes,
  blockName,
  FIRST_IM,
  hex,
  IM0,
  IM1,
  IM2,
  IM3,
  IM4,
  indexName,
  LAST_IM,
  READ_REQUEST,
  SUPERVISOR,
  WRITE_REQUEST,
} from './names.ts';
import { type Item, type Providers, providersOf } from './providers.ts';
import { isError, refusalOf, type Status } from './status.ts';

const MOST_SHOWN = 32;
const MOST_DATA = 64;
/** Slot 0, subslot 1 of nearly every device is the device itself. */
const DEVICE_SLOT = 0;

/** A call that waits for its answer, which may come from another port. */
interface Call {
  readonly activity: string;
  readonly notes: readonly OperationNote[];
  readonly records: readonly RecordHeader[];
  readonly connect: Connect | undefined;
}

interface Connect {
  readonly controller: Endpoint;
  readonly device: Endpoint;
  readonly relation: Relation;
  readonly iocrs: readonly Iocr[];
  readonly submodules: readonly Submodule[];
}

export class IoSession implements Session {
  readonly #capture: Capture;
  readonly #blocks;
  readonly #functions;
  readonly #kinds: Readonly<Record<IoOperationName, number>>;
  readonly #types = new Types();
  readonly #calls: Pending<Call>;
  readonly #providers: Providers;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#blocks = capture.counter('pn_io_block', (type) => hex(type));
    this.#functions = capture.counter('pn_io_opnum');
    this.#kinds = Object.fromEntries(
      Object.entries(ioOperations).map(([name, kind]) => [name, capture.operation(kind)]),
    ) as Record<IoOperationName, number>;
    this.#calls = capture.bounded('requests', new Pending<Call>());
    this.#providers = providersOf(capture);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const types = this.#types.clear();
    let message: IoMessage;
    try {
      message = readIoMessage(here.reader.reset(bytes, start, end), types);
    } finally {
      for (const type of types.seen) this.#blocks.add(type);
    }
    this.#functions.add(message.call.function);
    if (message.call.type === REQUEST) this.#asked(here, message);
    else this.#answered(here, message);
  }

  #asked(here: Here, message: IoMessage): void {
    const { call, blocks } = message;
    const records: RecordHeader[] = [];
    const notes: OperationNote[] = [];
    let connect: Connect | undefined;
    if (call.function === CONNECT) connect = this.#connect(here, blocks, notes);
    else if (call.function === RELEASE) notes.push(this.#released(here, blocks));
    else if (call.function === CONTROL) notes.push(this.#controlled(here, blocks));
    else this.#records(here, blocks, notes, records);
    this.#identity(here, call.object, here.target);
    const [flow, key] = keysOf(call.activity, call.sequence);
    this.#calls.put(flow, key, { activity: call.activity, notes, records, connect });
  }

  #answered(here: Here, { call, status, blocks }: IoMessage): void {
    const [flow, key] = keysOf(call.activity, call.sequence);
    const asked = this.#calls.take(flow, key);
    const failed = status !== undefined && isError(status);
    if (!failed) this.#learn(here, blocks);
    if (!asked || asked.activity !== call.activity) return;
    const { notes, records, connect } = asked;
    if (failed) {
      for (const note of notes) here.refuse(note, refusalOf(status));
      return;
    }
    if (connect) this.#connected(here, connect, blocks);
    if (call.function === WRITE) refuseRecords(here, notes, records, blocks);
    const [note] = notes;
    if ((call.function === READ || call.function === READ_IMPLICIT) && note !== undefined) {
      if (here.wanted(note)) here.describe(note, told(blocks));
    }
  }

  #connect(here: Here, blocks: readonly Block[], notes: OperationNote[]): Connect | undefined {
    const relation = blocks.find((block) => block.relation)?.relation;
    if (!relation) return undefined;
    const iocrs = blocks.flatMap(({ iocr }) => iocr ?? []);
    const submodules = blocks.flatMap((block) => block.submodules ?? []);
    const owner = this.#providers.ownerOf(here.target);
    const another = owner !== undefined && owner.controller !== here.source;
    const supervises = relation.kind === SUPERVISOR;
    const kind = supervises ? 'connectSupervisor' : another ? 'connectAnother' : 'connect';
    const note = here.operation(this.#kinds[kind]);
    notes.push(note);
    if (here.wanted(note)) here.describe(note, connectParams(relation, iocrs, submodules));
    here.fact(here.source, 'station', relation.station ?? '');
    here.same(here.source, this.#capture.mac(relation.mac, 0));
    if (relation.object) this.#identity(here, relation.object, here.source);
    if (supervises) here.role(here.source, 'engineering', 'inferred', 'profinet-io.supervises');
    else here.role(here.source, 'controller', 'inferred', 'profinet-io.connects');
    here.role(here.target, 'io', 'inferred', 'profinet-io.is-connected');
    return { controller: here.source, device: here.target, relation, iocrs, submodules };
  }

  /** The device accepts: from now on frames are what was agreed upon. */
  #connected(here: Here, connect: Connect, blocks: readonly Block[]): void {
    const { controller, device, iocrs, submodules, relation } = connect;
    const answer = blocks.find((block) => block.relation)?.relation;
    if (!answer) return;
    const deviceMac = this.#capture.mac(answer.mac, 0);
    here.same(device, deviceMac);
    const controllerMac = this.#capture.mac(relation.mac, 0);
    if (relation.kind !== SUPERVISOR) {
      this.#providers.owned(device, { controller, relation: relation.id, controllerMac, deviceMac });
    }
    const frames = blocks.flatMap(({ iocr }) => iocr ?? []);
    for (const { kind, reference, frame, length, objects } of iocrs) {
      const agreed = frames.find((one) => one.reference === reference && one.kind === kind)?.frame ?? frame;
      const output = kind === OUTPUT;
      const items = objects.flatMap(({ slot, subslot, offset }): Item[] => {
        const submodule = submodules.find((one) => one.slot === slot && one.subslot === subslot);
        const size = submodule ? (output ? submodule.outputs : submodule.inputs) : 0;
        return offset + size <= length ? [{ slot, subslot, offset, length: size }] : [];
      });
      const provider = output ? controllerMac : deviceMac;
      this.#providers.agreed(provider, agreed, { device, output, length, items });
    }
  }

  #released(here: Here, blocks: readonly Block[]): OperationNote {
    const id = blocks.find(({ control }) => control)?.control?.relation;
    this.#providers.released(here.target, id);
    return here.operation(this.#kinds.release);
  }

  #controlled(here: Here, blocks: readonly Block[]): OperationNote {
    const command = blocks.find(({ control }) => control)?.control?.command ?? 0;
    const note = here.operation(this.#kinds.control);
    if (here.wanted(note)) here.describe(note, { command: commands(command) });
    return note;
  }

  #records(here: Here, blocks: readonly Block[], notes: OperationNote[], records: RecordHeader[]): void {
    for (const block of blocks) {
      const { record, type } = block;
      const several = block.blocks?.some((one) => one.type === WRITE_REQUEST && one.record);
      if (several) this.#records(here, block.blocks!, notes, records);
      if (!record || several || (type !== WRITE_REQUEST && type !== READ_REQUEST)) continue;
      const identifies = record.index >= FIRST_IM && record.index <= LAST_IM;
      const kind =
        type === READ_REQUEST ? (identifies ? 'identify' : 'read') : identifies ? 'rename' : 'write';
      const note = here.operation(this.#kinds[kind]);
      notes.push(note);
      records.push(record);
      const content = type === READ_REQUEST ? {} : told([block]);
      if (here.wanted(note)) here.describe(note, { ...placeOf(record), ...content });
    }
  }

  /** What a device says of itself in records and in its answers. */
  #learn(here: Here, blocks: readonly Block[], at?: RecordHeader): void {
    for (const block of blocks) {
      const place = block.record ?? at;
      if (block.blocks) this.#learn(here, block.blocks, place);
      if (block.texts && block.type >= 0x8000) here.fact(here.source, 'station', block.texts[0]!);
      if (block.differences && block.differences.length > 0) {
        const slots = block.differences.slice(0, MOST_SHOWN);
        here.anomaly('profinet-io.modules-differ', 'ModuleDiffBlock', 0, { slots });
      }
      if (block.diagnosis && block.diagnosis.length > 0) {
        here.anomaly('profinet-io.diagnosis', 'DiagnosisData', 0, {
          faults: block.diagnosis.slice(0, MOST_SHOWN),
        });
      }
      if (block.interface) this.#interface(here, block.interface);
      if (block.identification) this.#identified(here, block.identification, place);
      const field = imFields[block.type];
      if (field && place?.slot === DEVICE_SLOT) {
        block.texts?.forEach((text, i) => field[i] && here.fact(here.source, field[i], text));
      }
    }
  }

  #interface(here: Here, { station, mac, ip }: NonNullable<Block['interface']>): void {
    here.fact(here.source, 'station', station);
    const address = this.#capture.mac(mac, 0);
    if (ip !== 0 && this.#capture.ipv4(ip) === here.source) here.same(here.source, address);
  }

  #identified(here: Here, told: NonNullable<Block['identification']>, place?: RecordHeader): void {
    const { vendor, order, serial, hardware, software } = told;
    const known = profinetVendors[vendor];
    if (place && place.slot !== DEVICE_SLOT) {
      const parts = [order, software, serial].filter((part) => part !== '');
      return here.fact(here.source, 'module', `slot ${place.slot}.${place.subslot}: ${parts.join(', ')}`);
    }
    if (known) here.fact(here.source, 'vendor', known.name, known.certainty);
    here.fact(here.source, 'orderNumber', order);
    here.fact(here.source, 'serial', serial);
    here.fact(here.source, 'hardware', String(hardware));
    here.fact(here.source, 'firmware', software);
  }

  /** Objects are called DEA00000-6C97-11D1-8271 and then instance, device and vendor. IEC 61158-6-10, 4.10.3. */
  #identity(here: Here, object: string, about: Endpoint): void {
    if (!object.startsWith(OBJECTS)) return;
    const [device, vendor] = [object.slice(28, 32), object.slice(32, 36)];
    const known = profinetVendors[Number.parseInt(vendor, 16)];
    if (known) here.fact(about, 'vendor', known.name, known.certainty);
    here.fact(about, 'deviceType', `PROFINET ${vendor}:${device}`, 'inferred');
  }
}

const OBJECTS = 'dea00000-6c97-11d1-8271-';

const imFields: Readonly<Record<number, readonly FactField[]>> = {
  [IM1]: ['station', 'location'],
  [IM3]: ['description'],
};

const controls = [
  'end of parameters',
  'application ready',
  'release',
  'done',
  'ready for companion',
  'ready for RT class 3',
  'begin of parameters',
];

function commands(word: number): string {
  return controls.filter((_, bit) => word & (1 << bit)).join(', ') || hex(word);
}

/** Two numbers of an activity and its sequence, for `Pending`; the activity itself is compared as well. */
function keysOf(activity: string, sequence: number): [number, number] {
  let key = 0;
  for (let i = 0; i < activity.length; i++) key = (Math.imul(key, 31) + activity.charCodeAt(i)) | 0;
  return [sequence, key];
}

function placeOf({ slot, subslot, index }: RecordHeader): Params {
  return { slot, subslot, index, name: indexName(index) };
}

function connectParams(relation: Relation, iocrs: readonly Iocr[], submodules: readonly Submodule[]): Params {
  const modules = new Set(submodules.map(({ slot, module }) => `slot ${slot} = ${hex(module, 8)}`));
  const sum = (of: 'inputs' | 'outputs') => submodules.reduce((total, one) => total + one[of], 0);
  return {
    role: arTypes[relation.kind] ?? hex(relation.kind),
    station: relation.station ?? '',
    ...(iocrs[0] && { cycle: iocrs[0].cycle }),
    inputs: sum('inputs'),
    outputs: sum('outputs'),
    modules: [...modules].slice(0, MOST_SHOWN),
  };
}

/** The content of records, as far as it can be put in words. */
function told(blocks: readonly Block[]): Params {
  const all = flat(blocks);
  const data = all.find((block) => block.data)?.data;
  const values = all.flatMap(wordsOf).slice(0, MOST_SHOWN);
  return {
    data: data ? hexOf(data) : namesOf(blocks),
    ...(values.length > 0 && { values }),
  };
}

/** What a record is made of, where it is made of blocks. */
function namesOf(blocks: readonly Block[]): string {
  const inner = flat(blocks).filter(({ record }) => !record);
  return inner
    .map(({ type }) => blockName(type))
    .slice(0, MOST_SHOWN)
    .join(', ');
}

function flat(blocks: readonly Block[]): Block[] {
  return blocks.flatMap((block) => [block, ...flat(block.blocks ?? [])]);
}

function wordsOf(block: Block): string[] {
  const { identification, texts, diagnosis, differences, type } = block;
  if (identification && type === IM0) {
    const { order, serial, software } = identification;
    return [order, serial, software];
  }
  if (type === IM1 || type === IM2 || type === IM3 || type === IM4) return [...(texts ?? [])];
  return [...(diagnosis ?? []), ...(differences ?? [])];
}

function hexOf(data: Uint8Array): string {
  const shown = Array.from(data.subarray(0, MOST_DATA), (octet) => octet.toString(16).padStart(2, '0'));
  return `${shown.join('')}${data.length > MOST_DATA ? '…' : ''}`;
}

/** Of several records written in one call, each has a status of its own. */
function refuseRecords(
  here: Here,
  notes: readonly OperationNote[],
  records: readonly RecordHeader[],
  blocks: readonly Block[],
): void {
  for (const { record } of flat(blocks)) {
    const status: Status | undefined = record?.status;
    if (!record || !status || !isError(status)) continue;
    const which = records.findIndex(
      ({ sequence, index, slot }) =>
        sequence === record.sequence && index === record.index && slot === record.slot,
    );
    if (which >= 0) here.refuse(notes[which]!, refusalOf(status));
  }
}
