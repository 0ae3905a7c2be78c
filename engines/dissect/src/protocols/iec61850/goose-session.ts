import * as ber from '../../bytes/ber.ts';
import type { Capture, Endpoint, Here, Row, Session } from '../../dissector.ts';
import { quantityAt, shown } from '../mms/data.ts';
import { readGoose } from './goose-pdu.ts';
import { appIdAt, beginOfPdu, endOfPdu, isCut, isSimulated } from './header.ts';
import { publishGoose, publishGooseOfAnother } from './operations.ts';
import { isEqual, type Publication, Publications } from './publications.ts';

/** Values of one data set that are told as variables. */
const MOST_VALUES = 1_024;
const MOST_SHOWN = 32;
/** Redundant networks (IEC 62439-3) bring every frame twice, the second right behind the first. */
const TWIN = 10_000;
const ROLLOVER = 0x1_0000_0000;

// Tags of IECGoosePdu.
const GOCB_REF = 0x80;
const TIME_ALLOWED = 0x81;
const STATE = 0x85;
const SEQUENCE = 0x86;
const SIMULATION = 0x87;
const REVISION = 0x88;
const COMMISSIONING = 0x89;
const ENTRIES = 0x8a;
const ALL_DATA = 0xab;

/** One control block as one station publishes it. */
interface Publisher extends Publication {
  readonly target: Endpoint;
  frames: number;
  state: number;
  sequence: number;
  time: number;
  /** Microseconds. */
  allowed: number;
  revision: number;
  simulated: boolean;
  commissioning: boolean;
  /** `allData`, as long as it is. */
  data: Uint8Array;
  length: number;
  readonly counts: { least: number; most: number; changes: number; falls: number };
}

/** What was found in the frame at hand: there is one, used again. */
class Fields {
  /** Where each is, from the beginning of the message, by the number of its tag. */
  readonly at = new Int32Array(16);
  allowed = 0;
  state = -1;
  sequence = -1;
  revision = -1;
  entries = -1;
  simulated = false;
  commissioning = false;
  referenceStart = 0;
  referenceEnd = -1;
  dataStart = 0;
  dataEnd = -1;
}

export class GooseSession implements Session {
  readonly #publish: number;
  readonly #publishOfAnother: number;
  readonly #values: number;
  readonly #publishers = new Publications((here, publication) => this.#begun(here, publication));
  readonly #addressOf: (endpoint: Endpoint) => string;
  readonly #element = new ber.Element();
  readonly #fields = new Fields();

  constructor(capture: Capture) {
    this.#publish = capture.operation(publishGoose);
    this.#publishOfAnother = capture.operation(publishGooseOfAnother);
    this.#values = capture.variables((index) => {
      const publisher = this.#publishers.list[Math.floor(index / MOST_VALUES)];
      return `${publisher?.name ?? '?'}[${index % MOST_VALUES}]`;
    });
    this.#addressOf = (endpoint) => capture.addressOf(endpoint);
    capture.bounded('memories', this.#publishers);
    capture.rows('goose', () => this.#publishers.list.map((publisher) => this.#rowOf(publisher)));
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const fields = this.#fields;
    here.turn('request');
    this.#scan(bytes, start, end);
    const { referenceStart, referenceEnd } = fields;
    const publisher =
      referenceEnd < 0
        ? undefined
        : this.#publishers.of(here, appIdAt(bytes, start), bytes, referenceStart, referenceEnd);
    if (publisher) this.#published(here, publisher, bytes, start, end);
    // Those who are not well-formed are read again, slowly, to say why.
    const isWhole = fields.dataEnd >= 0 && fields.state >= 0 && fields.entries >= 0 && fields.revision >= 0;
    if (!publisher || !isWhole || isCut(bytes, start, end)) readGoose(here.reader.reset(bytes, start, end));
  }

  #scan(bytes: Uint8Array, start: number, end: number): void {
    const [element, fields] = [this.#element, this.#fields];
    fields.state = fields.sequence = fields.revision = fields.entries = -1;
    fields.referenceEnd = fields.dataEnd = -1;
    fields.commissioning = false;
    fields.at.fill(0);
    fields.simulated = isSimulated(bytes, start);
    const begin = beginOfPdu(bytes, start, end);
    const stop = endOfPdu(bytes, start, end);
    if (!element.begin(bytes, begin, stop)) return;
    const last = Math.min(stop, element.end);
    let at = element.start;
    while (at < last && element.read(bytes, at, last)) {
      const { tag, start: from, end: to } = element;
      fields.at[tag & 0x0f] = at - start;
      switch (tag) {
        case GOCB_REF:
          fields.referenceStart = from;
          fields.referenceEnd = to;
          break;
        case TIME_ALLOWED:
          fields.allowed = ber.unsignedAt(bytes, from, to) * 1_000;
          break;
        case STATE:
          fields.state = ber.unsignedAt(bytes, from, to);
          break;
        case SEQUENCE:
          fields.sequence = ber.unsignedAt(bytes, from, to);
          break;
        case SIMULATION:
          fields.simulated ||= bytes[from] !== 0 && to > from;
          break;
        case REVISION:
          fields.revision = ber.unsignedAt(bytes, from, to);
          break;
        case COMMISSIONING:
          fields.commissioning = bytes[from] !== 0 && to > from;
          break;
        case ENTRIES:
          fields.entries = ber.unsignedAt(bytes, from, to);
          break;
        case ALL_DATA:
          fields.dataStart = from;
          fields.dataEnd = to;
          break;
      }
      at = to;
    }
  }

  #begun(here: Here, publication: Publication): Publisher {
    const { name, original } = publication;
    const slash = name.indexOf('/');
    if (slash > 0) here.fact(here.source, 'description', `GOOSE of ${name.slice(0, slash)}`);
    if (original !== undefined) {
      const params = { name, publisher: this.#addressOf(original) };
      here.anomaly('goose.second-publisher', 'gocbRef', this.#at(GOCB_REF), params);
    }
    return {
      ...publication,
      target: here.target,
      frames: 0,
      state: -1,
      sequence: -1,
      time: here.time,
      allowed: 0,
      revision: -1,
      simulated: false,
      commissioning: false,
      data: new Uint8Array(0),
      length: -1,
      counts: { least: Infinity, most: -Infinity, changes: 0, falls: 0 },
    };
  }

  #published(here: Here, publisher: Publisher, bytes: Uint8Array, start: number, end: number): void {
    const fields = this.#fields;
    publisher.frames++;
    const isOfAnother = publisher.original !== undefined;
    const note = here.operation(isOfAnother ? this.#publishOfAnother : this.#publish);
    if (fields.state >= 0) this.#follow(here, publisher, bytes);
    this.#watch(here, publisher);
    if (fields.dataEnd >= 0) this.#tell(here, publisher, bytes);
    if (!here.wanted(note)) return;
    here.describe(note, {
      name: publisher.name,
      ...(fields.state >= 0 && { state: fields.state }),
      ...(fields.sequence >= 0 && { sequence: fields.sequence }),
      ...(isOfAnother && { publisher: this.#addressOf(publisher.original) }),
    });
    const { allData = [], datSet = '' } = readGoose(here.reader.reset(bytes, start, end));
    here.describe(note, { list: datSet, values: allData.slice(0, MOST_SHOWN).map(shown) });
  }

  /** IEC 61850-8-1, 18.1.2.5: a new state has a new number and begins with sequence 0; what repeats it counts on. */
  #follow(here: Here, publisher: Publisher, bytes: Uint8Array): void {
    const { state, sequence, dataStart, dataEnd } = this.#fields;
    const { name, counts } = publisher;
    const [lastState, lastSequence, silence] = [
      publisher.state,
      publisher.sequence,
      here.time - publisher.time,
    ];
    const isFirst = lastState < 0;
    if (!isFirst && publisher.allowed > 0 && silence > publisher.allowed) {
      const params = { name, silence: Math.round(silence / 1_000), allowed: publisher.allowed / 1_000 };
      here.anomaly('goose.expired', 'timeAllowedToLive', this.#at(TIME_ALLOWED), params);
    }
    // Devices begin with state 1 and sequence 1 (or 0); a twin of the first frame is no second beginning.
    const isRestart = state === 1 && sequence <= 1 && (lastState !== 1 || sequence < lastSequence);
    if (!isFirst && isRestart && lastState < ROLLOVER - 1) {
      here.anomaly('goose.restarted', 'stNum', this.#at(STATE), { name, before: lastState });
    }
    if (!isFirst && state !== lastState) {
      counts.changes++;
      if (state < lastState) counts.falls++;
      const params = { name, before: lastState, after: state };
      if (isRestart) publisher.length = -1;
      else if (state < lastState) here.anomaly('goose.state-fell', 'stNum', this.#at(STATE), params);
      else if (state > lastState + 1) here.anomaly('goose.state-jumped', 'stNum', this.#at(STATE), params);
      else if (state > lastState && sequence > 1) {
        here.anomaly('goose.sequence-jumped', 'sqNum', this.#at(SEQUENCE), {
          name,
          expected: 0,
          actual: sequence,
        });
      }
    } else if (!isFirst && !isRestart) {
      this.#followSequence(here, publisher, lastSequence, silence);
      const isSame =
        publisher.length === dataEnd - dataStart && isEqual(publisher.data, bytes, dataStart, dataEnd);
      if (publisher.length >= 0 && dataEnd >= 0 && !isSame) {
        here.anomaly('goose.changed-silently', 'allData', this.#at(ALL_DATA), { name, state });
      }
    }
    publisher.state = state;
    publisher.sequence = sequence;
    publisher.time = here.time;
    publisher.allowed = this.#fields.allowed;
    if (state < counts.least) counts.least = state;
    if (state > counts.most) counts.most = state;
    if (dataEnd >= 0) keep(publisher, bytes, dataStart, dataEnd);
  }

  #followSequence(here: Here, { name }: Publisher, last: number, silence: number): void {
    const { sequence } = this.#fields;
    const expected = last + 1 >= ROLLOVER ? 1 : last + 1;
    if (sequence === expected || (sequence === last && silence < TWIN)) return;
    const params = { name, expected, actual: sequence };
    if (sequence === last) here.anomaly('goose.repeated', 'sqNum', this.#at(SEQUENCE), params);
    else if (sequence < last) here.anomaly('goose.out-of-order', 'sqNum', this.#at(SEQUENCE), params);
    else here.anomaly('goose.sequence-jumped', 'sqNum', this.#at(SEQUENCE), params);
  }

  /** Told when it begins. */
  #watch(here: Here, publisher: Publisher): void {
    const { simulated, commissioning, revision } = this.#fields;
    const { name } = publisher;
    if (simulated && !publisher.simulated)
      here.anomaly('goose.simulated', 'simulation', this.#at(SIMULATION), { name });
    if (commissioning && !publisher.commissioning) {
      here.anomaly('goose.needs-commissioning', 'ndsCom', this.#at(COMMISSIONING), { name });
    }
    if (revision >= 0 && publisher.revision >= 0 && revision !== publisher.revision) {
      const params = { name, before: publisher.revision, after: revision };
      here.anomaly('goose.configuration-changed', 'confRev', this.#at(REVISION), params);
    }
    publisher.simulated = simulated;
    publisher.commissioning = commissioning;
    if (revision >= 0) publisher.revision = revision;
  }

  /** The values of the data set, one after the other, whatever structures they are in. */
  #tell(here: Here, { index, name }: Publisher, bytes: Uint8Array): void {
    const [element, fields] = [this.#element, this.#fields];
    const end = fields.dataEnd;
    let at = fields.dataStart;
    let [place, count, top] = [0, 0, at];
    while (at < end && element.read(bytes, at, end)) {
      if (at === top) {
        count++;
        top = element.end;
      }
      if (element.tag & ber.CONSTRUCTED) {
        at = element.start;
        continue;
      }
      if (place < MOST_VALUES) {
        const value = quantityAt(element.tag, bytes, element.start, element.end);
        if (value === value) here.variable(here.source, this.#values, index * MOST_VALUES + place, value);
      }
      place++;
      at = element.end;
    }
    if (fields.entries >= 0 && fields.entries !== count) {
      const params = { name, expected: fields.entries, actual: count };
      here.anomaly('goose.entries-differ', 'numDatSetEntries', this.#at(ENTRIES), params);
    }
  }

  /** Where a field is in the message at hand. */
  #at(tag: number): number {
    return this.#fields.at[tag & 0x0f]!;
  }

  #rowOf({ name, source, target, appId, frames, counts }: Publisher): Row {
    return {
      gocbRef: name,
      src: this.#addressOf(source),
      dst: this.#addressOf(target),
      appid: appId,
      frames,
      ...(counts.least <= counts.most && {
        stNum_min: counts.least,
        stNum_max: counts.most,
        state_changes: counts.changes,
        stNum_decreases: counts.falls,
      }),
    };
  }
}

function keep(publisher: Publisher, bytes: Uint8Array, start: number, end: number): void {
  const length = end - start;
  if (publisher.data.length < length) publisher.data = new Uint8Array(length);
  for (let i = 0; i < length; i++) publisher.data[i] = bytes[start + i]!;
  publisher.length = length;
}
