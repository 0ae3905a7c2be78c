import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import {
  type Capture,
  type Context,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  type OperationNote,
  OURS,
  PERHAPS,
  type Session,
  type Transfer,
} from '../../dissector.ts';
import {
  type Asked,
  type CodesysV2Message,
  isAboutPasswords,
  isAllOfIt,
  lengthAt,
  readV2,
} from './message.ts';
import { LOGIN, READ_FILE, READ_ON, serviceName, SHELL, WRITE_FILE, WRITE_ON } from './names.ts';
import { commands, login, nextOutput, operations, otherService } from './operations.ts';

/** The one that every published reply has; nobody says that zero refuses. */
const SUCCESS = 1000;
const UNSAID = 0;
const refusals = new Refusals('codesys-v2');

export const codesysV2: Dissector<CodesysV2Message> = {
  name: 'codesys-v2',
  title: 'CODESYS V2',
  reference:
    'No public specification; Redpoint codesys-v2-discover, Basecamp codesys-shell and -transfer, zgrab2 codesys2',
  industrial: true,
  carriers: [{ on: 'tcp', at: [1200, 1201, 2455] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'codesys-v2.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'codesys-v2.answers' },
  },
  refusals: refusals.list,

  recognises(bytes, start, end, expected) {
    if (!expected) return isAllOfIt(bytes, start, end) ? OURS : NOT_OURS;
    const length = lengthAt(bytes, start, end);
    return length === LOST ? NOT_OURS : length === 0 ? PERHAPS : OURS;
  },

  messageLength: lengthAt,

  read: (reader, { direction, context }) => readV2(reader, direction === 'reply', () => askedOf(context)),

  begin: (capture) => new CodesysV2Session(capture),
};

interface Request extends Asked {
  readonly note: OperationNote;
  /** To which the reply brings a part. */
  readonly file: File | undefined;
}

interface File {
  name: string;
  transfer: Transfer | undefined;
  /** All of its parts were seen, as far as one can tell. */
  isWhole: boolean;
}

interface Connection {
  /** Replies come in the order of the requests: how many there were of each. */
  asked: number;
  answered: number;
  /** The output of the shell may repeat a password. */
  secret: boolean;
  reads: File;
  writes: File;
  output: File;
}

class CodesysV2Session implements Session {
  readonly #kinds: Kinds;
  readonly #waiting: Pending<Request>;
  #context: Context | undefined;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, allKinds, otherService);
    this.#waiting = capture.bounded('requests', new Pending<Request>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#context = undefined;
    const connection = here.connection(newConnection);
    const isReply = here.direction === 'reply';
    let request: Request | undefined;
    const message = readV2(here.reader.reset(bytes, start, end), isReply, () => {
      request = this.#answered(here, connection);
      return request;
    });
    if (message.service !== undefined) this.#request(here, connection, message.service, message, bytes);
    else if (isReply) this.#reply(here, request, message, bytes);
  }

  context(): Context | undefined {
    return this.#context;
  }

  gap(here: Here): void {
    const connection = here.connection(newConnection);
    connection.answered = connection.asked;
    for (const file of [connection.reads, connection.writes, connection.output]) file.isWhole = false;
  }

  #answered(here: Here, connection: Connection): Request | undefined {
    if (connection.answered === connection.asked) return undefined;
    const request = this.#waiting.take(here.flow, connection.answered++);
    if (request) this.#context = { service: request.service, secret: Number(request.secret) };
    return request;
  }

  #request(
    here: Here,
    connection: Connection,
    service: number,
    message: CodesysV2Message,
    bytes: Uint8Array,
  ): void {
    const { command, name, secret, content, last } = message;
    if (service === READ_FILE) connection.reads = newFile(name, true);
    if (service === WRITE_FILE) connection.writes = newFile(name, true);
    if (service === SHELL && command) {
      connection.output = newFile(`${command.word || 'shell'}.txt`, true);
      connection.secret = isAboutPasswords(command);
    }
    const note = here.operation(this.#kinds.of(kindOf(service, message)));
    const writes = service === WRITE_FILE || service === WRITE_ON ? connection.writes : undefined;
    const file = fileOf(service, connection);
    this.#waiting.put(here.flow, connection.asked++, {
      service,
      secret: service === SHELL && connection.secret,
      note,
      file,
    });
    if (here.wanted(note)) {
      const named = serviceName(service);
      here.describe(note, {
        service: command && command.shown !== '' ? `${named}: ${command.shown}` : named,
        ...(service !== SHELL && (file ?? writes) && { file: (file ?? writes)!.name }),
      });
    }
    if (secret !== undefined) {
      if (service === LOGIN) here.credentials('CODESYS V2 login', '', secret);
      else here.credentials('CODESYS V2 new password', '', secret);
    }
    if (writes) carry(writes, here, 'to', content, last, bytes);
  }

  #reply(
    here: Here,
    request: Request | undefined,
    { result, identity, content, last }: CodesysV2Message,
    bytes: Uint8Array,
  ): void {
    if (identity) {
      here.fact(here.source, 'os', `${identity.os} ${identity.version}`.trim());
      here.fact(here.source, 'vendor', identity.vendor);
    }
    if (!request) return;
    const { note, file } = request;
    if (result !== undefined && result !== SUCCESS && result !== UNSAID) {
      here.refuse(note, refusals.unknown(String(result)));
    }
    if (file) carry(file, here, 'from', content, last, bytes);
  }
}

const newConnection = (): Connection => ({
  asked: 0,
  answered: 0,
  secret: false,
  reads: newFile(),
  writes: newFile(),
  output: newFile(),
});

/** Of those that have no name, and are not whole, the beginning was not seen. */
function newFile(name = 'file', isWhole = false): File {
  return { name, transfer: undefined, isWhole };
}

/** From which a reply to this service brings a part. */
function fileOf(service: number, { reads, output }: Connection): File | undefined {
  if (service === READ_FILE || service === READ_ON) return reads;
  return service === SHELL ? output : undefined;
}

function askedOf(context: Context | undefined): Asked | undefined {
  const service = context?.['service'];
  return typeof service === 'number' ? { service, secret: context!['secret'] === 1 } : undefined;
}

// Kinds that no number of a service tells have numbers behind them.
const WITH_PASSWORD = 0x100;
const NEXT_OUTPUT = 0x101;
const COMMANDS = 0x102;
const words = [...commands.keys()];
const allKinds = {
  ...operations,
  [WITH_PASSWORD]: login,
  [NEXT_OUTPUT]: nextOutput,
  ...Object.fromEntries([...commands.values()].map((kind, i) => [COMMANDS + i, kind])),
};

function kindOf(service: number, { secret, command }: CodesysV2Message): number {
  if (service === LOGIN && secret !== undefined) return WITH_PASSWORD;
  if (service !== SHELL) return service;
  if (!command) return NEXT_OUTPUT;
  const which = words.indexOf(command.word);
  return which < 0 ? SHELL : COMMANDS + which;
}

function carry(
  file: File,
  here: Here,
  way: 'to' | 'from',
  content: Uint8Array | undefined,
  last: boolean | undefined,
  bytes: Uint8Array,
): void {
  if (!content) {
    file.isWhole = false;
    return;
  }
  const kind = /\.(prg|chk|pro)$/i.test(file.name) ? 'program' : 'file';
  file.transfer ??= here.transfer(way === 'to' ? here.target : here.source, way, kind, file.name);
  const from = content.byteOffset - bytes.byteOffset;
  file.transfer.add(here, bytes, from, from + content.length);
  if (!last) return;
  file.transfer.end(file.isWhole);
  Object.assign(file, newFile());
}
