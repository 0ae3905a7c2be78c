import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { type ByteReader, u32leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Session,
} from '../../dissector.ts';
import { addRoute, askInformation, unknownService } from './discovery-operations.ts';
import { portName } from './names.ts';

/** What TwinCAT's engineering says to devices before there is a route: who they are, and to add one. */
export interface DiscoveryMessage {
  readonly service: number;
  readonly reply: boolean;
  readonly invoke: number;
  readonly netId: string;
  readonly tags: ReadonlyMap<number, string>;
  /** Length of the password. */
  readonly secret?: number | undefined;
  readonly status?: number | undefined;
}

const MAGIC = 0x7114_6603;
const RESPONSE = 0x8000_0000;
const HEADER = 24;
const SHORTEST_TAG = 4;

/** As Beckhoff's AdsLib names them; 3, 4 and 18 as devices fill them. */
const INFORMATION = 1;
const ADD_ROUTE = 6;
const services: Record<number, string> = { [INFORMATION]: 'server information', [ADD_ROUTE]: 'add route' };
const STATUS = 1;
const PASSWORD = 2;
const TWINCAT_VERSION = 3;
const OS_VERSION = 4;
const COMPUTER_NAME = 5;
const NET_ID = 7;
const ROUTE_NAME = 12;
const USER_NAME = 13;
const FINGERPRINT = 18;
const tags: Record<number, string> = {
  [STATUS]: 'status',
  [PASSWORD]: 'password',
  [TWINCAT_VERSION]: 'TwinCAT version',
  [OS_VERSION]: 'operating system',
  [COMPUTER_NAME]: 'computer name',
  [NET_ID]: 'AMS Net Id',
  [ROUTE_NAME]: 'route name',
  [USER_NAME]: 'user name',
  [FINGERPRINT]: 'fingerprint',
};

/** dwPlatformId of OSVERSIONINFO. */
const platforms: Record<number, string> = { 2: 'Windows NT', 3: 'Windows CE' };

const refusals = new Refusals('ads-discovery');
const refusalOf = refusals.numbered({ 0x704: 'wrong user name or password', 0x706: 'invalid data' });

export const adsDiscovery: Dissector<DiscoveryMessage> = {
  name: 'ads-discovery',
  title: 'Beckhoff ADS discovery and routes',
  reference: 'No public specification; Beckhoff AdsLib, and captures of TwinCAT',
  industrial: true,
  carriers: [{ on: 'udp', at: [48_899] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'inferred', because: 'ads-discovery.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'ads-discovery.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end) {
    return end - start >= HEADER && u32leAt(bytes, start) === MAGIC ? OURS : NOT_OURS;
  },

  read: readDiscovery,

  begin: (capture) => new DiscoverySession(capture),
};

function readDiscovery(reader: ByteReader): DiscoveryMessage {
  reader.open('header');
  reader.u32le('magic');
  const invoke = reader.u32le('invoke id');
  const word = reader.u32le('service');
  const reply = reader.bits(word, RESPONSE, 'response') === 1;
  const service = reader.bits(word, 0x7fff_ffff, 'service', services);
  const netId = reader.bytes(6, 'AMS Net Id').join('.');
  reader.u16le('AMS port', portName);
  const count = reader.u32le('number of tags');
  reader.close();
  const found = new Map<number, string>();
  let secret: number | undefined;
  let status: number | undefined;
  for (let i = 0; i < count && reader.remaining >= SHORTEST_TAG; i++) {
    reader.open('tag');
    const tag = reader.u16le('tag', tags);
    const length = reader.u16le('length');
    const whole = reader.limit(length, 'length');
    if (tag === PASSWORD) secret = passedSecret(reader);
    else if (tag === STATUS && length === 4) status = reader.u32le('status');
    else found.set(tag, readTag(reader, tag));
    reader.release(whole);
    reader.close();
  }
  if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
  return { service, reply, invoke, netId, tags: found, secret, status };
}

/** How long it is, without the NUL. Nobody needs to know more. */
function passedSecret(reader: ByteReader): number {
  const length = reader.remaining;
  const last = reader.peek(length - 1);
  reader.secret(length, 'password');
  return last === 0 ? length - 1 : length;
}

function readTag(reader: ByteReader, tag: number): string {
  const length = reader.remaining;
  if (tag === NET_ID && length === 6) return reader.bytes(6, 'AMS Net Id').join('.');
  if (tag === TWINCAT_VERSION && length >= 4) {
    const version = `${reader.u8('version')}.${reader.u8('revision')}.${reader.u16le('build')}`;
    if (reader.remaining > 0) reader.skip(reader.remaining, 'rest');
    return version;
  }
  if (tag === OS_VERSION && length >= 20) {
    reader.u32le('size');
    const version = `${reader.u32le('major version')}.${reader.u32le('minor version')}`;
    const build = reader.u32le('build');
    const platform = reader.u32le('platform', platforms);
    reader.skip(reader.remaining, 'service pack');
    const name = `${platforms[platform] ?? `platform ${platform}`} ${version}`;
    return build === 0 ? name : `${name}.${build}`;
  }
  return reader.text(length, 'text');
}

class DiscoverySession implements Session {
  readonly #information: number;
  readonly #addRoute: number;
  readonly #unknown: number;
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#information = capture.operation(askInformation);
    this.#addRoute = capture.operation(addRoute);
    this.#unknown = capture.operation(unknownService);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    here.turn(bytes[start + 11]! & 0x80 ? 'reply' : 'request');
    const message = readDiscovery(here.reader.reset(bytes, start, end));
    if (message.reply) this.#answered(here, message);
    else this.#asked(here, message);
  }

  #asked(here: Here, { service, invoke, tags: said, secret }: DiscoveryMessage): void {
    const kinds: Record<number, number> = { [INFORMATION]: this.#information, [ADD_ROUTE]: this.#addRoute };
    const note = here.operation(kinds[service] ?? this.#unknown);
    this.#waiting.put(here.flow, invoke ^ service, note);
    if (secret !== undefined) here.credentials('TwinCAT route', said.get(USER_NAME) ?? '', secret);
    if (service === ADD_ROUTE) here.role(here.source, 'engineering', 'inferred', 'ads-discovery.adds-route');
    if (!here.wanted(note)) return;
    here.describe(note, {
      ...(service === ADD_ROUTE && {
        route: said.get(ROUTE_NAME) ?? '?',
        address: said.get(COMPUTER_NAME) ?? '?',
        destination: said.get(NET_ID) ?? '?',
        user: said.get(USER_NAME) ?? '?',
      }),
      ...(kinds[service] === undefined && { service }),
    });
  }

  #answered(here: Here, message: DiscoveryMessage): void {
    const { service, invoke, status = 0, tags: said, netId } = message;
    const note = this.#waiting.take(here.flow, invoke ^ service);
    if (note !== undefined && status !== 0) here.refuse(note, refusalOf(status));
    if (service !== INFORMATION) return;
    here.fact(here.source, 'vendor', 'Beckhoff Automation', 'inferred');
    here.fact(here.source, 'name', said.get(COMPUTER_NAME) ?? '');
    here.fact(here.source, 'os', said.get(OS_VERSION) ?? '');
    const version = said.get(TWINCAT_VERSION);
    here.fact(here.source, 'firmware', version === undefined ? '' : `TwinCAT ${version}`);
    here.fact(here.source, 'description', `AMS Net Id ${netId}`);
  }
}
