import type { Certainty, Endpoint, Params, Role, RoleHint } from '../dissector.ts';
import { type Endpoints, IPV4, IPV6, MAC, TOKEN_RING } from '../network/endpoints.ts';
import { byCertainty, isSurer } from './certainty.ts';
import type { Location } from './location.ts';
import { makerOf } from './makers.ts';
import type { Stage } from './stage.ts';
import { ANSWERED, ASKED } from './talk.ts';

/** Something with one or more addresses that took part in the traffic. */
export interface Device {
  /** By its first MAC address, else its first IP or other address: the same in every capture that shows it. */
  readonly id: string;
  readonly addresses: readonly string[];
  readonly macs: readonly string[];
  readonly vlans: readonly number[];
  /** What it or others call it; the best first. */
  readonly names: readonly string[];
  /** Everything told about it. What contradicts one another stands side by side, each with its source. */
  readonly facts: readonly DeviceFact[];
  /** The likeliest first; `unknown` alone when nothing tells. */
  readonly roles: readonly DeviceRole[];
  readonly level: Level;
  readonly protocols: readonly string[];
  /** Microseconds since 1970. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Where in the plant, guessed from the role: after ISA-95 and the Purdue model. */
export type Level = 'field' | 'control' | 'supervision' | 'operations' | 'enterprise' | 'network' | 'unknown';

export interface DeviceFact {
  readonly field: string;
  readonly value: string;
  readonly protocol: string;
  readonly certainty: Certainty;
  /** How often it was told. */
  readonly count: number;
  /** The first message that told it so surely; absent for what follows from the address alone. */
  readonly at?: Location;
}

export interface DeviceRole {
  readonly role: Role;
  readonly certainty: Certainty;
  readonly because: string;
  readonly params: Params;
}

const MOST_DEVICES = 16_384;
/** More addresses than one device has: beyond, somebody claims too much. */
const MOST_ADDRESSES = 64;
/** A station that sends for more addresses than this, without ARP saying they are its own, forwards for others. */
const MOST_OWN_ADDRESSES = 2;
const MANY_TARGETS = 32;

/** Brings addresses together into devices, and says what is known of each. */
export class Devices {
  readonly list: Device[] = [];
  dropped = 0;
  readonly #stage: Stage;
  readonly #endpoints: Endpoints;
  /** Union of endpoints; an endpoint that points at itself speaks for its group. */
  readonly #parent: Int32Array;
  readonly #size: Int32Array;
  readonly #routers = new Set<Endpoint>();
  readonly #byEndpoint = new Map<Endpoint, Device>();

  constructor(stage: Stage) {
    this.#stage = stage;
    this.#endpoints = stage.endpoints;
    this.#parent = Int32Array.from({ length: this.#endpoints.count }, (_, endpoint) => endpoint);
    this.#size = new Int32Array(this.#endpoints.count).fill(1);
    this.#joinByAddress();
    for (const [one, other] of stage.notebook.pairs.values()) {
      if (this.#endpoints.isStation(one) && this.#endpoints.isStation(other)) this.#join(one, other);
    }
    this.#describe();
  }

  /** The id of the device with this address; null for groups and for addresses nobody sent from. */
  idOf(endpoint: Endpoint): string | null {
    return this.#byEndpoint.get(endpoint)?.id ?? null;
  }

  get hasRouters(): boolean {
    return this.#routers.size > 0;
  }

  of(endpoint: Endpoint): Device | undefined {
    return this.#byEndpoint.get(endpoint);
  }

  /**
   * A MAC and an IP address are one station if ARP says so, or if the MAC sends for nobody else. Of several that claim an
   * address it is the one with the fewest beside it, or the first: who stands between two others claims both.
   */
  #joinByAddress(): void {
    const ofMac = new Map<Endpoint, { address: Endpoint; arp: boolean }[]>();
    for (const { address, mac, arp } of this.#endpoints.bindings.values()) {
      if (!this.#endpoints.isStation(mac) || !this.#endpoints.isStation(address)) continue;
      const known = ofMac.get(mac) ?? [];
      known.push({ address, arp });
      ofMac.set(mac, known);
    }
    const remote = this.#beyondRouters();
    const holders = new Map<Endpoint, { mac: Endpoint; addresses: number }>();
    for (const [mac, bindings] of ofMac) {
      const unconfirmed = bindings.filter(
        ({ address, arp }) => !arp && (this.#endpoints.kind(address) === IPV4 || !this.#isLocal(address)),
      );
      const forwards = unconfirmed.length > MOST_OWN_ADDRESSES;
      const own = bindings.filter(({ address, arp }) => arp || !(forwards || remote.has(address)));
      if (forwards || own.length < bindings.length) this.#routers.add(mac);
      if (own.length > MOST_ADDRESSES) continue;
      for (const { address } of own) {
        const holder = holders.get(address);
        if (!holder || own.length < holder.addresses) holders.set(address, { mac, addresses: own.length });
      }
    }
    for (const [address, { mac }] of holders) this.#join(mac, address);
  }

  /** Addresses of the Internet that talked with private ones: on the wire they have the MAC of a router. */
  #beyondRouters(): Set<Endpoint> {
    const remote = new Set<Endpoint>();
    const endpoints = this.#endpoints;
    const isPrivate = (endpoint: Endpoint) =>
      endpoints.kind(endpoint) === IPV4 && endpoints.isStation(endpoint) && !endpoints.isPublic(endpoint);
    for (const { from, to } of this.#stage.notebook.conversations.values()) {
      if (endpoints.kind(from) !== IPV4 || endpoints.kind(to) !== IPV4) continue;
      if (endpoints.isPublic(from) && isPrivate(to)) remote.add(from);
      if (endpoints.isPublic(to) && isPrivate(from)) remote.add(to);
    }
    return remote;
  }

  #isLocal(endpoint: Endpoint): boolean {
    return this.#endpoints.word(endpoint, 0) >>> 22 === 0xfe80 >>> 6;
  }

  #find(endpoint: Endpoint): Endpoint {
    let root = endpoint;
    while (this.#parent[root] !== root) root = this.#parent[root] = this.#parent[this.#parent[root]!]!;
    return root;
  }

  #join(one: Endpoint, other: Endpoint): void {
    const [a, b] = [this.#find(one), this.#find(other)];
    if (a === b || this.#size[a]! + this.#size[b]! > MOST_ADDRESSES) return;
    this.#parent[b] = a;
    this.#size[a]! += this.#size[b]!;
  }

  #describe(): void {
    const groups = new Map<Endpoint, Endpoint[]>();
    const add = (endpoint: Endpoint) => {
      const root = this.#find(endpoint);
      const group = groups.get(root);
      if (!group) groups.set(root, [endpoint]);
      else if (!group.includes(endpoint)) group.push(endpoint);
    };
    for (let endpoint = 1; endpoint < this.#endpoints.count; endpoint++) {
      if (this.#endpoints.isStation(endpoint) && this.#tookPart(endpoint)) add(endpoint);
    }
    for (const { address, mac } of this.#endpoints.bindings.values()) {
      if (groups.has(this.#find(mac)) && this.#endpoints.isStation(mac)) add(mac);
      if (groups.has(this.#find(address)) && this.#endpoints.isStation(address)) add(address);
    }
    for (const { about } of this.#stage.notebook.facts.values()) if (about > 0) add(about);
    // An address that a device states as its own belongs to it even if it never spoke from there.
    for (const pair of this.#stage.notebook.pairs.values()) {
      for (const endpoint of pair) {
        if (groups.has(this.#find(endpoint)) && this.#endpoints.isStation(endpoint)) add(endpoint);
      }
    }
    this.#bound(groups);
    const told = this.#told(groups);
    for (const [root, group] of groups) {
      const device = this.#device(group, told.get(root)!);
      this.list.push(device);
      for (const endpoint of group) this.#byEndpoint.set(endpoint, device);
    }
    this.list.sort((a, b) => b.packets - a.packets || (a.id < b.id ? -1 : 1));
  }

  /** A scan of everything is not that many devices. Those that spoke most stay. */
  #bound(groups: Map<Endpoint, Endpoint[]>): void {
    if (groups.size <= MOST_DEVICES) return;
    const packets = (group: readonly Endpoint[]) =>
      group.reduce(
        (sum, endpoint) =>
          sum + this.#endpoints.sentPackets[endpoint]! * 1_000 + this.#endpoints.packets[endpoint]!,
        0,
      );
    const quietestFirst = [...groups]
      .map(([root, group]) => [root, packets(group)] as const)
      .sort((a, b) => a[1] - b[1]);
    this.dropped = groups.size - MOST_DEVICES;
    for (const [root] of quietestFirst.slice(0, this.dropped)) groups.delete(root);
  }

  /** Something that never answered and ends like a broadcast address is nobody. */
  #tookPart(endpoint: Endpoint): boolean {
    if (this.#endpoints.packets[endpoint] === 0) return false;
    const silent = this.#endpoints.sentPackets[endpoint] === 0;
    const kind = this.#endpoints.kind(endpoint);
    return !(silent && kind === IPV4 && (this.#endpoints.word(endpoint, 0) & 0xff) === 0xff);
  }

  /** Facts, roles, protocols and VLANs, sorted to the devices they are about. */
  #told(groups: ReadonlyMap<Endpoint, Endpoint[]>): Map<Endpoint, Told> {
    const { notebook, dissectors, talks, talkNotes, protocols } = this.#stage;
    const told = new Map<Endpoint, Told>();
    for (const root of groups.keys()) told.set(root, new Told());
    const of = (endpoint: Endpoint) => (endpoint < 0 ? undefined : told.get(this.#find(endpoint)));
    for (const { about, ...fact } of notebook.facts.values()) of(about)?.fact(fact);
    for (const { about, ...role } of notebook.roles.values()) of(about)?.roles.push(role);
    for (const [i, { sides }] of talkNotes.entries()) {
      const protocol = protocols[talks.at(i, 2)]!;
      of(talks.at(i, 0))?.protocols.add(protocol);
      of(talks.at(i, 1))?.protocols.add(protocol);
      const hints = dissectors[talks.at(i, 2)]?.roles;
      if (hints?.asking && sides & ASKED) of(talks.at(i, 0))?.hint(hints.asking);
      if (hints?.asked && sides & ANSWERED) of(talks.at(i, 0))?.hint(hints.asked);
    }
    for (const note of notebook.conversations.values()) {
      const [from, to] = [of(note.from), of(note.to)];
      if (note.vlan > 0) [from, to].forEach((one) => one?.vlans.add(note.vlan));
      from?.targets.add(note.to);
      if (note.packetsBack === 0) from?.unanswered.add(note.to);
    }
    for (const { source, kind } of notebook.operations) {
      if (kind.access === 'program') {
        of(source)?.hint({
          role: 'engineering',
          certainty: 'inferred',
          because: 'network.programs-controllers',
        });
      }
    }
    return told;
  }

  #device(group: readonly Endpoint[], told: Told): Device {
    const endpoints = this.#endpoints;
    const inOrder = group.toSorted((a, b) => a - b);
    const isMac = (endpoint: Endpoint) => [MAC, TOKEN_RING].includes(endpoints.kind(endpoint));
    const macs = inOrder.filter(isMac);
    const addresses = inOrder.filter((endpoint) => !isMac(endpoint));
    const seen = inOrder.filter((endpoint) => endpoints.packets[endpoint]! > 0);
    const makers = macs.flatMap((mac) => makerOf(endpoints.word(mac, 0) >>> 8) ?? []);
    const guesses: DeviceFact[] = [...new Set(makers)].map((value) => ({
      field: 'vendor',
      value,
      protocol: 'ethernet',
      certainty: 'guessed',
      count: 1,
    }));
    const names = inOrder.flatMap((endpoint) => [...(this.#stage.names.get(endpoint) ?? [])]);
    const known: DeviceFact[] = [...new Set(names)].map((value) => ({
      field: 'name',
      value,
      protocol: 'pcapng',
      certainty: 'inferred',
      count: 1,
    }));
    const facts = [...told.facts, ...known, ...guesses].sort((a, b) => byCertainty(a.certainty, b.certainty));
    const roles = this.#roles(told, macs);
    const sum = (column: Float64Array) => seen.reduce((total, endpoint) => total + column[endpoint]!, 0);
    const first = macs[0] ?? addresses[0]!;
    return {
      id: idOf(endpoints, first),
      addresses: addresses.map((endpoint) => endpoints.text(endpoint)),
      macs: macs.map((endpoint) => endpoints.text(endpoint)),
      vlans: [...told.vlans].sort((a, b) => a - b),
      names: [
        ...new Set(
          facts.filter(({ field }) => field === 'name' || field === 'station').map(({ value }) => value),
        ),
      ],
      facts,
      roles,
      level: levelOf(
        roles[0]!.role,
        macs.length === 0 && addresses.some((endpoint) => this.#endpoints.isPublic(endpoint)),
      ),
      protocols: [...told.protocols].sort(),
      firstSeen: seen.length > 0 ? Math.min(...seen.map((endpoint) => endpoints.firstSeen[endpoint]!)) : 0,
      lastSeen: Math.max(0, ...seen.map((endpoint) => endpoints.lastSeen[endpoint]!)),
      packets: sum(endpoints.packets),
      bytes: sum(endpoints.bytes),
    };
  }

  #roles(told: Told, macs: readonly Endpoint[]): DeviceRole[] {
    if (macs.some((mac) => this.#routers.has(mac))) {
      told.hint({ role: 'router', certainty: 'inferred', because: 'network.forwards-for-others' });
    }
    if (told.unanswered.size > MANY_TARGETS) {
      const params = { targets: told.targets.size, unanswered: told.unanswered.size };
      told.roles.push({ role: 'scanner', certainty: 'inferred', because: 'network.many-unanswered', params });
    }
    if (told.roles.length === 0) {
      return [{ role: 'unknown', certainty: 'guessed', because: 'network.nothing-tells', params: {} }];
    }
    return told.roles.toSorted(
      (a, b) =>
        Number(isTelling(b.role)) - Number(isTelling(a.role)) ||
        byCertainty(a.certainty, b.certainty) ||
        rank.indexOf(a.role) - rank.indexOf(b.role),
    );
  }
}

/** The text of other stations says what they are on. */
function idOf(endpoints: Endpoints, address: Endpoint): string {
  const text = endpoints.text(address);
  switch (endpoints.kind(address)) {
    case MAC:
    case TOKEN_RING:
      return `mac:${text}`;
    case IPV4:
    case IPV6:
      return `ip:${text}`;
    default:
      return text;
  }
}

/** That something asks or answers says little beside what else is known of it. */
function isTelling(role: Role): boolean {
  return role !== 'client' && role !== 'server' && role !== 'unknown';
}

/** Of roles equally certain, the more telling first. */
const rank: readonly Role[] = [
  'scanner',
  'engineering',
  'controller',
  'io',
  'gateway',
  'historian',
  'hmi',
  'switch',
  'router',
  'server',
  'client',
  'unknown',
];

class Told {
  readonly facts: DeviceFact[] = [];
  readonly #factsByText = new Map<string, number>();
  readonly roles: DeviceRole[] = [];
  readonly protocols = new Set<string>();
  readonly vlans = new Set<number>();
  readonly targets = new Set<Endpoint>();
  readonly unanswered = new Set<Endpoint>();

  /** What was told of several addresses of one device is told once, with the best of the messages. */
  fact(fact: DeviceFact): void {
    const key = `${fact.field} ${fact.protocol} ${fact.value}`;
    const at = this.#factsByText.get(key);
    if (at === undefined) {
      this.#factsByText.set(key, this.facts.push(fact) - 1);
      return;
    }
    const before = this.facts[at]!;
    const best = isSurer(fact.certainty, before.certainty) ? fact : before;
    this.facts[at] = { ...best, count: before.count + fact.count };
  }

  hint({ role, certainty, because }: RoleHint): void {
    if (this.roles.some((known) => known.role === role && known.because === because)) return;
    this.roles.push({ role, certainty, because, params: {} });
  }
}

function levelOf(role: Role, isPublic: boolean): Level {
  switch (role) {
    case 'io':
      return 'field';
    case 'controller':
    case 'gateway':
      return 'control';
    case 'hmi':
    case 'engineering':
      return 'supervision';
    case 'historian':
      return 'operations';
    case 'switch':
    case 'router':
      return 'network';
    default:
      return isPublic ? 'enterprise' : 'unknown';
  }
}
