import { createHash, randomUUID } from 'node:crypto';

import {
  type AnalysisTool,
  type FileAnswer,
  type JobKind,
  type Paging,
  type Run,
  type RunParams,
  type Told,
  toolsFor,
} from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import { record } from '../../platform/audit.ts';
import { asFile, type Blobs } from '../../platform/blobs.ts';
import { storableText } from '../../platform/bulk.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cancelJobsOf, type Jobs, lastJobs, type Work, type Worker } from '../../platform/jobs.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, forbidden, notFound, Problem, toldOf } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import type { Uploads } from '../../platform/uploads.ts';
import type { CaseService, EnteredCase } from '../cases/case-service.ts';
import type { DetectionService } from '../detections/detection-service.ts';
import type { Suggested } from './analysers/analyser.ts';
import { type Analysed, analyseApart, longestFor } from './analysing.ts';
import { type EvidenceService, type OpenFile, traceOf } from './evidence-service.ts';
import { sealSeen } from './observed.ts';
import * as store from './timeline-store.ts';
import type { NewObservation, RunRow } from './timeline-store.ts';

export interface RunParts {
  readonly database: Database;
  readonly jobs: Jobs;
  readonly cases: CaseService;
  readonly evidence: EvidenceService;
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly keys: Keys;
  readonly detections: DetectionService;
}

type InCase<Query = unknown, Body = unknown> = Ask<{ id: string }, Query, Body>;
type OfRun = Ask<{ id: string; run: string }>;

const reading: Told = { code: 'reading-evidence', params: {}, text: 'Reading the file' };
const storing: Told = { code: 'storing-results', params: {}, text: 'Storing what it shows' };

export type RunService = ReturnType<typeof runService>;

/** Tools read files of a case, apart; the same tool over the same bytes says the same, and its hash shows that it did. */
export function runService({ database, jobs, cases, evidence, uploads, blobs, keys, detections }: RunParts) {
  const work: Worker = async (task) => {
    const found = await database.as(task.actor, async (tx) => {
      const run = (await store.findRunOfJob(tx, task.job.subject)) ?? missing();
      const open = await evidence.opened(
        { tx, actor: task.actor, params: { id: run.case_id } },
        run.evidence_id,
      );
      const { brought, engine } = await detections.inForce(tx);
      return { run, open, stored: await uploads.open(tx, open.row.upload), brought, engine };
    });
    const { run, open, stored, brought, engine } = found;
    try {
      // The version stands in the ledger; what ran must be what it says.
      if (run.version !== engine) throw detectionsChanged();
      task.progress(reading, 0, stored.size);
      const { tool, version: of, params } = run;
      const analysed = await analyseApart(
        { tool, version: of, params, detections: brought },
        stored,
        {
          signal: task.signal,
          onProgress: (bytes) => task.progress(reading, bytes, stored.size),
        },
        longestFor(stored.size),
      );
      task.progress(storing, stored.size, stored.size);
      const output = randomUUID();
      await blobs.putDerived(task.actor, {
        id: output,
        owner: run.owner_id,
        case: run.case_id,
        key: open.key,
        source: only(analysed.json),
      });
      return (tx) => keep(tx, run, open, output, analysed);
    } catch (error) {
      await tellFailed(task, run, error);
      throw error;
    }
  };

  return {
    async run(
      ask: InCase<unknown, { evidence: string; tool: AnalysisTool; params: RunParams }>,
    ): Promise<Run> {
      const { tx, actor, body, trail, afterCommit } = ask;
      const { case: entered, file, row } = await evidence.opened(ask, body.evidence);
      if (entered.limit === 'advise')
        throw forbidden(
          'analysis-not-allowed',
          'Whoever reported this lets you advise and not analyse. Ask in the thread for more',
        );
      if (file.state !== 'quarantined' && file.state !== 'available')
        throw conflict(
          'evidence-not-whole',
          'Only a file that has arrived whole and is not sealed can be read',
        );
      if (!toolsFor(file.type).includes(body.tool))
        throw conflict('tool-not-for-this', 'This tool does not read files of this kind; choose another');
      const id = randomUUID();
      const { engine } = await detections.inForce(tx);
      await store.insertRun(tx, {
        id,
        owner_id: row.owner_id,
        case_id: entered.id,
        evidence_id: row.id,
        tool: body.tool,
        version: engine,
        params: JSON.stringify(body.params),
        input_sha256: Buffer.from(file.sha256!, 'hex'),
        problem: null,
        output_id: null,
        output_sha256: null,
        output_size: null,
        program_sha256: null,
        runtime: null,
        counts: null,
        person_id: actor.person!,
        person_name: actor.name,
        ended_at: null,
      });
      // Whoever sees the jobs of the CERT need not be of the team.
      await jobs.enqueue(tx, actor, {
        kind: 'run-analysis',
        subject: { kind: 'run', id, name: body.tool },
        payload: { case: entered.id },
      });
      trail.on(traceOf(entered, row.id, { run: id, tool: body.tool, version: engine, sha256: file.sha256 }));
      afterCommit(() => jobs.wake());
      return one(ask, entered, id);
    },

    async list(ask: InCase<Paging & { evidence?: string | undefined }>) {
      const { tx, actor, params, query, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      trail.on(traceOf(entered));
      const rows = await store.listRuns(tx, entered.id, query);
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      return {
        items: await shown(tx, entered, rows),
        next: last ? writeCursor(last.created_at.toISOString(), last.id) : null,
      };
    },

    async get(ask: OfRun): Promise<Run> {
      const entered = await cases.entered(ask.tx, ask.actor, ask.params.id);
      ask.trail.on(traceOf(entered, undefined, { run: ask.params.run }));
      return one(ask, entered, ask.params.run);
    },

    async cancel(ask: OfRun): Promise<Run> {
      const { tx, actor, params, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      const row = (await store.findRun(tx, entered.id, params.run)) ?? missing();
      if (row.state !== 'running')
        throw conflict('run-ended', 'This run has ended; there is nothing to stop');
      await cancelJobsOf(tx, row.id);
      await store.endRun(tx, row.id, { state: 'cancelled' });
      trail.on(traceOf(entered, row.evidence_id, { run: row.id }));
      return one(ask, entered, row.id);
    },

    async output(ask: OfRun): Promise<FileAnswer> {
      const { tx, actor, params, trail } = ask;
      const entered = await cases.entered(tx, actor, params.id);
      const row = (await store.findRun(tx, entered.id, params.run)) ?? missing();
      const stored = row.output_id ? await blobs.open(tx, row.output_id) : undefined;
      if (!stored)
        throw conflict('run-without-output', 'This run has no output; wait for it, or run it again');
      trail.on(
        traceOf(entered, row.evidence_id, { run: row.id, sha256: row.output_sha256?.toString('hex') }),
      );
      return asFile(stored, `${entered.reference}.${row.tool}.json`, 'application/json');
    },

    workers: { 'run-analysis': work } satisfies Partial<Record<JobKind, Worker>>,
  };

  /** In the transaction that ends the job: once, and not at all where the key of the case is gone. */
  async function keep(
    tx: Db,
    run: RunRow,
    { case: entered, row }: OpenFile,
    output: string,
    { answer, json, program }: Analysed,
  ) {
    const key = await keys.ofCase(tx, run.case_id);
    const rows = answer.observations.map((one) => observationOf(key, run, row.clock_offset, one));
    const added = await store.insertObservations(tx, rows);
    await blobs.spare(tx, output);
    const sha256 = createHash('sha256').update(json).digest();
    await store.endRun(tx, run.id, {
      output: { id: output, sha256, size: json.length },
      program,
      counts: { suggested: added, known: rows.length - added, leftOut: answer.leftOut },
      notes: answer.notes,
    });
    await record(tx, 'analysis run done', {
      ...traceOf(entered, run.evidence_id, {
        run: run.id,
        tool: run.tool,
        version: run.version,
        sha256: run.input_sha256.toString('hex'),
        program: program.sha256.toString('hex'),
        runtime: program.runtime,
        output: sha256.toString('hex'),
        suggested: added,
      }),
      case: run.case_id,
    });
  }

  /** Also to those of the case who do not see the jobs of the CERT. */
  async function tellFailed({ actor, signal }: Work, { id }: RunRow, error: unknown): Promise<void> {
    if (!(error instanceof Problem)) return;
    await database.as(actor, (tx) =>
      store.endRun(
        tx,
        id,
        signal.aborted ? { state: 'cancelled' } : { state: 'failed', problem: toldOf(error) },
      ),
    );
  }

  async function one({ tx }: { tx: Db; actor: Actor }, entered: EnteredCase, id: string): Promise<Run> {
    const row = (await store.findRun(tx, entered.id, id)) ?? missing();
    return (await shown(tx, entered, [row]))[0]!;
  }

  async function shown(tx: Db, entered: EnteredCase, rows: readonly RunRow[]): Promise<Run[]> {
    const key = await keys.ofCase(tx, entered.id);
    const last = await lastJobs(
      tx,
      rows.map(({ id }) => id),
    );
    const sources = await evidence.sources(
      tx,
      key,
      rows.map(({ evidence_id }) => evidence_id),
    );
    return Promise.all(
      rows.map(async (row) => {
        const before = row.state === 'done' ? await store.runBefore(tx, row) : undefined;
        const job = last.get(row.id) ?? null;
        return {
          id: row.id,
          tool: row.tool,
          version: row.version,
          params: row.params,
          input: {
            evidence: row.evidence_id,
            name: sources.get(row.evidence_id)?.name ?? '',
            sha256: row.input_sha256.toString('hex'),
          },
          // A job that was stopped elsewhere, or given up, has told nobody but itself.
          state:
            row.state === 'running' && (job?.state === 'failed' || job?.state === 'cancelled')
              ? job.state
              : row.state,
          job,
          problem: row.problem ?? job?.problem ?? null,
          output: row.output_sha256 && {
            sha256: row.output_sha256.toString('hex'),
            size: row.output_size!,
          },
          program: row.program_sha256 && {
            sha256: row.program_sha256.toString('hex'),
            runtime: row.runtime!,
          },
          repeats: before ? { run: before.id, same: before.output_sha256!.equals(row.output_sha256!) } : null,
          counts: row.counts,
          notes: row.notes,
          by: entered.as === 'cert' ? row.person_name : '',
          at: row.created_at.toISOString(),
          endedAt: row.ended_at?.toISOString() ?? null,
        };
      }),
    );
  }
}

function observationOf(key: DataKey, run: RunRow, offset: number, seen: Suggested): NewObservation {
  const { kind, from, to, precision, what, place, addresses, techniques, confidence, count } = seen;
  const id = randomUUID();
  const params = Object.fromEntries(
    Object.entries(what.params).map(([name, value]) => [
      name,
      typeof value === 'string' ? storableText(value) : value,
    ]),
  );
  return {
    id,
    case_id: run.case_id,
    run_id: run.id,
    evidence_id: run.evidence_id,
    kind,
    state: 'suggested',
    ...(from !== null && {
      said_from: instant(from),
      said_to: instant(to ?? from),
      from: instant(from + offset * 1_000_000),
      to: instant((to ?? from) + offset * 1_000_000),
    }),
    precision,
    sealed: sealSeen(key, id, { what: { ...what, params }, place, addresses }),
    origin: key.address(
      createHash('sha256')
        .update(JSON.stringify([run.evidence_id, run.tool, kind, from, to, what, place, addresses]))
        .digest(),
    ),
    techniques: [...techniques],
    assets: [],
    confidence,
    count,
    person_id: null,
    person_name: null,
    added_as: null,
    decided_by: null,
    decided_name: null,
    decided_at: null,
  };
}

/** Microseconds since 1970, to the microsecond. */
function instant(micros: number): string {
  const millis = Math.floor(micros / 1000);
  const rest = String(Math.round(micros - millis * 1000)).padStart(3, '0');
  return new Date(millis).toISOString().replace('Z', `${rest}Z`);
}

const detectionsChanged = () =>
  conflict(
    'detections-changed',
    'What is looked for in traffic has changed since this was ordered. Order it once more',
  );

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function missing(): never {
  throw notFound('run');
}
