import type {
  CrossingTalk,
  NewZone,
  ProposedZone,
  UnexpectedConduit,
  Zone,
  ZoneCorrection,
} from '@busbar/contract';
import { isPrivate } from '@busbar/dissect';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import type { PlantService } from './plant-service.ts';
import type { PlantWarnings } from './plant-warnings.ts';
import {
  type Crossing,
  crossingsOf,
  type KnownConduit,
  OUTSIDE,
  passes,
  proposeZones,
  type SiteTalk,
  type ZoneGroup,
} from './zone-proposals.ts';
import {
  deleteUnused,
  devicesByZone,
  devicesToDraw,
  endsOfSite,
  findZone,
  holdZones,
  insertZone,
  isTaken,
  moveAssets,
  placementOf,
  placeAssets,
  placesOf,
  setEnds,
  standingOf,
  sumByZone,
  unplaced,
  updateZone,
  type ZoneRow,
  zonesBySite,
  zonesOfSite,
} from './zone-store.ts';

/** What zones ask of the captures of a site. */
export interface ZoneCaptures {
  talks(tx: Db, site: string): Promise<SiteTalk[]>;
  dangerous(tx: Db, site: string): Promise<{ from: string; to: string }[]>;
  conversations(
    tx: Db,
    site: string,
    pairs: readonly { from: string; to: string; protocol: string }[],
    most: number,
  ): Promise<Conversation[]>;
}

interface Conversation {
  readonly id: string;
  readonly capture_id: string;
  readonly capture_name: string;
  readonly from_asset: string | null;
  readonly from_address: string;
  readonly to_asset: string | null;
  readonly to_address: string;
  readonly protocol: string;
  readonly port: number | null;
  readonly packets: number;
  readonly first_seen: Date;
  readonly last_seen: Date;
}

export type ZoneService = ReturnType<typeof zoneService>;

export interface ZoneParts {
  readonly captures: ZoneCaptures;
  readonly warnings: Pick<PlantWarnings, 'openCounts' | 'settingsChanged'>;
  readonly plant: Pick<PlantService, 'findSite' | 'visibility' | 'assetsById' | 'assetsAt'>;
}

/** Zones and conduits of IEC 62443-3-2. People decide; what is proposed is worked out anew from what they left open. */
export function zoneService({ captures, warnings, plant }: ZoneParts) {
  return {
    async plan({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const site = await siteOf(tx, params.id);
      trail.on({ kind: 'site', ...site, owner: actor.organisation });
      const seen = await look(tx, site.id);
      const zones = await described(tx, site, seen);
      return {
        site,
        zones: zones.filter(({ kind }) => kind === 'zone'),
        conduits: zones.filter(({ kind }) => kind === 'conduit'),
        proposals: seen.groups.map(({ group, joins }) => toProposal(group, joins)),
        unexpected: seen.crossings.map((crossing) => toUnexpected(crossing, seen)),
        unplaced: seen.counts.get(null) ?? 0,
        visibility: await plant.visibility(tx, actor),
      };
    },

    async drawing({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const site = await siteOf(tx, params.id);
      trail.on({ kind: 'site', ...site, owner: actor.organisation });
      const seen = await look(tx, site.id);
      const devices = await devicesToDraw(tx, site.id, MOST_DRAWN);
      const counts = await warnings.openCounts(
        tx,
        devices.map(({ id }) => id),
      );
      const proposals = new Map(
        seen.groups.flatMap(({ group, joins }) =>
          joins ? [] : group.devices.map((id) => [id, group.proposal] as const),
        ),
      );
      const drawn = new Set(devices.map(({ id }) => id));
      const odd = new Set(seen.crossings.flatMap(({ talks }) => talks.map(pairOf)));
      return {
        devices: devices.map(({ total: _total, ...device }) => ({
          ...device,
          proposal: proposals.get(device.id) ?? null,
          outside: device.zone === null && isOutside(device.addresses),
          warnings: counts.get(device.id) ?? 0,
        })),
        lines: linesOf(seen.talks, drawn).map((line) => ({
          ...line,
          dangerous: seen.dangerous.has(pairOf(line)),
          unexpected: odd.has(pairOf(line)),
        })),
        leftOut: (devices[0]?.total ?? 0) - devices.length,
      };
    },

    async crossing({ tx, actor, params, query, trail }: Ask<{ id: string }, { proposal: string }>) {
      const site = await siteOf(tx, params.id);
      trail.on({ kind: 'site', ...site, owner: actor.organisation });
      const seen = await look(tx, site.id);
      const crossing = seen.crossings.find(({ proposal }) => proposal === query.proposal);
      return {
        conduit: crossing ? toUnexpected(crossing, seen) : null,
        talks: crossing ? await shown(tx, site.id, crossing.talks) : [],
      };
    },

    async zone({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const row = (await findZone(tx, params.id)) ?? missing();
      trail.on(traceOf(row));
      const site = await siteOf(tx, row.site_id);
      const seen = await look(tx, site.id);
      const conduit = seen.conduits.find(({ id }) => id === row.id);
      const passing = conduit
        ? seen.talks.filter((talk) => passes(conduit, seen.placeOf(talk.from), seen.placeOf(talk.to)))
        : [];
      return {
        ...(await described(tx, site, seen)).find(({ id }) => id === row.id)!,
        talks: await shown(tx, site.id, passing),
        visibility: await plant.visibility(tx, actor),
      };
    },

    async add({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, NewZone>) {
      const site = (await holdZones(tx, params.id)) ?? noSite();
      await free(tx, { id: null, site_id: site.id, kind: body.kind, name: body.name });
      const id = await insertZone(tx, {
        owner_id: actor.organisation!,
        site_id: site.id,
        kind: body.kind,
        ...fieldsOf(body),
        name: body.name,
      });
      if (body.kind === 'conduit')
        await join(tx, { owner_id: actor.organisation!, site_id: site.id, id }, body.connects, body.outside);
      trail.on({ kind: 'zone', id, name: body.name, owner: actor.organisation });
      return one(tx, site, id);
    },

    async correct({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, ZoneCorrection>) {
      const found = (await findZone(tx, params.id)) ?? missing();
      const site = (await holdZones(tx, found.site_id)) ?? missing();
      const row = (await findZone(tx, params.id)) ?? missing();
      if ((body.state ?? row.state) === 'accepted') await free(tx, { ...row, name: body.name ?? row.name });
      await updateZone(tx, row.id, fieldsOf(body));
      if (row.kind === 'conduit' && (body.connects || body.outside !== undefined)) {
        const ends = body.connects ?? (await endsOfSite(tx, site.id)).get(row.id) ?? [];
        await join(tx, { ...row, owner_id: actor.organisation! }, ends, body.outside ?? row.outside);
      }
      if (body.exposure !== undefined || body.safetyImpact !== undefined || body.state !== undefined)
        await warnings.settingsChanged(tx, actor, await plant.assetsAt(tx, { site: site.id, zone: row.id }));
      trail.on({ ...traceOf(row), details: { changed: Object.keys(body) } });
      return one(tx, site, row.id);
    },

    /** Zones first: what they hold decides which conduits there are to decide on. */
    async decide({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, Decisions>) {
      const site = (await holdZones(tx, params.id)) ?? noSite();
      const owner = actor.organisation!;
      const seen = await look(tx, site.id);
      const groups = new Map(seen.groups.map((one) => [one.group.proposal, one]));
      const crossings = new Map(seen.crossings.map((one) => [one.proposal, one]));
      const done = { accepted: 0, dismissed: 0, placed: 0 };
      const moved: string[] = [];
      const put = async (devices: readonly string[], zone: string | null) => {
        await placeAssets(tx, devices, zone, true);
        moved.push(...devices);
        if (zone) done.placed += devices.length;
      };

      for (const { proposal, name } of body.accept) {
        const found = groups.get(proposal);
        const crossing = crossings.get(proposal);
        if (found) {
          const { group, joins } = found;
          await put(group.devices, joins?.id ?? (await founded(tx, owner, site.id, group, name)));
        } else if (crossing) await allow(tx, owner, site.id, seen, crossing, name);
        else throw gone();
        done.accepted++;
      }
      for (const proposal of body.dismiss) {
        const found = groups.get(proposal);
        const crossing = crossings.get(proposal);
        if (found?.joins) await put(found.group.devices, null);
        else if (found) await founded(tx, owner, site.id, found.group, undefined, 'dismissed');
        else if (crossing) await forbid(tx, owner, site.id, seen, crossing);
        else throw gone();
        done.dismissed++;
      }
      await warnings.settingsChanged(tx, actor, moved);
      trail.on({ kind: 'site', ...site, owner, details: { ...done } });
      return done;
    },

    async place({ tx, actor, body, trail }: Ask<unknown, unknown, { places: Place[] }>) {
      const before = new Map(
        (
          await placesOf(
            tx,
            body.places.flatMap(({ assets }) => assets),
          )
        ).map((row) => [row.id, row]),
      );
      if (before.size === 0) throw notFound('asset');
      for (const { assets, zone, open } of body.places) {
        const here = assets.flatMap((id) => before.get(id) ?? []);
        const row = zone === null ? null : await findZone(tx, zone);
        if (row === undefined || row?.kind === 'conduit' || row?.state === 'dismissed') missing();
        if (row && here.some(({ site_id }) => site_id !== row.site_id))
          throw conflict('zone-of-another-site', `${row.name} belongs to another site than these devices`, {
            name: row.name,
          });
        await placeAssets(
          tx,
          here.map(({ id }) => id),
          zone,
          zone !== null || !open,
        );
      }
      await warnings.settingsChanged(tx, actor, [...before.keys()]);
      const places = Map.groupBy(before.values(), ({ zone_id, placed }) => `${zone_id} ${placed}`);
      trail.on({ kind: 'asset', owner: actor.organisation, details: { assets: [...before.keys()] } });
      return {
        changed: before.size,
        undo: [...places.values()].map((rows) => ({
          assets: rows.map(({ id }) => id),
          zone: rows[0]!.zone_id,
          open: !rows[0]!.placed,
        })),
      };
    },

    // What tables ask for.

    bySite: zonesBySite,
    placementOf,

    /** The caller holds the site. */
    make: (tx: Db, owner: string, site: string, name: string) =>
      insertZone(tx, { owner_id: owner, site_id: site, kind: 'zone', name }),

    /** Moves devices, and decides anew about their warnings. */
    async move(tx: Db, actor: Actor, moves: Parameters<typeof moveAssets>[1]): Promise<void> {
      const moved: string[] = [];
      for (let at = 0; at < moves.length; at += 1000)
        moved.push(...(await moveAssets(tx, moves.slice(at, at + 1000))));
      if (moved.length > 0) await warnings.settingsChanged(tx, actor, moved);
    },

    drop: deleteUnused,

    async arrange({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, { places: Arranged[] }>) {
      const site = (await holdZones(tx, params.id)) ?? noSite();
      const known = new Set((await zonesOfSite(tx, site.id)).map(({ id }) => id));
      const places = body.places.filter(({ zone }) => known.has(zone));
      for (const { zone, at } of places) await updateZone(tx, zone, { x: at?.x ?? null, y: at?.y ?? null });
      trail.on({ kind: 'site', ...site, owner: actor.organisation });
      return { changed: places.length };
    },
  };

  async function siteOf(tx: Db, id: string): Promise<{ id: string; name: string }> {
    const site = (await plant.findSite(tx, id)) ?? noSite();
    return { id, name: site.name };
  }

  /** Everything that zones, proposals and unexpected conduits of a site come from. */
  async function look(tx: Db, site: string) {
    const rows = await zonesOfSite(tx, site);
    const ends = await endsOfSite(tx, site);
    const told = await captures.talks(tx, site);
    const candidates = await unplaced(tx, site, MOST_CANDIDATES);
    const standings = await standingOf(tx, [...new Set(told.flatMap(({ from, to }) => [from, to]))]);
    // What captures know as two may be one by now.
    const whole = <Pair extends { from: string; to: string }>(pair: Pair): Pair => ({
      ...pair,
      from: standings.get(pair.from)?.device ?? pair.from,
      to: standings.get(pair.to)?.device ?? pair.to,
    });
    const talks = told.map(whole);
    const dangerous = new Set((await captures.dangerous(tx, site)).map((pair) => pairOf(whole(pair))));
    const standing = new Map(
      [...standings.values()].map(({ device, zone, addresses }) => [
        device,
        zone ?? (isOutside(addresses) ? OUTSIDE : undefined),
      ]),
    );
    const placeOf = (device: string) => standing.get(device);
    const toKnown = (row: ZoneRow): KnownConduit => ({ ...row, ends: ends.get(row.id) ?? [] });
    const conduits = rows.filter(({ kind }) => kind === 'conduit');
    const allowed = conduits.filter(({ state }) => state === 'accepted').map(toKnown);
    const crossings = crossingsOf(talks, {
      placeOf,
      levels: new Map(rows.map(({ id, level }) => [id, level])),
      allowed,
      forbidden: conduits.filter(({ state }) => state === 'dismissed').map(toKnown),
      dangerous,
    });
    const decided = new Map(
      rows.flatMap((row) => (row.kind === 'zone' && row.proposal ? [[row.proposal, row] as const] : [])),
    );
    const groups = proposeZones(
      candidates.filter(({ addresses }) => !isOutside(addresses)),
      talks,
    ).flatMap((group) => {
      const before = decided.get(group.proposal);
      if (before?.state === 'dismissed') return [];
      return [{ group, joins: before ? { id: before.id, name: before.name } : null }];
    });
    const names = new Map(rows.map(({ id, name }) => [id, name]));
    const counts = await devicesByZone(tx, site);
    return { rows, ends, names, counts, talks, dangerous, placeOf, conduits: allowed, crossings, groups };
  }

  async function described(tx: Db, site: { id: string; name: string }, seen: Seen): Promise<Zone[]> {
    const warned = await sumByZone(tx, await warnings.openCounts(tx));
    return seen.rows.map((row) => ({
      id: row.id,
      site,
      kind: row.kind,
      state: row.state,
      name: row.name,
      level: row.level,
      safetyImpact: row.safety_impact,
      exposure: row.exposure,
      slTarget: row.sl_target,
      slAchieved: row.sl_achieved,
      protocols: row.protocols,
      outside: row.outside,
      note: row.note,
      connects: (seen.ends.get(row.id) ?? []).map((id) => ({ id, name: seen.names.get(id) ?? '' })),
      devices: seen.counts.get(row.id) ?? 0,
      warnings: warned.get(row.id) ?? 0,
      place: row.x === null || row.y === null ? null : { x: row.x, y: row.y },
    }));
  }

  async function one(tx: Db, site: { id: string; name: string }, id: string): Promise<Zone> {
    return (await described(tx, site, await look(tx, site.id))).find((zone) => zone.id === id)!;
  }

  async function shown(tx: Db, site: string, talks: readonly SiteTalk[]): Promise<CrossingTalk[]> {
    const rows = await captures.conversations(tx, site, talks.slice(0, MOST_PAIRS), MOST_SHOWN);
    const assets = await plant.assetsById(
      tx,
      rows.flatMap(({ from_asset, to_asset }) => [from_asset!, to_asset!]),
    );
    const endOf = (id: string, address: string) => ({
      asset: id,
      name: assets.get(id)?.name ?? address,
      address,
    });
    return rows.map((row) => ({
      id: row.id,
      capture: { id: row.capture_id, name: row.capture_name },
      from: endOf(row.from_asset!, row.from_address),
      to: endOf(row.to_asset!, row.to_address),
      protocol: row.protocol,
      port: row.port,
      packets: row.packets,
      firstSeen: row.first_seen.toISOString(),
      lastSeen: row.last_seen.toISOString(),
    }));
  }
}

type Seen = {
  rows: ZoneRow[];
  ends: Map<string, string[]>;
  names: Map<string, string>;
  counts: Map<string | null, number>;
};
interface Decisions {
  accept: { proposal: string; name?: string | undefined }[];
  dismiss: string[];
}
interface Place {
  assets: string[];
  zone: string | null;
  open?: boolean | undefined;
}
interface Arranged {
  zone: string;
  at: { x: number; y: number } | null;
}

/** More than a person can look at on one drawing, and what a browser draws without effort. */
const MOST_DRAWN = 5000;
const MOST_LINES = 20_000;
const MOST_CANDIDATES = 20_000;
const MOST_PAIRS = 2000;
const MOST_SHOWN = 200;
const MOST_PROTOCOLS = 60;

const pairOf = ({ from, to }: { from: string; to: string }) => `${from} ${to}`;

function isOutside(addresses: readonly string[]): boolean {
  return addresses.length > 0 && !addresses.some(isPrivate);
}

/** One line for each pair and direction. */
function linesOf(talks: readonly SiteTalk[], drawn: ReadonlySet<string>) {
  const lines = new Map<string, { from: string; to: string; protocols: string[]; packets: number }>();
  for (const { from, to, protocol, packets } of talks) {
    if (!drawn.has(from) || !drawn.has(to)) continue;
    const key = pairOf({ from, to });
    const line = lines.get(key) ?? { from, to, protocols: [], packets: 0 };
    line.protocols.push(protocol);
    line.packets += packets;
    lines.set(key, line);
  }
  return [...lines.values()].slice(0, MOST_LINES);
}

function toProposal(
  { proposal, network, band, level, devices, roles, reasons }: ZoneGroup,
  joins: { id: string; name: string } | null,
): ProposedZone {
  return {
    proposal,
    joins,
    name: { code: band, params: { network }, text: nameOfGroup({ band, network }) },
    level,
    devices: devices.length,
    roles: [...roles],
    reasons: [...reasons],
  };
}

function nameOfGroup({ band, network }: Pick<ZoneGroup, 'band' | 'network'>): string {
  return `${band[0]!.toUpperCase()}${band.slice(1)} ${network}`.slice(0, 80);
}

function toUnexpected(crossing: Crossing, { names }: Pick<Seen, 'names'>): UnexpectedConduit {
  const zones = crossing.zones.map((id) => ({ id, name: names.get(id) ?? '' }));
  const [one, other] = zones.map(({ name }) => name);
  return {
    proposal: crossing.proposal,
    zones,
    outside: crossing.outside,
    conduit: crossing.conduit && { id: crossing.conduit.id, name: crossing.conduit.name },
    name: crossing.outside
      ? { code: 'outside', params: {}, text: 'Remote maintenance' }
      : { code: 'between', params: { one: one!, other: other! }, text: nameOfCrossing(one!, other!) },
    protocols: [...crossing.protocols],
    packets: crossing.packets,
    devices: crossing.devices,
    lastSeen: crossing.last.toISOString(),
    unwanted: crossing.unwanted,
    reasons: [...crossing.reasons],
  };
}

const nameOfCrossing = (one: string, other: string) => `${one.slice(0, 37)} – ${other.slice(0, 37)}`;

function fieldsOf(body: ZoneCorrection) {
  const { name, state, level, safetyImpact, exposure, slTarget, slAchieved, protocols, outside, note } = body;
  return {
    name,
    state,
    level,
    safety_impact: safetyImpact,
    exposure,
    sl_target: slTarget,
    sl_achieved: slAchieved,
    protocols,
    outside,
    note,
  };
}

async function founded(
  tx: Db,
  owner: string,
  site: string,
  group: ZoneGroup,
  given: string | undefined,
  state: 'accepted' | 'dismissed' = 'accepted',
): Promise<string> {
  const name = given ?? nameOfGroup(group);
  if (state === 'accepted') await free(tx, { id: null, site_id: site, kind: 'zone', name });
  const { proposal, level } = group;
  return insertZone(tx, { owner_id: owner, site_id: site, kind: 'zone', state, name, proposal, level });
}

type Conduits = { conduits: readonly KnownConduit[] } & Pick<Seen, 'rows' | 'ends' | 'names'>;

/** What crosses becomes a conduit, or what the conduit of these zones may carry besides. */
async function allow(
  tx: Db,
  owner: string,
  site: string,
  seen: Conduits,
  crossing: Crossing,
  given: string | undefined,
): Promise<void> {
  const { conduit, zones, outside } = crossing;
  if (conduit && zones.every((zone) => conduit.ends.includes(zone)))
    return updateZone(tx, conduit.id, { protocols: together(conduit.protocols, crossing.protocols) });
  const forbidden = alike(seen, crossing, 'dismissed');
  const name = given ?? toUnexpected(crossing, seen).name.text;
  await free(tx, { id: forbidden?.id ?? null, site_id: site, kind: 'conduit', name });
  const protocols = together([], crossing.protocols);
  if (forbidden) return updateZone(tx, forbidden.id, { state: 'accepted', name, protocols });
  const id = await insertZone(tx, {
    owner_id: owner,
    site_id: site,
    kind: 'conduit',
    name,
    protocols,
    outside,
  });
  await setEnds(tx, { owner_id: owner, site_id: site, id }, zones);
}

async function forbid(
  tx: Db,
  owner: string,
  site: string,
  seen: Conduits,
  crossing: Crossing,
): Promise<void> {
  const { zones, outside } = crossing;
  const known = alike(seen, crossing, 'dismissed');
  const protocols = together(known?.protocols ?? [], crossing.protocols);
  if (known) return updateZone(tx, known.id, { protocols });
  const id = await insertZone(tx, {
    owner_id: owner,
    site_id: site,
    kind: 'conduit',
    state: 'dismissed',
    name: toUnexpected(crossing, seen).name.text,
    protocols,
    outside,
  });
  await setEnds(tx, { owner_id: owner, site_id: site, id }, zones);
}

/** The conduit of this state with the same ends. */
function alike({ rows, ends }: Conduits, { zones, outside }: Crossing, state: ZoneRow['state']) {
  return rows.find(
    (row) =>
      row.kind === 'conduit' &&
      row.state === state &&
      row.outside === outside &&
      (ends.get(row.id) ?? []).toSorted().join() === zones.toSorted().join(),
  );
}

function together(one: readonly string[], other: readonly string[]): string[] {
  return [...new Set([...one, ...other])].slice(0, MOST_PROTOCOLS);
}

async function join(
  tx: Db,
  conduit: { owner_id: string; site_id: string; id: string },
  connects: readonly string[],
  outside: boolean,
): Promise<void> {
  const zones = new Map((await zonesOfSite(tx, conduit.site_id)).map((row) => [row.id, row]));
  const ends = [...new Set(connects)];
  if (ends.some((id) => zones.get(id)?.kind !== 'zone')) missing();
  if (ends.length + Number(outside) < 2)
    throw malformed(
      'conduit-to-nowhere',
      'A conduit joins two zones, or a zone and the outside. Name what it joins',
    );
  await setEnds(tx, conduit, ends);
}

async function free(
  tx: Db,
  zone: Pick<ZoneRow, 'site_id' | 'kind' | 'name'> & { id: string | null },
): Promise<void> {
  if (await isTaken(tx, zone))
    throw conflict('zone-name-taken', `There is something called ${zone.name} on this site already`, {
      name: zone.name,
    });
}

const gone = () =>
  conflict('proposal-gone', 'What you decided on is no longer proposed. Look at the list again');

function traceOf({ id, name, owner_id }: ZoneRow) {
  return { kind: 'zone', id, name, owner: owner_id };
}

function missing(): never {
  throw notFound('zone');
}

function noSite(): never {
  throw notFound('site');
}
