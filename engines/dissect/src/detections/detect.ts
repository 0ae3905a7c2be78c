import type { Device, Devices } from '../analysis/devices.ts';
import type { Location } from '../analysis/location.ts';
import type { ConversationNote } from '../analysis/notebook.ts';
import type { OperationGroup } from '../analysis/operation-group.ts';
import type { Evidence, Party } from '../analysis/party.ts';
import type { Stage } from '../analysis/stage.ts';
import type { Certainty, Endpoint, OperationKind, Params } from '../dissector.ts';
import { TCP, transportName } from '../network/network.ts';
import {
  type AnomalySeen,
  type ConversationSeen,
  type CredentialsSeen,
  type Detection,
  matcher,
  type Newcomer,
  type OperationSeen,
  type Per,
  type Severity,
  type TransferSeen,
  type VariablesSeen,
  type Where,
  type Whom,
} from './detection.ts';
import { means, MOST_EVIDENCE, type Sighting, type Witness } from './watch.ts';

/** Something that should not go unnoticed. Its words are those of the detection with this id. */
export interface Detected {
  readonly id: string;
  readonly severity: Severity;
  readonly certainty: Certainty;
  /** ATT&CK for ICS. */
  readonly techniques: readonly string[];
  /** Null where there were several, or none that can be named. */
  readonly source: Party | null;
  readonly target: Party | null;
  readonly first: number;
  readonly last: number;
  /** How often, and how often of these the device said no. */
  readonly count: number;
  readonly refused: number;
  /** What was counted: `targets`, `ports`, `variable`, … */
  readonly params: Params;
  readonly evidence: readonly Evidence[];
}

/** In the report; the gravest stay. */
export const MOST_DETECTED = 1_024;

export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** Holds all that was told against what is looked for. */
export function detect(
  stage: Stage,
  devices: Devices,
  detections: readonly Detection[],
  party: (endpoint: Endpoint) => Party,
  textOf: (group: OperationGroup, params: Params) => string,
): Detected[] {
  const scene = new Scene(stage, devices, textOf);
  const told = [
    ...stage.watch.sightings.flatMap((sighting) => scene.streamed(sighting)),
    ...detections.flatMap((detection) => scene.found(detection)),
  ];
  return withoutLesser(told)
    .sort((a, b) => rank(a) - rank(b) || a.first - b.first)
    .map(({ detection, source, target, ...rest }) => ({
      id: detection.id,
      severity: severityOf(detection, rest),
      certainty: detection.certainty,
      techniques: detection.techniques,
      source: source === undefined ? null : party(source),
      target: target === undefined ? null : party(target),
      ...rest,
    }));
}

interface Found {
  readonly detection: Detection;
  readonly source: Endpoint | undefined;
  readonly target: Endpoint | undefined;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly refused: number;
  readonly params: Params;
  readonly evidence: readonly Evidence[];
}

const rank = (found: Found) => severities.indexOf(severityOf(found.detection, found));

/** What the device said no to every time did not happen: somebody tried. */
function severityOf(
  { severity, seen }: Detection,
  { count, refused }: Pick<Found, 'count' | 'refused'>,
): Severity {
  const isAboutRefusals = 'operation' in seen && seen.operation.refused === 'only';
  const failed = !isAboutRefusals && count > 0 && refused >= count;
  return failed && severities.indexOf(severity) < severities.indexOf('medium') ? 'medium' : severity;
}

/** What another detection between the same two says better. */
function withoutLesser(found: readonly Found[]): Found[] {
  const replaced = new Set<string>();
  for (const { detection, source, target } of found) {
    for (const lesser of detection.replaces ?? []) {
      replaced.add(`${lesser} ${source} ${target}`);
      if (source === undefined) replaced.add(`${lesser} * ${target}`);
    }
  }
  return found.filter(
    ({ detection: { id }, source, target }) =>
      !replaced.has(`${id} ${source} ${target}`) && !replaced.has(`${id} * ${target}`),
  );
}

/** A few alike notes, on their way to being found. */
class Heap<Note> {
  readonly source: Endpoint | undefined;
  readonly target: Endpoint | undefined;
  readonly notes: Note[] = [];

  constructor(source: Endpoint | undefined, target: Endpoint | undefined) {
    this.source = source;
    this.target = target;
  }
}

interface Between {
  readonly source: Endpoint;
  readonly target: Endpoint;
}

class Scene {
  readonly #stage: Stage;
  readonly #devices: Devices;
  readonly #textOf: (group: OperationGroup, params: Params) => string;
  readonly #conversations: readonly (ConversationNote & Between)[];

  constructor(stage: Stage, devices: Devices, textOf: (group: OperationGroup, params: Params) => string) {
    this.#stage = stage;
    this.#devices = devices;
    this.#textOf = textOf;
    this.#conversations = [...stage.notebook.conversations.values()].map((note) => ({
      ...note,
      source: note.from,
      target: note.to,
    }));
  }

  /** What was seen while the capture streamed still has to be between those who are meant. */
  streamed({ detection, source, target, witnesses, ...rest }: Sighting): Found[] {
    const { seen } = detection;
    const whom = 'sequence' in seen ? seen.sequence : 'operation' in seen ? seen.operation : {};
    const between = {
      source: source ?? witnesses[0]!.group.source,
      target: target ?? witnesses[0]!.group.target,
    };
    if (!this.#concerns(whom, between)) return [];
    const refused =
      'operation' in seen && seen.operation.refused === 'only'
        ? rest.count
        : witnesses.filter(({ sample }) => sample?.refused).length;
    const evidence = witnesses.map((witness) => this.#evidenceOf(witness));
    return [{ detection, source, target, ...rest, refused, params: {}, evidence }];
  }

  found(detection: Detection): Found[] {
    const { seen } = detection;
    if ('operation' in seen) {
      return seen.operation.within === undefined ? this.#operations(detection, seen.operation) : [];
    }
    if ('anomaly' in seen) return this.#anomalies(detection, seen.anomaly);
    if ('conversation' in seen) return this.#talks(detection, seen.conversation);
    if ('variables' in seen) return this.#variables(detection, seen.variables);
    if ('transfer' in seen) return this.#transfers(detection, seen.transfer);
    if ('credentials' in seen) return this.#credentials(detection, seen.credentials);
    return [];
  }

  #operations(detection: Detection, seen: OperationSeen): Found[] {
    const meant = remembered(means(seen));
    const reason = seen.reasons && matcher(seen.reasons);
    // A device may give two reasons for one refusal.
    const refusals = ({ refusals: all, count: most }: OperationGroup) =>
      Math.min(
        most,
        sum([...all.values()], ({ code, count }) => (!reason || reason(code) ? count : 0)),
      );
    const counted = (group: OperationGroup) => {
      if (seen.refused === 'only') return refusals(group);
      return seen.refused === 'never' ? group.count - refusals(group) : group.count;
    };
    const groups = this.#stage.notebook.operations.filter(
      (group) => meant(group.kind) && counted(group) > 0 && this.#concerns(seen, group),
    );
    const heaps = heaped(seen.newcomer ? newcomers(groups, seen.newcomer) : groups, seen.per);
    return heaps.flatMap(({ source, target, notes }): Found[] => {
      const count = sum(notes, counted);
      const kinds = different(notes, ({ kind }) => kind.code);
      const sources = different(notes, (note) => note.source);
      const targets = different(notes, (note) => note.target);
      const enough =
        count >= (seen.count ?? 1) &&
        kinds >= (seen.kinds ?? 1) &&
        sources >= (seen.sources ?? 1) &&
        targets >= (seen.targets ?? 1);
      if (!enough) return [];
      const params = {
        ...(seen.kinds !== undefined && { kinds }),
        ...(seen.sources !== undefined && { sources }),
        ...(seen.targets !== undefined && { targets }),
      };
      const refused = sum(notes, refusals);
      const evidence = this.#samplesOf(notes, seen.refused === 'only');
      return [{ detection, source, target, ...spanOf(notes), count, refused, params, evidence }];
    });
  }

  #anomalies(detection: Detection, seen: AnomalySeen): Found[] {
    const [among, outside] = [matcher(seen.codes), seen.except && matcher(seen.except)];
    const { anomalies, malformations } = this.#stage.notebook;
    const groups = [...anomalies.values(), ...malformations.values()].filter(
      (group) => among(group.code) && !outside?.(group.code) && this.#concerns(seen, group),
    );
    const heaps = heaped(groups).filter(({ notes }) => sum(notes, ({ count }) => count) >= (seen.count ?? 1));
    return heaps.map(({ source, target, notes }) => ({
      detection,
      source,
      target,
      ...spanOf(notes),
      count: sum(notes, ({ count }) => count),
      refused: 0,
      params: notes[0]!.samples[0]?.params ?? {},
      evidence: notes
        .flatMap(({ code, samples }) => samples.map(({ params, at }) => ({ code, text: code, params, at })))
        .slice(0, MOST_EVIDENCE),
    }));
  }

  #talks(detection: Detection, seen: ConversationSeen): Found[] {
    const protocol = seen.protocols && matcher(seen.protocols);
    const meant = this.#conversations.filter((note) => {
      const names = this.#protocolsOf(note);
      return (
        (!protocol || names.some(protocol)) &&
        (seen.industrial === undefined || seen.industrial === this.#isIndustrial(note)) &&
        (!seen.transports || seen.transports.includes(transportName(note.transport))) &&
        (!seen.ports || seen.ports.includes(note.port)) &&
        (seen.said === undefined || seen.said === saidAnything(note)) &&
        this.#stage.endpoints.isStation(note.from) &&
        this.#concerns(seen, note)
      );
    });
    const chosen = seen.newcomer ? newcomers(meant, seen.newcomer, this.#stage.firstTime) : meant;
    return heaped(chosen, seen.per).flatMap(({ source, target, notes }): Found[] => {
      const targets = different(notes, (note) => note.to);
      const ports = different(notes, ({ transport, port }) => transport * 0x1_0000 + port);
      if (targets < (seen.targets ?? 1) || ports < (seen.differentPorts ?? 1)) return [];
      const [one] = notes;
      const params = {
        protocol: this.#protocolsOf(one!)[0] ?? transportName(one!.transport),
        ...(seen.targets !== undefined && { targets }),
        ...(ports > 1 ? { ports } : { port: one!.port }),
      };
      const evidence = notes.slice(0, MOST_EVIDENCE).map((note) => this.#beginningOf(note));
      const count = sum(notes, ({ flows }) => flows);
      return [{ detection, source, target, ...spanOf(notes), count, refused: 0, params, evidence }];
    });
  }

  #variables(detection: Detection, seen: VariablesSeen): Found[] {
    const protocol = seen.protocols && matcher(seen.protocols);
    const acts = this.#stage.variableNotes.list().filter(({ cyclic }) => !cyclic);
    const set = acts.flatMap((note) =>
      note.setters.map((setter) => ({
        ...setter,
        name: note.name,
        source: setter.by,
        target: note.about,
        dissector: note.dissector,
      })),
    );
    const meant = set.filter(
      (note) =>
        (!protocol || protocol(this.#stage.protocols[note.dissector]!)) &&
        note.toggles >= (seen.toggles ?? 0) &&
        this.#concerns(seen, note),
    );
    return heaped(meant, 'pair').flatMap(({ source, target, notes }): Found[] => {
      const burst = seen.different === undefined ? notes : together(notes, seen.different, seen.within);
      if (burst.length === 0) return [];
      const span = spanOf(burst);
      const names = burst.slice(0, MOST_NAMES).map(({ name }) => name);
      return [
        {
          detection,
          source,
          target,
          ...span,
          count: sum(burst, ({ count }) => count),
          refused: 0,
          params: { variables: names, different: burst.length },
          evidence: this.#writesBetween(source!, target!, span),
        },
      ];
    });
  }

  #transfers(detection: Detection, seen: TransferSeen): Found[] {
    const protocol = seen.protocols && matcher(seen.protocols);
    const named = seen.names && matcher(seen.names);
    const meant = this.#stage.transfers
      .list()
      .map((note) => ({ ...note, source: note.other, target: note.about, count: 1 }))
      .filter(
        (note) =>
          (!seen.kinds || seen.kinds.includes(note.kind)) &&
          (!seen.way || seen.way === note.way) &&
          (!protocol || protocol(note.dissector)) &&
          (!named || named(note.name)) &&
          this.#concerns(seen, note),
      );
    return heaped(meant, 'pair').map(({ source, target, notes }) => ({
      detection,
      source,
      target,
      ...spanOf(notes),
      count: notes.length,
      refused: 0,
      params: {
        names: notes.slice(0, MOST_NAMES).map(({ name }) => name),
        octets: sum(notes, ({ bytes }) => bytes),
      },
      evidence: notes
        .slice(0, MOST_EVIDENCE)
        .map(({ name, kind, at }) => ({ text: `${kind} ${name}`, params: { name }, at })),
    }));
  }

  #credentials(detection: Detection, seen: CredentialsSeen): Found[] {
    const protocol = seen.protocols && matcher(seen.protocols);
    const meant = [...this.#stage.notebook.credentialNotes.values()].filter(
      (note) =>
        (!seen.schemes || seen.schemes.includes(note.scheme)) &&
        (!protocol || protocol(note.protocol)) &&
        this.#concerns(seen, note),
    );
    return heaped(meant, 'pair')
      .filter(({ notes }) => notes.length >= (seen.different ?? 1))
      .map(({ source, target, notes }) => ({
        detection,
        source,
        target,
        ...spanOf(notes),
        count: sum(notes, ({ count }) => count),
        refused: 0,
        params: {
          scheme: notes[0]!.scheme,
          users: [...new Set(notes.map(({ user }) => user))].filter(Boolean).slice(0, MOST_NAMES),
        },
        evidence: notes.slice(0, MOST_EVIDENCE).map(({ scheme, user, at }) => ({
          text: user ? `${scheme}: ${user}` : scheme,
          params: { scheme, user },
          at,
        })),
      }));
  }

  #concerns({ fromRoles, toRoles, from, to }: Whom, { source, target }: Between): boolean {
    return (
      (!fromRoles || hasRole(this.#devices.of(source), fromRoles)) &&
      (!toRoles || hasRole(this.#devices.of(target), toRoles)) &&
      (!from || this.#isAt(source, from, target)) &&
      (!to || this.#isAt(target, to, source))
    );
  }

  #isAt(endpoint: Endpoint, where: Where, other: Endpoint): boolean {
    const { endpoints } = this.#stage;
    // Old plants number their stations as if the Internet were theirs; neighbours are none of it.
    if (where === 'public') return endpoints.isPublic(endpoint) && !endpoints.isNear(endpoint, other);
    if (where === 'group') return !endpoints.isStation(endpoint);
    // Without any router in the capture nobody can be beyond one, nor can who talks to itself.
    if (endpoint === other) return false;
    const device = this.#devices.of(endpoint);
    return device?.macs.length === 0 && this.#devices.hasRouters;
  }

  #protocolsOf({ inner, dissector }: ConversationNote): string[] {
    return [inner, dissector].filter((index) => index >= 0).map((index) => this.#stage.protocols[index]!);
  }

  #isIndustrial({ inner, dissector }: ConversationNote): boolean {
    return [inner, dissector].some((index) => this.#stage.dissectors[index]?.industrial);
  }

  #beginningOf(note: ConversationNote): Evidence {
    const protocol = this.#protocolsOf(note)[0] ?? transportName(note.transport);
    return { text: `${protocol}, port ${note.port}`, params: { protocol, port: note.port }, at: note.at };
  }

  #writesBetween(source: Endpoint, target: Endpoint, { first, last }: Span): Evidence[] {
    const groups = this.#stage.notebook.operations.filter(
      (group) => group.source === source && group.target === target && setting.has(group.kind.access),
    );
    const all = this.#samplesOf(groups, false);
    const then = all.filter(({ at: { time } }) => time >= first && time <= last);
    return then.length > 0 ? then : all;
  }

  #samplesOf(groups: readonly OperationGroup[], refused: boolean): Evidence[] {
    return groups
      .flatMap((group) => group.samples.map((sample) => ({ group, sample, at: sample.at })))
      .filter(({ sample }) => !refused || sample.refused)
      .sort((a, b) => a.at.packet - b.at.packet)
      .slice(0, MOST_EVIDENCE)
      .map((witness) => this.#evidenceOf(witness));
  }

  #evidenceOf({ group, sample, at, step }: Witness): Evidence {
    const params = sample?.params ?? {};
    return {
      ...(step !== undefined && { step }),
      code: group.kind.code,
      text: this.#textOf(group, params),
      params,
      ...(sample?.refused && { refused: sample.refused }),
      at: at as Location,
    };
  }
}

const MOST_NAMES = 8;
const setting: ReadonlySet<string> = new Set(['write', 'control', 'configure', 'program']);

interface Span {
  readonly first: number;
  readonly last: number;
}

function spanOf(notes: readonly Span[]): Span {
  return {
    first: Math.min(...notes.map(({ first }) => first)),
    last: Math.max(...notes.map(({ last }) => last)),
  };
}

function sum<Note>(notes: readonly Note[], of: (note: Note) => number): number {
  return notes.reduce((total, note) => total + of(note), 0);
}

function different<Note>(notes: readonly Note[], what: (note: Note) => unknown): number {
  return new Set(notes.map(what)).size;
}

/** Asked once for each kind, however many did it. */
function remembered(answer: (kind: OperationKind) => boolean): (kind: OperationKind) => boolean {
  const known = new Map<OperationKind, boolean>();
  return (kind) => {
    const before = known.get(kind);
    if (before !== undefined) return before;
    const now = answer(kind);
    known.set(kind, now);
    return now;
  };
}

function heaped<Note extends Between>(notes: readonly Note[], per: Per = 'pair'): Heap<Note>[] {
  const heaps = new Map<string, Heap<Note>>();
  for (const note of notes) {
    const source = per === 'target' ? undefined : note.source;
    const target = per === 'source' ? undefined : note.target;
    const key = `${source} ${target}`;
    let heap = heaps.get(key);
    if (!heap) heaps.set(key, (heap = new Heap(source, target)));
    heap.notes.push(note);
  }
  return [...heaps.values()];
}

/** Notes of those who came to a target after somebody else had been there for a while. */
function newcomers<Note extends Between & Span & { readonly count?: number; readonly flows?: number }>(
  notes: readonly Note[],
  { others, after }: Newcomer,
  since = -Infinity,
): Note[] {
  const ofTarget = new Map<Endpoint, Map<Endpoint, { first: number; count: number }>>();
  for (const { source, target, first, count, flows } of notes) {
    const known = ofTarget.get(target) ?? new Map<Endpoint, { first: number; count: number }>();
    ofTarget.set(target, known);
    const before = known.get(source);
    known.set(source, {
      first: Math.min(first, before?.first ?? Infinity),
      count: (count ?? flows ?? 1) + (before?.count ?? 0),
    });
  }
  // Who came first of those who were there often enough, and who came first beside him.
  const earliest = new Map(
    [...ofTarget].map(([target, known]) => [target, firstTwo(known, ({ count }) => count >= others)]),
  );
  return notes.filter(({ source, target }) => {
    const late = ofTarget.get(target)!.get(source)!.first - after * 1e6;
    const other = earliest.get(target)!.find(([who]) => who !== source);
    return late >= since && other !== undefined && other[1].first <= late;
  });
}

function firstTwo<Key, One extends { readonly first: number }>(
  all: ReadonlyMap<Key, One>,
  counts: (one: One) => boolean,
): (readonly [Key, One])[] {
  let [first, second]: (readonly [Key, One])[] = [];
  for (const entry of all) {
    if (!counts(entry[1])) continue;
    if (!first || entry[1].first < first[1].first) [first, second] = [entry, first];
    else if (!second || entry[1].first < second[1].first) second = entry;
  }
  return [first, second].filter((entry) => entry !== undefined);
}

/** The most notes that began within so many seconds, if they are enough. */
function together<Note extends Span>(notes: readonly Note[], least: number, within = Infinity): Note[] {
  const inOrder = notes.toSorted((a, b) => a.first - b.first);
  let best: Note[] = [];
  for (let from = 0, to = 0; from < inOrder.length; from++) {
    while (to < inOrder.length && inOrder[to]!.first - inOrder[from]!.first <= within * 1e6) to++;
    if (to - from >= least && to - from > best.length) best = inOrder.slice(from, to);
  }
  return best;
}

/**
 * Beyond opening and refusing: a scanner hears nothing back that has content. What was said on a connection that was there
 * before the capture is not known.
 */
function saidAnything({ bytes, bytesBack, flows, transport, began }: ConversationNote): boolean {
  return (transport === TCP && began === 'unknown') || bytesBack > 0 || bytes > MOST_OF_A_PROBE * flows;
}

const MOST_OF_A_PROBE = 256;

function hasRole(device: Device | undefined, roles: readonly string[]): boolean {
  return device !== undefined && roles.includes(device.roles[0]!.role);
}
