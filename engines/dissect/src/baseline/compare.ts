import { type Detected, severities } from '../detections/detect.ts';
import { catalogue } from '../detections/catalogue.ts';
import type { Detection, DifferenceKind, DifferenceSeen } from '../detections/detection.ts';
import type { Evidence, Party } from '../analysis/party.ts';
import type { Conversation, Operation, Report } from '../analysis/report.ts';
import type { Params } from '../dissector.ts';
import {
  addressesOf,
  type Baseline,
  identifying,
  keyOf,
  type KnownVariable,
  protocolOf,
  rateOf,
  type Range,
} from './baseline.ts';

/** Only what is not as it was learnt, in the shape and the words of detections; the gravest first. */
export function compare(
  baseline: Baseline,
  report: Report,
  detections: readonly Detection[] = catalogue,
): Detected[] {
  // What is said of a few goes before what is said of all.
  const looked = detections
    .flatMap((detection) =>
      'difference' in detection.seen ? [{ detection, seen: detection.seen.difference }] : [],
    )
    .sort((a, b) => Object.keys(b.seen).length - Object.keys(a.seen).length);
  const roles = new Map(report.devices.map((device) => [device.id, device.roles[0]!.role as string]));
  return [...differences(baseline, report)]
    .flatMap((difference) => {
      const meant = looked.find(({ seen }) => matches(seen, difference, roles));
      return meant ? [detectedFrom(meant.detection, difference)] : [];
    })
    .sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || a.first - b.first);
}

interface Difference {
  readonly kind: DifferenceKind;
  readonly source: Party | null;
  readonly target: Party | null;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly refused?: number;
  readonly dangerous?: boolean;
  readonly industrial?: boolean;
  readonly field?: string;
  readonly techniques?: readonly string[];
  readonly params: Params;
  readonly evidence: readonly Evidence[];
}

function matches(seen: DifferenceSeen, difference: Difference, roles: ReadonlyMap<string, string>): boolean {
  const role = (party: Party | null) => roles.get(party?.device ?? '') ?? 'unknown';
  return (
    seen.kinds.includes(difference.kind) &&
    (seen.dangerous === undefined || seen.dangerous === (difference.dangerous ?? false)) &&
    (seen.industrial === undefined || seen.industrial === (difference.industrial ?? false)) &&
    (!seen.fields || (difference.field !== undefined && seen.fields.includes(difference.field))) &&
    (!seen.toRoles || (seen.toRoles as readonly string[]).includes(role(difference.target)))
  );
}

function detectedFrom(detection: Detection, difference: Difference): Detected {
  const { source, target, first, last, count, refused = 0, params, techniques = [], evidence } = difference;
  const { id, severity, certainty } = detection;
  const all = [...new Set([...detection.techniques, ...techniques])];
  const kept = evidence.slice(0, MOST_EVIDENCE);
  return {
    id,
    severity,
    certainty,
    techniques: all,
    source,
    target,
    first,
    last,
    count,
    refused,
    params,
    evidence: kept,
  };
}

const MOST_EVIDENCE = 16;

function* differences(baseline: Baseline, report: Report): Generator<Difference> {
  const talks = talksOf(report);
  yield* ofDevices(baseline, report, talks);
  yield* ofTalks(baseline, report);
  yield* ofOperations(baseline, report);
  yield* ofVariables(baseline, report);
  yield* ofUsers(baseline, report);
  yield* vanished(baseline, report, talks);
}

function* ofDevices(baseline: Baseline, report: Report, talksOfAll: Talks): Generator<Difference> {
  const known = new Map(baseline.devices.map((device) => [device.address, device]));
  for (const device of report.devices) {
    // Somebody was asked for, and nobody answered: the one who asked is told by the talk.
    const { spoke, exchanged, shown } = talksOfAll.get(device.id) ?? noTalks;
    if (device.packets === 0 || !spoke) continue;
    const addresses = addressesOf(device);
    const before = addresses.flatMap((address) => known.get(address) ?? []);
    const span = { first: device.firstSeen, last: device.lastSeen, count: 1 };
    const who = { device: device.id, address: addresses[0]! };
    const talks = shown.map(evidenceOfTalk);
    if (before.length === 0) {
      const params = {
        name: device.names[0] ?? '',
        role: device.roles[0]!.role,
        protocols: device.protocols.slice(0, 8),
      };
      const kind = exchanged ? 'new-device' : 'new-device-heard';
      yield { kind, source: who, target: null, ...span, params, evidence: talks };
      continue;
    }
    const macs = before.flatMap((one) => one.macs);
    const strange = device.macs.filter((mac) => !macs.includes(mac));
    if (macs.length > 0 && strange.length > 0) {
      const params = { address: who.address, station: strange[0]!, before: macs.slice(0, 4) };
      yield { kind: 'other-station', source: who, target: null, ...span, params, evidence: talks };
    }
    const told = new Set<string>();
    for (const { field, value, certainty, at } of device.facts) {
      if (!identifying.has(field) || certainty === 'guessed' || told.has(field)) continue;
      const values = before.flatMap((one) => one.identity[field] ?? []);
      if (values.length === 0 || values.includes(value)) continue;
      told.add(field);
      const params = { field, value, before: values.slice(0, 4) };
      const evidence = at ? [{ text: `${field}: ${value}`, params, at }] : talks;
      yield { kind: 'identity-changed', source: null, target: who, ...span, field, params, evidence };
    }
  }
}

function* ofTalks(baseline: Baseline, report: Report): Generator<Difference> {
  const industrial = new Set(Object.keys((report.counts['ics_frames'] as object | undefined) ?? {}));
  const known = new Set(baseline.talks.map(keyOf.talk));
  const told = new Set<string>();
  for (const talk of report.conversations) {
    const protocol = protocolOf(talk);
    const key = keyOf.talk({ from: talk.from.address, to: talk.to.address, protocol });
    // Who asked is not always to be seen: a talk is not new because it was learnt from the other end.
    const back = keyOf.talk({ from: talk.to.address, to: talk.from.address, protocol });
    if (known.has(key) || (talk.began === 'unknown' && known.has(back)) || told.has(key)) continue;
    told.add(key);
    const params = { protocol, port: talk.port };
    yield {
      kind: 'new-talk',
      source: talk.from,
      target: talk.to,
      first: talk.first,
      last: talk.last,
      count: talk.connections,
      industrial: [talk.protocol, talk.over].some((name) => name !== null && industrial.has(name)),
      params,
      evidence: [{ text: `${protocol}, port ${talk.port}`, params, at: talk.at }],
    };
  }
}

function* ofOperations(baseline: Baseline, report: Report): Generator<Difference> {
  const known = new Map(baseline.operations.map((operation) => [keyOf.operation(operation), operation]));
  const pairs = new Set(baseline.talks.map(({ from, to }) => `${from} ${to}`));
  for (const operation of report.operations) {
    const { source, target, code, count, first, last, dangerous, techniques } = operation;
    const before = known.get(keyOf.operation({ from: source.address, to: target.address, code }));
    const refused = operation.refused.reduce((sum, reason) => sum + reason.count, 0);
    const told = {
      source,
      target,
      first,
      last,
      count,
      refused,
      dangerous,
      techniques,
      evidence: evidenceOf(operation),
    };
    if (!before) {
      // Of two who never talked, that is told; that they also read is no news.
      if (!dangerous && !pairs.has(`${source.address} ${target.address}`)) continue;
      yield { kind: 'new-operation', ...told, params: { operation: operation.text } };
      continue;
    }
    const rate = rateOf(count, report.duration);
    if (rate > before.rate * MUCH_MORE && count >= LEAST_COUNT) {
      const params = { operation: operation.text, rate: Math.round(rate), before: Math.round(before.rate) };
      yield { kind: 'more-often', ...told, params };
    }
  }
}

/** So many times what was the most while learning; of so many at least. */
const MUCH_MORE = 5;
const LEAST_COUNT = 30;

function* ofVariables(baseline: Baseline, report: Report): Generator<Difference> {
  const known = new Map(baseline.variables.map((variable) => [keyOf.variable(variable), variable]));
  const devices = new Set(baseline.variables.map(({ device }) => device));
  const changes = changesIn(report);
  for (const { device, protocol, name, range, setters, first, last, count } of report.variables) {
    const before = known.get(keyOf.variable({ device: device.address, protocol, name }));
    const usual = before && before.setters.length > 0 ? settingOf(before) : undefined;
    for (const setter of setters) {
      const told = {
        source: setter.by,
        target: device,
        first: setter.first,
        last: setter.last,
        count: setter.count,
      };
      const evidence = settings(changes.get(pairOf(setter.by, device)) ?? [], setter.first);
      const set = { variable: name, values: [...setter.range] };
      // Nothing is known of the values of a device that was only seen from afar.
      if (!usual) {
        if (devices.has(device.address)) yield { kind: 'new-setting', ...told, params: set, evidence };
        continue;
      }
      const { all, times, by } = usual;
      const outside = setter.range[0] < all[0] || setter.range[1] > all[1];
      if (!by.has(setter.by.address)) {
        yield { kind: 'new-setter', ...told, params: { ...set, usual: [...all] }, evidence };
      } else if (outside) {
        const kind = times < LEAST_SETTINGS ? 'new-setting' : 'value-outside';
        yield { kind, ...told, params: { ...set, usual: [...all] }, evidence };
      }
    }
    if (setters.length > 0 || !before || before.count < LEAST_COUNT) continue;
    const margin = before.range[1] - before.range[0];
    if (range[0] >= before.range[0] - margin && range[1] <= before.range[1] + margin) continue;
    const params = { variable: name, values: [...range], usual: [...before.range] };
    const span = { first: first.time, last: last.time, count };
    yield { kind: 'reading-outside', source: null, target: device, ...span, params, evidence: [] };
  }
}

/** In which range it was set while learning, how often, and by whom. */
function settingOf({ setters }: KnownVariable) {
  return {
    all: setters.map(({ range }) => range).reduce(around),
    times: setters.reduce((sum, { count }) => sum + count, 0),
    by: new Set(setters.map(({ by }) => by)),
  };
}

/** What was set less often than that while learning has no range yet. */
const LEAST_SETTINGS = 10;

function* ofUsers(baseline: Baseline, report: Report): Generator<Difference> {
  const known = new Set(baseline.users.map(keyOf.user));
  for (const { source, target, protocol, user, scheme, count, first, last, at } of report.credentials) {
    if (known.has(keyOf.user({ from: source.address, to: target.address, protocol, user }))) continue;
    const params = { user, scheme, protocol };
    const evidence = [{ text: user ? `${scheme}: ${user}` : scheme, params, at }];
    yield { kind: 'new-user', source, target, first, last, count, params, evidence };
  }
}

/** Those that were there in every capture, where this one is long enough to expect them. */
function* vanished(baseline: Baseline, report: Report, talks: Talks): Generator<Difference> {
  if (report.duration * 2 < baseline.observed / Math.max(1, baseline.captures)) return;
  const here = new Set(report.devices.filter(({ id }) => talks.get(id)?.spoke).flatMap(addressesOf));
  const { first, last } = report;
  for (const { address, seen, role, identity } of baseline.devices) {
    if (here.has(address) || seen < baseline.captures || role === 'unknown' || role === 'client') continue;
    const params = { role, name: identity['name']?.[0] ?? '' };
    yield {
      kind: 'vanished-device',
      source: null,
      target: { device: null, address },
      first,
      last,
      count: 1,
      params,
      evidence: [],
    };
  }
}

/** What the conversations of one device tell of it. */
interface Talked {
  /** It was heard itself. */
  spoke: boolean;
  /** With another station, rather than with all at once. */
  exchanged: boolean;
  /** The first few. */
  readonly shown: Conversation[];
}
type Talks = ReadonlyMap<string, Talked>;

const noTalks: Talked = { spoke: false, exchanged: false, shown: [] };
const MOST_SHOWN = 4;

/** By device, in one pass: a capture may hold as many devices as conversations. */
function talksOf({ conversations }: Report): Talks {
  const all = new Map<string, Talked>();
  for (const talk of conversations) {
    heard(talk, talk.from, talk.to, talk.packets);
    heard(talk, talk.to, talk.from, talk.packetsBack);
  }
  return all;

  function heard(talk: Conversation, { device }: Party, other: Party, packets: number): void {
    if (device === null) return;
    let talked = all.get(device);
    if (!talked) all.set(device, (talked = { spoke: false, exchanged: false, shown: [] }));
    talked.spoke ||= packets > 0;
    talked.exchanged ||= other.device !== null;
    if (talked.shown.length < MOST_SHOWN && talked.shown.at(-1) !== talk) talked.shown.push(talk);
  }
}

function evidenceOfTalk(talk: Conversation): Evidence {
  const params = { protocol: protocolOf(talk), port: talk.port };
  return { text: `${params.protocol}, port ${talk.port}`, params, at: talk.at };
}

function evidenceOf({ code, samples }: Operation): Evidence[] {
  return samples.map(({ text, params, refused, at }) => ({
    code,
    text,
    params,
    ...(refused && { refused }),
    at,
  }));
}

/** By who asks whom: what changes anything. */
function changesIn(report: Report): ReadonlyMap<string, readonly Operation[]> {
  const changing = report.operations.filter(({ access }) => access !== 'read' && access !== 'identify');
  return Map.groupBy(changing, ({ source, target }) => pairOf(source, target));
}

const pairOf = (source: Party, target: Party): string => `${source.address} ${target.address}`;

/** Messages in which it may have been set: the first few from then on. */
function settings(operations: readonly Operation[], since: number): Evidence[] {
  const found: Evidence[] = [];
  for (const operation of operations) {
    if (found.length >= MOST_SHOWN) break;
    found.push(...evidenceOf(operation).filter(({ at }) => at.time >= since));
  }
  return found.slice(0, MOST_SHOWN);
}

function around([a, b]: Range, [c, d]: Range): Range {
  return [Math.min(a, c), Math.max(b, d)];
}
