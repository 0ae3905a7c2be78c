import type { Conversation, Report } from '../analysis/report.ts';

/**
 * What is usual in a plant, learnt from captures of calm days. JSON; described by docs/baseline.schema.json. Who is who
 * is told by address, for that is what a plant is configured with; what is behind it by what it says of itself.
 */
export interface Baseline {
  readonly version: 1;
  /** Captures it was learnt from, and microseconds they covered. */
  readonly captures: number;
  readonly observed: number;
  readonly devices: readonly KnownDevice[];
  readonly talks: readonly KnownTalk[];
  readonly operations: readonly KnownOperation[];
  readonly variables: readonly KnownVariable[];
  readonly users: readonly KnownUser[];
}

/** In how many captures it was seen. */
interface Seen {
  readonly seen: number;
}

export interface KnownDevice extends Seen {
  readonly address: string;
  readonly macs: readonly string[];
  readonly role: string;
  /** What it said of itself, by field. */
  readonly identity: Readonly<Record<string, readonly string[]>>;
}

export interface KnownTalk extends Seen {
  readonly from: string;
  readonly to: string;
  /** The protocol, or `tcp/443` where it was not recognised. */
  readonly protocol: string;
}

export interface KnownOperation extends Seen {
  readonly from: string;
  readonly to: string;
  readonly code: string;
  /** The most of one capture, a minute. */
  readonly rate: number;
}

export interface KnownVariable {
  readonly device: string;
  readonly protocol: string;
  readonly name: string;
  readonly count: number;
  readonly range: Range;
  readonly setters: readonly { readonly by: string; readonly count: number; readonly range: Range }[];
}

export interface KnownUser extends Seen {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly user: string;
}

export type Range = readonly [number, number];

export const nothingLearnt: Baseline = {
  version: 1,
  captures: 0,
  observed: 0,
  devices: [],
  talks: [],
  operations: [],
  variables: [],
  users: [],
};

export function learn(report: Report): Baseline {
  const devices = report.devices.flatMap((device): KnownDevice[] => {
    const identity: Record<string, string[]> = {};
    for (const { field, value, certainty } of device.facts) {
      if (!identifying.has(field) || certainty === 'guessed') continue;
      const values = (identity[field] ??= []);
      if (!values.includes(value) && values.length < MOST_VALUES) values.push(value);
    }
    const { macs } = device;
    const role = device.roles[0]!.role;
    return addressesOf(device).map((address) => ({ address, macs, role, identity, seen: 1 }));
  });
  const learnt: Baseline = {
    version: 1,
    captures: 1,
    observed: report.duration,
    devices,
    talks: report.conversations.map((talk) => ({
      from: talk.from.address,
      to: talk.to.address,
      protocol: protocolOf(talk),
      seen: 1,
    })),
    operations: report.operations.map(({ source, target, code, count }) => ({
      from: source.address,
      to: target.address,
      code,
      rate: rateOf(count, report.duration),
      seen: 1,
    })),
    variables: report.variables.map(({ device, protocol, name, count, range, setters }) => ({
      device: device.address,
      protocol,
      name,
      count,
      range,
      setters: setters.map(({ by, count: times, range: set }) => ({
        by: by.address,
        count: times,
        range: set,
      })),
    })),
    users: report.credentials.map(({ source, target, protocol, user }) => ({
      from: source.address,
      to: target.address,
      protocol,
      user,
      seen: 1,
    })),
  };
  // One and the same may stand there twice, such as a talk on two VLANs.
  return { ...merge(nothingLearnt, learnt), captures: 1 };
}

/** What either of them knows. */
export function merge(one: Baseline, other: Baseline): Baseline {
  return {
    version: 1,
    captures: one.captures + other.captures,
    observed: one.observed + other.observed,
    devices: joined(one.devices, other.devices, keyOf.device, (a, b) => ({
      ...a,
      macs: union(a.macs, b.macs),
      role: a.role === 'unknown' ? b.role : a.role,
      identity: Object.fromEntries(
        union(Object.keys(a.identity), Object.keys(b.identity)).map((field) => [
          field,
          union(a.identity[field] ?? [], b.identity[field] ?? []),
        ]),
      ),
      seen: a.seen + b.seen,
    })),
    talks: joined(one.talks, other.talks, keyOf.talk, sawBoth),
    operations: joined(one.operations, other.operations, keyOf.operation, (a, b) => ({
      ...sawBoth(a, b),
      rate: Math.max(a.rate, b.rate),
    })),
    variables: joined(one.variables, other.variables, keyOf.variable, (a, b) => ({
      ...a,
      count: a.count + b.count,
      range: wider(a.range, b.range),
      setters: joined(
        a.setters,
        b.setters,
        ({ by }) => by,
        (x, y) => ({ by: x.by, count: x.count + y.count, range: wider(x.range, y.range) }),
      ),
    })),
    users: joined(one.users, other.users, keyOf.user, sawBoth),
  };
}

/** A space does not occur in addresses, protocols and codes; what may hold one stands last. */
export const keyOf = {
  device: ({ address }: { readonly address: string }) => address,
  talk: ({ from, to, protocol }: Omit<KnownTalk, 'seen'>) => `${from} ${to} ${protocol}`,
  operation: ({ from, to, code }: Pick<KnownOperation, 'from' | 'to' | 'code'>) => `${from} ${to} ${code}`,
  variable: ({ device, protocol, name }: Pick<KnownVariable, 'device' | 'protocol' | 'name'>) =>
    `${device} ${protocol} ${name}`,
  user: ({ from, to, protocol, user }: Omit<KnownUser, 'seen'>) => `${from} ${to} ${protocol} ${user}`,
};

/** Fields that tell one device, or one version of it, from another. */
export const identifying: ReadonlySet<string> = new Set([
  'vendor',
  'product',
  'model',
  'orderNumber',
  'firmware',
  'hardware',
  'serial',
  'name',
  'station',
  'project',
]);
const MOST_VALUES = 16;

/** By its IP addresses; without one by its MAC addresses. */
export function addressesOf({ addresses, macs }: Report['devices'][number]): readonly string[] {
  return addresses.length > 0 ? addresses : macs;
}

export function protocolOf({ protocol, transport, port }: Conversation): string {
  if (protocol !== null) return protocol;
  return port >= DYNAMIC ? `${transport}/dynamic` : `${transport}/${port}`;
}

/** Where systems of our day take ports from that mean nothing. */
const DYNAMIC = 32_768;
const MINUTE = 60_000_000;

/** A minute; of a shorter capture as if it had lasted one. */
export function rateOf(count: number, duration: number): number {
  return (count * MINUTE) / Math.max(duration, MINUTE);
}

function joined<Known>(
  ones: readonly Known[],
  others: readonly Known[],
  key: (known: Known) => string,
  both: (one: Known, other: Known) => Known,
): Known[] {
  const all = new Map<string, Known>();
  for (const known of [...ones, ...others]) {
    const before = all.get(key(known));
    all.set(key(known), before ? both(before, known) : known);
  }
  return [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, known]) => known);
}

function sawBoth<Known extends Seen>(one: Known, other: Known): Known {
  return { ...one, seen: one.seen + other.seen };
}

function union(ones: readonly string[], others: readonly string[]): string[] {
  return [...new Set([...ones, ...others])].sort();
}

function wider([a, b]: Range, [c, d]: Range): Range {
  return [Math.min(a, c), Math.max(b, d)];
}
