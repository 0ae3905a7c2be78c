import { isIP } from 'node:net';

import {
  type Asset,
  type AssetCorrection,
  type AssetFact,
  type AssetSearch,
  type AssetState,
  type AssetWords,
  type Device,
  done,
  type Exposure,
  type FactField,
  type SafetyImpact,
  saidFields,
  type Site,
  type SiteFields,
} from '@busbar/contract';

import { sql } from 'kysely';
import { ipOf, macOf } from '@busbar/csaf';
import { isPrivate } from '@busbar/dissect';

import { type Actor, plantOf } from '../../platform/actor.ts';
import { insertMany } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, forbidden, malformed, notFound } from '../../platform/problem.ts';
import {
  assetsAt,
  assume,
  type Assumed,
  assumedSites,
  assumedZones,
  saidOfSites,
} from './assumption-store.ts';
import { holding, saidAddresses } from './holding-facts.ts';
import { forgetCapture, learn, type Lesson, settle, together } from './plant-learning.ts';
import { alike, apart, merge, mergesOf, split, unmerge } from './plant-merging.ts';
import { recognise, sitesKnowing } from './plant-recognition.ts';
import {
  allAssets,
  describedAssets,
  colleaguesOf,
  assetsForMatching,
  assetsForMatchingAfter,
  countAssets,
  deleteSite,
  factsOf,
  findAssets,
  groupsOf,
  insertAsset,
  insertSite,
  listSites,
  locationOf,
  lockAssets,
  ownerName,
  personNames,
  searchAssets,
  setAssetState,
  settingsOf,
  shownIn,
  type SightingRow,
  sightingsIn,
  sightingsOf,
  sumOverSightings,
  updateSite,
} from './plant-store.ts';
import { nearest, placeKey } from './place-names.ts';
import { after, builtUpon, forgetTable, knownOf, tellTable } from './plant-tables.ts';
import type { PlantWarnings } from './plant-warnings.ts';
import { holdZones, insertZone, moveAssets, zonesBySite, zonesOf } from './zone-store.ts';

export { nearest, placeKey } from './place-names.ts';
export type { TableFact } from './plant-tables.ts';

/** What the plant asks of the captures that show it. */
export interface PlantCaptures {
  names(tx: Db, captures: readonly string[]): Promise<Map<string, string>>;
  countBySite(tx: Db): Promise<Map<string, number>>;
  /** Whom a device talks to, over all captures. */
  talksOf(tx: Db, asset: string): Promise<Talk[]>;
}

/** What the plant asks of those who know who reads it. */
export interface PlantReaders {
  /** Of all who can read the plant of `owner` now: how many they are, and which organisations besides. */
  counted(tx: Db, actor: Actor, owner: string): Promise<{ people: number; others: string[] }>;
}

/** What the plant asks of the tables that people brought. */
export interface PlantTables {
  names(tx: Db, inventories: readonly string[]): Promise<Map<string, string>>;
}

export interface Talk {
  readonly asset: string;
  readonly address: string;
  readonly protocol: string;
  readonly outgoing: boolean;
  readonly packets: number;
}

/** Where a device stands and what it is for, as far as an attacker and the people beside it are concerned. */
export interface AssetSetting extends Pick<Asset, 'role' | 'level' | 'criticality'> {
  readonly hasAddress: boolean;
  /** The first that is reached from anywhere. */
  readonly publicAddress: string | undefined;
  /** What people say of its zone, or of its site where they say nothing of the zone. */
  readonly exposure: SaidOfPlace<Exposure> | undefined;
  readonly safetyImpact: SaidOfPlace<SafetyImpact> | undefined;
}

export interface SaidOfPlace<Value> {
  readonly value: Value;
  readonly place: 'zone' | 'site';
  readonly name: string;
}

export type PlantService = ReturnType<typeof plantService>;

export function plantService(
  warnings: PlantWarnings,
  captures: PlantCaptures,
  tables: PlantTables,
  readers: PlantReaders,
) {
  return {
    async sites({ tx }: Ask) {
      const counts = await captures.countBySite(tx);
      const items = (await listSites(tx)).map((site) => ({ ...site, captures: counts.get(site.id) ?? 0 }));
      return { items };
    },

    async addSite({ tx, actor, body, trail }: Ask<unknown, unknown, SiteFields>) {
      const site = await insertSite(tx, actor.organisation!, body);
      if (!site) throw nameTaken(body.name);
      trail.on({ kind: 'site', id: site.id, name: site.name, owner: actor.organisation });
      return site;
    },

    async changeSite({
      tx,
      actor,
      params: { id },
      body: { revision, ...body },
      trail,
    }: Ask<{ id: string }, unknown, SiteFields & { revision: number }>) {
      const before = (await listSites(tx)).find((site) => site.id === id);
      if (!before) throw notFound('site');
      const outcome = await updateSite(tx, id, revision, body);
      if (outcome === 'taken') throw nameTaken(body.name);
      if (outcome === 'older')
        throw conflict(
          'changed-meanwhile',
          'Somebody changed this while you looked at it. Look at it anew, then change it',
        );
      trail.on({
        kind: 'site',
        id,
        name: body.name,
        owner: actor.organisation,
        details: { ...(body.name !== before.name && { before: before.name }) },
      });
      const captured = (await captures.countBySite(tx)).get(id) ?? 0;
      return { ...before, ...body, revision: revision + 1, captures: captured };
    },

    async removeSite({ tx, actor, params: { id }, trail }: Ask<{ id: string }>) {
      const site = (await listSites(tx)).find((one) => one.id === id);
      if (!site) throw notFound('site');
      if (!(await deleteSite(tx, id)))
        throw conflict(
          'site-in-use',
          `${site.name} has devices, zones, captures, tables or something learnt as normal, or had some; give it another name instead`,
          { name: site.name },
        );
      trail.on({ kind: 'site', id, name: site.name, owner: actor.organisation });
      return done;
    },

    async summary({ tx, actor }: Ask) {
      const counts = await captures.countBySite(tx);
      return {
        assets: await countAssets(tx),
        warnings: await warnings.openByCertainty(tx),
        captures: [...counts.values()].reduce((total, count) => total + count, 0),
        visibility: await visibility(tx, actor),
      };
    },

    async search({ tx, query, actor }: Ask<unknown, AssetSearch>) {
      const wanted = query.warned !== undefined || query.sort === 'warnings';
      const all = wanted ? await warnings.openCounts(tx) : new Map<string, number>();
      // Words are found through an index in one's own plant only.
      const found = await searchAssets(tx, query, all, actor.plant === undefined);
      return {
        ...found,
        items: await warned(tx, found.items),
        visibility: await visibility(tx, actor),
      };
    },

    async page({ tx, params, actor, trail }: Ask<{ id: string }>) {
      const asset = await one(tx, params.id);
      trail.on(traceOf(asset, actor));
      return {
        ...asset,
        facts: await describedFacts(tx, asset.id),
        captures: await capturesOf(tx, asset.id),
        ...(await mergingOf(tx, asset.id)),
        talksTo: await partners(tx, asset.id),
        visibility: await visibility(tx, actor),
      };
    },

    async add({ tx, actor, body, trail }: Ask<unknown, unknown, AssetCorrection & NewAsset>) {
      const owner = actor.organisation!;
      const site = body.newSite
        ? await siteCalled(tx, owner, body)
        : (await siteFor(tx, actor, body.site)).id;
      const zone = body.zone ? await zoneCalled(tx, owner, site, body) : null;
      const id = await insertAsset(tx, {
        owner_id: owner,
        site_id: site,
        state: 'accepted',
        given_address: body.address || null,
      });
      // First, for how urgent its warnings are depends on it.
      if (zone) await moveAssets(tx, [{ asset: id, zone }]);
      await say(tx, actor, [id], body);
      const asset = await one(tx, id);
      trail.on(traceOf(asset, actor));
      return asset;
    },

    async correct({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, AssetCorrection>) {
      const [locked] = await lockAssets(tx, [params.id]);
      if (!locked) throw notFound('asset');
      const before = await one(tx, params.id);
      await setAssetState(tx, [params.id], 'accepted');
      await say(tx, actor, [params.id], body);
      trail.on({ ...traceOf(before, actor), details: { changed: Object.keys(body) } });
      return one(tx, params.id);
    },

    async describe({
      tx,
      actor,
      body: { assets, ...said },
      trail,
    }: Ask<unknown, unknown, AssetWords & { assets: string[] }>) {
      const ids = (await lockAssets(tx, assets)).map(({ id }) => id);
      await say(tx, actor, ids, said);
      trail.on({
        kind: 'asset',
        owner: actor.organisation,
        details: { assets: ids, changed: Object.keys(said) },
      });
      return { changed: ids.length };
    },

    async names({ tx, query }: Ask<unknown, { typed: string }>) {
      return { items: await warnings.namesLike(tx, query.typed) };
    },

    async same({ tx, actor }: Ask) {
      const pairs = await alike(tx);
      const found = await findAssets(tx, unique(pairs.flatMap(({ one, other }) => [one, other])));
      return {
        items: pairs.map(({ one, other, because }) => ({
          one: found.get(one)!,
          other: found.get(other)!,
          because,
        })),
        visibility: await visibility(tx, actor),
      };
    },

    async merge({
      tx,
      actor,
      params,
      body: { other, takes },
      trail,
    }: Ask<{ id: string }, unknown, { other: string; takes: FactField[] }>) {
      const part = (await findAssets(tx, [other])).get(other);
      await merge(tx, actor, warnings, { kept: params.id, other, takes });
      const asset = await one(tx, params.id);
      trail.on({ ...traceOf(asset, actor), details: { merged: other, called: part?.name ?? '', takes } });
      return asset;
    },

    async unmerge({ tx, actor, params, trail }: Ask<{ id: string }>) {
      const { kept, part } = await unmerge(tx, actor, warnings, params.id);
      const asset = await one(tx, kept);
      trail.on({ ...traceOf(asset, actor), details: { back: part } });
      return asset;
    },

    async split({
      tx,
      actor,
      params,
      body,
      trail,
    }: Ask<{ id: string }, unknown, { captures: string[]; inventories: string[] }>) {
      const made = await one(tx, await split(tx, actor, warnings, { asset: params.id, ...body }));
      trail.on({ ...traceOf(made, actor), details: { from: params.id, ...body } });
      return made;
    },

    async apart({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, { other: string }>) {
      const assets = await lockAssets(tx, [params.id, body.other]);
      if (assets.length < 2) throw notFound('asset');
      await apart(tx, actor, params.id, body.other);
      trail.on({ kind: 'asset', id: params.id, owner: actor.organisation, details: { other: body.other } });
      return done;
    },

    async move({ tx, actor, body, trail }: Ask<unknown, unknown, { assets: string[] }>, state: AssetState) {
      const assets = await lockAssets(tx, body.assets);
      const changed = await setAssetState(
        tx,
        assets.map(({ id }) => id),
        state,
      );
      await warnings.assetsChanged(tx, changed);
      trail.on({ kind: 'asset', owner: actor.organisation, details: { assets: changed } });
      return { changed: changed.length };
    },

    /** The site that is meant: the one named, else the first. An organisation that has none gets one of its name. */
    siteFor,

    async siteNames(tx: Db): Promise<Map<string, string>> {
      return new Map((await listSites(tx)).map(({ id, name }) => [id, name]));
    },

    /** The site of this name, made where there is none. Its devices are held. */
    async makeSite(tx: Db, owner: string, name: string): Promise<{ id: string; made: boolean }> {
      const made = await insertSite(tx, owner, { name, sector: '', country: '', process: '' });
      const id =
        made?.id ?? (await listSites(tx)).find((site) => site.name.toLowerCase() === name.toLowerCase())!.id;
      return { id, made: made !== undefined };
    },

    /** Removes a site to which nothing belongs. */
    async dropSite(tx: Db, id: string): Promise<boolean> {
      return deleteSite(tx, id);
    },

    async findSite(tx: Db, id: string): Promise<{ name: string; owner: string } | undefined> {
      return tx
        .selectFrom('site')
        .select(['name', 'owner_id as owner'])
        .where('id', '=', id)
        .executeTakeFirst();
    },

    /** Learns the devices of a capture. Gives back which asset each of them is. */
    async learn(tx: Db, lesson: Lesson): Promise<Map<string, string>> {
      const { assets, touched } = await learn(tx, lesson);
      await warnings.assetsChanged(tx, touched);
      return assets;
    },

    /** Takes back all that a capture said; what was seen only in it is gone. */
    async forget(tx: Db, capture: string): Promise<void> {
      const left = await settle(tx, await forgetCapture(tx, capture));
      await warnings.assetsChanged(tx, left);
    },

    recognise,
    sitesKnowing,
    knownOf,
    after,
    builtUpon,

    /** Takes what the rows of a table say. Gives back which device each of them is. */
    async tellTable(
      tx: Db,
      table: Parameters<typeof tellTable>[1],
      reached?: (rows: number) => void,
    ): Promise<Map<number, string>> {
      const { assets, touched } = await tellTable(tx, table, reached);
      await warnings.assetsChanged(tx, touched);
      return assets;
    },

    /** Takes back all that a table said; what only it knew is gone. */
    async forgetTable(
      tx: Db,
      inventory: string,
      did: { created: readonly string[]; accepted: readonly string[] },
    ): Promise<void> {
      await warnings.assetsChanged(tx, await forgetTable(tx, inventory, did));
    },

    /** Keeps others from learning of a site until the transaction ends. */
    async holdSite(tx: Db, site: string): Promise<void> {
      await sql`select from site where id = ${site} for no key update`.execute(tx);
    },

    async assetsById(tx: Db, ids: readonly string[]): Promise<Map<string, Asset>> {
      return findAssets(tx, [...new Set(ids)]);
    },

    /** As `assetsById`, with their open warnings. */
    async devices(tx: Db, ids: readonly string[]): Promise<Map<string, Asset>> {
      const found = await findAssets(tx, [...new Set(ids)]);
      const whole = new Map((await warned(tx, [...found.values()])).map((asset) => [asset.id, asset]));
      return new Map([...found].map(([id, asset]) => [id, whole.get(asset.id)!]));
    },

    /** A device with all those that were merged into it. */
    partsOf,

    /** Every device that was not dismissed, by name. */
    async all(tx: Db, which: { site?: string | undefined; most: number }): Promise<Asset[]> {
      return warned(tx, await allAssets(tx, which));
    },

    /** What holds of the devices that have it, of what is said of a device and shown as facts only. */
    described: describedAssets,
    forMatching: assetsForMatching,
    forMatchingAfter: assetsForMatchingAfter,
    zonesOf,

    /** Where devices stand and what they are for. */
    async settings(tx: Db, ids: readonly string[]): Promise<Map<string, AssetSetting>> {
      const zones = await zonesOf(tx, ids);
      const sites = await saidOfSites(tx, ids);
      return new Map(
        (await settingsOf(tx, ids)).map(({ id, ...row }) => [
          id,
          { ...toSetting(row), ...saidOfPlace(zones.get(id), sites.get(id)) },
        ]),
      );
    },

    /** What is said of each site and its zones that decides how urgent something is. */
    async assumptions(tx: Db) {
      const zones = Map.groupBy(await assumedZones(tx), ({ site }) => site);
      return (await assumedSites(tx)).map((site) => ({ ...site, zones: zones.get(site.id) ?? [] }));
    },
    assume,
    assetsAt,
    colleagues: colleaguesOf,

    async seenIn(tx: Db, capture: string): Promise<string[]> {
      return [...new Set((await shownIn(tx, capture)).map(({ asset }) => asset))];
    },

    /** Which device had which address in a capture. */
    async addressesIn(tx: Db, capture: string): Promise<Map<string, string>> {
      return new Map(
        (await shownIn(tx, capture)).flatMap(({ asset, addresses, macs }) =>
          [...macs, ...addresses].map((address) => [address, asset] as const),
        ),
      );
    },

    /** The devices that a capture shows, with what holds of them now. */
    async devicesIn(
      tx: Db,
      capture: string,
      paging: { search?: string | undefined; after?: string | undefined; limit: number },
    ): Promise<{ items: Device[]; next: string | null; total?: number }> {
      const { rows, ...rest } = await sightingsIn(tx, capture, paging);
      const found = await findAssets(
        tx,
        rows.map(({ asset_id }) => asset_id),
      );
      const assets = new Map((await warned(tx, [...found.values()])).map((asset) => [asset.id, asset]));
      // Two addresses of this capture that a person said are one device.
      const whole = Map.groupBy(rows, ({ asset_id }) => found.get(asset_id)!.id);
      return {
        ...rest,
        items: [...whole].map(([id, seen]) => toDevice(seen.reduce(together), assets.get(id)!)),
      };
    },

    locationOf,
    visibility,

    /** How many open warnings the devices of each capture have. */
    async openWarningsIn(tx: Db, captures: readonly string[]): Promise<Map<string, number>> {
      const counts = await warnings.openCounts(tx);
      return sumOverSightings(tx, captures, counts);
    },

    people: (tx: Db, ids: readonly (string | null)[]) => personNames(tx, unique(ids)),

    warningsOf: warnings.ofAssets,
  };

  async function one(tx: Db, id: string): Promise<Asset> {
    const [asset] = await warned(tx, [...(await findAssets(tx, [id])).values()]);
    if (!asset) throw notFound('asset');
    return asset;
  }

  async function warned(tx: Db, assets: readonly Asset[]): Promise<Asset[]> {
    if (assets.length === 0) return [];
    const counts = await warnings.openCounts(
      tx,
      assets.map(({ id }) => id),
    );
    return assets.map((asset) => ({ ...asset, warnings: counts.get(asset.id) ?? 0 }));
  }

  /** A person's word on a device, field by field; it holds over all captures until a person says otherwise. */
  async function siteFor(tx: Db, actor: Actor, id: string | undefined): Promise<Site> {
    const sites = await listSites(tx);
    const site = id ? sites.find((one) => one.id === id) : sites[0];
    if (site) return site;
    if (id) throw notFound('site');
    const organisation = await ownerName(tx, actor.organisation!);
    const founded = await insertSite(tx, actor.organisation!, {
      name: organisation,
      sector: '',
      country: '',
      process: '',
    });
    // Two began at once; the other was first.
    return founded ?? (await listSites(tx))[0]!;
  }

  /** The site of this name, made where there is none. */
  async function siteCalled(
    tx: Db,
    owner: string,
    { newSite: name = '', anyway }: NamedPlace,
  ): Promise<string> {
    const sites = await listSites(tx);
    const same = sites.find((one) => placeKey(one.name) === placeKey(name));
    if (same) return same.id;
    const like = nearest(
      name,
      sites.map((one) => one.name),
    );
    if (like && !anyway) throw nearlySo('site', name, like);
    const made = await insertSite(tx, owner, { name, sector: '', country: '', process: '' });
    if (!made) throw nameTaken(name);
    return made.id;
  }

  /** The same of a zone of a site. */
  async function zoneCalled(
    tx: Db,
    owner: string,
    site: string,
    { zone: name = '', anyway }: NamedPlace,
  ): Promise<string> {
    await holdZones(tx, site);
    const zones = (await zonesBySite(tx)).get(site) ?? [];
    const same = zones.find((one) => placeKey(one.name) === placeKey(name));
    if (same) return same.id;
    const like = nearest(
      name,
      zones.map((one) => one.name),
    );
    if (like && !anyway) throw nearlySo('zone', name, like);
    return insertZone(tx, { owner_id: owner, site_id: site, kind: 'zone', name });
  }

  async function say(tx: Db, actor: Actor, assets: readonly string[], words: AssetCorrection): Promise<void> {
    const now = new Date().toISOString();
    const said: { field: FactField; value: string }[] = saidFields.flatMap((field) => {
      const value = words[field];
      return value === undefined ? [] : [{ field, value: value ?? '' }];
    });
    for (const [field, list, read] of [
      ['address', 'addresses', ipOf],
      ['mac', 'macs', macOf],
    ] as const) {
      const given = words[list];
      if (given === undefined) continue;
      const unread = given.find((one) => read(one) === null);
      if (unread !== undefined) {
        const message = `“${unread}” is no ${field === 'mac' ? 'MAC' : 'IP'} address`;
        throw malformed(field === 'mac' ? 'bad-mac' : 'bad-address', message, { value: unread }, [
          { path: list, message },
        ]);
      }
      const values = unique(given.map((one) => read(one)!));
      said.push(...(values.length > 0 ? values : ['']).map((value) => ({ field, value })));
    }
    await insertMany(
      tx,
      'asset_fact',
      assets.flatMap((asset) =>
        said.map(({ field, value }) => ({
          owner_id: actor.organisation!,
          asset_id: asset,
          field,
          value,
          certainty: 'stated',
          source: 'person',
          person_id: actor.person,
          at: now,
          seen: now,
        })),
      ),
    );
    await settle(tx, assets);
    await warnings.assetsChanged(tx, assets);
  }

  async function describedFacts(tx: Db, asset: string): Promise<AssetFact[]> {
    const facts = await factsOf(tx, await partsOf(tx, asset));
    const held = new Set([...holding(facts).values()].map(({ id }) => id));
    const people = await personNames(tx, unique(facts.map(({ person_id }) => person_id)));
    const names = await captures.names(tx, unique(facts.map(({ capture_id }) => capture_id)));
    const files = await tables.names(tx, unique(facts.map(({ inventory_id }) => inventory_id)));
    const addresses = new Set(
      (['address', 'mac'] as const).flatMap((field) => saidAddresses(facts, field).values),
    );
    return facts
      .map((fact) => ({
        id: fact.id,
        field: fact.field,
        value: fact.value,
        holds: held.has(fact.id) || addresses.has(fact.value),
        certainty: fact.certainty,
        protocol: fact.protocol,
        source: fact.source,
        capture: fact.capture_id
          ? { id: fact.capture_id, name: names.get(fact.capture_id) ?? '', packet: fact.packet ?? 0 }
          : null,
        inventory: fact.inventory_id
          ? { id: fact.inventory_id, name: files.get(fact.inventory_id) ?? '', row: fact.inventory_row ?? 0 }
          : null,
        person: fact.person_id && (people.get(fact.person_id) ?? ''),
        at: fact.at.toISOString(),
      }))
      .sort((a, b) => Number(b.holds) - Number(a.holds) || (a.at < b.at ? 1 : -1))
      .slice(0, MOST_FACTS_SHOWN);
  }

  async function partsOf(tx: Db, asset: string): Promise<string[]> {
    return (await groupsOf(tx, [asset])).get(asset) ?? [asset];
  }

  /** What was joined, what could be taken apart, and what may belong together. */
  async function mergingOf(tx: Db, asset: string) {
    const merges = await mergesOf(tx, asset);
    const people = await personNames(tx, unique(merges.map(({ person_id }) => person_id)));
    const facts = await factsOf(tx, await partsOf(tx, asset));
    const told = new Map<string, number>();
    for (const { capture_id, inventory_id } of facts) {
      const source = capture_id ?? inventory_id;
      if (source) told.set(source, (told.get(source) ?? 0) + 1);
    }
    const names = await captures.names(tx, unique(facts.map(({ capture_id }) => capture_id)));
    const files = await tables.names(tx, unique(facts.map(({ inventory_id }) => inventory_id)));
    const pairs = await alike(tx, asset);
    const others = await findAssets(
      tx,
      pairs.map(({ other }) => other),
    );
    return {
      merges: merges.map(({ id, name, person_id, at }) => ({
        id,
        name,
        by: people.get(person_id ?? '') ?? '',
        at: at.toISOString(),
      })),
      sources: [
        ...[...names].map(([id, name]) => ({ kind: 'capture' as const, id, name, facts: told.get(id) ?? 0 })),
        ...[...files].map(([id, name]) => ({
          kind: 'inventory' as const,
          id,
          name,
          facts: told.get(id) ?? 0,
        })),
      ],
      same: pairs.slice(0, 5).map(({ other, because }) => ({ other: others.get(other)!, because })),
    };
  }

  async function capturesOf(tx: Db, asset: string) {
    const sightings = (await sightingsOf(tx, await partsOf(tx, asset))).slice(0, MOST_CAPTURES_SHOWN);
    const names = await captures.names(
      tx,
      sightings.map(({ capture_id }) => capture_id),
    );
    return sightings.map((seen) => ({
      id: seen.capture_id,
      name: names.get(seen.capture_id) ?? '',
      firstSeen: seen.first_seen.toISOString(),
      lastSeen: seen.last_seen.toISOString(),
      packets: seen.packets,
    }));
  }

  async function partners(tx: Db, asset: string) {
    const parts = await partsOf(tx, asset);
    const talks = (await Promise.all(parts.map((part) => captures.talksOf(tx, part)))).flat();
    const found = await findAssets(tx, unique(talks.map((talk) => talk.asset)));
    return talks.map(({ asset: peer, ...talk }) => {
      const { id, name } = found.get(peer) ?? { id: peer, name: '' };
      return { id, name, ...talk };
    });
  }

  async function visibility(tx: Db, actor: Actor) {
    const plant = plantOf(actor);
    if (!plant) throw forbidden('role-not-allowed', 'This belongs to an operator', { action: '' });
    const owner = await ownerName(tx, plant);
    const { people, others } = await readers.counted(tx, actor, plant);
    return {
      scope: others.length > 0 ? ('orgs' as const) : ('org' as const),
      label: 'AMBER+STRICT' as const,
      owner,
      people,
      organisations: [owner, ...others],
    };
  }
}

const nameTaken = (name: string) =>
  conflict('site-name-taken', `There is a site called ${name} already`, { name });
/** He may have written the name of one that is there with a slip of the hand. */
const nearlySo = (kind: 'site' | 'zone', name: string, like: string) =>
  conflict(
    `${kind}-nearly-so`,
    `There is a ${kind} called ${like}. Write it so, or say that ${name} is another`,
    {
      name,
      like,
    },
  );

interface NamedPlace {
  newSite?: string | undefined;
  zone?: string | undefined;
  anyway?: boolean | undefined;
}

interface NewAsset extends NamedPlace {
  site?: string | undefined;
  name: string;
  address?: string | undefined;
}

function toSetting({ addresses, ...rest }: Pick<Asset, 'role' | 'level' | 'criticality' | 'addresses'>) {
  const ips = addresses.filter((address) => isIP(address) !== 0);
  return {
    ...rest,
    hasAddress: addresses.length > 0,
    publicAddress: ips.find((address) => !isPrivate(address)),
  };
}

function saidOfPlace(
  zone: SaidOf | undefined,
  site: SaidOf | undefined,
): Pick<AssetSetting, 'exposure' | 'safetyImpact'> {
  const said = <Field extends 'exposure' | 'safetyImpact'>(field: Field) => {
    for (const [place, one] of [['zone', zone] as const, ['site', site] as const]) {
      const value = one?.[field];
      if (one && value) return { value: value as NonNullable<SaidOf[Field]>, place, name: one.name };
    }
    return undefined;
  };
  return { exposure: said('exposure'), safetyImpact: said('safetyImpact') };
}

type SaidOf = Pick<Assumed, 'name' | 'exposure' | 'safetyImpact'>;

const MOST_FACTS_SHOWN = 1000;
const MOST_CAPTURES_SHOWN = 200;

function traceOf(asset: Asset, actor: Actor) {
  return { kind: 'asset', id: asset.id, name: asset.name, owner: plantOf(actor) };
}

function toDevice(seen: SightingRow, asset: Asset): Device {
  const { id, state, name, vendor, product, model, orderNumber, firmware, serial, role, level, certainty } =
    asset;
  return {
    asset: id,
    state,
    name,
    addresses: seen.addresses,
    macs: seen.macs,
    vendor,
    product,
    model,
    orderNumber,
    firmware,
    serial,
    role,
    level,
    zone: seen.zone,
    certainty,
    toldBy: seen.told_by,
    protocols: seen.protocols,
    firstSeen: seen.first_seen.toISOString(),
    lastSeen: seen.last_seen.toISOString(),
    packets: seen.packets,
    warnings: asset.warnings,
  };
}

function unique(values: readonly (string | null)[]): string[] {
  return [...new Set(values.filter((value) => value !== null))];
}
