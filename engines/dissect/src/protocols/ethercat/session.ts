import { Pending } from '../../analysis/pending.ts';
import { u16leAt, u32leAt } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Endpoint,
  type Here,
  NOBODY,
  type OperationNote,
  type Session,
  type Teller,
  type Transfer,
} from '../../dissector.ts';
import { Exchange } from '../canopen/exchange.ts';
import { hexOf, valueOf } from '../canopen/values.ts';
import { DEVICE_NAME, HARDWARE_VERSION, objectName, SOFTWARE_VERSION } from '../canopen/objects.ts';
import {
  APRD,
  APRW,
  APWR,
  BRD,
  BRW,
  BWR,
  DATAGRAM_HEADER,
  DATAGRAMS,
  FPRD,
  FPRW,
  FPWR,
  HEADER,
  isLogical,
  LENGTH,
  MORE,
  readFrame,
  WORKING_COUNTER,
} from './frame.ts';
import { ADDRESSED, ALL, Image, isFmmu, slaveName } from './image.ts';
import {
  CONTENT,
  type DriveMail,
  FILE_ERROR,
  type FileMail,
  isMailbox,
  READ,
  READ_PARAMETER,
  readMailbox,
  type Sdo,
  WRITE,
  WRITE_PARAMETER,
} from './mailbox.ts';
import { operations, type OperationName } from './operations.ts';
import { abortOf, fileErrorOf, notTaken } from './refusals.ts';
import {
  AL_CONTROL,
  AL_STATUS,
  AL_STATUS_CODE,
  EEPROM_CONTROL,
  OPERATIONAL,
  productName,
  registerName,
  RESET,
  RESET_PDI,
  STATE,
  STATE_ERROR,
  stateName,
  STATION_ADDRESS,
  statusCodes,
  vendors,
} from './registers.ts';

const MOST_DATAGRAMS = 32;
const INDICES = 256;
const NO_NOTE = -1;
const MOST_SLAVES = 4_096;
const MOST_MASTERS = 64;
const MOST_TRANSFERS = 256;
const MEMORY = 0x1000;

// Words of the EEPROM: ETG.1000.6, 5.4.
const BUSY = 0x8000;
const WRITE_COMMAND = 0x0200;
const VENDOR_WORD = 0x08;
const PRODUCT_WORD = 0x0a;
const REVISION_WORD = 0x0c;

/** What is known of a slave, whose address is not one of Ethernet. */
interface Slave {
  state: number;
  statusCode: number;
  vendor: number;
  product: number;
}

interface Request {
  readonly slave: number;
  readonly exchange: Exchange;
}

interface FileTransfer {
  readonly transfer: Transfer;
  readonly note: OperationNote;
  /** Of the first packet: a shorter one is the last. */
  packet: number;
}

/**
 * A master sends frames that go around all slaves and come back, so that each is seen twice: as it was sent, with the
 * working counters 0, and with what the slaves read and wrote. A frame is known again by the index of its first datagram.
 */
export class EthercatSession implements Session {
  readonly #capture: Capture;
  readonly #commands;
  readonly #kinds: Readonly<Record<OperationName, number>>;
  readonly #image: Image;
  readonly #slaves = new Map<number, Slave>();
  readonly #stations = new Map<number, number>();
  /** What was written last, by slave and object. */
  readonly #written = new Map<string, number | string>();
  readonly #requests: Pending<Request>;
  readonly #files = new Map<number, FileTransfer>();
  /** Senders, and whether they are masters (or frames on their way back). */
  readonly #masters = new Map<Endpoint, boolean>();
  #master: Endpoint = NOBODY;
  #whole = 0;
  #counted = false;

  // Frames on their way, by the index of their first datagram.
  readonly #sentBy = new Int32Array(INDICES).fill(NOBODY);
  readonly #sentFirst = new Float64Array(INDICES);
  readonly #positions = new Uint16Array(INDICES * MOST_DATAGRAMS);
  readonly #notes = new Float64Array(INDICES * MOST_DATAGRAMS).fill(NO_NOTE);

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#commands = capture.counter('ethercat_cmd');
    this.#kinds = Object.fromEntries(
      Object.entries(operations).map(([name, kind]) => [name, capture.operation(kind)]),
    ) as Record<OperationName, number>;
    this.#image = new Image(capture);
    this.#requests = capture.bounded(
      'requests',
      new Pending<Request>(undefined, ({ slave, exchange }) => this.#wrote(slave, exchange)),
    );
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const word = u16leAt(bytes, start);
    if (word >> 12 !== DATAGRAMS) return;
    const stop = Math.min(end, start + HEADER + (word & LENGTH));
    const ends = this.#walk(bytes, start + HEADER, stop);
    const index = bytes[start + HEADER + 1]!;
    const first = bytes[start + HEADER]! * 0x1_0000 + u16leAt(bytes, start + HEADER + 4);
    const returned =
      this.#sentBy[index] !== NOBODY &&
      this.#sentBy[index] !== here.source &&
      this.#sentFirst[index] === first;
    const sent = !returned && !this.#counted;
    this.#sender(here, sent, returned, index);
    if (sent) {
      this.#sentBy[index] = here.source;
      this.#sentFirst[index] = first;
    }
    const slots = index * MOST_DATAGRAMS;
    let at = start + HEADER;
    for (let i = 0; i < this.#whole; i++) {
      const command = bytes[at]!;
      const length = u16leAt(bytes, at + 6) & LENGTH;
      const data = at + DATAGRAM_HEADER;
      this.#commands.add(command);
      const slot = i < MOST_DATAGRAMS ? slots + i : -1;
      if (isLogical(command)) this.#logical(here, sent, u32leAt(bytes, at + 2), bytes, data, data + length);
      else if (slot >= 0) this.#physical(here, bytes, at, length, slot, sent, returned);
      at = data + length + WORKING_COUNTER;
    }
    if (returned) this.#sentBy[index] = NOBODY;
    // What is wrong is told with its place by whoever reads field by field.
    if (!ends) readFrame(here.reader.reset(bytes, start, end));
  }

  finish(): void {
    this.#requests.finish();
  }

  /** How many datagrams are there in full, and whether a slave has counted in one of them. True when the last says it is. */
  #walk(bytes: Uint8Array, start: number, stop: number): boolean {
    let at = start;
    this.#whole = 0;
    this.#counted = false;
    while (at + DATAGRAM_HEADER + WORKING_COUNTER <= stop) {
      const word = u16leAt(bytes, at + 6);
      const counter = at + DATAGRAM_HEADER + (word & LENGTH);
      if (counter + WORKING_COUNTER > stop) return false;
      if ((bytes[counter]! | bytes[counter + 1]!) !== 0) this.#counted = true;
      this.#whole++;
      at = counter + WORKING_COUNTER;
      if (!(word & MORE)) return true;
    }
    return false;
  }

  #sender(here: Here, sent: boolean, returned: boolean, index: number): void {
    here.turn(returned ? 'reply' : 'request');
    const known = this.#masters.get(here.source);
    if (returned) {
      if (known === false || this.#masters.size >= MOST_MASTERS) return;
      this.#masters.set(here.source, false);
      // The first slave marks the address of the sender: it is the same one.
      here.same(this.#sentBy[index]!, here.source);
      return;
    }
    if (known !== undefined || this.#masters.size >= MOST_MASTERS) return;
    this.#masters.set(here.source, sent);
    if (!sent) return;
    if (this.#master === NOBODY) this.#master = here.source;
    else here.operation(this.#kinds.anotherMaster);
  }

  #logical(here: Here, sent: boolean, address: number, bytes: Uint8Array, start: number, end: number): void {
    if (sent) here.operation(this.#kinds.exchange);
    const master = this.#master === NOBODY ? here.source : this.#master;
    this.#image.exchanged(here, master, sent, address, bytes, start, end);
  }

  /** One datagram to registers or memory, on its way out, back, or seen once in between. */
  #physical(
    here: Here,
    bytes: Uint8Array,
    at: number,
    length: number,
    slot: number,
    sent: boolean,
    returned: boolean,
  ): void {
    const command = bytes[at]!;
    const register = u16leAt(bytes, at + 4);
    const data = at + DATAGRAM_HEADER;
    const answered = u16leAt(bytes, data + length) > 0;
    if (sent) this.#positions[slot] = u16leAt(bytes, at + 2);
    const position = returned ? this.#positions[slot]! : u16leAt(bytes, at + 2);
    const slave = this.#slaveOf(command, position);
    if (!returned) {
      const note = writes(command)
        ? this.#writing(here, slave, register, bytes, data, data + length)
        : NO_NOTE;
      this.#notes[slot] = note;
    } else {
      const note = this.#notes[slot]!;
      if (note !== NO_NOTE && !answered) {
        here.refuse(note, notTaken);
        if (register >= MEMORY) this.#requests.take(0, slave);
      }
      this.#notes[slot] = NO_NOTE;
    }
    if (!sent && answered && reads(command)) {
      this.#read(here, slave, register, bytes, data, data + length);
    }
  }

  /** By position slaves count up from the negative; once they have an address, it is their name. */
  #slaveOf(command: number, address: number): number {
    if (command >= BRD && command <= BRW) return ALL;
    if (command !== APRD && command !== APWR && command !== APRW) return ADDRESSED + address;
    const position = (0x1_0000 - address) & 0xffff;
    return this.#stations.get(position) ?? position;
  }

  #writing(
    here: Here,
    slave: number,
    register: number,
    bytes: Uint8Array,
    start: number,
    end: number,
  ): OperationNote {
    if (register >= MEMORY) {
      if (!isMailbox(register, bytes, start, end)) return NO_NOTE;
      const mail = readMailbox(here.reader.reset(bytes, start, end));
      if (mail.sdo) return this.#asks(here, slave, mail.sdo, bytes, start);
      if (mail.file) return this.#asksFile(here, slave, mail.file, bytes, start);
      return mail.drive ? this.#asksDrive(here, slave, mail.drive) : NO_NOTE;
    }
    if (register === AL_CONTROL && end - start >= 2) return this.#state(here, slave, u16leAt(bytes, start));
    if (register === STATION_ADDRESS && end - start >= 2 && slave < ADDRESSED) {
      if (this.#stations.size < MOST_SLAVES) this.#stations.set(slave, ADDRESSED + u16leAt(bytes, start));
    }
    if (isFmmu(register)) this.#image.configured(slave, bytes, start, end);
    if (register === EEPROM_CONTROL && end - start >= 4) {
      if (!(u16leAt(bytes, start) & WRITE_COMMAND)) return NO_NOTE;
      const note = here.operation(this.#kinds.writeEeprom);
      if (here.wanted(note))
        here.describe(note, { slave: slaveName(slave), address: u16leAt(bytes, start + 2) });
      return note;
    }
    const resets = register === RESET || register === RESET_PDI;
    const note = here.operation(resets ? this.#kinds.reset : this.#kinds.writeRegister);
    if (here.wanted(note)) {
      const name = registerName(register) ?? `0x${register.toString(16).padStart(4, '0')}`;
      here.describe(note, { slave: slaveName(slave), register: name, data: hexOf(bytes, start, end) });
    }
    return note;
  }

  #state(here: Here, slave: number, word: number): OperationNote {
    const before = this.#slaves.get(slave)?.state ?? 0;
    const note = here.operation(this.#kinds.setState);
    if (here.wanted(note)) {
      here.describe(note, {
        slave: slaveName(slave),
        state: stateName(word),
        ...(before > 0 && { before: stateName(before) }),
      });
    }
    return note;
  }

  #asks(here: Here, slave: number, sdo: Sdo, bytes: Uint8Array, start: number): OperationNote {
    const { kind, index, subindex } = sdo;
    if (kind === 'segment') {
      const request = this.#requests.take(0, slave);
      if (!request) return NO_NOTE;
      if (request.exchange.writes) this.#part(here, request.exchange, sdo, bytes, start);
      this.#requests.put(0, slave, request);
      return NO_NOTE;
    }
    if (kind !== 'download' && kind !== 'upload') return NO_NOTE;
    const writes = kind === 'download';
    const note = here.operation(writes ? this.#kinds.writeObject : this.#kinds.readObject);
    const setting = { by: here.source, of: this.#about(here), time: here.time };
    const exchange = new Exchange(note, sdo, writes, setting);
    this.#part(here, exchange, sdo, bytes, start, slave);
    const before = this.#written.get(objectOf(slave, index, subindex));
    if (here.wanted(note)) {
      here.describe(note, {
        slave: slaveName(slave),
        object: objectName(index),
        subindex,
        ...(writes && exchange.isWhole && exchange.value && { value: valueOf(exchange.value) }),
        ...(writes && before !== undefined && { before }),
      });
    }
    this.#requests.put(0, slave, { slave, exchange });
    return note;
  }

  /** All of a value, or a piece of it. */
  #part(
    here: Here,
    exchange: Exchange,
    { content, size, last }: Sdo,
    bytes: Uint8Array,
    start: number,
    slave = 0,
  ): void {
    if (!content) return;
    const [from, to] = content;
    const comesInSegments = size !== undefined && to - from < size;
    if (comesInSegments) exchange.carries(here, this.#about(here), size, `slave ${slaveName(slave)}: `);
    exchange.add(here, bytes, start + from, start + to);
    exchange.isWhole = size === undefined ? last === true : !comesInSegments;
  }

  /** By the one who asked: frames that come back go to nobody. */
  #wrote(slave: number, exchange: Exchange): void {
    const { writes, isWhole, value, setting } = exchange;
    if (!writes || !isWhole || !value) return;
    const teller = this.#capture.unanswered(setting.by, setting.time);
    this.#known(teller, setting.of, slave, exchange, valueOf(value));
  }

  #known(
    here: Teller,
    about: Endpoint,
    slave: number,
    { index, subindex, writes }: Exchange,
    value: number | string,
  ): void {
    const object = objectOf(slave, index, subindex);
    if (this.#written.has(object) || this.#written.size < MOST_SLAVES) this.#written.set(object, value);
    if (typeof value !== 'number') return;
    const name = `slave ${slaveName(slave)} 0x${index.toString(16).padStart(4, '0')}.${subindex}`;
    here.variableNamed(about, name, value, writes);
  }

  #asksFile(here: Here, slave: number, file: FileMail, bytes: Uint8Array, start: number): OperationNote {
    if (file.kind === CONTENT) {
      this.#content(here, slave, file, bytes, start);
      return NO_NOTE;
    }
    if (file.kind !== WRITE && file.kind !== READ) return NO_NOTE;
    const writing = file.kind === WRITE;
    const note = here.operation(writing ? this.#kinds.writeFile : this.#kinds.readFile);
    const name = file.name ?? '';
    if (here.wanted(note)) here.describe(note, { slave: slaveName(slave), file: name });
    if (file.password) here.credentials('FoE password', '', file.password);
    this.#files.get(slave)?.transfer.end(false);
    if (this.#files.size < MOST_TRANSFERS || this.#files.has(slave)) {
      const title = `slave ${slaveName(slave)}: ${name}`;
      const transfer = here.transfer(
        this.#about(here),
        writing ? 'to' : 'from',
        writing ? 'firmware' : 'file',
        title,
      );
      this.#files.set(slave, { transfer, note, packet: 0 });
    }
    return note;
  }

  #content(here: Here, slave: number, { content }: FileMail, bytes: Uint8Array, start: number): void {
    const file = this.#files.get(slave);
    if (!file || !content) return;
    const [from, to] = content;
    if (to > from) file.transfer.add(here, bytes, start + from, start + to);
    if (to - from >= file.packet && file.packet === 0) file.packet = to - from;
    else if (to - from < file.packet) this.#ends(slave, file, true);
  }

  #ends(slave: number, file: FileTransfer, complete: boolean): void {
    file.transfer.end(complete);
    this.#files.delete(slave);
  }

  #asksDrive(here: Here, slave: number, { kind, drive, parameter, data }: DriveMail): OperationNote {
    if (kind !== READ_PARAMETER && kind !== WRITE_PARAMETER) return NO_NOTE;
    const writing = kind === WRITE_PARAMETER;
    const note = here.operation(writing ? this.#kinds.writeParameter : this.#kinds.readParameter);
    if (here.wanted(note)) {
      const told = { slave: slaveName(slave), drive, parameter };
      here.describe(note, writing ? { ...told, data: hexOf(data, 0, data.length) } : told);
    }
    return note;
  }

  /** What a slave answered. */
  #read(here: Here, slave: number, register: number, bytes: Uint8Array, start: number, end: number): void {
    if (register >= MEMORY) {
      if (!isMailbox(register, bytes, start, end)) return;
      const { sdo, file } = readMailbox(here.reader.reset(bytes, start, end));
      if (sdo) this.#answers(here, slave, sdo, bytes, start);
      else if (file?.kind === CONTENT) this.#content(here, slave, file, bytes, start);
      else if (file?.kind === FILE_ERROR) {
        const open = this.#files.get(slave);
        if (!open) return;
        here.refuse(open.note, fileErrorOf(file.error ?? 0));
        this.#ends(slave, open, false);
      }
      return;
    }
    if (register === AL_STATUS && end - start >= 2) {
      this.#watch(here, slave, u16leAt(bytes, start));
      if (end - start >= 6) this.#statusCode(here, slave, u16leAt(bytes, start + 4));
    } else if (register === AL_STATUS_CODE && end - start >= 2) {
      this.#statusCode(here, slave, u16leAt(bytes, start));
    } else if (register === EEPROM_CONTROL && end - start >= 10) this.#eeprom(here, slave, bytes, start);
  }

  #answers(here: Here, slave: number, sdo: Sdo, bytes: Uint8Array, start: number): void {
    const request = this.#requests.take(0, slave);
    if (!request) return;
    const { exchange } = request;
    const { kind, index, subindex, abort } = sdo;
    if (kind !== 'segment' && (exchange.index !== index || exchange.subindex !== subindex)) return;
    if (kind === 'abort') {
      exchange.transfer?.end(false);
      return here.refuse(exchange.note, abortOf(abort ?? 0));
    }
    if (!exchange.writes) this.#part(here, exchange, sdo, bytes, start, slave);
    if (!exchange.isWhole) return this.#requests.put(0, slave, request);
    exchange.transfer?.end(true);
    if (exchange.writes) this.#wrote(slave, exchange);
    else if (exchange.value) this.#got(here, slave, exchange, exchange.value);
  }

  #got(here: Here, slave: number, exchange: Exchange, octets: Uint8Array): void {
    const value = valueOf(octets);
    if (here.wanted(exchange.note)) here.describe(exchange.note, { value });
    this.#known(here, this.#about(here), slave, exchange, value);
    const title = identities[exchange.index];
    if (title !== undefined && typeof value === 'string') {
      here.fact(this.#about(here), 'module', `slave ${slaveName(slave)}: ${title}${value}`);
    }
  }

  /** ETG.1000.6, 5.3: a slave that leaves Operational or says that something is wrong is told once. */
  #watch(here: Here, slave: number, now: number): void {
    const known = this.#slave(slave);
    if (!known || known.state === now) return;
    const before = known.state;
    known.state = now;
    const params = { slave: slaveName(slave), state: stateName(now) };
    if (now & ~before & STATE_ERROR) here.anomaly('ethercat.slave-error', 'AL status', 0, params);
    if ((before & STATE) === OPERATIONAL && (now & STATE) !== OPERATIONAL) {
      here.anomaly('ethercat.left-operational', 'AL status', 0, params);
    }
  }

  #statusCode(here: Here, slave: number, code: number): void {
    const known = this.#slave(slave);
    if (!known || known.statusCode === code) return;
    known.statusCode = code;
    if (code === 0) return;
    const why = statusCodes[code] ?? `0x${code.toString(16).padStart(4, '0')}`;
    here.anomaly('ethercat.status-code', 'AL status code', 0, { slave: slaveName(slave), why });
  }

  #eeprom(here: Here, slave: number, bytes: Uint8Array, start: number): void {
    if (u16leAt(bytes, start) & BUSY) return;
    const known = this.#slave(slave);
    if (!known) return;
    const [word, value] = [u32leAt(bytes, start + 2), u32leAt(bytes, start + 6)];
    if (word === VENDOR_WORD) known.vendor = value;
    if (word === PRODUCT_WORD) known.product = value;
    if (word !== REVISION_WORD || known.product < 0) return;
    const vendor = vendors[known.vendor] ?? `vendor 0x${known.vendor.toString(16).padStart(8, '0')}`;
    const product = productName(known.vendor, known.product);
    here.fact(this.#about(here), 'module', `slave ${slaveName(slave)}: ${vendor} ${product}`);
  }

  #slave(slave: number): Slave | undefined {
    let known = this.#slaves.get(slave);
    if (!known && this.#slaves.size < MOST_SLAVES) {
      known = { state: 0, statusCode: 0, vendor: 0, product: -1 };
      this.#slaves.set(slave, known);
    }
    return known;
  }

  /** Slaves have no address on Ethernet: what they have is told of their master. */
  #about(here: Here): Endpoint {
    return this.#master === NOBODY ? here.source : this.#master;
  }
}

function objectOf(slave: number, index: number, subindex: number): string {
  return `${slave} ${index}.${subindex}`;
}

const identities: Readonly<Record<number, string>> = {
  [DEVICE_NAME]: '',
  [HARDWARE_VERSION]: 'hardware ',
  [SOFTWARE_VERSION]: 'software ',
};

function writes(command: number): boolean {
  return (
    command === APWR ||
    command === APRW ||
    command === FPWR ||
    command === FPRW ||
    command === BWR ||
    command === BRW
  );
}

function reads(command: number): boolean {
  return (
    command === APRD ||
    command === APRW ||
    command === FPRD ||
    command === FPRW ||
    command === BRD ||
    command === BRW
  );
}
