import {
  type Anomaly,
  AssetRole,
  type Capture,
  type Conversation,
  type Credentials,
  type Detection,
  type Device,
  type Difference,
  FactField,
  type Language,
  Level,
  type Operation,
  type Told,
  type Transfer,
  type Variable,
} from '@busbar/contract';
import {
  type Detected,
  type Detection as Looked,
  type DetectionWords,
  type Device as SeenDevice,
  instant,
  isPrivate,
  type Party as SeenParty,
  type Report,
  skipsLevel,
  techniqueOf,
  toldParams,
  wordsFor,
  zoneOf,
} from '@busbar/dissect';

// What a report says, in the shapes in which the service tells it: pages cannot tell who worked it out.

/** Everything that pages list of one report, put into these shapes once. */
export interface Shown {
  readonly devices: readonly Device[];
  readonly conversations: readonly Conversation[];
  readonly operations: readonly Operation[];
  readonly anomalies: readonly Anomaly[];
  readonly variables: readonly Variable[];
  readonly transfers: readonly Transfer[];
  readonly credentials: readonly Credentials[];
  readonly detected: Report['detections'];
  readonly party: PartyOf;
}

/** Of a capture of which nothing was read yet. */
export const nothingShown: Shown = {
  devices: [],
  conversations: [],
  operations: [],
  anomalies: [],
  variables: [],
  transfers: [],
  credentials: [],
  detected: [],
  party: ({ device, address }) => ({ asset: device, name: address, address }),
};

type PartyOf = (party: SeenParty) => Operation['source'];

export function shownOf(report: Report): Shown {
  const devices = report.devices.map(toDevice);
  const names = new Map(devices.map(({ asset, name }) => [asset, name]));
  const party: PartyOf = ({ device, address }) => ({
    asset: device,
    name: names.get(device ?? '') || address,
    address,
  });
  return {
    devices,
    conversations: report.conversations.map((one, place) => toConversation(one, place, party)),
    operations: report.operations.map((one, place) => toOperation(one, place, party)),
    anomalies: [...report.malformed, ...report.anomalies].map(toAnomaly).sort((a, b) => b.count - a.count),
    variables: report.variables
      .map((one, place) => toVariable(one, place, party))
      .sort((a, b) => b.sets - a.sets || b.changes - a.changes),
    transfers: report.transfers
      .map((one, place) => toTransfer(one, place, party))
      .sort((a, b) => b.bytes - a.bytes),
    credentials: report.credentials.map((one, place) => toCredentials(one, place, party)),
    detected: report.detections,
    party,
  };
}

/** In how far each word holds: the surest, of equally sure ones the first. */
const sureness = ['stated', 'inferred', 'guessed'] as const;

/** What holds of a device by what one capture tells of it. */
export function heldOf({ facts, roles }: Pick<SeenDevice, 'facts' | 'roles'>) {
  const held = new Map<FactField, { value: string; certainty: Device['certainty'] }>();
  const take = (field: FactField, value: string, certainty: Device['certainty']) => {
    const rival = held.get(field);
    if (!rival || sureness.indexOf(certainty) < sureness.indexOf(rival.certainty))
      held.set(field, { value, certainty });
  };
  for (const { field, value, certainty } of facts) {
    const known = FactField.safeParse(field).data;
    const words = value.replaceAll('\0', '').trim();
    if (known && words) take(known, words, certainty);
  }
  for (const { role, certainty } of roles) if (role !== 'unknown') take('role', role, certainty);
  return held;
}

function toDevice(device: SeenDevice): Device {
  const held = heldOf(device);
  const value = (field: FactField) => held.get(field)?.value ?? null;
  const { id, addresses, macs, protocols } = device;
  return {
    asset: id,
    state: 'proposed',
    name: value('name') ?? value('station') ?? addresses[0] ?? macs[0] ?? '',
    addresses: [...addresses],
    macs: [...macs],
    vendor: value('vendor'),
    product: value('product'),
    model: value('model'),
    orderNumber: value('orderNumber'),
    firmware: value('firmware'),
    serial: value('serial'),
    role: AssetRole.catch('unknown').parse(value('role')),
    level: Level.catch('unknown').parse(device.level),
    zone: zoneOf(device),
    certainty: identityCertainty(held),
    toldBy: toldBy(device),
    protocols: [...protocols].sort(),
    firstSeen: instant(device.firstSeen),
    lastSeen: instant(device.lastSeen),
    packets: device.packets,
    warnings: 0,
  };
}

/** As sure as the weaker of vendor and product. */
function identityCertainty(held: ReturnType<typeof heldOf>): Device['certainty'] {
  const known = (['vendor', 'product'] as const).flatMap((field) => held.get(field)?.certainty ?? []);
  return known.length === 0 ? 'guessed' : sureness[Math.max(...known.map((one) => sureness.indexOf(one)))]!;
}

const identity = ['orderNumber', 'product', 'model', 'firmware', 'serial', 'name', 'vendor'];

function toldBy({ facts }: SeenDevice): number | null {
  const telling = facts
    .filter(({ field, at }) => at && identity.includes(field))
    .sort((a, b) => identity.indexOf(a.field) - identity.indexOf(b.field));
  return telling[0]?.at?.packet ?? null;
}

function toConversation(one: Report['conversations'][number], place: number, party: PartyOf): Conversation {
  return {
    id: `c${place}`,
    from: party(one.from),
    to: party(one.to),
    protocol: one.protocol ?? one.transport,
    transport: one.transport,
    port: one.port || null,
    packets: one.packets + one.packetsBack,
    bytes: one.bytes + one.bytesBack,
    messages: one.messages,
    firstSeen: instant(one.first),
    lastSeen: instant(one.last),
  };
}

function toOperation(one: Report['operations'][number], place: number, party: PartyOf): Operation {
  const { code, text, protocol, access, dangerous, techniques, count } = one;
  return {
    id: `o${place}`,
    code,
    what: { code, params: {}, text },
    protocol,
    access,
    dangerous,
    techniques: techniques.map(techniqueOf),
    source: party(one.source),
    target: party(one.target),
    count,
    refused: one.refused.reduce((total, reason) => total + reason.count, 0),
    firstSeen: instant(one.first),
    lastSeen: instant(one.last),
    samples: one.samples.map((sample) => ({
      what: { code, params: toldParams(sample.params), text: sample.text },
      at: sample.at as Operation['samples'][number]['at'],
      refused: sample.refused ? refusalOf(sample.refused) : null,
    })),
  };
}

function refusalOf({ code, params, text }: { code: string; params: object; text: string }): Told {
  return { code, params: toldParams(params as Parameters<typeof toldParams>[0]), text };
}

function toAnomaly(one: Report['anomalies'][number], place: number): Anomaly {
  const { code, field, protocol, count, samples } = one;
  return {
    id: `a${place}`,
    what: {
      code,
      params: { ...toldParams(samples[0]?.params ?? {}), field },
      text: field ? `${code} in ${field}` : code,
    },
    protocol,
    count,
    at: (samples[0]?.at as Anomaly['at'] | undefined) ?? null,
  };
}

function toVariable(one: Report['variables'][number], place: number, party: PartyOf): Variable {
  const { protocol, name, count, sets, changes, first, last, range, setRange, points } = one;
  return {
    id: `v${place}`,
    device: party(one.device),
    protocol,
    name,
    count,
    sets,
    changes,
    first: first.value,
    last: last.value,
    range: [...range],
    setRange: setRange && [...setRange],
    firstSeen: instant(first.time),
    lastSeen: instant(last.time),
    points: points.map(([time, value]) => [time, value]),
  };
}

function toTransfer(one: Report['transfers'][number], place: number, party: PartyOf): Transfer {
  const { protocol, way, kind, name, bytes, complete } = one;
  return {
    id: `t${place}`,
    device: party(one.device),
    other: party(one.other),
    protocol,
    way,
    kind,
    name,
    bytes,
    complete,
    firstSeen: instant(one.first),
    lastSeen: instant(one.last),
    at: one.at as Transfer['at'],
  };
}

function toCredentials(one: Report['credentials'][number], place: number, party: PartyOf): Credentials {
  const { protocol, scheme, user, secret, count } = one;
  return {
    id: `s${place}`,
    source: party(one.source),
    target: party(one.target),
    protocol,
    scheme,
    user,
    secret,
    count,
    firstSeen: instant(one.first),
    lastSeen: instant(one.last),
    at: one.at as Credentials['at'],
  };
}

export type WordsOf = (code: string) => DetectionWords;

/** How what is looked for is told in the reader's language. */
export const wordsIn =
  (language: Language, detections: readonly Looked[]): WordsOf =>
  (code) =>
    wordsFor(code, language, detections);

/** A detection, or a difference from what is usual, in the reader's language. */
export function toDetection(detected: Detected, place: number, party: PartyOf, words: WordsOf): Detection {
  return { id: `d${place}`, ...toDifference(detected, party, words) };
}

export function toDifference(detected: Detected, party: PartyOf, words: WordsOf): Difference {
  const { id: code, severity, certainty, techniques, source, target, count, refused } = detected;
  return {
    code,
    ...words(code),
    severity,
    certainty,
    techniques: techniques.map(techniqueOf),
    source: source && party(source),
    target: target && party(target),
    count,
    refused,
    firstSeen: instant(detected.first),
    lastSeen: instant(detected.last),
    params: toldParams(detected.params),
    evidence: detected.evidence.map(({ step, code: kind = '', text, params, refused: no, at }) => ({
      step: step ?? null,
      what: { code: kind, params: toldParams(params), text },
      refused: no ? refusalOf(no) : null,
      at: at as Detection['evidence'][number]['at'],
    })),
  };
}

const MOST_DRAWN = 400;

/** Devices by level and zone, and one line for each pair that talks. */
export function mapOf({ devices, conversations, operations }: Shown) {
  const drawn = new Map(devices.slice(0, MOST_DRAWN).map((device) => [device.asset, device]));
  const dangerous = new Set(
    operations
      .filter((operation) => operation.dangerous)
      .map(({ source, target }) => `${source.asset} ${target.asset}`),
  );
  const between = conversations.filter(
    ({ from, to }) => drawn.has(from.asset ?? '') && drawn.has(to.asset ?? '') && from.asset !== to.asset,
  );
  const lines = [...Map.groupBy(between, ({ from, to }) => `${from.asset} ${to.asset}`)].map(
    ([pair, talks]) => {
      const [from, to] = [drawn.get(talks[0]!.from.asset!)!, drawn.get(talks[0]!.to.asset!)!];
      const addresses = talks.flatMap((talk) => [talk.from.address, talk.to.address]);
      return {
        from: from.asset,
        to: to.asset,
        protocols: [...new Set(talks.map(({ protocol }) => protocol))].sort(),
        packets: talks.reduce((total, { packets }) => total + packets, 0),
        dangerous: dangerous.has(pair),
        crossesZones: from.zone !== to.zone,
        unexpected: skipsLevel([from.level, to.level]) || !addresses.every(isPrivate),
      };
    },
  );
  return {
    devices: [...drawn.values()].map(
      ({ asset, name, role, level, zone, vendor, product, warnings, addresses }) => ({
        asset,
        name,
        role,
        level,
        zone,
        vendor,
        product,
        warnings,
        addresses,
      }),
    ),
    lines: lines.sort((a, b) => b.packets - a.packets),
    leftOut: devices.length - drawn.size,
  };
}

export type Summary = NonNullable<Capture['summary']>;
