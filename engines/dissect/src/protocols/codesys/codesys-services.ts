import { Kinds } from '../../analysis/kinds.ts';
import { type Pending, pendingSettings, type Setting, settingOf } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import { u16leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Params,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import { SERVICES_CARRIER } from './codesys-v3.ts';
import { NORMAL, SECURE } from './datagram.ts';
import { applicationStates, commandName, groupName, results } from './names.ts';
import { encrypted, groupOperations, operations, otherService } from './operations.ts';
import {
  HEADER,
  LOGIN,
  readService,
  type ServiceMessage,
  START_UPLOAD,
  VARIABLES,
} from './service-message.ts';
import { shownValue, Variables } from './variables.ts';

const MOST_SHOWN = 16;
const MOST_KEPT = 1_024;

/** Groups whose requests and replies do not agree on the session: it is only made. */
const DEVICE = 0x01;
const APP_DOWNLOAD = 0x0205;
const START_DOWNLOAD = 0x0802;
const FILE_DOWNLOAD = 0x0804;
const FILE_UPLOAD = 0x0807;
const FILE_END = 0x0808;
const REGISTER_VARIABLES = 0x0901;
const RELEASE_VARIABLES = 0x0902;

/** The device wants the next step of a login. */
const PENDING = 0x0a;

const refusals = new Refusals('codesys-services');
const refusalOf = refusals.numbered(results);

export const codesysServices: Dissector<ServiceMessage> = {
  name: 'codesys-services',
  title: 'CODESYS V3 services',
  reference:
    'No public specification; Kaspersky ICS CERT (2019), Tenable TRA-2020-04, Microsoft ics-forensics-tools, xy585 codesysV3 (2026)',
  industrial: true,
  carriers: [{ on: SERVICES_CARRIER }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end) {
    if (end - start < HEADER) return NOT_OURS;
    const protocol = u16leAt(bytes, start);
    return protocol === NORMAL || protocol === SECURE ? OURS : NOT_OURS;
  },

  read: readService,

  begin: (capture) => new ServicesSession(capture),
};

interface Connection {
  transfer: Transfer | undefined;
  name: string;
  application: Transfer | undefined;
}

/** What waits for its reply. */
interface Asked {
  readonly note: OperationNote;
  readonly names: readonly string[];
  readonly values: readonly (Uint8Array | undefined)[];
  readonly setting: Setting | undefined;
}

class ServicesSession implements Session {
  readonly #kinds: Kinds;
  readonly #groups: Kinds;
  readonly #encrypted: number;
  readonly #variables: Variables;
  readonly #waiting: Pending<Asked>;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, otherService);
    this.#groups = new Kinds(capture, groupOperations, otherService);
    this.#encrypted = capture.operation(encrypted);
    const variables = capture.bounded('memories', new Variables());
    this.#variables = variables;
    this.#waiting = pendingSettings<Asked>(capture, (as, of, { names, values }) => {
      names.forEach((name, i) => values[i] && variables.saw(as, of, name, values[i], true));
    });
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readService(here.reader.reset(bytes, start, end));
    const { isReply, secure } = message;
    here.turn(isReply ? 'reply' : 'request');
    if (isReply) this.#answered(here, message, bytes);
    else if (secure) here.operation(this.#encrypted);
    else this.#asked(here, message, bytes);
  }

  finish(): void {
    this.#waiting.finish();
  }

  #asked(here: Here, message: ServiceMessage, bytes: Uint8Array): void {
    const { code, handle, values, client, secret, user } = message;
    const note = here.operation(code in operations ? this.#kinds.of(code) : this.#groups.of(code >> 8));
    const isList = handle !== undefined && code >> 8 === VARIABLES;
    const names = (isList && this.#variables.namesOf(here.flow, handle)) || message.names;
    const setting = values.length > 0 ? settingOf(here) : undefined;
    const kept = values.map((value) => value?.slice(0, MOST_KEPT));
    this.#waiting.put(here.flow, keyOf(message), { note, names, values: kept, setting });
    if (here.wanted(note)) here.describe(note, this.#detailsOf(here, message, names));
    if (secret !== undefined) here.credentials('CODESYS V3 login', user ?? '', secret);
    here.fact(here.source, 'name', client.workstation ?? '');
    here.fact(here.source, 'software', client.software ?? '');
    if (code === RELEASE_VARIABLES && handle !== undefined) this.#variables.release(here.flow, handle);
    this.#follow(here, message, bytes);
  }

  #answered(here: Here, message: ServiceMessage, bytes: Uint8Array): void {
    const { code, result, handle, values, applications, content } = message;
    const asked = this.#waiting.take(here.flow, keyOf(message));
    if (code === FILE_UPLOAD && content) this.#carry(here, 'from', content, bytes);
    if (!asked) return;
    const { note, names, setting } = asked;
    if (result && !(code === LOGIN && result === PENDING)) {
      here.refuse(note, refusalOf(result));
      return;
    }
    if (code === REGISTER_VARIABLES && handle !== undefined)
      this.#variables.register(here.flow, handle, names);
    const told = setting ? asked.values : values;
    names.forEach((name, i) => {
      if (told[i]) this.#variables.saw(here, here.source, name, told[i], setting !== undefined);
    });
    if (!here.wanted(note)) return;
    if (values.length > 0) here.describe(note, { values: shown(values) });
    if (applications.length > 0) {
      const items = applications
        .slice(0, MOST_SHOWN)
        .map(({ name, state }) => `${name}: ${applicationStates[state] ?? state}`);
      here.describe(note, { items });
    }
  }

  #detailsOf(here: Here, message: ServiceMessage, names: readonly string[]): Params {
    const { code, texts, user, values, client, handle } = message;
    const numbered = code >> 8 === VARIABLES ? 'list' : 'trace';
    const unnamed = handle !== undefined && names.length === 0 ? [`${numbered} ${handle}`] : [];
    const items = [...texts, ...unnamed, ...names].slice(0, MOST_SHOWN);
    const before = names
      .slice(0, MOST_SHOWN)
      .map((name) => this.#variables.before(here.target, name) ?? null);
    return {
      service: groupName(code >> 8),
      command: commandName(code >> 8, code & 0xff),
      ...(items.length > 0 && { items }),
      ...(user !== undefined && { user }),
      ...client,
      ...(values.length > 0 && { values: shown(values) }),
      ...(values.length > 0 && before.some((value) => value !== null) && { before }),
    };
  }

  #follow(here: Here, { code, texts, content }: ServiceMessage, bytes: Uint8Array): void {
    const connection = here.connection(newConnection);
    if (code === START_DOWNLOAD || code === START_UPLOAD) {
      connection.transfer = undefined;
      connection.name = texts[0] ?? 'file';
    }
    if (code === FILE_DOWNLOAD && content) this.#carry(here, 'to', content, bytes);
    if (code === FILE_END) {
      connection.transfer?.end(true);
      connection.transfer = undefined;
    }
    if (code !== APP_DOWNLOAD || !content) return;
    here.role(here.source, 'engineering', 'inferred', 'codesys-services.transfers-program');
    connection.application ??= here.transfer(here.target, 'to', 'program', texts[0] ?? 'application');
    addTo(connection.application, here, content, bytes);
  }

  #carry(here: Here, way: 'to' | 'from', content: Uint8Array, bytes: Uint8Array): void {
    const connection = here.connection(newConnection);
    const about = way === 'to' ? here.target : here.source;
    connection.transfer ??= here.transfer(about, way, kindOf(connection.name), connection.name);
    addTo(connection.transfer, here, content, bytes);
  }
}

const newConnection = (): Connection => ({ transfer: undefined, name: 'file', application: undefined });

/** What a request and its reply have in common. */
function keyOf({ code, session }: ServiceMessage): number {
  return code >> 8 === DEVICE ? code : (code ^ session) >>> 0;
}

function shown(values: ServiceMessage['values']): (number | string | null)[] {
  return values.slice(0, MOST_SHOWN).map((value) => (value ? shownValue(value) : null));
}

function addTo(transfer: Transfer, here: Here, content: Uint8Array, bytes: Uint8Array): void {
  const from = content.byteOffset - bytes.byteOffset;
  transfer.add(here, bytes, from, from + content.length);
}

/** Boot applications, and what CODESYS keeps of a project. */
function kindOf(name: string): 'program' | 'file' {
  return /\.(app|crc|prj|project)$/i.test(name) ? 'program' : 'file';
}
