import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

import {
  type Asset,
  type MatchCertainty,
  matchMoves,
  type MatchState,
  type Remedy,
  type Told,
  type Warning,
  type WarningSearch,
} from '@busbar/contract';
import { sql } from 'kysely';
import { inEnglish, type LookUp, type Reason, type Verdict } from '@busbar/csaf';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs, Worker } from '../../platform/jobs.ts';
import { line, plain } from '../../platform/plain-text.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import type { AdvisoryLine, AdvisoryService } from '../advisories/advisory-service.ts';
import { Library } from './library.ts';
import {
  countDecided,
  countEqual,
  countOpen,
  countOpenByCertainty,
  findMatch,
  holdPlant,
  insertMatches,
  listMatches,
  lockMatches,
  matchesOf,
  type MatchRow,
  type NewMatch,
  openMatchesFor,
  openMatchesOf,
  setState,
  sinceNow,
  type Step,
  stepsOf,
  updateMatches,
} from './warning-store.ts';

export type WarningService = ReturnType<typeof warningService>;

/** A device as far as it matters for matching. */
export interface Comparable {
  readonly id: string;
  readonly name: string;
  readonly vendor: string | null;
  readonly product: string | null;
  readonly model: string | null;
  readonly orderNumber: string | null;
  readonly hardware: string | null;
  readonly firmware: string | null;
  readonly serial: string | null;
}

/** What is asked of the plant. */
export interface Plant {
  /** All devices of the actor's plant, or these; dismissed ones left out. */
  forMatching(tx: Db, assets?: readonly string[]): Promise<readonly Comparable[]>;
  assetsById(tx: Db, assets: readonly string[]): Promise<Map<string, Asset>>;
  seenIn(tx: Db, capture: string): Promise<readonly string[]>;
}

export interface WarningParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly advisories: Pick<AdvisoryService, 'edition' | 'factsAfter' | 'lines' | 'readable' | 'remedies'>;
  /** Handed over late: the plant is handed the warnings. */
  readonly plant: () => Plant;
}

const certainties: readonly MatchCertainty[] = ['exact', 'likely', 'unsure'];
const batch = 500;

/** Which advisories may concern which devices, and what people said of each. Always one organisation at a time. */
export function warningService({ database, jobs, advisories, plant }: WarningParts) {
  const library = new Library(advisories);

  return {
    async list({ tx, query }: Ask<unknown, WarningSearch>) {
      const among = query.capture ? await plant().seenIn(tx, query.capture) : undefined;
      const rows = await listMatches(tx, query, among, advisories.readable('match.advisory_id'));
      return { items: await told(tx, rows), next: rows.length === query.limit ? rows.at(-1)!.id : null };
    },

    async page({ tx, params, trail, actor }: Ask<{ id: string }>) {
      const row = (await findMatch(tx, params.id)) ?? missing();
      const [warning = missing()] = await told(tx, [row]);
      trail.on({ kind: 'warning', id: row.id, name: warning.advisory.trackingId, owner: actor.organisation });
      const remedies: Remedy[] = await advisories.remedies(tx, row.advisory_id, row.product_ids);
      const history = (await stepsOf(tx, row.id)).map(({ state, at, reason, name }) => ({
        state,
        at: at.toISOString(),
        by: name ?? '',
        reason,
      }));
      return { ...warning, remedies, history, equal: await countEqual(tx, row) };
    },

    /** All or none: one that cannot go this way stops the others, and the problem says which. */
    async move({
      tx,
      actor,
      body: { warnings, to, reason },
      trail,
    }: Ask<unknown, unknown, { warnings: string[]; to: MatchState; reason?: string | undefined }>) {
      const wanted = [...new Set(warnings)];
      const rows = await lockMatches(tx, wanted);
      if (rows.length < wanted.length) throw notFound('warning');
      for (const { state } of rows) {
        const step = matchMoves.find((one) => one.from === state && one.to === to);
        if (!step)
          throw conflict(
            'warning-cannot-move',
            `A warning that is ${state} cannot become ${to}; reload the list`,
            { from: state, to },
          );
        if (step.reason && !reason)
          throw malformed('reason-needed', 'Say why, for those who ask later', { to }, [
            { path: 'reason', message: 'is needed' },
          ]);
      }
      await setState(
        tx,
        actor.organisation!,
        rows.map(({ id }) => ({ id, state: to })),
        { reason: reason ?? null, person: actor.person },
      );
      for (const { id, product, state } of rows)
        trail.on({
          kind: 'warning',
          id,
          name: product,
          owner: actor.organisation,
          reason,
          details: { from: state, to },
        });
      return { changed: rows.length };
    },

    /** Reads the library before the first who needs it has to wait for that. */
    warmUp: (tx: Db) => library.shelves(tx),

    // What the plant asks for.

    /** In the transaction that changed the devices, as their owner. */
    async assetsChanged(tx: Db, assets: readonly string[]): Promise<void> {
      if (assets.length > 0) await compare(tx, assets);
    },
    /** Called when both are compared anew, before those of the part end. What was decided of the kept one stays. */
    async assetsMerged(tx: Db, kept: string, part: string, person: string | null): Promise<void> {
      const owner = await holdPlant(tx);
      const rows = await matchesOf(tx, [kept, part]);
      const undecided = new Map(
        rows
          .filter(({ asset_id, state }) => asset_id === kept && state === 'new')
          .map(({ advisory_id, id }) => [advisory_id, id]),
      );
      const carried = rows.flatMap(({ asset_id, advisory_id, state, state_reason }) => {
        const id = asset_id === part ? undecided.get(advisory_id) : undefined;
        return id && state !== 'new' && state !== 'ended' ? [{ id, state, reason: state_reason }] : [];
      });
      for (const { id, state, reason } of carried)
        await setState(tx, owner, [{ id, state }], { reason, person });
    },
    namesLike: async (tx: Db, typed: string) => (await library.names(tx)).find(typed),
    /** How many warnings of these devices a person has decided on. */
    decidedOf: (tx: Db, assets: readonly string[]) => countDecided(tx, assets),

    openCounts: (tx: Db, assets?: readonly string[]) => countOpen(tx, 'asset_id', assets),
    async openByCertainty(tx: Db) {
      const counts = await countOpenByCertainty(tx);
      const [exact, likely, unsure] = certainties.map((certainty) => counts.get(certainty) ?? 0) as [
        number,
        number,
        number,
      ];
      return { open: exact + likely + unsure, exact, likely, unsure };
    },
    async ofAssets(tx: Db, assets: readonly string[]): Promise<Warning[]> {
      return told(tx, await openMatchesOf(tx, assets));
    },

    // What the advisories ask for.

    countByAdvisory: (tx: Db, ids: readonly string[]) => countOpen(tx, 'advisory_id', ids),
    concernedBy: async (tx: Db) => [...(await countOpen(tx, 'advisory_id', undefined)).keys()],

    // What the vulnerabilities ask for.

    /** The devices with an open warning of one of these advisories, the most certain first; none without a plant. */
    async ofAdvisories(tx: Db, ids: readonly string[], most = 200) {
      if (ids.length === 0) return [];
      return (await told(tx, await openMatchesFor(tx, ids, most))).map(
        ({ id, asset, product, certainty, state }) => ({
          warning: id,
          asset: asset.id,
          name: asset.name,
          product,
          certainty,
          state,
        }),
      );
    },

    /** In the transaction that changed the library: every plant is compared anew, each by a job of its own owner. */
    async advisoriesChanged(tx: Db, actor: Actor): Promise<void> {
      await database.become(tx, founder);
      const operators = await tx
        .selectFrom('organisation')
        .select(['id', 'name'])
        .where(sql<boolean>`kinds && array['operator', 'integrator']`)
        .where('state', '!=', 'left')
        .execute();
      for (const { id, name } of operators)
        await jobs.enqueue(tx, onBehalfOf(id, null, ['MEM']), {
          kind: 'match-advisories',
          subject: { kind: 'organisation', id, name },
        });
      await database.become(tx, actor);
    },

    /** What a job of kind match-advisories does, some devices at a time: comparing them once more changes nothing. */
    work: (async ({ actor, progress, signal }) => {
      const all = await database.as(actor, (tx) => plant().forMatching(tx));
      for (let at = 0; at < all.length; at += batch) {
        signal.throwIfAborted();
        progress(matching, at, all.length);
        const some = all.slice(at, at + batch).map(({ id }) => id);
        await database.as(actor, (tx) => compare(tx, some));
      }
      return async () => {};
    }) satisfies Worker,
  };

  /** Compares devices with all advisories their owner may read, and writes only what became different. */
  async function compare(tx: Db, ids: readonly string[]): Promise<void> {
    // The devices and the edition are read after this: whoever changes either comes before us or after us.
    const owner = await holdPlant(tx);
    const { open, own } = await library.shelves(tx);
    const found: { device: Comparable; advisory: string; verdict: Verdict }[] = [];
    for (const [count, device] of (await plant().forMatching(tx, ids)).entries()) {
      const asset = assetOf(device);
      // What is on the shelf of one's own is not, or no longer, public.
      for (const { advisory, verdict } of open.verdicts(asset))
        if (!own?.has(advisory)) found.push({ device, advisory, verdict });
      for (const one of own?.verdicts(asset) ?? []) found.push({ device, ...one });
      if (count % 20 === 19) await setImmediate();
    }
    const lines = await linesOf(
      tx,
      found.map(({ advisory }) => advisory),
    );
    const wanted = new Map<string, NewMatch>();
    for (const { device, advisory, verdict } of found) {
      const line = lines.get(advisory);
      if (line) wanted.set(`${device.id} ${advisory}`, newMatch(device, line, verdict));
    }
    await reconcile(tx, owner, ids, wanted);
  }

  async function reconcile(
    tx: Db,
    owner: string,
    assets: readonly string[],
    wanted: Map<string, NewMatch>,
  ): Promise<void> {
    const changed: { id: string; match: NewMatch }[] = [];
    const back: Step[] = [];
    const over: Step[] = [];
    for (const row of await matchesOf(tx, assets)) {
      const key = `${row.asset_id} ${row.advisory_id}`;
      const match = wanted.get(key);
      wanted.delete(key);
      if (match) {
        if (isDifferent(row, match)) changed.push({ id: row.id, match });
        if (row.state === 'ended') back.push({ id: row.id, state: stateAgain(row.state_before) });
      } else if (row.state !== 'ended') over.push({ id: row.id, state: 'ended', before: row.state });
    }
    await updateMatches(tx, changed);
    await setState(tx, owner, [...back, ...over]);
    await sinceNow(
      tx,
      back.map(({ id }) => id),
    );
    await insertMatches(tx, owner, [...wanted.values()]);
  }

  async function linesOf(tx: Db, ids: readonly string[]): Promise<Map<string, AdvisoryLine>> {
    const lines = await advisories.lines(tx, [...new Set(ids)]);
    return new Map(lines.map((line) => [line.id, line]));
  }

  async function told(tx: Db, rows: readonly MatchRow[]): Promise<Warning[]> {
    const assets = await plant().assetsById(
      tx,
      rows.map((row) => row.asset_id),
    );
    const lines = await linesOf(
      tx,
      rows.map((row) => row.advisory_id),
    );
    return rows.flatMap((row) => {
      const [asset, advisory] = [assets.get(row.asset_id), lines.get(row.advisory_id)];
      // An advisory that is no longer for this reader takes its warnings along.
      return asset && advisory ? [toWarning(row, asset, advisory)] : [];
    });
  }
}

const matching: Told = {
  code: 'matching-advisories',
  params: {},
  text: 'Comparing the devices with the advisories',
};

/** What people decided still holds when a match comes back, but what was mended can break again. */
function stateAgain(before: MatchState | null): MatchState {
  return before === null || before === 'fixed' || before === 'verified' ? 'new' : before;
}

function assetOf(device: Comparable) {
  const { id: _id, name: _name, ...rest } = device;
  return Object.fromEntries(Object.entries(rest).map(([field, value]) => [field, value ?? undefined]));
}

function newMatch(
  device: Comparable,
  advisory: AdvisoryLine,
  { certainty, because, lookUp, path, vulnerabilities }: Verdict,
): NewMatch {
  const productIds = vulnerabilities.flatMap(({ entries }) =>
    entries.filter(({ verdict }) => verdict !== 'notAffected').map(({ productId }) => productId),
  );
  const entry = path.product.includes(path.range) ? path.product : `${path.product} ${path.range}`;
  return {
    asset: device.id,
    advisory: advisory.id,
    certainty,
    product: line(entry),
    productIds: productIds.length > 0 ? [...new Set(productIds)] : [path.productId],
    because: because.map(toTold),
    lookUp: lookUp.map(toTold),
    rank: certainties.indexOf(certainty) * 1000 + 100 - Math.round((advisory.score ?? 0) * 10),
    severity: advisory.severity,
    identity: identityOf(device),
    search: [
      device.name,
      device.vendor,
      device.product,
      device.model,
      device.orderNumber,
      advisory.trackingId,
      advisory.title,
      ...advisory.cves,
    ]
      .filter(Boolean)
      .join(' ')
      .toLowerCase()
      .slice(0, 4000),
  };
}

/** Two devices with the same are the same device to an advisory. */
function identityOf({ vendor, product, model, orderNumber, hardware, firmware }: Comparable): Buffer {
  return createHash('sha256')
    .update(JSON.stringify([vendor, product, model, orderNumber, hardware, firmware]))
    .digest();
}

const toTold = (reason: Reason | LookUp): Told => ({
  code: reason.code,
  params: reason.params,
  text: plain(inEnglish(reason)),
});

/** A change of words alone disturbs nobody; a change of reasons is written down without a new state. */
function isDifferent(row: MatchRow, now: NewMatch): boolean {
  return (
    row.certainty !== now.certainty ||
    row.product !== now.product ||
    row.rank !== now.rank ||
    row.search !== now.search ||
    !row.identity.equals(now.identity) ||
    row.product_ids.join() !== now.productIds.join() ||
    codesOf(row.because) !== codesOf(now.because) ||
    codesOf(row.look_up) !== codesOf(now.lookUp)
  );
}

const codesOf = (told: readonly Told[]) => told.map(({ code, text }) => `${code} ${text}`).join('\n');

function toWarning(row: MatchRow, asset: Asset, advisory: AdvisoryLine): Warning {
  const { id, name, vendor, product, model, orderNumber, firmware, role, level, addresses, site } = asset;
  const { trackingId, title, publisher, severity, score, cves, publishedAt, hasFix } = advisory;
  return {
    id: row.id,
    asset: { id, name, vendor, product, model, orderNumber, firmware, role, level, addresses, site },
    advisory: { id: advisory.id, trackingId, title, publisher, severity, score, cves, publishedAt, hasFix },
    product: row.product,
    certainty: row.certainty,
    because: row.because,
    lookUp: row.look_up,
    state: row.state,
    stateReason: row.state_reason,
    since: row.since.toISOString(),
  };
}

function missing(): never {
  throw notFound('warning');
}
