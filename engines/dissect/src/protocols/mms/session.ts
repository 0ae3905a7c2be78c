import { Pending, type Setting, settingOf } from '../../analysis/pending.ts';
import type { ValueOf } from '../../bytes/asn1.ts';
import * as ber from '../../bytes/ber.ts';
import type { Capture, Here, OperationNote, Params, Session, Teller } from '../../dissector.ts';
import { type Command, commandOf, controlService, LAST_ERROR, lastErrorOf, paramsOf } from './control.ts';
import { type Data, quantity, shown } from './data.ts';
import { facts } from './identity.ts';
import { isList, type Item, Items } from './items.ts';
import { Memory } from '../../analysis/memory.ts';
import type { Access } from './names.ts';
import {
  cancelRequest,
  conclude,
  eventReport,
  initiate,
  operations,
  read,
  report,
  select,
  statusReport,
  unknownService,
  write,
} from './operations.ts';
import {
  CANCEL_REQUEST,
  CONCLUDE_REQUEST,
  ERROR,
  EVENT_NOTIFICATION,
  INFORMATION_REPORT,
  INITIATE_ERROR,
  INITIATE_REQUEST,
  type Pdu,
  readPdu,
  REJECT,
  REQUEST,
  RESPONSE,
  tags,
  UNCONFIRMED,
  UNSOLICITED_STATUS,
} from './pdu.ts';
import { referenceOf } from './references.ts';
import { controlRefusal, dataAccessRefusal, errorRefusal, rejection } from './refusals.ts';
import { Repeated } from './repeated.ts';
import { REPORT, type Report, reportOf } from './report.ts';
import {
  DEFINE_NAMED_VARIABLE_LIST,
  GET_NAME_LIST,
  GET_NAMED_VARIABLE_LIST_ATTRIBUTES,
  GET_VARIABLE_ACCESS_ATTRIBUTES,
  IDENTIFY,
  type Identity,
  type NameListRequest,
  type NameListResponse,
  READ,
  services,
  status,
  statusOf,
  WRITE,
} from './services.ts';
import { Transferring } from './transferring.ts';
import {
  type AttributesResponse,
  type DefineList,
  type Failure,
  type InformationReport,
  isFailure,
  type ListResponse,
  type ReadRequest,
  type ReadResponse,
  type Result,
  type WriteRequest,
} from './variables.ts';
import { kindOf, writeKinds } from './writing.ts';

const MOST_SHOWN = 32;
/** Each is held with what it asked until it is answered; a client may leave ten unanswered or so. */
const MOST_REQUESTS = 2_048;
const MOST_LISTS = 4_096;
/** Of one list; data sets have a few hundred. */
const MOST_MEMBERS = 1_024;
const DOMAINS = 9;
const READ_TAG = 0xa4;
const TASE2 = 'Bilateral_Table_ID';

interface Request {
  readonly note: OperationNote;
  readonly service: number;
  /** As it was read. */
  readonly body: unknown;
  /** Names of what is read or written. */
  readonly items: readonly string[];
  /** Holds as far as the device agrees. */
  readonly writes?: Writes;
}

interface Writes extends Setting {
  readonly values: readonly Data[];
  readonly command: Command | undefined;
}

interface Connection {
  readonly transferring: Transferring;
  /** The command last given, for the report that says why it failed. */
  command: { readonly note: OperationNote; readonly item: string } | undefined;
  initiate: OperationNote | undefined;
}

const newConnection = (): Connection => ({
  transferring: new Transferring(),
  command: undefined,
  initiate: undefined,
});

export class MmsSession implements Session {
  readonly #requests;
  readonly #responses;
  readonly #unconfirmed;
  readonly #kinds = new Map<object, number>();
  readonly #services: readonly number[];
  readonly #unknown: number;
  readonly #pending: Pending<Request>;
  readonly #lists: Memory<readonly string[]>;
  readonly #items: Items;
  readonly #repeated = new Repeated<ReadRequest>();
  readonly #element = new ber.Element();

  constructor(capture: Capture) {
    this.#requests = capture.counter('mms_request');
    this.#responses = capture.counter('mms_response');
    this.#unconfirmed = capture.counter('mms_unconfirmed');
    this.#unknown = capture.operation(unknownService);
    for (const kind of [
      ...Object.values(operations),
      ...writeKinds,
      report,
      eventReport,
      statusReport,
      initiate,
      conclude,
      cancelRequest,
    ]) {
      if (!this.#kinds.has(kind)) this.#kinds.set(kind, capture.operation(kind));
    }
    this.#services = Object.keys(services).map((service) => this.#kinds.get(operations[Number(service)]!)!);
    this.#pending = capture.bounded(
      'requests',
      new Pending<Request>(MOST_REQUESTS, ({ items, writes }) => {
        if (writes) this.#wrote(capture.unanswered(writes.by, writes.time), items, writes);
      }),
    );
    this.#lists = capture.bounded('memories', new Memory<readonly string[]>(MOST_LISTS));
    this.#items = new Items(capture);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const pdu = this.#readOrKnown(here, bytes, start, end);
    switch (pdu.kind) {
      case REQUEST:
        return this.#asked(here, pdu);
      case RESPONSE:
        return this.#answered(here, pdu, bytes, start);
      case ERROR:
      case REJECT:
        return this.#refused(here, pdu);
      case UNCONFIRMED:
        return this.#told(here, pdu);
      case INITIATE_REQUEST:
        here.turn('request');
        here.connection(newConnection).initiate = here.operation(this.#kinds.get(initiate)!);
        return;
      case INITIATE_ERROR:
        return this.#notInitiated(here, pdu);
      case CONCLUDE_REQUEST:
        here.operation(this.#kinds.get(conclude)!);
        return;
      case CANCEL_REQUEST:
        return this.#cancelled(here, pdu);
    }
  }

  finish(): void {
    this.#pending.finish();
  }

  /** Requests to read come again with nothing new but their number. */
  #readOrKnown(here: Here, bytes: Uint8Array, start: number, end: number): Pdu {
    const element = this.#element;
    const isRead =
      element.is(tags[REQUEST]!, bytes, start, end) &&
      element.end === end &&
      element.is(ber.INTEGER, bytes, element.start, end) &&
      bytes[element.end] === READ_TAG;
    if (!isRead) return readPdu(here.reader.reset(bytes, start, end));
    const from = element.end;
    const invokeId = ber.unsignedAt(bytes, element.start, from);
    const body = this.#repeated.get(bytes, from, end);
    if (body) return { kind: REQUEST, invokeId, service: READ, body };
    const pdu = readPdu(here.reader.reset(bytes, start, end));
    this.#repeated.keep(bytes, from, end, pdu.body as ReadRequest);
    return pdu;
  }

  #asked(here: Here, { service = 0, invokeId = 0, body }: Pdu): void {
    this.#requests.add(service);
    here.turn('request');
    const connection = here.connection(newConnection);
    let request: Request;
    if (service === READ) request = this.#reads(here, body as ReadRequest);
    else if (service === WRITE) request = this.#writes(here, connection, body as WriteRequest);
    else request = this.#asks(here, connection, service, body);
    this.#pending.put(here.flow, keyOf(here, invokeId), request);
    connection.transferring.asked(here, { kind: REQUEST, service, body }, side(here));
  }

  #asks(here: Here, { transferring }: Connection, service: number, body: unknown): Request {
    const known = services[service];
    const note = here.operation(known ? this.#services[service]! : this.#unknown);
    if (here.wanted(note)) {
      const name = transferring.nameOf(service, body, side(here));
      here.describe(note, {
        service: known?.name ?? service,
        ...known?.asked(body),
        ...(name !== undefined && { file: name, domain: name }),
      });
    }
    if (service === DEFINE_NAMED_VARIABLE_LIST) {
      const { variableListName = '', listOfVariable = [] } = body as DefineList;
      this.#lists.set(`${here.target} ${variableListName}`, listOfVariable.slice(0, MOST_MEMBERS));
    }
    return { note, service, body, items: [] };
  }

  /** Reading SBO is selecting: IEC 61850-8-1, 20.3. */
  #reads(here: Here, body: ReadRequest): Request {
    const items = this.#itemsOf(here.target, body.variableAccessSpecification);
    const [first = ''] = items;
    const reference = referenceOf(first);
    const selects = reference !== undefined && controlService(reference) === 'select';
    const note = here.operation(this.#kinds.get(selects ? select : read)!);
    if (here.wanted(note)) here.describe(note, { items: items.slice(0, MOST_SHOWN) });
    // IEC 60870-6-503: only control centres have it.
    if (first.endsWith(TASE2)) here.role(here.target, 'server', 'inferred', 'mms.tase2');
    return { note, service: READ, body: selects, items };
  }

  #writes(here: Here, connection: Connection, body: WriteRequest): Request {
    const { variableAccessSpecification: access, listOfData = [] } = body;
    const items = this.#itemsOf(here.target, access);
    const [first = ''] = items;
    const kind = listOfData.length === 0 ? write : kindOf(first, listOfData[0]!);
    const note = here.operation(this.#kinds.get(kind)!);
    const reference = referenceOf(first);
    const command = reference && controlService(reference) && commandOf(listOfData[0] ?? '');
    if (command) connection.command = { note, item: first };
    if (here.wanted(note)) {
      here.describe(
        note,
        command
          ? { items: [first], ...this.#beforeCommand(here.target, first), ...paramsOf(command) }
          : this.#written(here, items, listOfData),
      );
    }
    return { note, service: WRITE, body, items, writes: { ...settingOf(here), values: listOfData, command } };
  }

  /** @param results one for each item; without them nothing is known of what the device said */
  #wrote(
    here: Teller,
    items: readonly string[],
    { of, values, command }: Writes,
    results: readonly (Failure | undefined)[] = [],
  ): void {
    for (let i = 0; i < values.length; i++) {
      if (results[i] !== undefined) continue;
      const [name, value] = [items[i], values[i]!];
      if (name !== undefined) this.#items.of(of, name).value = value;
      if (!command) this.#quantities(here, undefined, of, name ?? `${items[0] ?? '?'}[${i}]`, value);
      else if (i === 0 && name !== undefined) commanded(here, of, name, command);
    }
  }

  /** What the object was told to be before it is operated. */
  #beforeCommand(device: number, item: string): Params {
    const { node = '', path = [] } = referenceOf(item) ?? {};
    const domain = item.slice(0, item.indexOf('/'));
    const before = this.#items.find(device, `${domain}/${node}$ST$${path[0]}$stVal`)?.value;
    return before === undefined ? {} : { before: shown(before) };
  }

  #written({ target }: Here, items: readonly string[], values: readonly Data[]): Params {
    const before = items.slice(0, MOST_SHOWN).map((item) => this.#items.find(target, item)?.value);
    return {
      items: items.slice(0, MOST_SHOWN),
      values: values.slice(0, MOST_SHOWN).map((value, i) => `${items[i] ?? '?'} := ${shown(value)}`),
      ...(before.some((value) => value !== undefined) && {
        before: before.map((value) => (value === undefined ? null : shown(value))),
      }),
    };
  }

  #answered(here: Here, pdu: Pdu, bytes: Uint8Array, start: number): void {
    const { service = 0, invokeId = 0, body } = pdu;
    this.#responses.add(service);
    here.turn('reply');
    const request = this.#pending.take(here.flow, keyOf(here, invokeId));
    if (!request) return;
    if (request.service !== service) {
      return here.anomaly('mms.other-service', 'service', 0, {
        asked: services[request.service]?.name ?? request.service,
        answered: services[service]?.name ?? service,
      });
    }
    if (service === READ) return this.#wasRead(here, request, body as ReadResponse);
    if (service === WRITE) return this.#wasWritten(here, request, body as readonly (Failure | undefined)[]);
    const { note } = request;
    const known = services[service];
    if (known && here.wanted(note)) here.describe(note, known.answered(body));
    this.#learn(here, request, body);
    const { transferring } = here.connection(newConnection);
    transferring.answered(here, pdu, request.body, side(here), bytes, start);
  }

  #learn(here: Here, { service, body: asked }: Request, body: unknown): void {
    switch (service) {
      case IDENTIFY: {
        const { vendorName = '', modelName = '', revision = '' } = body as Identity;
        here.fact(here.source, 'vendor', vendorName);
        here.fact(here.source, 'model', modelName);
        here.fact(here.source, 'firmware', revision);
        return;
      }
      case GET_NAME_LIST: {
        const { objectClass } = asked as NameListRequest;
        const { listOfIdentifier = [] } = body as NameListResponse;
        if (objectClass !== DOMAINS || listOfIdentifier.length === 0) return;
        const shownNames = listOfIdentifier.slice(0, MOST_SHOWN).join(', ');
        return here.fact(here.source, 'description', `MMS domains ${shownNames}`);
      }
      case GET_VARIABLE_ACCESS_ATTRIBUTES: {
        const { typeSpecification } = body as AttributesResponse;
        if (typeof asked === 'string' && typeSpecification) {
          this.#items.learn(here.source, asked, typeSpecification);
        }
        return;
      }
      case GET_NAMED_VARIABLE_LIST_ATTRIBUTES: {
        const { listOfVariable = [] } = body as ListResponse;
        if (typeof asked !== 'string') return;
        this.#lists.set(`${here.source} ${asked}`, listOfVariable.slice(0, MOST_MEMBERS));
      }
    }
  }

  #wasRead(here: Here, { note, items, body: selects }: Request, answer: ReadResponse): void {
    const results = answer.listOfAccessResult ?? [];
    const failed = results.find(isFailure);
    if (failed) here.refuse(note, dataAccessRefusal(failed.failure));
    if (selects === true) {
      if (results[0] === '') here.refuse(note, controlRefusal(SELECT_FAILED));
      return;
    }
    if (here.wanted(note)) {
      here.describe(note, {
        values: results.slice(0, MOST_SHOWN).map((result) => (isFailure(result) ? '–' : shown(result))),
      });
    }
    this.#results(here, items, results);
  }

  #wasWritten(here: Here, { note, items, writes }: Request, results: readonly (Failure | undefined)[]): void {
    const failed = results.find((result) => result !== undefined);
    if (failed) here.refuse(note, dataAccessRefusal(failed.failure));
    if (writes) this.#wrote(here, items, writes, results);
  }

  #refused(here: Here, { kind, invokeId, error }: Pdu): void {
    here.turn('reply');
    if (invokeId === undefined || !error) return;
    const request = this.#pending.take(here.flow, keyOf(here, invokeId));
    if (request) here.refuse(request.note, kind === REJECT ? rejection(error) : errorRefusal(error));
  }

  #notInitiated(here: Here, { error }: Pdu): void {
    here.turn('reply');
    const { initiate: note } = here.connection(newConnection);
    if (note !== undefined && error) here.refuse(note, errorRefusal(error));
  }

  #cancelled(here: Here, { invokeId = 0 }: Pdu): void {
    const note = here.operation(this.#kinds.get(cancelRequest)!);
    if (here.wanted(note)) here.describe(note, { number: invokeId });
  }

  /** What a device tells unasked is its own doing. */
  #told(here: Here, { service = 0, body }: Pdu): void {
    this.#unconfirmed.add(service);
    if (service === INFORMATION_REPORT) return this.#reported(here, body as InformationReport);
    here.turn('request');
    if (service === EVENT_NOTIFICATION) {
      const note = here.operation(this.#kinds.get(eventReport)!);
      const { name = '' } = body as { readonly name?: string };
      if (here.wanted(note)) here.describe(note, { name });
    } else if (service === UNSOLICITED_STATUS) {
      const note = here.operation(this.#kinds.get(statusReport)!);
      if (here.wanted(note)) here.describe(note, statusOf(body as ValueOf<typeof status>));
    }
    here.turn('reply');
  }

  #reported(here: Here, body: InformationReport): void {
    const { variableAccessSpecification: access = {}, listOfAccessResult: results = [] } = body;
    if (access.variables?.[0] === LAST_ERROR) return this.#commandFailed(here, results);
    here.turn('request');
    const note = here.operation(this.#kinds.get(report)!);
    here.turn('reply');
    const told = access.list === REPORT ? reportOf(results) : undefined;
    if (told) return this.#dataSetReported(here, note, told);
    const items = this.#itemsOf(here.source, access);
    if (here.wanted(note)) {
      here.describe(note, { name: access.list ?? items[0] ?? '', values: this.#shownOf(items, results) });
    }
    this.#results(here, items, results);
  }

  #dataSetReported(here: Here, note: OperationNote, told: Report): void {
    const { id, dataSet = '', entries, sequence, overflow } = told;
    const members = this.#lists.get(`${here.source} ${dataSet}`) ?? [];
    const items = entries.map(
      ({ place, reference }) => members[place] ?? reference ?? `${dataSet === '' ? id : dataSet}[${place}]`,
    );
    const values = entries.map(({ value }) => value);
    if (here.wanted(note)) {
      here.describe(note, {
        name: id,
        list: dataSet,
        values: this.#shownOf(items, values),
        ...(sequence !== undefined && { number: sequence }),
      });
    }
    if (overflow) here.anomaly('mms.report-overflow', 'BufOvfl', 0, { name: id });
    this.#results(here, items, values);
  }

  #commandFailed(here: Here, [result]: readonly Result[]): void {
    here.turn('reply');
    const error = result === undefined || isFailure(result) ? undefined : lastErrorOf(result);
    const { command } = here.connection(newConnection);
    if (error && command) here.refuse(command.note, controlRefusal(error.cause));
  }

  #shownOf(items: readonly string[], results: readonly Result[]): string[] {
    return results
      .slice(0, MOST_SHOWN)
      .map((result, i) => `${items[i] ?? '?'} = ${isFailure(result) ? '–' : shown(result)}`);
  }

  /** The list of a device by its name, as far as it was ever asked what is in it. */
  #itemsOf(device: number, access: Access | undefined): readonly string[] {
    if (access?.variables) return access.variables;
    const { list = '' } = access ?? {};
    return this.#lists.get(`${device} ${list}`) ?? [list];
  }

  #results(here: Here, items: readonly string[], results: readonly Result[]): void {
    for (let i = 0; i < results.length; i++) {
      const result = results[i]!;
      if (isFailure(result)) continue;
      this.#quantities(here, here, here.source, items[i] ?? `${items[0] ?? '?'}[${i}]`, result);
    }
  }

  /** @param told by the device itself, in this message; undefined when somebody sets it */
  #quantities(here: Teller, told: Here | undefined, device: number, name: string, value: Data): void {
    const item = this.#items.of(device, name);
    if (!isList(value)) this.#quantity(here, told, device, item, value);
    else this.#parts(here, told, device, this.#items.leavesOf(device, item, value), 0, value);
  }

  /** @returns how many leaves are told by now */
  #parts(
    here: Teller,
    told: Here | undefined,
    device: number,
    leaves: readonly Item[],
    count: number,
    values: readonly Data[],
  ): number {
    let next = count;
    for (const value of values) {
      if (isList(value)) next = this.#parts(here, told, device, leaves, next, value);
      else if (next < leaves.length) this.#quantity(here, told, device, leaves[next++]!, value);
    }
    return next;
  }

  #quantity(here: Teller, told: Here | undefined, device: number, item: Item, value: Data): void {
    if (told) item.value = value;
    if (!item.descriptive) {
      const number = quantity(value);
      if (number !== undefined) here.variableNamed(device, item.name, number, told === undefined);
    } else if (told && typeof value === 'string') facts(told, device, item.name, value);
  }
}

/** What an object was told to be; selecting and cancelling set nothing. */
function commanded(here: Teller, device: number, item: string, { value }: Command): void {
  const number = quantity(value);
  const operates = referenceOf(item)?.path.includes('Oper') ?? false;
  if (number === undefined || !operates) return;
  here.variableNamed(device, item.endsWith('$ctlVal') ? item : `${item}$ctlVal`, number, true);
}

const SELECT_FAILED = 3;

/** Both sides may ask, each with numbers of its own. The key is that of the side that asked. */
function keyOf(here: Here, invokeId: number): number {
  const asking = here.direction === 'request' ? side(here) : 1 - side(here);
  return invokeId * 2 + asking;
}

/** Which end of the connection speaks. */
function side({ source, target, sourcePort, targetPort }: Here): number {
  return Number(sourcePort === targetPort ? source > target : sourcePort > targetPort);
}
