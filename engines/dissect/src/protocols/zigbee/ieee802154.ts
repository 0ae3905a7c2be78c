import { type ByteReader, Malformed } from '../../bytes/byte-reader.ts';
import { crc16, crc16Ccitt } from '../../bytes/crc16.ts';
import {
  type Capture,
  type Context,
  type Dissector,
  type Endpoint,
  type Here,
  NOBODY,
  NOT_OURS,
  OURS,
  type Session,
} from '../../dissector.ts';
import { hex4, hex8 } from './numbers.ts';
import { ASSOCIATE, DISASSOCIATE, REALIGN } from './operations.ts';

// Link types of the tcpdump project.
export const WITH_CHECK = 195;
const WITH_PHY = 215;
const WITHOUT_CHECK = 230;
const TAP = 283;
/** None of theirs: the radio put signal and quality in the place of the check sequence, with a bit that it was right. */
export const WITH_QUALITY = 0x1_0000 + WITH_CHECK;

// IEEE 802.15.4-2020, 7.2.2.2.
const BEACON = 0;
const DATA = 1;
const COMMAND = 3;
const types: Record<number, string> = {
  [BEACON]: 'beacon',
  [DATA]: 'data',
  2: 'acknowledgement',
  [COMMAND]: 'MAC command',
  5: 'multipurpose',
  6: 'fragment',
  7: 'extended',
};
const versions: Record<number, string> = { 0: '2003', 1: '2006', 2: '2015 and later' };

// 7.2.2.9.
const NO_ADDRESS = 0;
export const SHORT = 2;
const EXTENDED = 3;
const modes: Record<number, string> = { 0: 'none', [SHORT]: 'short', [EXTENDED]: 'extended' };

// 7.5.1.
const ASSOCIATION_RESPONSE = 2;
const DISASSOCIATION = 3;
const REALIGNMENT = 8;
const commands: Record<number, string> = {
  1: 'association request',
  [ASSOCIATION_RESPONSE]: 'association response',
  [DISASSOCIATION]: 'disassociation notification',
  4: 'data request',
  5: 'PAN ID conflict notification',
  6: 'orphan notification',
  7: 'beacon request',
  [REALIGNMENT]: 'coordinator realignment',
  9: 'GTS request',
};

export interface MacFrame {
  type: number;
  targetMode: number;
  targetPan: number;
  /** A short address, or the lower half of an extended one. */
  target: number;
  targetHigh: number;
  sourceMode: number;
  sourcePan: number;
  source: number;
  sourceHigh: number;
  encrypted: boolean;
  command: number;
  /** The short address that a command gives away; -1 for none. */
  given: number;
  status: number;
  payloadStart: number;
  payloadEnd: number;
  /** Of the frame check sequence: `none` when the capture holds none. */
  check: 'right' | 'wrong' | 'none';
}

/** Addresses in `carry`: what the mode of the target is, and that of the source. */
export const addressing = (target: number, source: number) => target * 4 + source;

export const ieee802154: Dissector<MacFrame> = {
  name: 'ieee802.15.4',
  title: 'IEEE 802.15.4',
  reference: 'IEEE 802.15.4-2020, clause 7',
  industrial: true,
  carriers: [{ on: 'link', at: [WITH_CHECK, WITH_QUALITY, WITH_PHY, WITHOUT_CHECK, TAP] }],
  claims: [],

  recognises: (_bytes, start, end, expected) => (expected && end - start >= 3 ? OURS : NOT_OURS),

  read(reader, { context }) {
    const link = typeof context?.['link'] === 'number' ? context['link'] : WITH_CHECK;
    return readFrame(reader, link, context?.['cut'] === 1);
  },

  begin: (capture) => new MacSession(capture),
};

class MacSession implements Session {
  readonly #capture: Capture;
  readonly #associated: number;
  readonly #left: number;
  readonly #realigned: number;
  #link = WITH_CHECK;
  #cut = false;

  constructor(capture: Capture) {
    this.#capture = capture;
    this.#associated = capture.operation(ASSOCIATE);
    this.#left = capture.operation(DISASSOCIATE);
    this.#realigned = capture.operation(REALIGN);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    this.#link = here.carrierAt;
    this.#cut = here.cut;
    const frame = readFrame(here.reader.reset(bytes, start, end), this.#link, this.#cut);
    const { type, check, payloadStart, payloadEnd, sourceMode, targetMode } = frame;
    if (sourceMode !== NO_ADDRESS || targetMode !== NO_ADDRESS) this.#between(here, frame);
    if (check === 'wrong') {
      here.anomaly('wpan.wrong-check', 'frame check sequence', end - start - 2);
      return;
    }
    if (frame.encrypted) return;
    if (type === COMMAND) this.#command(here, frame);
    if (type !== DATA || payloadStart >= payloadEnd) return;
    here.carry(
      'ieee802.15.4',
      bytes,
      start + payloadStart,
      start + payloadEnd,
      addressing(targetMode, sourceMode),
    );
  }

  /** Whether there is a check sequence, the bytes do not say. */
  context(): Context {
    return { link: this.#link, ...(this.#cut && { cut: 1 }) };
  }

  #between(here: Here, frame: MacFrame): void {
    const { sourceMode, sourcePan, source, sourceHigh, targetMode, targetPan, target, targetHigh } = frame;
    here.between(
      sourceMode === NO_ADDRESS ? NOBODY : this.#station(sourceMode, sourcePan, source, sourceHigh),
      this.#station(targetMode, targetPan, target, targetHigh),
    );
  }

  #station(mode: number, pan: number, low: number, high: number): Endpoint {
    if (mode === EXTENDED) return this.#capture.station('eui64', low, high);
    return this.#capture.station('wpan', mode === SHORT ? low : 0xffff, pan);
  }

  #command(here: Here, { command, given, status, targetPan }: MacFrame): void {
    if (command === ASSOCIATION_RESPONSE) {
      here.turn('request');
      const note = here.operation(this.#associated);
      if (here.wanted(note)) here.describe(note, { status, address: hex4(given) });
      const isAddress = status === 0 && given >= 0 && given < 0xfffe;
      if (isAddress) here.same(here.target, this.#capture.station('wpan', given, targetPan));
    } else if (command === DISASSOCIATION) {
      here.turn('request');
      const note = here.operation(this.#left);
      if (here.wanted(note)) here.describe(note, { reason: status });
    } else if (command === REALIGNMENT) {
      here.turn('request');
      const note = here.operation(this.#realigned);
      if (here.wanted(note) && given >= 0) here.describe(note, { address: hex4(given) });
    }
  }
}

function readFrame(reader: ByteReader, link: number, cut: boolean): MacFrame {
  const hasCheck = readOutside(reader, link) && !cut;
  const begin = reader.offset;
  const checked = reader.peekBytes(reader.remaining - 2);
  reader.open('MAC header', '7.2');
  const control = reader.u16le('frame control');
  const type = reader.bits(control, 0x0007, 'frame type', types);
  const secured = reader.bits(control, 0x0008, 'security enabled');
  reader.bits(control, 0x0010, 'frame pending');
  reader.bits(control, 0x0020, 'acknowledgement requested');
  const compressed = reader.bits(control, 0x0040, 'PAN ID compression') === 1;
  const unnumbered = reader.bits(control, 0x0100, 'sequence number suppression') === 1;
  const extended = reader.bits(control, 0x0200, 'information elements present') === 1;
  const targetMode = reader.bits(control, 0x0c00, 'destination addressing', modes);
  const version = reader.bits(control, 0x3000, 'frame version', versions);
  const sourceMode = reader.bits(control, 0xc000, 'source addressing', modes);
  if (type > COMMAND || version > 2 || targetMode === 1 || sourceMode === 1) {
    throw new Malformed('frame control', begin, 'is of a kind that is not read');
  }
  if (version < 2 || !unnumbered) reader.u8('sequence number');
  const frame: MacFrame = {
    type,
    targetMode,
    targetPan: 0xffff,
    target: 0xffff,
    targetHigh: 0,
    sourceMode,
    sourcePan: 0xffff,
    source: 0xffff,
    sourceHigh: 0,
    encrypted: false,
    command: -1,
    given: -1,
    status: -1,
    payloadStart: 0,
    payloadEnd: 0,
    check: 'none',
  };
  readAddresses(reader, frame, version, compressed);
  reader.close();
  if (secured) readSecurity(reader, frame, version);
  if (version === 2 && extended) readElements(reader);
  const checkLength = hasCheck && reader.remaining >= 2 ? 2 : 0;
  if (type === BEACON) readBeacon(reader, checkLength);
  frame.payloadStart = reader.offset;
  frame.payloadEnd = reader.offset + reader.remaining - checkLength;
  if (type === COMMAND && !frame.encrypted && reader.remaining > checkLength)
    readCommand(reader, frame, checkLength);
  if (reader.remaining > checkLength) reader.bytes(reader.remaining - checkLength, 'payload');
  if (checkLength > 0) readCheck(reader, frame, checked, link === WITH_QUALITY);
  return frame;
}

/** What captures have before the frame; whether its check sequence is there. */
function readOutside(reader: ByteReader, link: number): boolean {
  if (link === WITH_PHY) {
    reader.open('PHY header', '21.2 (O-QPSK)');
    reader.u32('preamble');
    reader.u8('start of frame', { 0xa7: 'right' });
    reader.u8('frame length');
    reader.close();
  } else if (link === TAP) {
    reader.open('TAP header');
    reader.u8('version');
    reader.u8('reserved');
    const length = reader.u16le('length');
    let checks = false;
    const end = length - 4;
    let at = 0;
    while (end - at >= 4) {
      const kind = reader.u16le('kind', { 0: 'check sequence', 1: 'signal strength', 3: 'channel' });
      const size = reader.u16le('size');
      const padded = (size + 3) & ~3;
      if (kind === 0 && size >= 1) {
        checks = reader.u8('check sequence', { 0: 'none', 1: '16 bits', 2: '32 bits' }) === 1;
        reader.bytes(padded - 1, 'padding');
      } else reader.bytes(padded, 'value');
      at += 4 + padded;
    }
    reader.close();
    return checks;
  }
  return link !== WITHOUT_CHECK;
}

/** Table 7-1 of 7.2.2.9 for older frames, table 7-2 for those of version 2. */
function readAddresses(reader: ByteReader, frame: MacFrame, version: number, compressed: boolean): void {
  const { targetMode, sourceMode } = frame;
  let hasTargetPan = targetMode !== NO_ADDRESS;
  let hasSourcePan = sourceMode !== NO_ADDRESS && !compressed;
  if (version === 2) {
    if (targetMode === NO_ADDRESS) hasTargetPan = sourceMode === NO_ADDRESS && compressed;
    else if (sourceMode === NO_ADDRESS) hasTargetPan = !compressed;
    else if (targetMode === EXTENDED && sourceMode === EXTENDED) {
      hasTargetPan = !compressed;
      hasSourcePan = false;
    }
  }
  if (hasTargetPan) frame.targetPan = reader.u16le('destination PAN', hex4);
  if (targetMode === SHORT) frame.target = reader.u16le('destination', hex4);
  else if (targetMode === EXTENDED) {
    frame.target = reader.u32le('destination, lower half', hex8);
    frame.targetHigh = reader.u32le('destination, upper half', hex8);
  }
  frame.sourcePan = hasSourcePan ? reader.u16le('source PAN', hex4) : frame.targetPan;
  if (!hasTargetPan) frame.targetPan = frame.sourcePan;
  if (sourceMode === SHORT) frame.source = reader.u16le('source', hex4);
  else if (sourceMode === EXTENDED) {
    frame.source = reader.u32le('source, lower half', hex8);
    frame.sourceHigh = reader.u32le('source, upper half', hex8);
  }
}

const KEY_IDENTIFIER = [0, 1, 5, 9];

/** 9.4. */
function readSecurity(reader: ByteReader, frame: MacFrame, version: number): void {
  reader.open('auxiliary security header', '9.4');
  const control = reader.u8('security control');
  const level = reader.bits(control, 0x07, 'security level');
  const mode = reader.bits(control, 0x18, 'key identifier mode');
  const isSuppressed = version === 2 && reader.bits(control, 0x20, 'frame counter suppression') === 1;
  if (!isSuppressed) reader.u32le('frame counter');
  if (mode > 0) reader.bytes(KEY_IDENTIFIER[mode]!, 'key identifier');
  reader.close();
  // What is only authenticated ends with a code of 4, 8 or 16 octets: it is left alone like what is encrypted.
  frame.encrypted = level > 0;
}

const HEADER_ENDS_WITH_PAYLOAD_ELEMENTS = 0x7e;
const HEADER_ENDS = 0x7f;
const PAYLOAD_ENDS = 0xf;

/** 7.4.2 and 7.4.3. */
function readElements(reader: ByteReader): void {
  reader.open('information elements', '7.4');
  let id = 0;
  while (reader.remaining >= 2 && id !== HEADER_ENDS_WITH_PAYLOAD_ELEMENTS && id !== HEADER_ENDS) {
    const descriptor = reader.u16le('header element');
    id = reader.bits(descriptor, 0x7f80, 'element');
    reader.bytes(reader.bits(descriptor, 0x007f, 'length'), 'content');
  }
  let group = id === HEADER_ENDS_WITH_PAYLOAD_ELEMENTS ? 0 : PAYLOAD_ENDS;
  while (reader.remaining >= 2 && group !== PAYLOAD_ENDS) {
    const descriptor = reader.u16le('payload element');
    group = reader.bits(descriptor, 0x7800, 'group');
    reader.bytes(reader.bits(descriptor, 0x07ff, 'length'), 'content');
  }
  reader.close();
}

/** 7.3.1. */
function readBeacon(reader: ByteReader, checkLength: number): void {
  if (reader.remaining < checkLength + 4) return;
  reader.open('beacon', '7.3.1');
  const superframe = reader.u16le('superframe specification');
  reader.bits(superframe, 0x000f, 'beacon order');
  reader.bits(superframe, 0x00f0, 'superframe order');
  reader.bits(superframe, 0x4000, 'PAN coordinator');
  reader.bits(superframe, 0x8000, 'association permitted');
  const slots = reader.bits(reader.u8('guaranteed time slots'), 0x07, 'slots');
  if (slots > 0) {
    reader.u8('slot directions');
    reader.bytes(slots * 3, 'slots');
  }
  const pending = reader.u8('pending addresses');
  const shorts = reader.bits(pending, 0x07, 'short');
  const longs = reader.bits(pending, 0x70, 'extended');
  if (shorts + longs > 0) reader.bytes(shorts * 2 + longs * 8, 'addresses');
  reader.close();
}

/** 7.5. */
function readCommand(reader: ByteReader, frame: MacFrame, checkLength: number): void {
  reader.open('MAC command', '7.5');
  frame.command = reader.u8('command', commands);
  const left = () => reader.remaining - checkLength;
  if (frame.command === ASSOCIATION_RESPONSE && left() >= 3) {
    frame.given = reader.u16le('short address', hex4);
    frame.status = reader.u8('status', { 0: 'associated', 1: 'PAN at capacity', 2: 'access denied' });
  } else if (frame.command === DISASSOCIATION && left() >= 1) {
    frame.status = reader.u8('reason', { 1: 'told to leave', 2: 'leaves' });
  } else if (frame.command === REALIGNMENT && left() >= 7) {
    reader.u16le('PAN', hex4);
    reader.u16le('coordinator', hex4);
    reader.u8('channel');
    frame.given = reader.u16le('short address', hex4);
  }
  reader.close();
}

/** 7.2.11; or what a radio of Texas Instruments writes there (CC2420, 14.4). */
function readCheck(reader: ByteReader, frame: MacFrame, checked: Uint8Array, isQuality: boolean): void {
  if (isQuality) {
    reader.i8('signal strength');
    const quality = reader.u8('quality');
    frame.check = reader.bits(quality, 0x80, 'check sequence was right') === 1 ? 'right' : 'wrong';
    return;
  }
  const told = reader.u16le('frame check sequence');
  frame.check = crc16(crc16Ccitt, 0, checked, 0, checked.length) === told ? 'right' : 'wrong';
  reader.remark(frame.check);
}
