import { randomUUID } from 'node:crypto';

import {
  type CaseObservation,
  done,
  type Hypothesis,
  type HypothesisState,
  type ObservationSearch,
  type ObservationState,
} from '@busbar/contract';
import { techniqueOf } from '@busbar/dissect';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { hasWords, writeCursor } from '../../platform/search.ts';
import type { CaseService, EnteredCase } from '../cases/case-service.ts';
import type { OpenedCase } from '../cases/opened-case-service.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import { type EvidenceService, traceOf } from './evidence-service.ts';
import { openSeen, searched, sealSeen, type Seen, spoken, toObservation } from './observed.ts';
import * as store from './timeline-store.ts';
import type { ObservationRow } from './timeline-store.ts';

export interface TimelineParts {
  readonly cases: CaseService;
  readonly evidence: EvidenceService;
  readonly keys: Keys;
  readonly plant: PlantService;
  readonly detections: Pick<DetectionService, 'inForce'>;
}

type InCase<Query = unknown, Body = unknown, Params = { id: string }> = Ask<Params, Query, Body>;
type OfHypothesis<Body> = Ask<{ id: string; hypothesis: string }, unknown, Body>;
type Found = { row: ObservationRow; seen: Seen };

/** What a letter of a program names, for others to look for. */
export interface Indicated extends Pick<Seen, 'what' | 'addresses'> {
  readonly kind: 'indicator';
  readonly from: string | null;
  readonly count: number;
}

/** Observations that one question opens to look for words in them; the next question goes on behind them. */
const mostOpened = 20_000;
const mostCited = 200;
const openedAtOnce = 1000;
const mostHypotheses = 200;
const mostTechniques = 20;
const mostDevices = 50;

export type TimelineService = ReturnType<typeof timelineService>;

/** What was seen in a case. Accepted, and in the order of its times, it is the timeline. */
export function timelineService({ cases, evidence, keys, plant, detections }: TimelineParts) {
  return {
    async list(ask: InCase<ObservationSearch>) {
      const { tx, actor, params, query, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      trail.on(traceOf(entered));
      const key = await keys.ofCase(tx, entered.id);
      const { found, next } = await search(tx, key, entered, query);
      return {
        items: await shown(ask, entered, key, found),
        next,
        counts: await store.countObservations(tx, entered.id),
        fits: query.search ? null : await store.countFitting(tx, entered.id, query),
        techniques: (await store.countTechniques(tx, entered.id, query.state)).map(
          ({ technique, count }) => ({
            ...techniqueOf(technique),
            count,
          }),
        ),
      };
    },

    async note(ask: InCase<unknown, Noted>): Promise<CaseObservation> {
      const { tx, actor, params, body, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      const key = await keys.ofCase(tx, entered.id);
      const offset = body.evidence ? (await evidence.opened(ask, body.evidence)).row.clock_offset : 0;
      const to = body.to ?? body.from;
      if (to && (!body.from || to < body.from))
        throw malformed('time-order', 'It cannot have ended before it began', {}, [
          { path: 'to', message: 'must not be before its beginning' },
        ]);
      const isTeams = entered.as === 'cert';
      const id = key.idOf('case_observation', actor, body);
      const added = await store.insertObservations(tx, [
        {
          id,
          case_id: entered.id,
          run_id: null,
          evidence_id: body.evidence ?? null,
          kind: body.kind,
          state: isTeams ? 'accepted' : 'suggested',
          ...(body.from && timesOf(new Date(body.from), new Date(to!), offset)),
          precision: body.precision,
          sealed: sealSeen(key, id, {
            what: { code: 'note', params: { text: body.what }, text: body.what },
            place: '',
            addresses: [],
          }),
          origin: id,
          techniques: isTeams ? (body.techniques ?? []) : [],
          assets: await readable(ask, entered, body.assets ?? []),
          confidence: body.confidence ?? 'stated',
          person_id: actor.person,
          person_name: actor.person && actor.name,
          added_as: entered.as === 'guest' ? 'member' : entered.as,
          ...(isTeams
            ? { decided_by: actor.person, decided_name: actor.name, decided_at: new Date() }
            : { decided_by: null, decided_name: null, decided_at: null }),
        },
      ]);
      trail.on(traceOf(entered, undefined, { observation: id, ...(!added && again) }));
      return one(ask, entered, key, id);
    },

    /** Of whoever reported, what a program of his named: suggested. */
    async told(ask: Pick<InCase, 'tx' | 'actor' | 'params' | 'trail'>, seen: readonly Indicated[]) {
      const { tx, actor, params, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      const key = await keys.ofCase(tx, entered.id);
      const rows = seen.map(({ kind, what, addresses, from, count }) => {
        const id = randomUUID();
        return {
          id,
          case_id: entered.id,
          run_id: null,
          evidence_id: null,
          kind,
          state: 'suggested' as const,
          ...(from && timesOf(new Date(from), new Date(from), 0)),
          precision: 'second' as const,
          sealed: sealSeen(key, id, { what, place: '', addresses }),
          origin: id,
          techniques: [],
          assets: [],
          confidence: 'stated' as const,
          count,
          person_id: actor.person,
          person_name: null,
          added_as: 'reporter' as const,
          decided_by: null,
          decided_name: null,
          decided_at: null,
        };
      });
      await store.insertObservations(tx, rows);
      trail.on(traceOf(entered, undefined, { observations: rows.length }));
    },

    /** Observations of a case that facts may stand on, the newest first: the newest, these, or those with such words. */
    async cited(
      tx: Db,
      { id, key }: Pick<OpenedCase, 'id' | 'key'>,
      ids?: readonly string[],
      matches?: (name: string) => boolean,
      mostLetters = 160,
    ) {
      const limit = matches ? openedAtOnce : mostCited;
      const found: { id: string; name: string; sha256: null; at: string }[] = [];
      let after: string | undefined;
      for (let looked = 0; looked < mostOpened; looked += limit) {
        const wanted = { state: 'accepted', order: 'newest', limit, after } as const;
        const rows = await store.listObservations(tx, id, { ...wanted, ids });
        for (const row of rows) {
          after = writeCursor(row.place, row.id);
          const text = openSeen(key, row).what.text.replaceAll(/\s+/g, ' ');
          if (matches && !matches(text)) continue;
          const name = text.slice(0, mostLetters).toWellFormed();
          found.push({ id: row.id, name, sha256: null, at: (row.from ?? row.created_at).toISOString() });
          if (found.length === mostCited) return found;
        }
        if (!matches || rows.length < limit) break;
      }
      return found;
    },

    /** Devices that accepted observations of a case are linked to, and how many: also those that the actor may not read. */
    devicesTold: store.devicesTold,

    async decide({ tx, actor, params, body: { ids = [], matching, to }, trail }: InCase<unknown, Decided>) {
      const entered = await cases.entered(tx, actor, params.id);
      const { count = 0, ...filter } = matching ?? {};
      const decision = randomUUID();
      const changed = await store.decideObservations(
        tx,
        entered.id,
        matching ? { filter, count } : { ids },
        to,
        { decision, person: actor.person!, name: actor.name },
      );
      if (matching && matching.state !== to && changed.length !== count)
        throw conflict(
          'changed-meanwhile',
          'It is another number by now that fits. Look at the list anew, then decide.',
        );
      trail.on(
        traceOf(entered, undefined, {
          to,
          decision,
          // Of a great many, the rows themselves say which: a line of the trail stays one that can be read.
          ...(matching ? { matching, count: changed.length } : { observations: changed }),
        }),
      );
      return { changed, decision: changed.length > 0 ? decision : null };
    },

    async undo({ tx, actor, params, trail }: InCase<unknown, unknown, { id: string; decision: string }>) {
      const entered = await cases.entered(tx, actor, params.id);
      const changed = await store.undoDecision(tx, entered.id, params.decision);
      if (changed.length === 0) throw notFound('decision');
      trail.on(traceOf(entered, undefined, { undone: params.decision, count: changed.length }));
      return { changed };
    },

    async classify({
      tx,
      actor,
      params,
      body: { ids, technique, shows },
      trail,
    }: InCase<unknown, { ids: string[]; technique: string; shows: boolean }>) {
      const entered = await cases.entered(tx, actor, params.id);
      const rows = await store.classifyObservations(tx, entered.id, ids, technique, shows);
      if (shows && rows.some(({ techniques }) => techniques.length > mostTechniques))
        throw malformed(
          'too-many-techniques',
          `An observation shows at most ${mostTechniques} techniques. Take one away from it first.`,
          { most: mostTechniques },
        );
      const changed = rows.map(({ id }) => id);
      trail.on(traceOf(entered, undefined, { technique, shows, observations: changed }));
      return { changed };
    },

    async mark(ask: InCase<unknown, Marked, { id: string; observation: string }>): Promise<CaseObservation> {
      const { tx, actor, params, trail } = ask;
      const { revision, ...body } = ask.body;
      const entered = await cases.entered(tx, actor, params.id);
      await store.lockObservation(tx, entered.id, params.observation);
      const row = (await store.findObservation(tx, entered.id, params.observation)) ?? missing();
      if (revision !== undefined && revision !== row.revision)
        throw conflict(
          'changed-meanwhile',
          'Somebody changed this while you looked at it. Look at it anew, then change it.',
        );
      const assets = body.assets && (await linked(ask, entered, row.assets, body.assets));
      await store.markObservation(tx, row.id, {
        ...(body.techniques && { techniques: [...new Set(body.techniques)] }),
        ...(body.confidence && { confidence: body.confidence }),
        ...(assets && { assets }),
      });
      trail.on(traceOf(entered, undefined, { observation: row.id, ...body }));
      return one(ask, entered, await keys.ofCase(tx, entered.id), row.id);
    },

    async hypotheses({ tx, actor, params, trail }: InCase): Promise<{ items: Hypothesis[] }> {
      const entered = await cases.entered(tx, actor, params.id);
      trail.on(traceOf(entered));
      const key = await keys.ofCase(tx, entered.id);
      const rows = await store.listHypotheses(tx, entered.id, mostHypotheses);
      const weighed = Map.groupBy(
        await store.listArguments(tx, entered.id),
        ({ hypothesis_id }) => hypothesis_id,
      );
      return {
        items: rows.map(({ id, sealed, state, person_name, created_at }) => ({
          id,
          statement: key.open(placeOf(id), sealed),
          state,
          by: entered.as === 'cert' ? person_name : null,
          at: created_at.toISOString(),
          arguments: (weighed.get(id) ?? []).map(({ weighs, ...row }) => ({
            observation: row.id,
            weighs,
            what: openSeen(key, row).what,
            from: row.from?.toISOString() ?? null,
            withdrawn: row.withdrawn_at && {
              by: entered.as === 'cert' ? row.withdrawn_name : null,
              at: row.withdrawn_at.toISOString(),
              why: key.open(whyOf(id, row.id), row.withdrawn_why!),
              again: row.again_at && {
                by: entered.as === 'cert' ? row.again_name : null,
                at: row.again_at.toISOString(),
              },
            },
          })),
        })),
      };
    },

    async suppose({
      tx,
      actor,
      params,
      body,
      trail,
    }: InCase<unknown, { key?: string | undefined; statement: string }>) {
      const entered = await cases.entered(tx, actor, params.id);
      const key = await keys.ofCase(tx, entered.id);
      const id = key.idOf('case_hypothesis', actor, body);
      const added = await store.insertHypothesis(tx, {
        id,
        case_id: entered.id,
        sealed: key.seal(placeOf(id), body.statement),
        person_id: actor.person!,
        person_name: actor.name,
      });
      trail.on(traceOf(entered, undefined, { hypothesis: id, ...(!added && again) }));
      return { hypothesis: id };
    },

    async judge({ tx, actor, params, body, trail }: OfHypothesis<{ state: HypothesisState }>) {
      const entered = await cases.entered(tx, actor, params.id);
      if (!(await store.judgeHypothesis(tx, entered.id, params.hypothesis, body.state))) missing();
      trail.on(traceOf(entered, undefined, { hypothesis: params.hypothesis, ...body }));
      return done;
    },

    async weigh({
      tx,
      actor,
      params,
      body,
      trail,
    }: OfHypothesis<{ observation: string; weighs: 'for' | 'against' | null; why?: string | undefined }>) {
      const entered = await cases.entered(tx, actor, params.id);
      const isThere = await store.hasHypothesis(tx, entered.id, params.hypothesis);
      if (!isThere || !(await store.findObservation(tx, entered.id, body.observation))) missing();
      const { observation, weighs, why = '' } = body;
      const { hypothesis } = params;
      if (weighs)
        await store.weigh(
          tx,
          { case_id: entered.id, hypothesis_id: hypothesis, observation_id: observation, weighs },
          { person: actor.person!, name: actor.name },
        );
      else {
        const key = await keys.ofCase(tx, entered.id);
        const sealed = key.seal(whyOf(hypothesis, observation), why);
        const by = { person: actor.person!, name: actor.name, why: sealed };
        if (!(await store.withdrawArgument(tx, hypothesis, observation, by))) throw notFound('argument');
      }
      trail.on(traceOf(entered, undefined, { hypothesis, observation, weighs }));
      return done;
    },
  };

  /** Words of what is sealed are looked for in what the filters leave, a thousand at a time. */
  async function search(
    tx: Db,
    key: DataKey,
    { id }: EnteredCase,
    { search: words, language, ...query }: ObservationSearch,
  ): Promise<{ found: Found[]; next: string | null }> {
    const matches = hasWords(words);
    const { all } = await detections.inForce(tx);
    const found: Found[] = [];
    const limit = words ? openedAtOnce : query.limit;
    let { after } = query;
    for (let looked = 0; looked < mostOpened; looked += limit) {
      const rows = await store.listObservations(tx, id, { ...query, after, limit });
      for (const row of rows) {
        const sealed = openSeen(key, row);
        const seen = { ...sealed, what: spoken(sealed.what, language, all) };
        after = writeCursor(row.place, row.id);
        if (words && !matches(searched(seen))) continue;
        found.push({ row, seen });
        if (found.length === query.limit) return { found, next: after };
      }
      if (rows.length < limit) return { found, next: null };
    }
    return { found, next: after ?? null };
  }

  async function one(ask: InCase, entered: EnteredCase, key: DataKey, id: string) {
    const row = (await store.findObservation(ask.tx, entered.id, id)) ?? missing();
    return (await shown(ask, entered, key, [{ row, seen: openSeen(key, row) }]))[0]!;
  }

  async function shown(ask: InCase, entered: EnteredCase, key: DataKey, found: readonly Found[]) {
    const sources = await evidence.sources(
      ask.tx,
      key,
      found.flatMap(({ row }) => row.evidence_id ?? []),
    );
    const names = await assetNames(
      ask,
      entered,
      found.flatMap(({ row }) => row.assets),
    );
    return found.map(({ row, seen }) =>
      toObservation(row, seen, sources.get(row.evidence_id ?? ''), names, entered.as === 'cert'),
    );
  }

  /** Those of these devices that the actor may read: of his own plant, or with the consent of the one the case is about. */
  async function assetNames(
    { tx, actor, become }: InCase,
    { owner, as }: EnteredCase,
    ids: readonly string[],
  ): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map();
    const reader: Actor = as === 'cert' ? { ...actor, plant: owner } : actor;
    await become(reader);
    const assets = await plant.assetsById(tx, [...new Set(ids)]);
    await become(actor);
    return new Map([...assets].map(([id, { name }]) => [id, name]));
  }

  /** What he does not see he does not take away; and nobody is sent back for what became closed to him meanwhile. */
  async function linked(
    ask: InCase,
    entered: EnteredCase,
    now: readonly string[],
    { add, remove }: { add: readonly string[]; remove: readonly string[] },
  ): Promise<string[]> {
    const names = await assetNames(ask, entered, now);
    const others = add.filter((id) => !now.includes(id));
    const stays = now.filter((id) => !names.has(id) || !remove.includes(id));
    const assets = [...stays, ...(await readable(ask, entered, others))];
    if (assets.length > mostDevices && assets.length > now.length)
      throw malformed(
        'too-many-devices',
        `An observation is about at most ${mostDevices} devices. Take one away from it first.`,
        { most: mostDevices },
      );
    return assets;
  }

  async function readable(ask: InCase, entered: EnteredCase, ids: readonly string[]): Promise<string[]> {
    const names = await assetNames(ask, entered, ids);
    if (ids.some((id) => !names.has(id))) throw notFound('asset');
    return [...names.keys()];
  }
}

interface Marks {
  techniques?: string[] | undefined;
  assets?: string[] | undefined;
  confidence?: CaseObservation['confidence'] | undefined;
}

interface Marked extends Omit<Marks, 'assets'> {
  assets?: { add: string[]; remove: string[] } | undefined;
  revision?: number | undefined;
}

interface Noted extends Marks {
  key?: string | undefined;
  kind: CaseObservation['kind'];
  what: string;
  from?: string | undefined;
  to?: string | undefined;
  precision: CaseObservation['precision'];
  evidence?: string | undefined;
}

/** Said of what was sent again and changed nothing. */
const again = { again: true };

interface Decided {
  ids?: string[] | undefined;
  matching?: (store.Filter & { count: number }) | undefined;
  to: ObservationState;
}

const whyOf = (hypothesis: string, observation: string) =>
  `case_argument.withdrawn_why ${hypothesis} ${observation}`;
const placeOf = (id: string) => `case_hypothesis.sealed ${id}`;

function timesOf(from: Date, to: Date, offset: number) {
  const right = (moment: Date) => new Date(moment.getTime() + offset * 1000).toISOString();
  return { said_from: from.toISOString(), said_to: to.toISOString(), from: right(from), to: right(to) };
}

function missing(): never {
  throw notFound('observation');
}
