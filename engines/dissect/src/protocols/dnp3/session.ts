import { Pending, settingOf } from '../../analysis/pending.ts';
import { Tried } from '../../analysis/tried.ts';
import { u16leAt } from '../../bytes/byte-reader.ts';
import type { Capture, Here, OperationNote, Params, Session } from '../../dissector.ts';
import { type Association, Associations } from './associations.ts';
import { identity } from './attributes.ts';
import type { FileObject } from './files.ts';
import { FINAL, type Fragment, readFragment, SEQUENCE } from './fragment.ts';
import {
  CONFIRM,
  CORRUPT,
  DIRECT_OPERATE_NO_REPLY,
  FIRST_BROADCAST,
  NO_FUNCTION,
  OPERATE,
  OVERFLOW,
  READ,
  RESPONSE,
  RESTARTED,
  SELECT,
  TROUBLE,
  UNSOLICITED,
  WRITE,
} from './names.ts';
import {
  broadcastOperate,
  functionSweep,
  openForWriting,
  operations,
  readFile,
  unknownFunction,
  unsolicited,
  unsolicitedUnexpected,
  writes,
} from './operations.ts';
import { ProcessValues, type Writes } from './process-values.ts';
import { authenticationRefusal, controlRefusal, fileRefusal, REFUSED, refusedBy } from './refusals.ts';
import { commandsOf, detailsOf, objectsOf, statusesOf, statusName, valuesOf } from './telling.ts';
import { BROKEN, PLAIN, TELLING, walk } from './walk.ts';

const HEADER = 2;
const RESPONSE_HEADER = 4;
const LAST_CONTROL = 6;
const OPEN_FILE = 25;
const CLOSE_FILE = 26;
const FILE = 70;
const SEQUENCES = 16;
const MANY_FUNCTIONS = 5;

/** What an outstation reports of its own health: told when it begins. */
const troubles: readonly (readonly [mask: number, code: string])[] = [
  [TROUBLE, 'dnp3.device-trouble'],
  [CORRUPT, 'dnp3.configuration-corrupt'],
  [OVERFLOW, 'dnp3.events-lost'],
];

export class Dnp3Session implements Session {
  readonly #requests;
  readonly #responses;
  readonly #objects;
  readonly #sweeps: Tried<number>;
  /** Operation numbers by function code; unknown ones share one. */
  readonly #kinds: Int32Array;
  /** Of writes, by object group. */
  readonly #writes: Int32Array;
  readonly #values: ProcessValues;
  readonly #writing: Pending<Writes>;
  #associations = 0;
  readonly #newAssociations = () => new Associations(() => this.#associations++);
  readonly #broadcast: number;
  readonly #openForWriting: number;
  readonly #readFile: number;
  readonly #unsolicited: number;
  readonly #unexpected: number;

  constructor(capture: Capture) {
    this.#requests = capture.counter('dnp3_request');
    this.#responses = capture.counter('dnp3_response');
    this.#objects = capture.counter('dnp3_object', (object) => `g${object >> 8}v${object & 0xff}`);
    this.#sweeps = new Tried(capture, functionSweep, MANY_FUNCTIONS, 'dnp3.tries-functions');
    this.#kinds = new Int32Array(256).fill(capture.operation(unknownFunction));
    for (const [code, kind] of Object.entries(operations))
      this.#kinds[Number(code)] = capture.operation(kind);
    this.#writes = new Int32Array(256).fill(this.#kinds[WRITE]!);
    for (const [group, kind] of Object.entries(writes)) this.#writes[Number(group)] = capture.operation(kind);
    this.#values = new ProcessValues(capture);
    this.#writing = capture.bounded(
      'requests',
      new Pending<Writes>(undefined, (writes) =>
        this.#values.wrote(capture.unanswered(writes.by, writes.time), writes),
      ),
    );
    this.#broadcast = capture.operation(broadcastOperate);
    this.#openForWriting = capture.operation(openForWriting);
    this.#readFile = capture.operation(readFile);
    this.#unsolicited = capture.operation(unsolicited);
    this.#unexpected = capture.operation(unsolicitedUnexpected);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (end - start < HEADER) return void readFragment(here.reader.reset(bytes, start, end));
    const code = bytes[start + 1]!;
    const associations = here.connection(this.#newAssociations);
    // The data link tells its addresses as the place: source × 65536 + destination.
    const [source, destination] = [here.carrierAt >>> 16, here.carrierAt & 0xffff];
    if (code < RESPONSE) {
      this.#requests.add(code);
      this.#request(here, associations.between(source, destination), bytes, start, end, source, destination);
    } else {
      this.#responses.add(code);
      if (end - start < RESPONSE_HEADER) return void readFragment(here.reader.reset(bytes, start, end));
      this.#reply(here, associations, bytes, start, end, destination, source);
    }
  }

  finish(): void {
    this.#writing.finish();
  }

  #request(
    here: Here,
    association: Association,
    bytes: Uint8Array,
    start: number,
    end: number,
    master: number,
    outstation: number,
  ): void {
    const code = bytes[start + 1]!;
    const holds = walk(bytes, start + HEADER, end, code, this.#objects, undefined);
    if (code === CONFIRM) {
      if (holds === BROKEN) readFragment(here.reader.reset(bytes, start, end));
      return;
    }
    const controls = code >= SELECT && code <= LAST_CONTROL;
    const everybody = outstation >= FIRST_BROADCAST;
    const mayBePlain = holds === PLAIN && !controls;
    const note = here.operation(this.#kindOf(here, bytes, start, end, controls && everybody));
    const sequence = bytes[start]! & SEQUENCE;
    association.ask(sequence, code, note);
    this.#introduce(here, association, master, outstation);
    if (!controls) association.selected = undefined;
    if (mayBePlain && !here.wanted(note)) return;
    here.describe(note, { master, outstation });
    const fragment = readFragment(here.reader.reset(bytes, start, end));
    this.#noteUnread(here, fragment);
    if (controls) this.#controlled(here, association, note, bytes.subarray(start, end));
    if (here.wanted(note)) here.describe(note, this.#paramsOf(fragment, association));
    if (controls && code !== SELECT && !everybody) {
      const outputs = this.#values.commandedBy(outstation, fragment);
      const writes = { ...settingOf(here), outputs };
      if (code === DIRECT_OPERATE_NO_REPLY) this.#values.wrote(here, writes);
      else this.#writing.put(association.number, sequence, writes);
    }
    this.#filesAsked(here, association, fragment, bytes, start);
  }

  #kindOf(here: Here, bytes: Uint8Array, start: number, end: number, broadcast: boolean): number {
    const code = bytes[start + 1]!;
    if (broadcast) return this.#broadcast;
    const group = end - start > HEADER ? bytes[start + HEADER]! : -1;
    if (code === WRITE && group >= 0) return this.#writes[group]!;
    if (code === READ && group === FILE) return this.#readFile;
    if (code === OPEN_FILE && opensForWriting(here, bytes, start, end)) return this.#openForWriting;
    return this.#kinds[code]!;
  }

  #paramsOf(fragment: Fragment, association: Association): Params {
    const { code } = fragment;
    if (code >= SELECT && code <= LAST_CONTROL) return commandsOf(fragment, association.outputs);
    const values = valuesOf(fragment);
    return {
      objects: objectsOf(fragment),
      ...(values.length > 0 && { values }),
      ...detailsOf(fragment, association),
      ...(!operations[code] && { function: code }),
    };
  }

  /** 4.4.4: an operate must repeat, octet by octet, the select right before it. */
  #controlled(here: Here, association: Association, note: OperationNote, fragment: Uint8Array): void {
    const code = fragment[1]!;
    const sequence = fragment[0]! & SEQUENCE;
    const objects = fragment.subarray(HEADER);
    const { selected } = association;
    if (code === SELECT) {
      association.selected = { sequence, time: here.time, objects: objects.slice() };
    } else if (code !== OPERATE) {
      association.selected = undefined;
    } else if (!selected) {
      // The first request that was captured may have been selected before the capture began.
      if (association.requests > 1) here.anomaly('dnp3.operate-without-select', 'function', 1);
    } else if (!alike(selected.objects, objects)) {
      here.anomaly('dnp3.operate-differs-from-select', 'objects', HEADER);
    } else {
      here.describe(note, { selectedBefore: Math.round((here.time - selected.time) / 1_000) });
    }
  }

  #reply(
    here: Here,
    associations: Associations,
    bytes: Uint8Array,
    start: number,
    end: number,
    master: number,
    outstation: number,
  ): void {
    const control = bytes[start]!;
    const code = bytes[start + 1]!;
    const unasked = code === UNSOLICITED;
    const association = associations.between(master, outstation);
    const holds = walk(bytes, start + RESPONSE_HEADER, end, code, this.#objects, association.outputs);
    this.#introduce(here, association, master, outstation);
    if (association.replies++ === 0) this.#noteGateway(here, associations);
    this.#indicated(here, association, u16leAt(bytes, start + 2));
    const writes = unasked ? undefined : this.#writing.take(association.number, control & SEQUENCE);
    const note = unasked
      ? this.#reported(here, associations, master, outstation)
      : this.#answered(here, association, control, u16leAt(bytes, start + 2));
    if (end - start === RESPONSE_HEADER && !here.wanted(note) && !writes) return;
    const fragment = readFragment(here.reader.reset(bytes, start, end));
    this.#noteUnread(here, fragment);
    this.#values.tell(here, here.source, outstation, fragment);
    if (writes) this.#wrote(here, writes, fragment);
    this.#filesAnswered(here, association, fragment, bytes, start);
    if (here.wanted(note)) {
      const values = valuesOf(fragment);
      here.describe(note, { ...(values.length > 0 && { values }), ...detailsOf(fragment, association) });
    }
    if (holds === TELLING) this.#told(here, association, note, fragment);
  }

  /** An unsolicited response is the doing of the outstation, whoever asks otherwise. */
  #reported(here: Here, associations: Associations, master: number, outstation: number): OperationNote {
    const expected = !associations.areStrangers(master, outstation);
    here.turn('request');
    const note = here.operation(expected ? this.#unsolicited : this.#unexpected);
    here.turn('reply');
    if (here.wanted(note)) here.describe(note, { master, outstation });
    return note;
  }

  /** The note of the request; a reply of several fragments counts on from its sequence number. */
  #answered(here: Here, association: Association, control: number, indications: number): OperationNote {
    const sequence = control & SEQUENCE;
    const [note, code] = [association.notes[sequence]!, association.codes[sequence]!];
    association.notes[sequence] = -1;
    association.codes[sequence] = -1;
    if (!(control & FINAL)) {
      const next = (sequence + 1) % SEQUENCES;
      association.notes[next] = note;
      association.codes[next] = code;
    }
    if (code >= 0 && indications & REFUSED) {
      for (const [mask, refusal] of refusedBy) if (indications & mask) here.refuse(note, refusal);
      if (indications & NO_FUNCTION) this.#sweeps.add(here, here.target, here.source, code);
    }
    return code === READ || code >= 0 ? note : -1;
  }

  /** Of each point the status decides; without any, the internal indications. */
  #wrote(here: Here, writes: Writes, fragment: Fragment): void {
    const statuses = statusesOf(fragment);
    if (statuses.length > 0 || !((fragment.indications ?? 0) & REFUSED)) {
      this.#values.wrote(here, writes, statuses);
    }
  }

  /** What is worth telling even of the hundredth reply of its kind. */
  #told(here: Here, association: Association, note: OperationNote, fragment: Fragment): void {
    const statuses = statusesOf(fragment);
    if (statuses.length > 0) {
      const failed = statuses.find((status) => status !== 0);
      if (failed !== undefined) here.refuse(note, controlRefusal(failed));
      if (here.wanted(note)) here.describe(note, { status: statuses.map(statusName) });
    }
    for (const { points } of fragment.headers) {
      for (const { attribute, file, authentication } of points) {
        const field = attribute && identity[attribute.variation];
        if (field && attribute.value !== undefined) here.fact(here.source, field, String(attribute.value));
        if (file?.variation === 4 && !file.status) association.opened(file.handle ?? 0);
        if (file?.status) here.refuse(note, fileRefusal(file.status));
        if (authentication?.error) here.refuse(note, authenticationRefusal(authentication.error));
      }
    }
  }

  #filesAsked(
    here: Here,
    association: Association,
    { code, headers }: Fragment,
    bytes: Uint8Array,
    start: number,
  ): void {
    for (const { points } of headers) {
      for (const { file } of points) {
        if (code === OPEN_FILE && file?.name) association.opening = file.name;
        if (file?.user) here.fact(here.source, 'user', file.user);
        if (file?.secret) {
          here.credentials('DNP3 file', file.user ?? '', file.secret);
          here.anomaly('dnp3.password-in-clear', 'password', 0, { user: file.user ?? '' });
        }
        if (code === WRITE) this.#fileBlock(here, association, 'to', file, bytes, start);
        if (code === CLOSE_FILE && file?.handle !== undefined) association.closed(file.handle);
      }
    }
  }

  #filesAnswered(
    here: Here,
    association: Association,
    { headers }: Fragment,
    bytes: Uint8Array,
    start: number,
  ): void {
    for (const { points } of headers) {
      for (const { file } of points) this.#fileBlock(here, association, 'from', file, bytes, start);
    }
  }

  /** Group 70, variation 5: a piece of a file that was opened before. */
  #fileBlock(
    here: Here,
    association: Association,
    way: 'to' | 'from',
    file: FileObject | undefined,
    bytes: Uint8Array,
    start: number,
  ): void {
    if (file?.variation !== 5 || file.handle === undefined || file.contentAt === undefined) return;
    const outstation = way === 'to' ? here.target : here.source;
    const transfer = association.carrying(file.handle, (name) =>
      here.transfer(outstation, way, 'file', name || `handle ${file.handle}`),
    );
    const at = start + file.contentAt;
    transfer.add(here, bytes, at, at + (file.octets ?? 0));
    if (file.last) transfer.end(true);
  }

  #noteUnread(here: Here, { unread, headers }: Fragment): void {
    if (unread === 0) return;
    const { group, variation, offset } = headers.at(-1)!;
    here.anomaly('dnp3.object-unknown', 'group', offset, { group, variation, unread });
  }

  #indicated(here: Here, association: Association, indications: number): void {
    const before = association.indications;
    association.indications = indications;
    if (before === indications) return;
    for (const [mask, code] of troubles) {
      if (indications & mask && !(before >= 0 && before & mask)) {
        here.anomaly(code, 'internal indications', HEADER);
      }
    }
    // At the beginning of a capture nobody knows how long ago it was.
    if (before >= 0 && indications & RESTARTED && !(before & RESTARTED)) {
      here.anomaly('dnp3.device-restarted', 'internal indications', HEADER);
    }
  }

  /** Link addresses: the only names that masters and outstations have for one another. */
  #introduce(here: Here, association: Association, master: number, outstation: number): void {
    if (association.introduced) return;
    association.introduced = true;
    const asks = here.direction === 'request';
    here.fact(here.source, 'description', asks ? `DNP3 master ${master}` : `DNP3 outstation ${outstation}`);
    if (outstation >= FIRST_BROADCAST) return;
    here.fact(
      here.target,
      'description',
      asks ? `DNP3 outstation ${outstation}` : `DNP3 master ${master}`,
      'inferred',
    );
  }

  /** Several outstations behind one address are devices behind a gateway. */
  #noteGateway(here: Here, associations: Associations): void {
    const { outstations } = associations;
    if (outstations.length < 2) return;
    here.role(here.source, 'gateway', 'inferred', 'dnp3.several-outstations', {
      outstations: outstations.slice(0, 16),
    });
  }
}

function opensForWriting(here: Here, bytes: Uint8Array, start: number, end: number): boolean {
  try {
    const { headers } = readFragment(here.reader.reset(bytes, start, end));
    return headers.some(({ points }) => points.some(({ file }) => (file?.mode ?? 0) > 1));
  } catch {
    // Read again, and told, in its turn.
    return false;
  }
}

function alike(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, i) => byte === other[i]);
}
