import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

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
import type { AlertService } from './alert-service.ts';
import { type Concern, type Decided, deciding, type DecisionSources } from './deciding.ts';
import { explained, rankOf, ssvcOf } from './decision.ts';
import { type Comparable, comparing, type ComparingParts, type Found, type Scope } from './comparing.ts';
import {
  countDecided,
  countEqual,
  countOpen,
  countOpenByCertainty,
  findMatch,
  insertMatches,
  listMatches,
  lockMatches,
  matchesOf,
  type MatchRow,
  type NewMatch,
  openMatchesAfter,
  openMatchesFor,
  openMatchesOf,
  setDecisions,
  setState,
  sinceNow,
  type Step,
  stepsOf,
  unreadableMatches,
  updateMatches,
} from './warning-store.ts';

export type WarningService = ReturnType<typeof warningService>;

/** What is asked of the plant. */
export interface Plant extends ReturnType<ComparingParts['plant']> {
  assetsById(tx: Db, assets: readonly string[]): Promise<Map<string, Asset>>;
  seenIn(tx: Db, capture: string): Promise<readonly string[]>;
  settings: DecisionSources['settings'];
  people(tx: Db, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>>;
}

export interface WarningParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly advisories: Pick<AdvisoryService, 'edition' | 'factsAfter' | 'lines' | 'readable' | 'remedies'>;
  /** Handed over late, as the plant: both are handed the warnings. */
  readonly claims: () => Pick<DecisionSources, 'threats'>;
  readonly plant: () => Plant;
  /** Who tells people; handed over late, for mail stands on much else. */
  readonly alerts: () => Pick<AlertService, 'news' | 'acted'>;
}

const certainties: readonly MatchCertainty[] = ['exact', 'likely', 'unsure'];
/** So many changed devices are compared at once, while somebody waits; more are left to a job. */
const mostAtOnce = 200;
const mostDecided = 2000;

/** Which advisories may concern which devices, and what people said of each. Always one organisation at a time. */
export function warningService({ database, jobs, advisories, plant, claims, alerts }: WarningParts) {
  const { compare, later, isBehind, warmUp, work } = comparing({
    database,
    advisories,
    plant,
    reconcile,
    endUnreadable,
    decideAgain,
  });
  const sources: DecisionSources = {
    settings: (tx, assets) => plant().settings(tx, assets),
    threats: (tx, ids) => claims().threats(tx, ids),
  };

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
      return {
        ...warning,
        decision: row.decision && { inputs: explained(row.decision) },
        remedies,
        history,
        equal: await countEqual(tx, row),
      };
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
      await alerts().acted(
        tx,
        actor,
        rows.map(({ id }) => id),
      );
      return { changed: rows.length };
    },

    warmUp,

    // What the plant asks for.

    /** In the transaction that changed the devices, as their owner. */
    async assetsChanged(tx: Db, assets: readonly string[]): Promise<void> {
      if (assets.length > mostAtOnce) {
        await later(tx, assets);
        await ask(tx);
      } else if (assets.length > 0) await compare(tx, assets);
    },
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

    /** In the transaction that changed the library: every plant is told, each by a job of its own owner. */
    async advisoriesChanged(tx: Db, actor: Actor): Promise<void> {
      await database.become(tx, founder);
      for (const plant of await plants(tx)) await askFor(tx, plant);
      await database.become(tx, actor);
    },

    /** Has plants compared that were compared by earlier rules. Called once where work is done. */
    async begin(): Promise<void> {
      for (const owner of await database.as(founder, plants))
        await database.as(agentOf(owner.id), async (tx) => {
          if (await isBehind(tx)) await askFor(tx, owner);
        });
    },

    /** What a job of kind match-advisories does. */
    work: (async (given) => {
      await work(given);
      return async () => {};
    }) satisfies Worker,
  };

  /** Has the actor's own plant compared. */
  async function ask(tx: Db): Promise<void> {
    const { rows } = await sql<{ id: string; name: string }>`
      select id, name from organisation where id = (select actor_organisation())`.execute(tx);
    await askFor(tx, rows[0]!);
  }

  async function askFor(tx: Db, { id, name }: { id: string; name: string }): Promise<void> {
    await jobs.enqueue(tx, agentOf(id), {
      kind: 'match-advisories',
      subject: { kind: 'organisation', id, name },
    });
  }

  async function endUnreadable(tx: Db, owner: string): Promise<void> {
    const over = await unreadableMatches(tx, advisories.readable('match.advisory_id'));
    await setState(
      tx,
      owner,
      over.map(({ id, state }) => ({ id, state: 'ended', before: state })),
    );
  }

  async function decideAgain(tx: Db, owner: string, after: string | null): Promise<string | null> {
    const rows = await openMatchesAfter(tx, after, mostDecided);
    const lines = await linesOf(
      tx,
      rows.map(({ advisory_id }) => advisory_id),
    );
    const concerns = rows.map(({ asset_id, advisory_id, cves }) => ({
      asset: asset_id,
      advisory: advisory_id,
      cves,
    }));
    const decide = await deciding(tx, sources, concerns);
    const changed = rows.flatMap((row, n) => {
      const { urgency, grounds: decision } = decide(concerns[n]!);
      if (isDeepStrictEqual(row.decision, decision)) return [];
      const score = lines.get(row.advisory_id)?.score ?? null;
      const rank = rankOf(urgency, certainties.indexOf(row.certainty), score);
      return [{ id: row.id, urgency, decision, rank }];
    });
    await setDecisions(tx, changed);
    await alerts().news(
      tx,
      owner,
      changed.map(({ id }) => id),
    );
    return rows.length < mostDecided ? null : rows.at(-1)!.id;
  }

  async function reconcile(tx: Db, owner: string, scope: Scope, found: readonly Found[]): Promise<void> {
    const wanted = await wantedOf(tx, found);
    const changed: { id: string; match: NewMatch }[] = [];
    const back: Step[] = [];
    const over: Step[] = [];
    for (const row of await matchesOf(tx, scope.assets, scope.advisories)) {
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
    const added = await insertMatches(tx, owner, [...wanted.values()]);
    await alerts().news(tx, owner, [...added, ...[...changed, ...back].map(({ id }) => id)]);
  }

  async function wantedOf(tx: Db, found: readonly Found[]): Promise<Map<string, NewMatch>> {
    const lines = await linesOf(
      tx,
      found.map(({ advisory }) => advisory),
    );
    const decide = await deciding(
      tx,
      sources,
      found.map(({ device, advisory }) => ({ asset: device.id, advisory })),
    );
    const wanted = new Map<string, NewMatch>();
    for (const { device, advisory, verdict } of found) {
      const line = lines.get(advisory);
      if (line) wanted.set(`${device.id} ${advisory}`, newMatch(device, line, verdict, decide));
    }
    return wanted;
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
    const people = await plant().people(
      tx,
      rows.flatMap((row) => [row.assignee_id, row.second_contact_id]),
    );
    return rows.flatMap((row) => {
      const [asset, advisory] = [assets.get(row.asset_id), lines.get(row.advisory_id)];
      // An advisory that is no longer for this reader takes its warnings along.
      return asset && advisory ? [toWarning(row, asset, advisory, people)] : [];
    });
  }
}

const agentOf = (organisation: string) => onBehalfOf(organisation, null, ['MEM']);

/** The organisations that have plants. */
async function plants(tx: Db): Promise<{ id: string; name: string }[]> {
  return tx
    .selectFrom('organisation')
    .select(['id', 'name'])
    .where(sql<boolean>`kinds && array['operator', 'integrator']`)
    .where('state', '!=', 'left')
    .execute();
}

/** What people decided still holds when a match comes back, but what was mended can break again. */
function stateAgain(before: MatchState | null): MatchState {
  return before === null || before === 'fixed' || before === 'verified' ? 'new' : before;
}

function newMatch(
  device: Comparable,
  advisory: AdvisoryLine,
  { certainty, because, lookUp, path, vulnerabilities }: Verdict,
  decide: (concern: Concern) => Decided,
): NewMatch {
  const productIds = vulnerabilities.flatMap(({ entries }) =>
    entries.filter(({ verdict }) => verdict !== 'notAffected').map(({ productId }) => productId),
  );
  const cves = vulnerabilities.flatMap(({ cve, verdict }) =>
    cve && verdict !== 'notAffected' ? [cve.toUpperCase()] : [],
  );
  const { urgency, grounds } = decide({ asset: device.id, advisory: advisory.id, cves });
  const entry = path.product.includes(path.range) ? path.product : `${path.product} ${path.range}`;
  return {
    asset: device.id,
    advisory: advisory.id,
    certainty,
    product: line(entry),
    productIds: productIds.length > 0 ? [...new Set(productIds)] : [path.productId],
    because: because.map(toTold),
    lookUp: lookUp.map(toTold),
    rank: rankOf(urgency, certainties.indexOf(certainty), advisory.score),
    severity: advisory.severity,
    urgency,
    grounds,
    cves,
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
    row.cves.join() !== now.cves.join() ||
    !isDeepStrictEqual(row.decision, now.grounds) ||
    !row.identity.equals(now.identity) ||
    row.product_ids.join() !== now.productIds.join() ||
    codesOf(row.because) !== codesOf(now.because) ||
    codesOf(row.look_up) !== codesOf(now.lookUp)
  );
}

const codesOf = (told: readonly Told[]) => told.map(({ code, text }) => `${code} ${text}`).join('\n');

function toWarning(
  row: MatchRow,
  asset: Asset,
  advisory: AdvisoryLine,
  people: ReadonlyMap<string, string>,
): Warning {
  const { id, name, vendor, product, model, orderNumber, firmware, role, level, addresses, site } = asset;
  const { trackingId, title, publisher, severity, score, cves, publishedAt, hasFix } = advisory;
  const person = (id: string | null) => (id === null ? null : { id, name: people.get(id) ?? '' });
  return {
    id: row.id,
    asset: { id, name, vendor, product, model, orderNumber, firmware, role, level, addresses, site },
    advisory: { id: advisory.id, trackingId, title, publisher, severity, score, cves, publishedAt, hasFix },
    product: row.product,
    certainty: row.certainty,
    urgency: row.urgency,
    ssvc: row.decision && ssvcOf(row.decision),
    because: row.because,
    lookUp: row.look_up,
    state: row.state,
    stateReason: row.state_reason,
    since: row.since.toISOString(),
    due: row.due,
    assignee: person(row.assignee_id),
    secondContact: person(row.second_contact_id),
  };
}

function missing(): never {
  throw notFound('warning');
}
