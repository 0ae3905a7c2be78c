import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import {
  type Asset,
  type MatchCertainty,
  type MatchState,
  openMatchStates,
  type Ssvc,
  type Told,
  type Urgency,
  type Warning,
  type WarningSearch,
} from '@busbar/contract';
import { sql } from 'kysely';
import { urgencies, type Verdict } from '@busbar/csaf';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Jobs, NewJob, Worker } from '../../platform/jobs.ts';
import { notFound } from '../../platform/problem.ts';
import type { AdvisoryLine, AdvisoryService } from '../advisories/advisory-service.ts';
import type { NamesService } from '../names/names-service.ts';
import type { AlertService } from './alert-service.ts';
import { checklist } from './checklist.ts';
import { type Concern, type Decided, deciding, type DecisionSources } from './deciding.ts';
import { explained, rankOf, ssvcOf } from './decision.ts';
import { type Comparable, comparing, type ComparingParts, type Found, type Scope } from './comparing.ts';
import { holdPlant } from './comparison-store.ts';
import {
  carryPlans,
  givenTo,
  givenTogether,
  lastStepOf,
  type MergedWarnings,
  saidOf,
  takeBack,
} from './merged-store.ts';
import { entryOf, toTold } from './told.ts';
import { answersOf, changesOf, groupsOf, type VulnerabilityAnswer } from './vulnerability-answers.ts';
import { measuresOf } from './work-store.ts';
import {
  addSteps,
  countDecided,
  countEqual,
  countOpen,
  countOpenByCertainty,
  findMatch,
  insertMatches,
  listMatches,
  lockMatches,
  matchesAfter,
  matchesOf,
  type MatchRow,
  type NewMatch,
  type NewStep,
  openMatchesFor,
  openMatchesOf,
  setState,
  sinceNow,
  type Step,
  stepsOf,
  unreadableMatches,
  updateDecisions,
  updateMatches,
} from './warning-store.ts';

export type WarningService = ReturnType<typeof warningService>;

/** What people say of a site or a zone; null where nobody said. */
interface Assumed {
  readonly id: string;
  readonly name: string;
  readonly exposure: Ssvc['exposure'] | null;
  readonly safetyImpact: Ssvc['safetyImpact'] | null;
  readonly devices: number;
}
interface Place {
  readonly site: string;
  readonly zone: string | undefined;
}
interface Assume extends Pick<Assumed, 'exposure' | 'safetyImpact'> {
  readonly site: string;
  readonly zone?: string | undefined;
}

/** What is asked of the plant. */
export interface Plant extends ReturnType<ComparingParts['plant']> {
  assetsById(tx: Db, assets: readonly string[]): Promise<Map<string, Asset>>;
  seenIn(tx: Db, capture: string): Promise<readonly string[]>;
  settings: DecisionSources['settings'];
  colleagues(tx: Db): Promise<ReadonlyMap<string, string>>;
  assumptions(
    tx: Db,
  ): Promise<readonly (Assumed & { readonly zones: readonly (Assumed & { site: string })[] })[]>;
  assume(tx: Db, place: Place, said: Pick<Assumed, 'exposure' | 'safetyImpact'>): Promise<string | undefined>;
  assetsAt(tx: Db, place: Place): Promise<readonly string[]>;
  people(tx: Db, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, string>>;
}

export interface WarningParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly advisories: Pick<
    AdvisoryService,
    'edition' | 'factsAfter' | 'publicIds' | 'guidance' | 'lines' | 'readable'
  >;
  /** What the instance itself knows of names. */
  readonly names: Pick<NamesService, 'read'>;
  /** Handed over late, as the plant: both are handed the warnings. */
  readonly claims: () => Pick<DecisionSources, 'threats'>;
  readonly plant: () => Plant;
  /** Who tells people; handed over late, for mail stands on much else. */
  readonly alerts: () => Pick<AlertService, 'news' | 'acted' | 'undone' | 'merged' | 'parted'>;
}

const certainties: readonly MatchCertainty[] = ['exact', 'likely', 'unsure'];
/** So many changed devices are compared at once, while somebody waits; more are left to a job. */
const mostAtOnce = 200;
/** So many warnings are decided about anew in one go. */
const batch = 500;

/** Which advisories may concern which devices, and what people said of each. Always one organisation at a time. */
export function warningService({ database, jobs, advisories, names, plant, claims, alerts }: WarningParts) {
  const { compare, later, isBehind, namesLike, warmUp, work } = comparing({
    database,
    advisories,
    plant,
    reconcile,
    endUnreadable,
  });
  /** Other names were read, and not every plant has been asked for yet: what failed is tried again. */
  let learned = false;
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
      const { remedies, detection, vulnerabilities } = await advisories.guidance(
        tx,
        row.advisory_id,
        row.product_ids,
      );
      const history = (await stepsOf(tx, row.id)).map(({ at, name, details, ...step }) => ({
        ...step,
        at: at.toISOString(),
        by: name ?? '',
        told: details ?? [],
      }));
      return {
        ...warning,
        decision: row.decision && { inputs: explained(row.decision) },
        remedies,
        measures: checklist(remedies, warning.asset.role, await measuresOf(tx, row.id)),
        vulnerabilities: groupsOf(row, vulnerabilities),
        detection,
        history,
        colleagues: Array.from(await plant().colleagues(tx), ([id, name]) => ({ id, name })),
        ...(await countEqual(tx, row)),
      };
    },

    /** By hand, and apart from what is compared by itself: these devices, and all devices with these advisories. */
    async compareAgain({
      tx,
      actor,
      body: { assets, advisories: wanted },
      trail,
    }: Ask<unknown, unknown, { assets: string[]; advisories: string[] }>) {
      if ((await plant().assetsById(tx, assets)).size < new Set(assets).size) throw notFound('device');
      if ((await linesOf(tx, wanted)).size < new Set(wanted).size) throw notFound('advisory');
      trail.on({
        kind: 'warning',
        owner: actor.organisation,
        details: { assets: assets.length, advisories: wanted.length },
      });
      if (wanted.length > 0) await ask(tx, wanted);
      return { later: (await assetsChanged(tx, assets)) || wanted.length > 0 };
    },

    // What the urgency of warnings rests on.

    async assumptions({ tx }: Ask) {
      const open = await countOpen(tx, 'asset_id', undefined);
      const sites = await plant().assumptions(tx);
      const counted = async <Place extends Assumed>(place: Place, at: { site: string; zone?: string }) => ({
        ...place,
        warnings: (await plant().assetsAt(tx, { zone: undefined, ...at })).reduce(
          (sum, id) => sum + (open.get(id) ?? 0),
          0,
        ),
      });
      return {
        sites: await Promise.all(
          sites.map(async ({ zones, ...site }) => ({
            ...(await counted(site, { site: site.id })),
            zones: await Promise.all(
              zones.map(({ site: of, ...zone }) => counted(zone, { site: of, zone: zone.id })),
            ),
          })),
        ),
      };
    },

    async assume({ tx, actor, body: { site, zone, ...said }, trail }: Ask<unknown, unknown, Assume>) {
      const name = await plant().assume(tx, { site, zone }, said);
      if (name === undefined) throw notFound(zone === undefined ? 'site' : 'zone');
      trail.on({
        kind: zone === undefined ? 'site' : 'zone',
        id: zone ?? site,
        name,
        owner: actor.organisation,
        details: { ...said },
      });
      return settingsChanged(tx, actor, await plant().assetsAt(tx, { site, zone }));
    },

    /** In the transaction that changed where devices stand or what is said of it, without changing what they are. */
    settingsChanged,

    /**
     * In the transaction that changed what is said of attacks: every plant decides anew, each by a job of its own owner.
     * One that still waits will see this, too; holding it keeps it from beginning before it can.
     */
    async threatsChanged(tx: Db, actor: Actor): Promise<void> {
      await database.become(tx, founder);
      const waiting = new Set(
        (
          await tx
            .selectFrom('job')
            .select('owner_id')
            .where('kind', '=', 'decide-warnings')
            .where('state', '=', 'queued')
            .forUpdate()
            .execute()
        ).map(({ owner_id }) => owner_id),
      );
      for (const { id, name } of await operators(tx))
        if (!waiting.has(id)) await jobs.enqueue(tx, onBehalfOf(id, null, ['MEM']), decideAll(id, name));
      await database.become(tx, actor);
    },

    /** What a job of kind decide-warnings does, some warnings at a time: deciding them once more changes nothing. */
    decideAll: (async ({ progress, signal, keep }) => {
      let done = 0;
      for (let after: string | null = null; ;) {
        signal.throwIfAborted();
        const some: Redecided = await keep(async (tx) => {
          await holdPlant(tx);
          return redecide(tx, after);
        });
        after = some.last;
        done += some.looked;
        progress(decidingNow, done, null);
        if (after === null) break;
      }
      return async () => {};
    }) satisfies Worker,

    warmUp,

    // What the plant asks for.

    assetsChanged: async (tx: Db, assets: readonly string[]): Promise<void> => {
      await assetsChanged(tx, assets);
    },
    /**
     * What was decided of the kept one stays; what was decided of the part alone is decided of both, and whoever says that
     * they are one has it in hand.
     */
    async assetsMerged(tx: Db, actor: Actor, merge: Merge): Promise<MergedWarnings> {
      const both = [merge.kept, merge.part];
      await holdWarnings(tx, both);
      const before = [...(await saidOf(tx, both)).values()].filter(({ state }) => state !== 'ended');
      await compare(tx, [merge.kept]);
      const current = before.flatMap(({ id, asset }) => (asset === merge.part ? id : []));
      const { given, carried } = await carry(tx, merge, current);
      await alerts().merged(tx, merge.part, current, merge.kept);
      await alerts().acted(tx, actor, carried, merge.id);
      await compare(tx, [merge.part]);
      const [now, step] = [await saidOf(tx, both), await lastStepOf(tx, both)];
      const ended = before
        .filter(({ id }) => now.get(id)!.state === 'ended')
        .map(({ id, state, reason, until, since }) => ({ id, state, reason, until, since, step }));
      return { given, ended };
    },
    /**
     * What the part gave is its own again, and what ended by the merge is what it was; what people have said since stays with
     * the kept one. Then both are compared anew; what was told while they were one was told of either. `others` are still
     * part of the kept one: what they could not give as long as this one did they give now, and that is given back.
     */
    async assetsParted(
      tx: Db,
      actor: Actor,
      { merged, ...merge }: Merged,
      others: readonly Merged[],
    ): Promise<Pick<Merged, 'id' | 'merged'>[]> {
      const { kept, part } = merge;
      await holdWarnings(tx, [kept, part]);
      const joint = (await matchesOf(tx, [kept], undefined)).filter(({ state }) => state !== 'ended');
      const back = merged && (await takeBack(tx, merged));
      if (back) {
        const click = { person: actor.person, move: merge.id };
        await addSteps(
          tx,
          [...back.opened, ...back.revived].map((id) => ({ id, told: [apartAgain] })),
          click,
        );
        await addSteps(
          tx,
          back.unplanned.map((id) => ({ id, what: 'plan', told: [apartAgain] })),
          click,
        );
        await alerts().undone(tx, merge, back.opened, merge.id);
      }
      await compare(tx, [kept, part]);
      const more: Pick<Merged, 'id' | 'merged'>[] = [];
      for (const { merged: was, ...other } of back ? others : []) {
        if (!was) continue;
        const { given, carried } = await carry(
          tx,
          other,
          was.ended.map(({ id }) => id),
        );
        await alerts().acted(tx, { ...actor, person: other.person }, carried, other.id);
        if (given.length > 0)
          more.push({ id: other.id, merged: { ...was, given: givenTogether(was.given, given) } });
      }
      if (back) await alerts().news(tx, [...back.opened, ...back.revived]);
      await alerts().parted(
        tx,
        joint.map(({ id }) => id),
        part,
      );
      return more;
    },
    namesLike,
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
      for (const plant of await operators(tx)) await askFor(tx, plant);
      await database.become(tx, actor);
    },

    /** Has plants compared that were compared by earlier rules. Called once where work is done. */
    async begin(): Promise<void> {
      await names.read();
      await compareBehind();
    },

    /** Reads the names that the instance teaches; where they became others, plants are compared by them. */
    async learn(): Promise<void> {
      learned = (await names.read()) || learned;
      if (!learned) return;
      await compareBehind();
      learned = false;
    },

    /** What a job of kind match-advisories does. */
    work: (async (given) => {
      await work(given);
      return async () => {};
    }) satisfies Worker,
  };

  async function compareBehind(): Promise<void> {
    for (const owner of await database.as(founder, operators))
      await database.as(agentOf(owner.id), async (tx) => {
        if (await isBehind(tx)) await askFor(tx, owner);
      });
  }

  /** Nobody decides on warnings of these devices, or compares, until the transaction ends. */
  async function holdWarnings(tx: Db, assets: readonly string[]): Promise<void> {
    await holdPlant(tx);
    await lockMatches(
      tx,
      (await matchesOf(tx, assets, undefined)).map(({ id }) => id),
    );
  }

  /**
   * What was decided and planned of these warnings of a part is decided and planned of the kept one, where nothing was.
   * Gives back what was given, and of which warnings the state.
   */
  async function carry(tx: Db, { id: merge, kept, part, person }: Merge, current: readonly string[]) {
    const before = await saidOf(tx, [kept]);
    const undecided = new Map(
      (await matchesOf(tx, [kept], undefined))
        .filter(({ state }) => state === 'new')
        .map(({ advisory_id, id }) => [advisory_id, id]),
    );
    const theirs = (await matchesOf(tx, [part], undefined)).filter(({ id }) => current.includes(id));
    const carried = theirs.flatMap((row) => {
      const id = undecided.get(row.advisory_id);
      // What has ended meanwhile knows what it was.
      const state = row.state === 'ended' ? (row.state_before ?? 'new') : row.state;
      return id && state !== 'new'
        ? [{ id, state, reason: row.state_reason, until: row.accepted_until }]
        : [];
    });
    for (const { id, state, reason, until } of carried)
      await setState(tx, [{ id, state }], { reason, person, until, move: merge });
    await carryPlans(tx, part, kept);
    const step = await lastStepOf(tx, [kept]);
    const given = [...(await saidOf(tx, [kept])).values()].flatMap(
      (now) => givenTo(before.get(now.id)!, now, step) ?? [],
    );
    return { given, carried: carried.map(({ id }) => id) };
  }

  /** In the transaction that changed the devices, as their owner. Whether it is left to a job. */
  async function assetsChanged(tx: Db, assets: readonly string[]): Promise<boolean> {
    const isLater = assets.length > mostAtOnce;
    if (isLater) {
      await later(tx, assets);
      await ask(tx);
    } else if (assets.length > 0) await compare(tx, assets);
    return isLater;
  }

  /** Has the actor's own plant compared: with what is new, or with these advisories. */
  async function ask(tx: Db, wanted?: readonly string[]): Promise<void> {
    const { rows } = await sql<{ id: string; name: string }>`
      select id, name from organisation where id = (select actor_organisation())`.execute(tx);
    await askFor(tx, rows[0]!, wanted);
  }

  async function askFor(
    tx: Db,
    { id, name }: { id: string; name: string },
    wanted?: readonly string[],
  ): Promise<void> {
    await jobs.enqueue(tx, agentOf(id), {
      kind: 'match-advisories',
      subject: { kind: 'organisation', id, name },
      ...(wanted && { payload: { advisories: wanted } }),
    });
  }

  async function endUnreadable(tx: Db): Promise<void> {
    const over = await unreadableMatches(tx, advisories.readable('match.advisory_id'));
    await setState(
      tx,
      over.map(({ id }) => ({ id, state: 'ended' })),
    );
  }

  async function reconcile(tx: Db, owner: string, scope: Scope, found: readonly Found[]): Promise<void> {
    const wanted = await wantedOf(tx, found);
    const changed: { row: MatchRow; match: NewMatch }[] = [];
    const back: Step[] = [];
    const over: Step[] = [];
    for (const row of await matchesOf(tx, scope.assets, scope.advisories)) {
      const key = `${row.asset_id} ${row.advisory_id}`;
      const match = wanted.get(key);
      wanted.delete(key);
      if (match) {
        if (isDifferent(row, match)) changed.push({ row, match });
        if (row.state === 'ended') back.push({ id: row.id, state: stateAgain(row.state_before) });
      } else if (row.state !== 'ended') over.push({ id: row.id, state: 'ended' });
    }
    await updateMatches(
      tx,
      changed.map(({ row, match }) => ({ id: row.id, match })),
    );
    await addSteps(
      tx,
      changed.flatMap(({ row, match }) => decidedAnew(row, match)),
    );
    await setState(tx, [...back, ...over]);
    await sinceNow(
      tx,
      back.map(({ id }) => id),
    );
    const added = await insertMatches(tx, owner, [...wanted.values()]);
    await alerts().news(tx, [...added, ...changed.map(({ row }) => row.id), ...back.map(({ id }) => id)]);
  }

  async function settingsChanged(tx: Db, actor: Actor, assets: readonly string[]) {
    await holdPlant(tx);
    let [more, less, looked] = [0, 0, 0];
    // Some devices at a time: each page of the warnings of all would be looked for among all.
    for (let at = 0; at < assets.length; at += batch)
      for (let after: string | null = null; ;) {
        if (looked >= decidedAtOnce) {
          await jobs.enqueue(tx, actor, decideAll(actor.organisation!, ''));
          return { more, less, later: true };
        }
        const some: Redecided = await redecide(tx, after, assets.slice(at, at + batch));
        more += some.more;
        less += some.less;
        looked += some.looked;
        after = some.last;
        if (after === null) break;
      }
    return { more, less, later: false };
  }

  /** Decides anew about some warnings after this one; `last` is where to go on. What people said stays. */
  async function redecide(tx: Db, after: string | null, among?: readonly string[]): Promise<Redecided> {
    const rows = await matchesAfter(tx, after, { most: batch, among });
    const lines = await linesOf(
      tx,
      rows.map((row) => row.advisory_id),
    );
    const decide = await deciding(
      tx,
      sources,
      rows.map((row) => ({ asset: row.asset_id, advisory: row.advisory_id })),
    );
    const changed = rows.flatMap((row) => {
      const { urgency, grounds } = decide({ asset: row.asset_id, advisory: row.advisory_id, cves: row.cves });
      if (isDeepStrictEqual(row.decision, grounds)) return [];
      const score = lines.get(row.advisory_id)?.score ?? null;
      return [{ row, urgency, grounds, rank: rankOf(urgency, certainties.indexOf(row.certainty), score) }];
    });
    await updateDecisions(
      tx,
      changed.map(({ row, ...decided }) => ({ id: row.id, ...decided })),
    );
    await addSteps(
      tx,
      changed.flatMap(({ row, urgency }) => decidedAnew(row, { ...row, urgency })),
    );
    await alerts().news(
      tx,
      changed.map(({ row }) => row.id),
    );
    const counted = changed.filter(({ row }) => openMatchStates.includes(row.state));
    return {
      looked: rows.length,
      last: rows.length === batch ? rows.at(-1)!.id : null,
      more: counted.filter(({ row, urgency }) => moreUrgent(urgency, row.urgency)).length,
      less: counted.filter(({ row, urgency }) => moreUrgent(row.urgency, urgency)).length,
    };
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

/** One device that a person said is part of another. */
interface Merge {
  readonly id: string;
  readonly kept: string;
  readonly part: string;
  readonly person: string | null;
}
interface Merged extends Merge {
  /** Unknown of merges from before this was kept. */
  readonly merged: MergedWarnings | null;
}

const apartAgain: Told = {
  code: 'merge-undone',
  params: {},
  text: 'The merge with another device was undone',
};

const agentOf = (organisation: string) => onBehalfOf(organisation, null, ['MEM']);

interface Redecided {
  readonly looked: number;
  readonly last: string | null;
  readonly more: number;
  readonly less: number;
}

const decidingNow: Told = {
  code: 'deciding-warnings',
  params: {},
  text: 'Deciding how urgent the warnings are',
};

/** More than these a job decides about, and nobody waits for it. */
const decidedAtOnce = 5000;

const decideAll = (organisation: string, name: string): NewJob => ({
  kind: 'decide-warnings',
  subject: { kind: 'organisation', id: organisation, name },
});

const moreUrgent = (one: Urgency, other: Urgency) => urgencies.indexOf(one) > urgencies.indexOf(other);

/** The organisations that have plants. */
async function operators(tx: Db): Promise<{ id: string; name: string }[]> {
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
  verdict: Verdict,
  decide: (concern: Concern) => Decided,
): NewMatch {
  const { certainty, because, lookUp, path, vulnerabilities } = verdict;
  const productIds = vulnerabilities.flatMap(({ entries }) =>
    entries.filter(({ verdict }) => verdict !== 'notAffected').map(({ productId }) => productId),
  );
  const cves = vulnerabilities.flatMap(({ cve, verdict }) =>
    cve && verdict !== 'notAffected' ? [cve.toUpperCase()] : [],
  );
  const { urgency, grounds } = decide({ asset: device.id, advisory: advisory.id, cves });
  const answers = answersOf(verdict);
  return {
    asset: device.id,
    advisory: advisory.id,
    certainty,
    product: entryOf(path),
    productIds: productIds.length > 0 ? [...new Set(productIds)] : [path.productId],
    because: because.map(toTold),
    lookUp: lookUp.map(toTold),
    rank: rankOf(urgency, certainties.indexOf(certainty), advisory.score),
    severity: advisory.severity,
    urgency,
    grounds,
    cves,
    vulnerabilities: answers,
    version: advisory.version,
    identity: identityOf(device, certainty, answers),
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

/**
 * Two devices with the same are the same device to an advisory. By what was found, too: a serial number or a CPE may have
 * told them apart, and what is decided of one must not be decided of the other.
 */
function identityOf(
  { vendor, product, model, orderNumber, hardware, firmware, software }: Comparable,
  certainty: MatchCertainty,
  answers: readonly VulnerabilityAnswer[],
): Buffer {
  const is = [vendor, product, model, orderNumber, hardware, firmware, software];
  const found = answers.map(({ of, state, certainty, product }) => [of, state, certainty, product]);
  return createHash('sha256')
    .update(JSON.stringify([is, certainty, found]))
    .digest();
}

/**
 * That it is more or less urgent or certain than before, or that another vulnerability concerns the device, is worth a
 * line; that its reasons are others is not.
 */
function decidedAnew(
  row: MatchRow,
  now: Pick<NewMatch, 'urgency' | 'certainty' | 'vulnerabilities'>,
): NewStep[] {
  const told: Told[] = [
    ...(row.decision && row.urgency !== now.urgency
      ? [
          {
            code: 'urgency-changed',
            params: { from: row.urgency, to: now.urgency },
            text: `Urgency: ${row.urgency} became ${now.urgency}`,
          },
        ]
      : []),
    ...(row.certainty === now.certainty
      ? []
      : [
          {
            code: 'certainty-changed',
            params: { from: row.certainty, to: now.certainty },
            text: `Certainty: ${row.certainty} became ${now.certainty}`,
          },
        ]),
    ...changesOf(row.vulnerabilities, now.vulnerabilities),
  ];
  return told.length === 0 ? [] : [{ id: row.id, what: 'decision', told }];
}

/** A change of words alone disturbs nobody; a change of reasons is written down without a new state. */
function isDifferent(row: MatchRow, now: NewMatch): boolean {
  return (
    row.certainty !== now.certainty ||
    row.product !== now.product ||
    row.rank !== now.rank ||
    row.search !== now.search ||
    row.version !== now.version ||
    row.cves.join() !== now.cves.join() ||
    answersText(row.vulnerabilities) !== answersText(now.vulnerabilities) ||
    !isDeepStrictEqual(row.decision, now.grounds) ||
    !row.identity.equals(now.identity) ||
    row.product_ids.join() !== now.productIds.join() ||
    codesOf(row.because) !== codesOf(now.because) ||
    codesOf(row.look_up) !== codesOf(now.lookUp)
  );
}

/** To be compared: what a database does not take stands otherwise in the parameters that it gives back. */
const answersText = (answers: NewMatch['vulnerabilities']) =>
  answers
    .map(({ of, state, certainty, product, because, lookUp }) =>
      [of.join(), state, certainty, product, codesOf(because), codesOf(lookUp)].join('\n'),
    )
    .join('\n');

const codesOf = (told: readonly Told[]) => told.map(({ code, text }) => `${code} ${text}`).join('\n');

function toWarning(
  row: MatchRow,
  asset: Asset,
  advisory: AdvisoryLine,
  people: ReadonlyMap<string, string>,
): Warning {
  const { id, name, vendor, product, model, orderNumber, firmware, role, level, addresses, site, zone } =
    asset;
  const { trackingId, title, publisher, severity, score, cves, publishedAt, hasFix } = advisory;
  const person = (id: string | null) => (id === null ? null : { id, name: people.get(id) ?? '' });
  return {
    id: row.id,
    asset: { id, name, vendor, product, model, orderNumber, firmware, role, level, addresses, site, zone },
    advisory: { id: advisory.id, trackingId, title, publisher, severity, score, cves, publishedAt, hasFix },
    product: row.product,
    certainty: row.certainty,
    urgency: row.urgency,
    ssvc: row.decision && ssvcOf(row.decision),
    because: row.because,
    lookUp: row.look_up,
    state: row.state,
    stateReason: row.state === 'ended' ? null : row.state_reason,
    since: row.since.toISOString(),
    due: row.due,
    assignee: person(row.assignee_id),
    secondContact: person(row.second_contact_id),
    acceptedUntil: row.state === 'riskAccepted' ? row.accepted_until : null,
  };
}

function missing(): never {
  throw notFound('warning');
}
