import type { Malformed } from '../bytes/byte-reader.ts';
import type {
  Certainty,
  Endpoint,
  FactField,
  OperationKind,
  OperationNote,
  Params,
  Refusal,
  Role,
} from '../dissector.ts';
import { type Flow } from '../network/flows.ts';
import type { Watch, Witness } from '../detections/watch.ts';
import { isSurer } from './certainty.ts';
import { emptyList } from './empty-list.ts';
import { FRAME, type Location } from './location.ts';
import type { MessageAtHand } from './message-at-hand.ts';
import type { OperationGroup } from './operation-group.ts';
import { Triples } from './triples.ts';

const MOST_SAMPLES = 16;
/** Of operations that change nothing. */
const MOST_CALM_SAMPLES = 4;
const MOST_SAMPLES_IN_ALL = 20_000;
const UNSAMPLED = MOST_SAMPLES;
/** Of one group, as bits of a note: above them stands the group. */
const NOTE_BITS = 5;
const NOTES = 1 << NOTE_BITS;
/** The note of an operation that found no place. */
const NO_NOTE = -1;

const MOST_OPERATIONS = 16_384;
const MOST_FACTS = 65_536;
const MOST_FINDINGS = 4_096;
const MOST_FINDING_SAMPLES = 8;
const MOST_CONVERSATIONS = 32_768;
const MOST_ROLES = 65_536;
const LONGEST_TEXT = 512;

export interface Fact {
  readonly about: Endpoint;
  readonly field: FactField;
  readonly value: string;
  readonly protocol: string;
  /** The surest that anybody told, and the first message that was so sure. */
  certainty: Certainty;
  at: Location;
  count: number;
}

export interface RoleNote {
  readonly about: Endpoint;
  readonly role: Role;
  readonly certainty: Certainty;
  readonly because: string;
  readonly params: Params;
}

/** Somebody signed in where all can read it. */
export interface CredentialNote {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly protocol: string;
  readonly scheme: string;
  readonly user: string;
  /** Length of the secret. */
  readonly secret: number;
  count: number;
  readonly first: number;
  last: number;
  readonly at: Location;
}

/** Alike anomalies, or alike malformed messages. */
export interface FindingGroup {
  readonly code: string;
  readonly protocol: string;
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly field: string;
  count: number;
  readonly first: number;
  last: number;
  readonly samples: { offset: number; params: Params; at: Location }[];
}

export interface ConversationNote {
  readonly from: Endpoint;
  readonly to: Endpoint;
  readonly dissector: number;
  inner: number;
  readonly transport: number;
  readonly port: number;
  readonly vlan: number;
  /** Who began: `from`, `to`, or unknown when the capture begins in the middle. */
  began: 'from' | 'to' | 'unknown';
  flows: number;
  packets: number;
  packetsBack: number;
  bytes: number;
  bytesBack: number;
  messages: number;
  first: number;
  last: number;
  /** Its first packet. */
  readonly at: Location;
}

/** All that was told, in bounds. What found no place is counted in `dropped`. */
export class Notebook {
  readonly facts = new Map<string, Fact>();
  readonly roles = new Map<string, RoleNote>();
  readonly operations = emptyList<OperationGroup>();
  readonly credentialNotes = new Map<string, CredentialNote>();
  readonly anomalies = new Map<string, FindingGroup>();
  readonly malformations = new Map<string, FindingGroup>();
  readonly conversations = new Map<string, ConversationNote>();
  readonly pairs = new Map<string, readonly [Endpoint, Endpoint]>();
  readonly dropped = { facts: 0, roles: 0, operations: 0, findings: 0, conversations: 0, credentials: 0 };

  readonly #stage: MessageAtHand;
  readonly #watch: Watch;
  readonly #kinds: OperationKind[] = [];
  /** By kind: who watches it happen, and who its refusal; -1 for nobody. */
  readonly #interests: number[] = [];
  readonly #refusalInterests: number[] = [];
  #samples = 0;
  readonly #groups = new Triples(MOST_OPERATIONS);
  readonly #moment: OperationMoment;

  constructor(stage: MessageAtHand, watch: Watch) {
    this.#stage = stage;
    this.#watch = watch;
    this.#moment = new OperationMoment(stage);
  }

  /** All that were made known. */
  get kinds(): readonly OperationKind[] {
    return this.#kinds;
  }

  operationKind(kind: OperationKind): number {
    const { happening, refusal } = this.#watch.interestIn(kind);
    this.#interests.push(happening);
    this.#refusalInterests.push(refusal);
    return this.#kinds.push(kind) - 1;
  }

  operation(kind: number): OperationNote {
    const stage = this.#stage;
    const key = kind * 2 + (stage.direction === 'request' ? stage.side : 1 - stage.side);
    const group = stage.operationsOfFlow?.of(key) ?? this.#group(kind, key);
    if (!group) {
      this.dropped.operations++;
      return NO_NOTE;
    }
    group.count++;
    group.last = stage.time;
    let note = group.index * NOTES + UNSAMPLED;
    if (group.room > 0 && this.#samples < MOST_SAMPLES_IN_ALL) {
      this.#samples++;
      group.room--;
      note = group.index * NOTES + group.samples.length;
      group.samples.push({ params: {}, at: stage.location });
    }
    if (group.interest >= 0) this.#watch.happened(group.interest, this.#moment.of(group, note));
    return note;
  }

  /** Those that are alike: the same kind, from the same to the same. Undefined when there is no room for another. */
  #group(kind: number, key: number): OperationGroup | undefined {
    const stage = this.#stage;
    const asks = stage.direction === 'request';
    const source = asks ? stage.source : stage.target;
    const target = asks ? stage.target : stage.source;
    const index = this.#groups.index(source, target, kind);
    if (index < 0) return undefined;
    const group = (this.operations[index] ??= {
      index,
      count: 0,
      last: stage.time,
      room: this.#kinds[kind]!.dangerous ? MOST_SAMPLES : MOST_CALM_SAMPLES,
      interest: this.#interests[kind]!,
      samples: [],
      source,
      target,
      protocol: stage.protocol,
      kind: this.#kinds[kind]!,
      first: stage.time,
      refusals: new Map(),
    });
    return stage.operationsOfFlow?.keep(key, group) ?? group;
  }

  wanted(note: OperationNote): boolean {
    return note >= 0 && (note & (NOTES - 1)) !== UNSAMPLED;
  }

  describe(note: OperationNote, params: Params): void {
    if (!this.wanted(note)) return;
    const sample = this.operations[note >> NOTE_BITS]!.samples[note & (NOTES - 1)]!;
    sample.params = { ...sample.params, ...params };
  }

  refuse(note: OperationNote, reason: Refusal): void {
    if (note < 0) return;
    const group = this.operations[note >> NOTE_BITS]!;
    const before = group.refusals.get(reason.text);
    if (before) before.count++;
    else if (group.refusals.size < MOST_SAMPLES) group.refusals.set(reason.text, { ...reason, count: 1 });
    if (this.wanted(note)) group.samples[note & (NOTES - 1)]!.refused = reason;
    const interest = this.#refusalInterests[this.#groups.at(note >> NOTE_BITS, 2)]!;
    if (interest >= 0) this.#watch.refused(interest, this.#moment.of(group, note), reason);
  }

  fact(about: Endpoint, field: FactField, value: string, certainty: Certainty): void {
    const text = value.slice(0, LONGEST_TEXT);
    const { protocol } = this.#stage;
    const key = `${about} ${field} ${protocol} ${text}`;
    const before = this.facts.get(key);
    if (before) {
      before.count++;
      if (!isSurer(certainty, before.certainty)) return;
      before.certainty = certainty;
      before.at = this.#stage.location;
    } else if (this.facts.size >= MOST_FACTS) this.dropped.facts++;
    else {
      const at = this.#stage.location;
      this.facts.set(key, { about, field, value: text, protocol, certainty, at, count: 1 });
    }
  }

  same(one: Endpoint, other: Endpoint): void {
    if (one < 0 || other < 0 || one === other || this.pairs.size >= MOST_FACTS) return;
    const key = `${one} ${other}`;
    if (!this.pairs.has(key)) this.pairs.set(key, [one, other]);
  }

  role(about: Endpoint, role: Role, certainty: Certainty, because: string, params: Params = {}): void {
    const key = `${about} ${role} ${because}`;
    const before = this.roles.get(key);
    if (before && !isSurer(certainty, before.certainty)) return;
    if (!before && this.roles.size >= MOST_ROLES) this.dropped.roles++;
    else this.roles.set(key, { about, role, certainty, because, params });
  }

  credentials(scheme: string, user: string, secret: number): void {
    const { protocol, source, target, time } = this.#stage;
    const name = user.slice(0, LONGEST_TEXT);
    const key = `${source} ${target} ${protocol} ${scheme} ${secret} ${name}`;
    const before = this.credentialNotes.get(key);
    if (before) {
      before.count++;
      before.last = time;
    } else if (this.credentialNotes.size >= MOST_FINDINGS) this.dropped.credentials++;
    else {
      const { location: at } = this.#stage;
      const note = {
        source,
        target,
        protocol,
        scheme,
        user: name,
        secret,
        count: 1,
        first: time,
        last: time,
        at,
      };
      this.credentialNotes.set(key, note);
    }
  }

  anomaly(code: string, field: string, offset: number, params: Params): void {
    this.#finding(this.anomalies, code, field, offset, params);
  }

  malformed({ field, offset, problem }: Malformed): void {
    this.#finding(this.malformations, 'malformed', field, offset, { problem });
  }

  conversation(flow: Flow): void {
    if (flow.packets0 + flow.packets1 === 0) return;
    const asking = flow.asking === -1 ? flow.likelyAsking : flow.asking;
    const [from, to, port] =
      asking === 0 ? [flow.one, flow.other, flow.otherPort] : [flow.other, flow.one, flow.onePort];
    const dissector = Math.max(flow.dissector, -1);
    const key = `${from} ${to} ${dissector} ${flow.transport} ${port} ${flow.vlan}`;
    const note = this.conversations.get(key) ?? this.#converse(key, flow, from, to, dissector, port);
    if (note) {
      if (flow.inner >= 0) note.inner = flow.inner;
      if (flow.beganKnown) note.began = flow.began === asking ? 'from' : 'to';
      note.flows++;
      note.packets += asking === 0 ? flow.packets0 : flow.packets1;
      note.packetsBack += asking === 0 ? flow.packets1 : flow.packets0;
      note.bytes += asking === 0 ? flow.bytes0 : flow.bytes1;
      note.bytesBack += asking === 0 ? flow.bytes1 : flow.bytes0;
      note.messages += flow.messages;
      note.first = Math.min(note.first, flow.first);
      note.last = Math.max(note.last, flow.last);
    }
    flow.packets0 = flow.packets1 = flow.bytes0 = flow.bytes1 = flow.messages = 0;
  }

  #converse(
    key: string,
    flow: Flow,
    from: Endpoint,
    to: Endpoint,
    dissector: number,
    port: number,
  ): ConversationNote | undefined {
    if (this.conversations.size >= MOST_CONVERSATIONS) {
      this.dropped.conversations++;
      return undefined;
    }
    const note: ConversationNote = {
      from,
      to,
      dissector,
      inner: flow.inner,
      transport: flow.transport,
      port,
      vlan: flow.vlan,
      began: 'unknown',
      flows: 0,
      packets: 0,
      packetsBack: 0,
      bytes: 0,
      bytesBack: 0,
      messages: 0,
      first: flow.first,
      last: flow.last,
      at: beginningOf(flow),
    };
    this.conversations.set(key, note);
    return note;
  }

  #finding(
    groups: Map<string, FindingGroup>,
    code: string,
    field: string,
    offset: number,
    params: Params,
  ): void {
    const { protocol, source, target, time } = this.#stage;
    const key = `${code} ${protocol} ${source} ${target} ${field}`;
    let group = groups.get(key);
    if (!group) {
      if (groups.size >= MOST_FINDINGS) {
        this.dropped.findings++;
        return;
      }
      group = { code, protocol, source, target, field, count: 0, first: time, last: time, samples: [] };
      groups.set(key, group);
    }
    group.count++;
    group.last = time;
    if (group.samples.length < MOST_FINDING_SAMPLES) {
      group.samples.push({ offset, params, at: this.#stage.location });
    }
  }
}

/** The operation at hand, for those who watch. There is one and it changes. */
class OperationMoment {
  readonly #stage: MessageAtHand;
  group!: OperationGroup;
  #sample = UNSAMPLED;

  constructor(stage: MessageAtHand) {
    this.#stage = stage;
  }

  get time(): number {
    return this.#stage.time;
  }

  of(group: OperationGroup, note: OperationNote): this {
    this.group = group;
    this.#sample = note & (NOTES - 1);
    return this;
  }

  witness(step?: number): Witness {
    const { group } = this;
    const at = this.#stage.location;
    return { group, sample: group.samples[this.#sample], at, ...(step !== undefined && { step }) };
  }
}

function beginningOf({ packet, time, frameAt, frameLength, linkType }: Flow): Location {
  const frame = [frameAt, frameLength] as const;
  return { packet, time, pieces: [frame], frame, linkType, dissector: FRAME, direction: 'request' };
}
