import {
  type Asset,
  type CaseConcern,
  type caseConcernApi,
  type ConcernedDevice,
  type ConsentPart,
  done,
  mostConcerns,
  type Route,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, forbidden, notFound } from '../../platform/problem.ts';
import { hasWords } from '../../platform/search.ts';
import type { CaseService, EnteredCase } from '../cases/case-service.ts';
import type { OpenedCase } from '../cases/opened-case-service.ts';
import type { ConsentService } from '../consents/consent-service.ts';
import type { TimelineService } from '../evidence/timeline-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import * as store from './concern-store.ts';

type AskOf<Name extends keyof typeof caseConcernApi> =
  (typeof caseConcernApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface ConcernParts {
  readonly cases: Pick<CaseService, 'entered' | 'linesOf'>;
  readonly keys: Keys;
  readonly plant: Pick<PlantService, 'devices' | 'partsOf' | 'search' | 'siteNames'>;
  readonly consents: Pick<ConsentService, 'openParts'>;
  readonly timeline: Pick<TimelineService, 'devicesTold'>;
}

export type ConcernService = ReturnType<typeof concernService>;

const mostTold = 20;
const mostFound = 20;
const mostCases = 100;

/** What a case is about in a plant. Its words are the case's; what is told of a device is its owner's, and read anew. */
export function concernService({ cases, keys, plant, consents, timeline }: ConcernParts) {
  return {
    async list(ask: AskOf<'list'>) {
      const { tx, actor, params, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      trail.on(traceOf(entered));
      const rows = await store.listConcerns(tx, entered.id);
      const told = await timeline.devicesTold(tx, entered.id);
      const shown = await inPlant(ask, entered, async (open) => ({
        plant: open ? entered.owner : null,
        parts: [...(open?.parts ?? [])],
        sites: open ? await plant.siteNames(tx) : new Map<string, string>(),
        devices: await devicesOf(tx, open, [
          ...rows.flatMap(({ asset_id }) => asset_id ?? []),
          ...told.keys(),
        ]),
      }));
      const key = await keys.ofCase(tx, entered.id);
      const named = new Set(rows.flatMap(({ asset_id }) => shown.devices.get(asset_id ?? '')?.id ?? []));
      return {
        items: rows.map((row) => toConcern(key, row, shown, entered)).toSorted(byKindAndName),
        told: summed(told, shown.devices)
          .filter(({ device }) => !named.has(device.id) && device.state !== 'dismissed')
          .slice(0, mostTold),
        plant: shown.plant,
        parts: shown.parts,
      };
    },

    async candidates(ask: AskOf<'candidates'>) {
      const { tx, actor, params, query, trail } = ask;
      const entered = await entering(tx, actor, params.id);
      trail.on(traceOf(entered));
      return inPlant(ask, entered, async (open, reader) => {
        if (!open) throw inventoryClosed();
        const found = await plant.search({
          ...ask,
          actor: reader,
          query: { search: query.search, sort: 'name', limit: mostFound + 1 },
        });
        const matches = hasWords(query.search);
        const sites = [...(await plant.siteNames(tx))].map(([id, name]) => ({ id, name }));
        return {
          sites: sites.filter(({ name }) => matches(name)),
          devices: found.items.slice(0, mostFound).map((asset) => toDevice(asset, open.parts)),
          more: found.items.length > mostFound,
        };
      });
    },

    async add(ask: AskOf<'add'>): Promise<CaseConcern> {
      const { tx, actor, params, body, trail } = ask;
      const entered = await entering(tx, actor, params.id);
      const key = await keys.ofCase(tx, entered.id);
      const id = key.idOf('case_concern', actor, body);
      const known = await store.listConcerns(tx, entered.id);
      if (known.length >= mostConcerns && !known.some((one) => one.id === id))
        throw conflict(
          'too-many-concerns',
          `A case names at most ${mostConcerns} sites, devices and names. Take one away first`,
          { most: mostConcerns },
        );
      return inPlant(ask, entered, async (open) => {
        const site = 'site' in body ? body.site : undefined;
        const device = 'device' in body ? body.device : undefined;
        const words = 'words' in body ? body.words : undefined;
        if (!words && !open) throw inventoryClosed();
        const sites = open ? await plant.siteNames(tx) : new Map<string, string>();
        const devices = await devicesOf(tx, open, device ? [device] : []);
        const asset = device ? (devices.get(device) ?? missing('asset')) : undefined;
        const name = words ?? asset?.name ?? sites.get(site!) ?? missing('site');
        const added = await store.insertConcern(tx, {
          id,
          case_id: entered.id,
          kind: words ? 'words' : device ? 'device' : 'site',
          owner_id: words ? null : entered.owner,
          site_id: site ?? null,
          asset_id: asset?.id ?? null,
          sealed: key.seal(placeOf(id), name),
          person_id: actor.person!,
          person_name: actor.name,
          added_as: entered.as === 'cert' ? 'cert' : 'member',
        });
        const row = added ?? (await existing(tx, entered.id, { id, site, asset: asset?.id }));
        // Which one stays in the case: the ledger is kept when that is purged.
        trail.on(traceOf(entered, { concern: row.id, kind: row.kind, ...(!added && { again: true }) }));
        return toConcern(key, row, { sites, devices }, entered);
      });
    },

    async remove({ tx, actor, params, trail }: AskOf<'remove'>) {
      const entered = await entering(tx, actor, params.id);
      const row = (await store.deleteConcern(tx, entered.id, params.concern)) ?? missing('concern');
      trail.on(traceOf(entered, { concern: row.id, kind: row.kind }));
      return done;
    },

    /** What a case names, as it was called then: for whom the case opens, whether or not the inventory does. */
    async named(tx: Db, { id, key }: Pick<OpenedCase, 'id' | 'key'>) {
      const rows = await store.listConcerns(tx, id);
      return rows.map((row) => ({
        kind: row.kind === 'site' ? ('site' as const) : ('device' as const),
        name: key.open(placeOf(row.id), row.sealed),
      }));
    },

    async ofDevice({ tx, actor, params, query, trail, become }: AskOf<'ofDevice'>) {
      const reader: Actor = query.plant ? { ...actor, plant: query.plant } : actor;
      await become(reader);
      const asset = (await plant.devices(tx, [params.id])).get(params.id) ?? missing('asset');
      const parts = await plant.partsOf(tx, asset.id);
      await become(actor);
      const owner = query.plant ?? actor.organisation;
      trail.on({ kind: 'asset', id: asset.id, name: asset.name, owner });
      const lines = await cases.linesOf(tx, actor, await store.casesOf(tx, parts, mostCases));
      return { items: lines.toSorted((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1)) };
    },
  };

  /** For whoever names and takes away: the team, and the people of whoever the case belongs to. */
  async function entering(tx: Db, actor: Actor, id: string): Promise<EnteredCase> {
    const entered = await cases.entered(tx, actor, id);
    if (entered.as === 'cert' || (entered.as === 'member' && entered.owner === actor.organisation))
      return entered;
    throw forbidden(
      'concerns-not-yours',
      'This is said by the team of the case and by the organisation it belongs to; write it as a message',
    );
  }

  /** With the inventory of whoever the case belongs to before one's eyes, as far as it is open now. */
  async function inPlant<T>(
    { tx, actor, become }: Pick<AskOf<'list'>, 'tx' | 'actor' | 'become'>,
    { owner, as }: EnteredCase,
    work: (open: Open | undefined, reader: Actor) => Promise<T>,
  ): Promise<T> {
    const isHis = as === 'member' && owner === actor.organisation;
    if (!isHis && as !== 'cert') return work(undefined, actor);
    const reader: Actor = isHis ? actor : { ...actor, plant: owner };
    await become(reader);
    const parts = await consents.openParts(tx);
    const found = await work(parts.includes('devices') ? { parts } : undefined, reader);
    await become(actor);
    return found;
  }

  async function devicesOf(
    tx: Db,
    open: Open | undefined,
    ids: readonly string[],
  ): Promise<Map<string, ConcernedDevice>> {
    if (!open) return new Map();
    const found = await plant.devices(tx, ids);
    return new Map([...found].map(([id, asset]) => [id, toDevice(asset, open.parts)]));
  }
}

interface Open {
  readonly parts: readonly ConsentPart[];
}

async function existing(
  tx: Db,
  caseId: string,
  { id, site, asset }: { id: string; site: string | undefined; asset: string | undefined },
) {
  const row = (await store.listConcerns(tx, caseId)).find(
    (one) => one.id === id || (site && one.site_id === site) || (asset && one.asset_id === asset),
  );
  return row ?? missing('concern');
}

/** What was merged since is one device, and counted together. */
function summed(told: ReadonlyMap<string, number>, devices: ReadonlyMap<string, ConcernedDevice>) {
  const counts = new Map<string, { device: ConcernedDevice; observations: number }>();
  for (const [id, count] of told) {
    const device = devices.get(id);
    if (!device) continue;
    const before = counts.get(device.id)?.observations ?? 0;
    counts.set(device.id, { device, observations: before + count });
  }
  return [...counts.values()].toSorted((a, b) => b.observations - a.observations);
}

function toDevice(asset: Asset, parts: readonly ConsentPart[]): ConcernedDevice {
  const { id, name, site, state, role, zone, criticality, vendor, product, firmware, addresses } = asset;
  return {
    id,
    name,
    site,
    state,
    role,
    zone,
    criticality,
    vendor,
    product,
    firmware,
    addresses,
    warnings: parts.includes('warnings') ? asset.warnings : null,
  };
}

function toConcern(
  key: DataKey,
  row: store.ConcernRow,
  shown: { sites: ReadonlyMap<string, string>; devices: ReadonlyMap<string, ConcernedDevice> },
  { as }: EnteredCase,
): CaseConcern {
  const device = shown.devices.get(row.asset_id ?? '') ?? null;
  const site = shown.sites.get(row.site_id ?? '');
  return {
    id: row.id,
    kind: row.kind,
    name: device?.name ?? site ?? key.open(placeOf(row.id), row.sealed),
    site: site === undefined ? null : { id: row.site_id!, name: site },
    device,
    by: row.added_as === 'member' || as === 'cert' ? row.person_name : null,
    at: row.at.toISOString(),
  };
}

const order: readonly CaseConcern['kind'][] = ['site', 'device', 'words'];
const byKindAndName = (a: CaseConcern, b: CaseConcern) =>
  order.indexOf(a.kind) - order.indexOf(b.kind) || a.name.localeCompare(b.name);

const placeOf = (id: string) => `case_concern.sealed ${id}`;

const traceOf = ({ id, reference, owner }: EnteredCase, details: Record<string, unknown> = {}) => ({
  kind: 'case',
  id,
  name: reference,
  owner,
  details,
});

const inventoryClosed = () =>
  forbidden(
    'inventory-closed',
    'The inventory of whoever the case belongs to is not open to you. Name it in words, or ask for consent',
  );

function missing(what: string): never {
  throw notFound(what);
}
