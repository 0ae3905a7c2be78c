import {
  type Baseline,
  type Difference,
  done,
  type FileAnswer,
  type Gravity,
  type Language,
} from '@busbar/contract';
import {
  type Baseline as Learnt,
  type Detected,
  type DetectionWords,
  instant,
  merge,
  nothingLearnt,
  techniqueOf,
  toldParams,
  wordsFor,
} from '@busbar/dissect';

import type { Actor } from '../../platform/actor.ts';
import type { Blobs, Stored } from '../../platform/blobs.ts';
import { storable } from '../../platform/bulk.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { conflict, notFound, Problem, tooLarge, unavailable } from '../../platform/problem.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { PlantService } from '../plant/plant-service.ts';
import { askOfReport, type ReportQuestion } from './analysis.ts';
import {
  addLesson,
  findBaseline,
  forgetBaseline,
  learntCaptures,
  lockBaseline,
  numbersOf,
  revisionOf,
} from './baseline-store.ts';
import { keptEvidence } from './capture-findings.ts';
import { type CaptureRow, findCapture } from './capture-store.ts';
import { type PartyOf, partiesFrom } from './parties.ts';

interface Parts {
  readonly blobs: Blobs;
  readonly plant: PlantService;
  readonly detections: Pick<DetectionService, 'inForce'>;
}

type Place = { after?: string | undefined; limit: number };
type DifferenceSearch = Place & { severity?: Gravity | undefined; language: Language };

/** Of JSON. What is usual at a site of ten thousand devices is about a third of it. */
const MOST_LEARNT = 32 << 20;
/** The gravest stay, as in reports. */
const MOST_DIFFERENCES = 1_024;
const MOST_PATIENCE_MS = 60_000;
const MOST_ASKING = 4;

export type BaselineService = ReturnType<typeof baselineService>;

export function baselineService({ blobs, plant, detections }: Parts) {
  const parties = partiesFrom(plant);
  const compared = new Remembered<Detected[]>(16);
  let asking = 0;

  return {
    async get({ tx, params, trail }: Ask<{ id: string }>) {
      trail.on(await traceOf(tx, params.id));
      return shown(tx, params.id);
    },

    async exportJson({ tx, params, trail }: Ask<{ id: string }>): Promise<FileAnswer> {
      const trace = await traceOf(tx, params.id);
      trail.on(trace);
      const learnt = (await findBaseline(tx, params.id)) ?? nothingLearnt;
      return {
        name: `${trace.name}.baseline.json`,
        type: 'application/json',
        content: JSON.stringify(learnt),
      };
    },

    async learn({ tx, actor, params, body, trail }: Ask<{ id: string }, unknown, { capture: string }>) {
      const trace = await traceOf(tx, params.id);
      const capture = (await findCapture(tx, body.capture)) ?? missing();
      if (capture.site_id !== params.id)
        throw conflict('capture-of-another-site', 'This capture shows another site; learn it there');
      const report = await reportOf(tx, capture);
      await add(tx, actor, capture, (baseline) =>
        apart<Learnt>({ kind: 'learn', baseline, detections: [] }, report),
      );
      trail.on({ ...trace, details: { capture: capture.id, name: capture.name } });
      return shown(tx, params.id);
    },

    async forget({ tx, params, trail }: Ask<{ id: string }>) {
      const trace = await traceOf(tx, params.id);
      trail.on({ ...trace, details: { captures: await forgetBaseline(tx, params.id) } });
      return done;
    },

    async differences({ tx, params, query, trail }: Ask<{ id: string }, DifferenceSearch>) {
      const capture = (await findCapture(tx, params.id)) ?? missing();
      trail.on({ kind: 'capture', id: capture.id, name: capture.name, owner: capture.owner_id });
      const captures = await learntCaptures(tx, capture.site_id);
      const told = {
        learnt: captures.length,
        isLearnt: captures.some(({ capture_id }) => capture_id === capture.id),
      };
      const revision = await revisionOf(tx, capture.site_id);
      if (!revision) return { items: [], next: null, total: 0, ...told };
      const all = await differencesOf(tx, capture, revision);
      const wanted = query.severity ? all.filter(({ severity }) => severity === query.severity) : all;
      const from = Number.parseInt(query.after ?? '0', 10) || 0;
      const to = from + query.limit;
      return {
        items: await inWords(tx, capture.id, wanted.slice(from, to), query.language),
        next: to < wanted.length ? String(to) : null,
        total: wanted.length,
        ...told,
      };
    },

    /** Takes over what was learnt of a capture elsewhere. */
    async adopt({ tx, actor, body, trail }: Ask<unknown, unknown, { capture: string; learnt: Learnt }>) {
      const capture = (await findCapture(tx, body.capture)) ?? missing();
      await add(tx, actor, capture, async (before) => merge(before, body.learnt));
      const trace = await traceOf(tx, capture.site_id);
      trail.on({ ...trace, details: { capture: capture.id, name: capture.name } });
    },
  };

  /** One after the other: two who learn at once both count. */
  async function add(
    tx: Db,
    actor: Actor,
    { id, name, site_id: site, owner_id: owner }: CaptureRow,
    lesson: (before: Learnt) => Promise<Learnt>,
  ): Promise<void> {
    const before = await lockBaseline(tx, { owner, site, nothing: JSON.stringify(nothingLearnt) });
    const captures = await learntCaptures(tx, site);
    if (captures.some(({ capture_id }) => capture_id === id))
      throw conflict('already-learnt', 'This capture was learnt already; twice would count twice');
    const learnt = storable(await lesson(before));
    if (learnt.length > MOST_LEARNT)
      throw tooLarge(
        'baseline-too-large',
        'With this capture, more is usual at this site than can be kept. Learn shorter captures, or divide the site',
      );
    await addLesson(tx, { owner, site, capture: id, name, person: actor.person, learnt });
  }

  /** Worked out when somebody asks: it is never out of date, and what was asked once is remembered. */
  async function differencesOf(tx: Db, capture: CaptureRow, revision: string): Promise<Detected[]> {
    const report = await reportOf(tx, capture);
    const { brought, engine } = await detections.inForce(tx);
    return compared.get(`${capture.report_id} ${revision} ${engine}`, async () => {
      const baseline = (await findBaseline(tx, capture.site_id)) ?? nothingLearnt;
      const all = await apart<Detected[]>({ kind: 'compare', baseline, detections: brought }, report);
      return all.slice(0, MOST_DIFFERENCES);
    });
  }

  /** Whoever asks waits with a connection to the database in hand: so only a few at a time, and not for ever. */
  async function apart<Answer>(question: ReportQuestion, report: Stored): Promise<Answer> {
    if (asking >= MOST_ASKING)
      throw unavailable(
        'comparing-others',
        'Other captures are being learnt or compared at this moment. Try again in half a minute',
      );
    asking++;
    const signal = AbortSignal.timeout(MOST_PATIENCE_MS);
    try {
      return await askOfReport<Answer>(question, report.read(), signal);
    } catch (error) {
      throw signal.aborted ? tookTooLong() : error;
    } finally {
      asking--;
    }
  }

  async function reportOf(tx: Db, { report_id, summary }: CaptureRow) {
    const report = report_id ? await blobs.open(tx, report_id) : undefined;
    if (!report)
      throw conflict('not-analysed', 'This capture has not been analysed yet; wait for its job to end');
    if (!summary?.detections)
      throw conflict(
        'analysed-before',
        'This capture was analysed by an earlier version. Analyse it again, then learn or compare it',
      );
    return report;
  }

  async function inWords(
    tx: Db,
    capture: string,
    differences: readonly Detected[],
    language: Language,
  ): Promise<Difference[]> {
    const assets = await plant.addressesIn(tx, capture);
    const named = differences.flatMap(({ source, target }) =>
      [source, target].map((one) => assets.get(one?.address ?? '') ?? null),
    );
    const party = await parties(tx, named);
    const { all } = await detections.inForce(tx);
    const words = (code: string) => wordsFor(code, language, all);
    return differences.map((difference) => toDifference(difference, assets, party, words));
  }

  async function shown(tx: Db, site: string): Promise<Baseline> {
    const captures = await learntCaptures(tx, site);
    const people = await plant.people(
      tx,
      captures.map(({ learnt_by }) => learnt_by),
    );
    const { observed, ...numbers } = (await numbersOf(tx, site)) ?? nothing;
    return {
      captures: captures.map(({ capture_id, name, learnt_at, learnt_by }) => ({
        capture: capture_id,
        name,
        learntAt: learnt_at.toISOString(),
        learntBy: people.get(learnt_by ?? '') ?? '',
      })),
      seconds: Math.round(observed / 1e6),
      ...numbers,
    };
  }

  async function traceOf(tx: Db, id: string) {
    const site = (await plant.findSite(tx, id)) ?? noSite();
    return { kind: 'site', id, name: site.name, owner: site.owner };
  }
}

const nothing = { observed: 0, devices: 0, talks: 0, operations: 0, variables: 0, users: 0 };

function toDifference(
  difference: Detected,
  assets: ReadonlyMap<string, string>,
  party: PartyOf,
  words: (code: string) => DetectionWords,
): Difference {
  const { id: code, severity, certainty, techniques, source, target, count, refused } = difference;
  const one = (who: Detected['source']) =>
    who === null ? null : party(assets.get(who.address) ?? null, who.address);
  return {
    code,
    ...words(code),
    severity,
    certainty,
    techniques: techniques.map(techniqueOf),
    source: one(source),
    target: one(target),
    count,
    refused,
    firstSeen: instant(difference.first),
    lastSeen: instant(difference.last),
    params: toldParams(difference.params),
    evidence: difference.evidence.map(keptEvidence),
  };
}

/** The last few answers by what was asked; who asks while it is worked out waits for the same. */
class Remembered<Answer> {
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(question: string, work: () => Promise<Answer>): Promise<Answer> {
    const answer = this.#answers.get(question) ?? work();
    // The one asked for longest ago stands first.
    this.#answers.delete(question);
    this.#answers.set(question, answer);
    if (this.#answers.size > this.#most) this.#answers.delete(this.#answers.keys().next().value!);
    answer.catch(() => this.#answers.delete(question));
    return answer;
  }
}

const tookTooLong = () =>
  new Problem(
    422,
    'comparison-too-long',
    'This capture shows so much that it was not learnt or compared within a minute. Cut it into pieces (editcap -i does it by time) and send those',
  );

function missing(): never {
  throw notFound('capture');
}

function noSite(): never {
  throw notFound('site');
}
