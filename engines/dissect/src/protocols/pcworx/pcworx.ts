import { Kinds } from '../../analysis/kinds.ts';
import { type ByteReader, u16At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  LOST,
  NOT_OURS,
  OURS,
  PERHAPS,
  type Session,
} from '../../dissector.ts';
import { operations, unknownService } from './operations.ts';

/** What engineering tools of Phoenix Contact say to inline controllers on TCP 1962. */
export interface PcWorxMessage {
  readonly isReply: boolean;
  readonly service: number;
  /** Of the client, where it opens a session. */
  readonly name: string;
  readonly identity?: { type: string; firmware: string; built: string; orderNumber: string } | undefined;
}

const REPLY = 0x81;
const REQUEST = 0x01;
const OPEN = 0x01;
const IDENTIFY = 0x06;
const HEADER = 12;
const LONGEST = 8_192;
const CLIENT_AT = 14;
/** How all names of clients begin that were seen: “IBETH”. */
const CLIENT = Uint8Array.of(0x49, 0x42, 0x45, 0x54, 0x48);
/** Where the parts of the identity stand in a reply, from its beginning. */
const TYPE_AT = 30;
const FIRMWARE_AT = 66;
const DATE_AT = 79;
const TIME_AT = 91;
const ORDER_AT = 152;
const ORDER_END = 160;

const serviceName = (service: number) => operations[service]?.title;

export const pcworx: Dissector<PcWorxMessage> = {
  name: 'pcworx',
  title: 'Phoenix Contact PC WORX',
  reference: 'No public specification; nmap pcworx-info, and exchanges published with it',
  industrial: true,
  carriers: [{ on: 'tcp', at: [1962] }],
  claims: [],
  roles: {
    asking: { role: 'engineering', certainty: 'guessed', because: 'pcworx.asks' },
    asked: { role: 'controller', certainty: 'inferred', because: 'pcworx.answers' },
  },

  recognises(bytes, start, end, expected) {
    if (bytes[start] !== REQUEST && bytes[start] !== REPLY) return NOT_OURS;
    if (!expected) return opensSession(bytes, start, end) ? OURS : NOT_OURS;
    if (end - start < 4) return PERHAPS;
    return isHeader(bytes, start) ? OURS : NOT_OURS;
  },

  messageLength(bytes, start, end) {
    if (bytes[start] !== REQUEST && bytes[start] !== REPLY) return LOST;
    if (end - start < 4) return 0;
    return isHeader(bytes, start) ? u16At(bytes, start + 2) : LOST;
  },

  read: readPcWorx,

  begin: (capture) => new PcWorxSession(capture),
};

function isHeader(bytes: Uint8Array, start: number): boolean {
  const length = u16At(bytes, start + 2);
  return bytes[start + 1]! in operations && length >= HEADER && length <= LONGEST;
}

/** The header alone says too little, the name of the client and the two lengths around it enough. */
function opensSession(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  return (
    length >= CLIENT_AT + CLIENT.length &&
    bytes[start] === REQUEST &&
    bytes[start + 1] === OPEN &&
    u16At(bytes, start + 2) === length &&
    u16At(bytes, start + 12) === length - CLIENT_AT &&
    CLIENT.every((letter, at) => bytes[start + CLIENT_AT + at] === letter)
  );
}

function readPcWorx(reader: ByteReader): PcWorxMessage {
  reader.open('header');
  const isReply = reader.u8('direction', { [REQUEST]: 'request', [REPLY]: 'reply' }) === REPLY;
  const service = reader.u8('service', serviceName);
  reader.u16('length');
  reader.u16('message number');
  reader.close();
  const name = !isReply && service === OPEN ? readClient(reader) : '';
  const identity = isReply && service === IDENTIFY ? readIdentity(reader) : undefined;
  if (reader.remaining > 0) reader.skip(reader.remaining, 'data');
  return { isReply, service, name, identity };
}

function readClient(reader: ByteReader): string {
  const gap = CLIENT_AT - reader.offset;
  if (reader.remaining <= gap) return '';
  reader.skip(gap, 'parameters');
  return reader.text(reader.remaining, 'client');
}

function readIdentity(reader: ByteReader): PcWorxMessage['identity'] {
  if (reader.offset + reader.remaining < ORDER_END) return undefined;
  reader.skip(TYPE_AT - reader.offset, 'parameters');
  const type = reader.text(FIRMWARE_AT - TYPE_AT, 'controller type');
  const firmware = reader.text(DATE_AT - FIRMWARE_AT, 'firmware version');
  const date = reader.text(TIME_AT - DATE_AT, 'firmware date');
  const time = reader.text(9, 'firmware time');
  reader.skip(ORDER_AT - reader.offset, 'parameters');
  const orderNumber = reader.text(ORDER_END - ORDER_AT, 'order number');
  return { type, firmware, built: `${date} ${time}`, orderNumber };
}

class PcWorxSession implements Session {
  readonly #kinds: Kinds;

  constructor(capture: Capture) {
    this.#kinds = new Kinds(capture, operations, unknownService);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { isReply, service, name, identity } = readPcWorx(here.reader.reset(bytes, start, end));
    here.turn(isReply ? 'reply' : 'request');
    if (identity) {
      here.fact(here.source, 'vendor', 'Phoenix Contact', 'inferred');
      here.fact(here.source, 'model', identity.type);
      here.fact(here.source, 'firmware', `${identity.firmware} (${identity.built})`);
      here.fact(here.source, 'orderNumber', identity.orderNumber);
    }
    if (isReply) return;
    const note = here.operation(this.#kinds.of(service));
    if (here.wanted(note)) {
      here.describe(note, {
        ...(name !== '' && { name }),
        ...(!(service in operations) && { service: `0x${service.toString(16).padStart(2, '0')}` }),
      });
    }
  }
}
