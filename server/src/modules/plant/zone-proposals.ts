import type { AssetRole, Level, Told } from '@busbar/contract';
import { skipsLevel } from '@busbar/dissect';

// Which zones a plant might have, and what passes between those it has. Pure: rows in, proposals out.

/** A device that nobody placed. */
export interface Candidate {
  readonly id: string;
  readonly role: AssetRole;
  readonly level: Level;
  readonly network: string;
}

/** What one device says to another in one protocol, over all captures of a site. */
export interface SiteTalk {
  readonly from: string;
  readonly to: string;
  readonly protocol: string;
  readonly packets: number;
  readonly last: Date;
}

export interface ZoneGroup {
  /** The same for the same part of the plant, whoever comes and goes in it. */
  readonly proposal: string;
  readonly network: string;
  readonly band: Band;
  readonly level: Level;
  readonly devices: readonly string[];
  readonly roles: readonly { role: AssetRole; count: number }[];
  readonly reasons: readonly Told[];
}

/** What is protected alike: levels that belong together, and safety apart from everything (IEC 62443-3-2, ZCR 3.2 and 3.3). */
const bands = ['enterprise', 'dmz', 'operations', 'control', 'safety', 'unknown'] as const;
type Band = (typeof bands)[number];

const bandOf: Record<Level, Band> = {
  enterprise: 'enterprise',
  dmz: 'dmz',
  operations: 'operations',
  supervision: 'operations',
  control: 'control',
  field: 'control',
  unknown: 'unknown',
};

/**
 * Devices of one network and of levels that belong together make a zone. Whoever tells no level goes with those he
 * talks to most, else with most of his network; of whom nothing is known nothing is proposed.
 */
export function proposeZones(candidates: readonly Candidate[], talks: readonly SiteTalk[]): ZoneGroup[] {
  const members = new Map<string, { network: string; band: Band; sure: Candidate[]; joined: Candidate[] }>();
  const groupOf = (network: string, band: Band) => {
    const key = `${band} ${network}`;
    const group = members.get(key) ?? { network, band, sure: [], joined: [] };
    members.set(key, group);
    return group;
  };
  const placed = new Map<string, ReturnType<typeof groupOf>>();
  const unsure: Candidate[] = [];
  for (const one of candidates) {
    const band = one.role === 'safety' ? 'safety' : bandOf[one.level];
    if (band === 'unknown' || one.network === '') unsure.push(one);
    else {
      const group = groupOf(one.network, band);
      group.sure.push(one);
      placed.set(one.id, group);
    }
  }

  const partners = partnersOf(new Set(unsure.map(({ id }) => id)), talks);
  const largest = largestByNetwork([...members.values()]);
  for (const one of unsure) {
    const heard = new Map<ReturnType<typeof groupOf>, number>();
    for (const { id, packets } of partners.get(one.id) ?? []) {
      const group = placed.get(id);
      if (group && (one.network === '' || group.network === one.network))
        heard.set(group, (heard.get(group) ?? 0) + packets);
    }
    const [most] = [...heard].sort((a, b) => b[1] - a[1]).map(([group]) => group);
    const group =
      most ?? largest.get(one.network) ?? (one.network === '' ? undefined : groupOf(one.network, 'unknown'));
    group?.joined.push(one);
  }

  const split = Map.groupBy(members.values(), ({ network }) => network);
  return [...members]
    .map(([proposal, { network, band, sure, joined }]) => {
      const all = [...sure, ...joined];
      return {
        proposal,
        network,
        band,
        level: commonest(sure.map(({ level }) => level)) ?? 'unknown',
        devices: all.map(({ id }) => id),
        roles: countsOf(all.map(({ role }) => role)).map(({ value: role, count }) => ({ role, count })),
        reasons: [
          reason('network', { network, count: all.length }, `${all.length} devices are in ${network}`),
          ...(band === 'safety'
            ? [reason('safety', {}, 'What keeps people safe stands apart from what runs the process')]
            : split.get(network)!.length > 1
              ? [
                  reason(
                    'levels',
                    {},
                    'The same network holds devices of other levels, which need other protection',
                  ),
                ]
              : []),
          ...(joined.length > 0 && band !== 'unknown'
            ? [
                reason(
                  'company',
                  { count: joined.length },
                  `${joined.length} tell no level and are put with those they talk to or share the network with`,
                ),
              ]
            : []),
        ],
      };
    })
    .sort((a, b) => bands.indexOf(a.band) - bands.indexOf(b.band) || (a.network < b.network ? -1 : 1));
}

function partnersOf(ids: ReadonlySet<string>, talks: readonly SiteTalk[]) {
  const partners = new Map<string, { id: string; packets: number }[]>();
  const add = (one: string, id: string, packets: number) => {
    if (!ids.has(one)) return;
    const list = partners.get(one) ?? [];
    list.push({ id, packets });
    partners.set(one, list);
  };
  for (const { from, to, packets } of talks) {
    add(from, to, packets);
    add(to, from, packets);
  }
  return partners;
}

function largestByNetwork<Group extends { network: string; band: Band; sure: readonly unknown[] }>(
  groups: readonly Group[],
): Map<string, Group> {
  const largest = new Map<string, Group>();
  for (const group of groups) {
    const rival = largest.get(group.network);
    if (group.band !== 'safety' && (!rival || group.sure.length > rival.sure.length))
      largest.set(group.network, group);
  }
  return largest;
}

export interface KnownConduit {
  readonly id: string;
  readonly name: string;
  readonly ends: readonly string[];
  readonly outside: boolean;
  readonly protocols: readonly string[];
}

export interface Crossing {
  readonly proposal: string;
  readonly zones: readonly string[];
  readonly outside: boolean;
  readonly conduit: KnownConduit | null;
  readonly protocols: readonly string[];
  readonly packets: number;
  readonly devices: number;
  readonly last: Date;
  readonly talks: readonly SiteTalk[];
  /** Somebody said of all of it that it must not be. */
  readonly unwanted: boolean;
  readonly reasons: readonly Told[];
}

export const OUTSIDE = 'outside';

export interface KnownPlant {
  /** The zone of a device, `OUTSIDE`, or nothing where nobody placed it. */
  readonly placeOf: (device: string) => string | undefined;
  readonly levels: ReadonlyMap<string, Level>;
  readonly allowed: readonly KnownConduit[];
  readonly forbidden: readonly KnownConduit[];
  /** Pairs of devices, `from to`, where one does something dangerous to the other. */
  readonly dangerous: ReadonlySet<string>;
}

/**
 * What passes between zones and no conduit allows (IEC 62443-3-2, ZCR 3.6 for what comes from outside). All that
 * leaves the plant is one: it is closed or opened at one place.
 */
export function crossingsOf(
  talks: readonly SiteTalk[],
  { placeOf, levels, allowed, forbidden, dangerous }: KnownPlant,
): Crossing[] {
  const found = new Map<string, { talks: SiteTalk[]; zones: Set<string>; conduit: KnownConduit | null }>();
  for (const talk of talks) {
    const [a, b] = [placeOf(talk.from) ?? '', placeOf(talk.to) ?? ''].sort((one, other) =>
      one < other ? -1 : 1,
    );
    if (!a || !b || a === b) continue;
    const joining = allowed.filter((conduit) => passes(conduit, a, b));
    if (joining.some((conduit) => carries(conduit, talk))) continue;
    const key = a === OUTSIDE || b === OUTSIDE ? OUTSIDE : `${a} ${b}`;
    const crossing = found.get(key) ?? { talks: [], zones: new Set(), conduit: joining[0] ?? null };
    found.set(key, crossing);
    crossing.talks.push(talk);
    for (const zone of [a, b]) if (zone !== OUTSIDE) crossing.zones.add(zone);
  }
  const isForbidden = (talk: SiteTalk) =>
    forbidden.some(
      (conduit) => passes(conduit, placeOf(talk.from), placeOf(talk.to)) && carries(conduit, talk),
    );
  return [...found]
    .map(([proposal, { talks: passing, zones: among, conduit }]) => {
      const outside = proposal === OUTSIDE;
      const ends = [...among].sort();
      const ordered = countsOf(passing.map(({ protocol }) => protocol));
      const grave = passing.filter(({ from, to }) => dangerous.has(`${from} ${to}`)).length;
      return {
        proposal,
        zones: ends,
        outside,
        conduit,
        protocols: ordered.map(({ value }) => value),
        packets: passing.reduce((sum, { packets }) => sum + packets, 0),
        devices: new Set(passing.flatMap(({ from, to }) => [from, to])).size,
        last: passing.reduce((last, talk) => (talk.last > last ? talk.last : last), passing[0]!.last),
        talks: passing,
        unwanted: passing.every(isForbidden),
        reasons: [
          ...(outside
            ? [reason('outside', {}, 'Somebody outside of the plant talks to devices inside')]
            : []),
          ...(!outside && skipsLevel(ends.map((id) => levels.get(id) ?? 'unknown'))
            ? [reason('skips', {}, 'It passes by the levels that should stand between')]
            : []),
          ...(grave > 0 ? [reason('dangerous', {}, 'Some of it changes or stops devices')] : []),
          conduit
            ? reason(
                'protocol',
                { conduit: conduit.name },
                `${conduit.name} joins these zones for other protocols`,
              )
            : reason('conduit', {}, 'No conduit joins these zones'),
        ],
      };
    })
    .sort((a, b) => Number(b.outside) - Number(a.outside) || b.packets - a.packets);
}

/** Both ends stand at ends of the conduit, and not at the same. */
export function passes(conduit: KnownConduit, a: string | undefined, b: string | undefined): boolean {
  const joins = (place: string | undefined) =>
    place === OUTSIDE ? conduit.outside : place !== undefined && conduit.ends.includes(place);
  return a !== b && joins(a) && joins(b);
}

function carries({ protocols }: KnownConduit, { protocol }: SiteTalk): boolean {
  return protocols.length === 0 || protocols.includes(protocol);
}

const reason = (code: string, params: Told['params'], text: string): Told => ({ code, params, text });

function commonest<Item extends string>(items: readonly Item[]): Item | undefined {
  return countsOf(items)[0]?.value;
}

function countsOf<Item extends string>(items: readonly Item[]): { value: Item; count: number }[] {
  return [...Map.groupBy(items, (item) => item)]
    .map(([value, alike]) => ({ value, count: alike.length }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
