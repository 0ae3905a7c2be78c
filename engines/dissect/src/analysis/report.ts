import type { CaptureReader } from '../capture/capture-reader.ts';
import type { CaptureFormat, CarriedSecrets } from '../capture/capture-reader.ts';
import type { Problem } from '../capture/problem.ts';
import type { Access, Endpoint, Params, Refusal, TransferKind } from '../dissector.ts';
import type { Piece } from '../network/gathered.ts';
import { type Network, transportName } from '../network/network.ts';
import { detect, type Detected, MOST_DETECTED } from '../detections/detect.ts';
import type { Detection } from '../detections/detection.ts';
import { type Counts, countsOf, linkTypeName } from './counts.ts';
import { type Device, Devices } from './devices.ts';
import type { Location } from './location.ts';
import type { ConversationNote, CredentialNote, FindingGroup } from './notebook.ts';
import type { OperationGroup } from './operation-group.ts';
import type { Party } from './party.ts';
import type { Stage } from './stage.ts';
import type { TransferNote } from './transfers.ts';
import type { VariableNote } from './variables.ts';

/**
 * What a capture tells. JSON throughout; described by docs/analysis.schema.json. Times are whole microseconds since
 * 1970, offsets are bytes of the (decompressed) file.
 */
export interface Report {
  readonly format: CaptureFormat;
  readonly linkTypes: readonly string[];
  readonly packets: number;
  readonly bytes: number;
  /** Times of the earliest and the latest packet; 0 without packets. */
  readonly first: number;
  readonly last: number;
  readonly duration: number;
  /** As the people who captured wrote them into the file. */
  readonly comments: readonly string[];
  readonly problems: readonly Problem[];
  /** What did not fit into the bounds of the analysis, or could not be read. All zero for a calm capture. */
  readonly dropped: Readonly<Record<string, number>>;
  /** Under the keys of the reference counts. */
  readonly counts: Counts;
  readonly devices: readonly Device[];
  readonly conversations: readonly Conversation[];
  readonly operations: readonly Operation[];
  /** Process variables and how they went: those that were set first, then those that changed most. */
  readonly variables: readonly Variable[];
  /** Files and blocks that were carried over. */
  readonly transfers: readonly CarriedFile[];
  /** Keys in the file itself: told, never used, and in nothing that is made of it. */
  readonly secrets: readonly CarriedSecrets[];
  /** Who signed in with what everybody on the wire could read. */
  readonly credentials: readonly Credentials[];
  readonly anomalies: readonly Finding[];
  readonly malformed: readonly Finding[];
  /** What should not go unnoticed: the gravest first. Words for each id come with the engine. */
  readonly detections: readonly Detected[];
}

export interface Conversation {
  /** The side that asks. */
  readonly from: Party;
  readonly to: Party;
  /** The innermost protocol that was recognised; null when nobody recognised the payload. */
  readonly protocol: string | null;
  /** The protocol that carried it, if there is one between it and the transport. */
  readonly over: string | null;
  /** `tcp`, `udp`, `ethernet`, `ip/1` …; `link` between stations of field buses, radio networks and token rings. */
  readonly transport: string;
  /** Of the asked side; the EtherType for `ethernet`. */
  readonly port: number;
  readonly vlan: number | null;
  readonly began: 'from' | 'to' | 'unknown';
  readonly connections: number;
  readonly packets: number;
  readonly packetsBack: number;
  readonly bytes: number;
  readonly bytesBack: number;
  readonly messages: number;
  readonly first: number;
  readonly last: number;
  /** Its first packet. */
  readonly at: Location;
}

export interface Operation {
  readonly source: Party;
  readonly target: Party;
  readonly protocol: string;
  readonly code: string;
  readonly text: string;
  readonly access: Access;
  readonly dangerous: boolean;
  /** ATT&CK for ICS. */
  readonly techniques: readonly string[];
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly refused: readonly (Refusal & { readonly count: number })[];
  readonly samples: readonly OperationSample[];
}

export interface OperationSample {
  readonly text: string;
  readonly params: Params;
  readonly refused?: Refusal;
  readonly at: Location;
}

export interface Variable {
  /** Who holds it. */
  readonly device: Party;
  readonly protocol: string;
  readonly name: string;
  /** Values seen; how many of them were set; how often one differed from the one before. */
  readonly count: number;
  readonly sets: number;
  readonly changes: number;
  readonly first: { readonly time: number; readonly value: number };
  readonly last: { readonly time: number; readonly value: number };
  /** Of all values. */
  readonly range: readonly [number, number];
  /** Of those that were set; null where nobody did. */
  readonly setRange: readonly [number, number] | null;
  /** Time and value at changes, thinned out evenly where there were too many. */
  readonly points: readonly (readonly [time: number, value: number])[];
  /** Who set it, and within which range. */
  readonly setters: readonly Setter[];
}

export interface Setter {
  readonly by: Party;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly range: readonly [number, number];
}

export interface CarriedFile {
  /** Whose file it is, or becomes. */
  readonly device: Party;
  readonly other: Party;
  readonly protocol: string;
  readonly way: 'to' | 'from';
  readonly kind: TransferKind;
  readonly name: string;
  readonly bytes: number;
  readonly complete: boolean;
  readonly first: number;
  readonly last: number;
  /** Its content, as places in the (decompressed) file. */
  readonly pieces: readonly Piece[];
  readonly at: Location;
}

export interface Credentials {
  readonly source: Party;
  readonly target: Party;
  readonly protocol: string;
  /** `basic`, `password`, `community`, … */
  readonly scheme: string;
  readonly user: string;
  /** Length of the secret, which is not kept. */
  readonly secret: number;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly at: Location;
}

/** Alike anomalies or malformed messages. */
export interface Finding {
  readonly code: string;
  readonly protocol: string;
  readonly source: Party;
  readonly target: Party;
  readonly field: string;
  readonly count: number;
  readonly first: number;
  readonly last: number;
  readonly samples: readonly { readonly offset: number; readonly params: Params; readonly at: Location }[];
}

export function reportOf(
  stage: Stage,
  network: Network,
  reader: CaptureReader,
  looked: readonly Detection[],
): Report {
  const { notebook } = stage;
  const devices = new Devices(stage);
  const party = (endpoint: Endpoint): Party => ({
    device: devices.idOf(endpoint),
    address: stage.endpoints.text(endpoint),
  });
  const conversations = [...notebook.conversations.values()];
  const detected = detect(stage, devices, looked, party, ({ kind }, params) =>
    filled(kind.text ?? kind.title, params),
  );
  return {
    format: reader.format,
    linkTypes: [...network.linkTypes.keys()].map(linkTypeName),
    packets: stage.packet,
    bytes: reader.bytesRead,
    first: stage.firstTime,
    last: stage.lastTime,
    duration: stage.lastTime - stage.firstTime,
    comments: reader.comments,
    problems: reader.problems.list,
    dropped: {
      ...droppedOf(stage, network, reader),
      devices: devices.dropped,
      detections: Math.max(0, detected.length - MOST_DETECTED),
    },
    counts: countsOf(stage, network, reader),
    devices: devices.list,
    conversations: conversations
      .map((note) => conversationOf(note, party, stage))
      .sort((a, b) => b.packets + b.packetsBack - a.packets - a.packetsBack),
    operations: notebook.operations
      .map((group) => operationOf(group, party))
      .sort((a, b) => Number(b.dangerous) - Number(a.dangerous) || b.count - a.count),
    variables: stage.variableNotes
      .list()
      .slice(0, MOST_VARIABLES)
      .map((note) => variableOf(note, party, stage)),
    transfers: stage.transfers.list().map((note) => carriedOf(note, party)),
    secrets: reader.secrets,
    credentials: [...notebook.credentialNotes.values()].map((note) => credentialsOf(note, party)),
    anomalies: [...notebook.anomalies.values()].map((group) => findingOf(group, party)).sort(mostFirst),
    malformed: [...notebook.malformations.values()].map((group) => findingOf(group, party)).sort(mostFirst),
    detections: detected.slice(0, MOST_DETECTED),
  };
}

/** In the report; more are counted. */
const MOST_VARIABLES = 4_096;

type PartyOf = (endpoint: Endpoint) => Party;

function droppedOf(stage: Stage, network: Network, reader: CaptureReader): Record<string, number> {
  const { notebook } = stage;
  const counters = [...stage.counters.values()].reduce((total, counter) => total + counter.dropped, 0);
  return {
    fileBytes: reader.bytesLost,
    problems: reader.problems.dropped,
    unreadablePackets: network.unreadable,
    retransmissions: network.retransmitted,
    gaps: network.gaps,
    streamBytes: network.lostBytes,
    streams: network.dropped,
    fragments: network.fragments.dropped,
    flows: network.flows.evicted,
    addresses: stage.endpoints.dropped,
    talks: stage.talks.dropped,
    counters,
    watched: stage.watch.dropped,
    setters: stage.variableNotes.settersDropped,
    variables: stage.variableNotes.dropped + Math.max(0, stage.variableNotes.size - MOST_VARIABLES),
    transfers: stage.transfers.dropped,
    secrets: reader.secretsDropped,
    tooDeep: stage.tooDeep,
    failures: stage.failures,
    ...stage.forgotten,
    ...notebook.dropped,
  };
}

function conversationOf(note: ConversationNote, party: PartyOf, stage: Stage): Conversation {
  const { dissector, inner, transport, vlan, flows, from, to, ...rest } = note;
  const nameOf = (index: number) => (index < 0 ? null : stage.dissectors[index]!.name);
  return {
    from: party(from),
    to: party(to),
    protocol: nameOf(inner) ?? nameOf(dissector),
    over: inner < 0 ? null : nameOf(dissector),
    transport: transportName(transport, stage.endpoints.isHost(from)),
    vlan: vlan || null,
    connections: flows,
    ...rest,
  };
}

function operationOf(group: OperationGroup, party: PartyOf): Operation {
  const { source, target, protocol, kind, count, first, last, samples, refusals } = group;
  return {
    source: party(source),
    target: party(target),
    protocol,
    code: kind.code,
    text: kind.title,
    access: kind.access,
    dangerous: kind.dangerous ?? false,
    techniques: kind.techniques ?? [],
    count,
    first,
    last,
    refused: [...refusals.values()],
    samples: samples.map((sample) => ({ text: filled(kind.text ?? kind.title, sample.params), ...sample })),
  };
}

function variableOf(note: VariableNote, party: PartyOf, stage: Stage): Variable {
  const { about, dissector, name, count, sets, changes, points, setters } = note;
  return {
    device: party(about),
    protocol: stage.protocols[dissector]!,
    name,
    count,
    sets,
    changes,
    first: { time: note.firstTime, value: note.first },
    last: { time: note.lastTime, value: note.last },
    range: [note.least, note.most],
    setRange: sets > 0 ? [note.leastSet, note.mostSet] : null,
    points,
    setters: setters.map(({ by, count: times, least, most, first, last }) => ({
      by: party(by),
      count: times,
      first,
      last,
      range: [least, most],
    })),
  };
}

function carriedOf({ about, other, dissector, ...note }: TransferNote, party: PartyOf): CarriedFile {
  return { device: party(about), other: party(other), protocol: dissector, ...note };
}

function credentialsOf({ source, target, ...note }: CredentialNote, party: PartyOf): Credentials {
  return { source: party(source), target: party(target), ...note };
}

function findingOf({ source, target, ...group }: FindingGroup, party: PartyOf): Finding {
  return { ...group, source: party(source), target: party(target) };
}

function mostFirst(a: Finding, b: Finding): number {
  return b.count - a.count;
}

/** Parentheses around something that is not known are left out altogether. */
export function filled(template: string, params: Params): string {
  const known = (name: string) => params[name] !== undefined;
  return template
    .replace(/ ?\([^()]*\{(\w+)\}[^()]*\)/g, (all, name: string) => (known(name) ? all : ''))
    .replace(/\{(\w+)\}/g, (_, name: string) => shown(params[name]));
}

function shown(value: Params[string] | undefined): string {
  if (value === undefined || value === null) return '?';
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  return Array.isArray(value) ? value.map(shown).join(', ') : String(value);
}
