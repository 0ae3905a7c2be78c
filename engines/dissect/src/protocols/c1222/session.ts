import { Pending } from '../../analysis/pending.ts';
import { textAt } from '../../bytes/byte-reader.ts';
import type { Capture, Context, Here, OperationNote, Params, Session } from '../../dissector.ts';
import {
  type C1222Message,
  FIRST_REQUEST,
  IDENTIFY,
  isPrintable,
  LOGON,
  OK,
  question,
  readMessage,
  REGISTER,
  RESOLVE,
  SECURITY,
  type Service,
  TRACE,
} from './message.ts';
import { operationOf, procedure, responseRefusal, unknownService } from './operations.ts';
import { DEVICE_TABLE, MANUFACTURER_TABLE, tableName } from './tables.ts';

const CODES = 256;
const MOST_SHOWN = 32;
const MOST_SERVICES = 64;

interface Asked {
  readonly notes: readonly OperationNote[];
  readonly services: readonly Service[];
}

/** Who logged on in a connection. */
interface SignedIn {
  user: string;
}

export class C1222Session implements Session {
  readonly #commands;
  readonly #kinds: Int32Array;
  readonly #procedure: number;
  readonly #waiting;
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#commands = capture.counter('c1222_cmd', (code) => `0x${code.toString(16).padStart(2, '0')}`);
    const numbers = new Map<string, number>();
    this.#kinds = Int32Array.from({ length: CODES }, (_, code) => {
      const kind = operationOf(code) ?? unknownService;
      const number = numbers.get(kind.code) ?? capture.operation(kind);
      numbers.set(kind.code, number);
      return number;
    });
    this.#procedure = capture.operation(procedure);
    this.#waiting = capture.bounded('requests', new Pending<Asked>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    // The invocation that is answered must be known before the answer can be read.
    const outline = readMessage(here.reader.reset(bytes, start, end), []);
    titles(here, outline);
    const [first] = outline.services;
    if (!first) return;
    if (first.code >= FIRST_REQUEST) {
      here.turn('request');
      this.#request(here, outline);
      return;
    }
    here.turn('reply');
    const asked = this.#waiting.take(here.flow, invocation(outline));
    if (!asked) return;
    const questions = asked.services.map(question);
    this.#context = { asked: questions.join(',') };
    const { services } = readMessage(here.reader.reset(bytes, start, end), questions);
    services.forEach((service, i) => this.#answer(here, service, asked.services[i], asked.notes[i] ?? -1));
  }

  context(): Context | undefined {
    return this.#context;
  }

  #request(here: Here, message: C1222Message): void {
    const services = message.services.slice(0, MOST_SERVICES);
    const notes = services.map((service) => {
      this.#commands.add(service.code);
      const kind = service.procedure === undefined ? this.#kinds[service.code]! : this.#procedure;
      const note = here.operation(kind);
      if (here.wanted(note)) here.describe(note, paramsOf(service));
      this.#signIn(here, service);
      checked(here, service);
      return note;
    });
    // Answers are read by what was asked; data are not kept.
    const asked = services.map(({ code, table }) => ({ code, ...(table !== undefined && { table }) }));
    this.#waiting.put(here.flow, invocation(message), { notes, services: asked });
  }

  #signIn(here: Here, { code, user, secret, table }: Service): void {
    const signedIn = here.connection(nobody);
    if (code === LOGON) signedIn.user = user ?? '';
    if (code === SECURITY && secret) here.credentials('C12.22', signedIn.user, secret);
    else if (secret && table !== undefined) here.credentials(`C12.19 ${tableName(table)}`, '', secret);
  }

  #answer(here: Here, service: Service, asked: Service | undefined, note: OperationNote): void {
    if (service.code !== OK) return here.refuse(note, responseRefusal(service.code));
    checked(here, service);
    const { code, table } = asked ?? { code: -1, table: undefined };
    const { data, titles: route, address, identity } = service;
    if (here.wanted(note)) {
      if (data) here.describe(note, { data: shown(data) });
      if (code === TRACE && route) here.describe(note, { route: route.slice(0, MOST_SHOWN) });
      if (code === RESOLVE && address !== undefined) here.describe(note, { address });
    }
    if (code === IDENTIFY && identity) here.fact(here.source, 'serial', identity);
    if (code === REGISTER) here.role(here.source, 'gateway', 'inferred', 'c12.22.registers');
    if (table === MANUFACTURER_TABLE && data) manufacturer(here, data);
    if (table === DEVICE_TABLE && data && isPrintable(data)) {
      here.fact(here.source, 'name', textAt(data, 0, data.length));
    }
  }
}

const nobody = (): SignedIn => ({ user: '' });

/** Who speaks and who is spoken to, in the words of the network. */
function titles(here: Here, { called, calling }: C1222Message): void {
  here.fact(here.source, 'station', calling);
  here.fact(here.target, 'station', called);
}

/** An answer names the invocation it answers as the called one; some repeat it as the calling one only. */
function invocation({ calledInvocation, callingInvocation }: C1222Message): number {
  return calledInvocation >= 0 ? calledInvocation : callingInvocation;
}

function checked(here: Here, { isChecked, table }: Service): void {
  if (isChecked === false) {
    here.anomaly('c12.22.checksum-wrong', 'checksum', 0, {
      ...(table !== undefined && { table: tableName(table) }),
    });
  }
}

function paramsOf(service: Service): Params {
  const { table, offset, indexes, data, secret, user, userId, seconds } = service;
  return {
    ...(table !== undefined && { table: tableName(table) }),
    ...(offset !== undefined && { offset }),
    ...(indexes && { offset: indexes.join('.') }),
    ...(data && { data: shown(data) }),
    ...(secret !== undefined && table !== undefined && { data: `${secret} bytes, not shown` }),
    ...(service.procedure !== undefined && { command: service.procedure }),
    ...(user !== undefined && { user }),
    ...(userId !== undefined && { id: userId }),
    ...(seconds !== undefined && { seconds }),
    ...(service.titles && { titles: service.titles.slice(0, MOST_SHOWN) }),
    ...(service.identity && { serial: service.identity }),
    ...(service.address && { address: service.address }),
    ...(operationOf(service.code) === undefined && { service: service.code }),
  };
}

function shown(data: Uint8Array): string {
  const part = data.subarray(0, MOST_SHOWN);
  if (isPrintable(part)) return textAt(part, 0, part.length);
  const digits = Array.from(part, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return part.length < data.length ? `${digits}…` : digits;
}

/** ANSI C12.19-2008, table 1: who made the meter, and its versions. */
function manufacturer(here: Here, data: Uint8Array): void {
  if (data.length < 16 || !isPrintable(data.subarray(0, 12))) return;
  here.fact(here.source, 'vendor', textAt(data, 0, 4));
  here.fact(here.source, 'model', textAt(data, 4, 12));
  here.fact(here.source, 'hardware', `${data[12]}.${data[13]}`);
  here.fact(here.source, 'firmware', `${data[14]}.${data[15]}`);
  const serial = data.subarray(16, 32);
  if (isPrintable(serial)) here.fact(here.source, 'serial', textAt(serial, 0, serial.length));
}
