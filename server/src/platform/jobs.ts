import type { Job, JobKind, JobState, Told } from '@busbar/contract';
import { CompiledQuery, type Generated, type JSONColumnType, type Selectable, sql } from 'kysely';
import { PgBoss } from 'pg-boss';

import { type Actor, onBehalfOf } from './actor.ts';
import type { Database, Db } from './database.ts';
import type { Log } from './log.ts';
import { Problem } from './problem.ts';

interface JobTable {
  id: Generated<string>;
  owner_id: string;
  kind: JobKind;
  subject_kind: Job['subject']['kind'];
  subject_id: string;
  subject_name: string;
  requested_by: string | null;
  roles: string[];
  payload: JSONColumnType<Record<string, unknown>, string, string>;
  state: Generated<JobState>;
  step: JSONColumnType<Told | null, string | null, string | null>;
  done: Generated<number>;
  total: number | null;
  attempt: Generated<number>;
  give_up_at: Generated<number>;
  problem: JSONColumnType<Told | null, string | null, string | null>;
  created_at: Generated<Date>;
  started_at: Date | null;
  ended_at: Date | null;
}

declare module './database.ts' {
  interface Tables {
    job: JobTable;
  }
}

/** What long work is given. */
export interface Work {
  readonly job: {
    readonly id: string;
    readonly subject: string;
    readonly payload: Record<string, unknown>;
    readonly attempt: number;
  };
  readonly actor: Actor;
  /** Aborted when somebody cancels, when the program stops, or when this attempt was given up for dead. */
  readonly signal: AbortSignal;
  /** Tells how far it is; written at most twice a second, so call it as often as you like. */
  progress(step: Told, done: number, total: number | null): void;
  /**
   * Stores a part of the work at once, for work that goes on where it was when it is run again. Only the job's last
   * attempt stores; another one, or one that was cancelled, ends here.
   */
  keep<T>(store: (tx: Db) => Promise<T>): Promise<T>;
}

/**
 * Does the work and gives back how to store it. The storing runs in one transaction with the job's end, and counts only if
 * this attempt is still the job's last when it is through: killed and run again any number of times, a job stores once.
 * Storing that takes long tells how far it is, and asks `signal` between its steps.
 */
export type Worker = (work: Work) => Promise<(tx: Db) => Promise<void>>;

export interface NewJob {
  readonly kind: JobKind;
  readonly subject: Job['subject'];
  readonly payload?: Record<string, unknown>;
  /** Not before then. */
  readonly at?: Date | undefined;
}

const LOOK_EVERY_MS = 500;
/** In seconds, should nobody wake it. */
const WORKER_ASKS_EVERY = 30;

export class Jobs {
  readonly #database: Database;
  readonly #log: Log;
  readonly #boss: PgBoss;
  readonly #running = new Set<AbortController>();
  readonly #workers = new Map<string, string>();
  /** The next look; none before it works, and after it has stopped. */
  #looking: NodeJS.Timeout | undefined;
  #isLooking = false;
  #looksAgain = false;

  constructor(database: Database, log: Log) {
    this.#database = database;
    this.#log = log;
    this.#boss = new PgBoss({
      db: { executeSql: (text, values) => database.app.query(text, values) },
      schema: 'queue',
      migrate: false,
      createSchema: false,
      schedule: false,
      superviseIntervalSeconds: 2,
      // Without it, each queue is looked at once a minute, however often somebody comes by.
      monitorIntervalSeconds: 2,
    });
    this.#boss.on('error', (error) => log.error({ err: error }, 'queue'));
  }

  /** Puts a job in the queue in the caller's transaction: it is there if and only if what it works on is. */
  async enqueue(tx: Db, actor: Actor, { kind, subject, payload = {}, at }: NewJob): Promise<Job> {
    const row = await tx
      .insertInto('job')
      .values({
        owner_id: actor.organisation!,
        kind,
        subject_kind: subject.kind,
        subject_id: subject.id,
        subject_name: subject.name,
        requested_by: actor.person,
        roles: [...actor.roles],
        payload: JSON.stringify(payload),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await this.#send(tx, row, at);
    return toJob(row);
  }

  /** Queues a job that was there before once more. The caller has set its state. */
  async again(tx: Db, id: string): Promise<void> {
    const row = await tx.selectFrom('job').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    await this.#send(tx, row);
  }

  async #send(tx: Db, row: Selectable<JobTable>, at?: Date): Promise<void> {
    const db = {
      executeSql: async (text: string, values: unknown[] = []) => ({
        rows: (await tx.executeQuery(CompiledQuery.raw(text, values))).rows as unknown[],
      }),
    };
    const message: Message = {
      job: row.id,
      owner: row.owner_id,
      person: row.requested_by,
      roles: row.roles as Actor['roles'],
    };
    await this.#boss.send(row.kind, message, { db, ...(at && { startAfter: at }) });
  }

  /** Lets this program queue jobs. */
  async start(): Promise<void> {
    await this.#boss.start();
  }

  /** Makes this program a worker for these kinds. */
  async work(workers: Partial<Record<JobKind, Worker>>): Promise<void> {
    for (const [kind, worker] of Object.entries(workers)) {
      const id = await this.#boss.work<Message>(
        kind,
        { pollingIntervalSeconds: WORKER_ASKS_EVERY, batchSize: 1, heartbeatRefreshSeconds: 3 },
        async ([message]) => {
          await this.#run(message!.data, worker).finally(() => this.#boss.notifyWorker(id));
        },
      );
      this.#workers.set(kind, id);
    }
    this.#looking ??= setTimeout(() => void this.#look(), LOOK_EVERY_MS);
  }

  /**
   * Looks for all kinds at once what has come due, and wakes whose it is. Workers that each look for themselves ask
   * thirty times a second, of a program that has nothing to do.
   */
  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#looksAgain = false;
    try {
      const { rows } = await this.#database.app.query<{ kind: string }>(
        `select kind from unnest($1::text[]) kind where exists (
           select from queue.job
           where name = kind and state < 'active' and not blocked and start_after <= queue.job_now())`,
        [[...this.#workers.keys()]],
      );
      for (const { kind } of rows) this.#boss.notifyWorker(this.#workers.get(kind)!);
    } catch (error) {
      if (this.#looking) this.#log.error({ err: error }, 'queue');
    }
    this.#isLooking = false;
    this.#looking &&= setTimeout(() => void this.#look(), this.#looksAgain ? 0 : LOOK_EVERY_MS);
  }

  /** Looks now, so that nobody waits for the next look. */
  wake(): void {
    if (this.#isLooking) this.#looksAgain = true;
    else if (this.#looking) {
      clearTimeout(this.#looking);
      void this.#look();
    }
  }

  async stop(): Promise<void> {
    clearTimeout(this.#looking);
    this.#looking = undefined;
    for (const controller of this.#running) controller.abort(new Error('The program is stopping'));
    await this.#boss.stop({ graceful: true, timeout: 5000 });
  }

  async #run(message: Message, worker: Worker): Promise<void> {
    const actor = onBehalfOf(message.owner, message.person, message.roles);
    const attempt = await this.#database.as(actor, (tx) => beginAttempt(tx, message.job));
    if (!attempt) return;

    const controller = new AbortController();
    this.#running.add(controller);
    const reporter = new Reporter(this.#database, actor, attempt, controller);
    try {
      const store = await worker({
        job: {
          id: attempt.id,
          subject: attempt.subject_id,
          payload: attempt.payload,
          attempt: attempt.attempt,
        },
        actor,
        signal: controller.signal,
        progress: (step, done, total) => reporter.tell(step, done, total),
        keep: (part) =>
          this.#database.as(actor, async (tx) => {
            if (!(await stillOurs(tx, attempt))) throw cancelled();
            return part(tx);
          }),
      });
      await this.#database.as(actor, async (tx) => {
        await store(tx);
        await reporter.close();
        // Asked at the end, so that whoever cancels meanwhile need not wait, and is heard: all of it is undone.
        if (!(await stillOurs(tx, attempt))) throw cancelled();
        await endAttempt(tx, attempt, 'done', null);
      });
    } catch (error) {
      await reporter.close();
      await this.#failed(actor, attempt, error, controller.signal.aborted);
    } finally {
      this.#running.delete(controller);
    }
  }

  /** What the work itself refuses is final and told; anything else is tried again with growing pauses. */
  async #failed(actor: Actor, attempt: Attempt, error: unknown, aborted: boolean): Promise<void> {
    const last = error instanceof Problem || attempt.attempt >= attempt.give_up_at;
    if (!(error instanceof Problem) && !aborted)
      this.#log.error({ err: error, job: attempt.id }, 'job failed');
    await this.#database.as(actor, async (tx) => {
      if (!(await stillOurs(tx, attempt))) return;
      if (last) await endAttempt(tx, attempt, 'failed', toldOf(error));
      else
        await tx
          .updateTable('job')
          .set({ state: 'queued', step: null })
          .where('id', '=', attempt.id)
          .execute();
    });
    if (!last) throw error;
  }
}

interface Message {
  readonly job: string;
  readonly owner: string;
  readonly person: string | null;
  readonly roles: Actor['roles'];
}

type Attempt = Selectable<JobTable>;

/** Undefined when there is nothing left to do: cancelled, or done by another attempt. */
async function beginAttempt(tx: Db, id: string): Promise<Attempt | undefined> {
  return tx
    .updateTable('job')
    .set((row) => ({
      state: 'running',
      attempt: row('attempt', '+', 1),
      started_at: new Date(),
      done: 0,
      total: null,
      step: null,
      problem: null,
    }))
    .where('id', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .returningAll()
    .executeTakeFirst();
}

/** Locks the job for the rest of the transaction. */
async function stillOurs(tx: Db, { id, attempt }: Attempt): Promise<boolean> {
  const row = await tx
    .selectFrom('job')
    .select(['state', 'attempt'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return row?.state === 'running' && row.attempt === attempt;
}

async function endAttempt(
  tx: Db,
  { id }: Attempt,
  state: 'done' | 'failed',
  problem: Told | null,
): Promise<void> {
  await tx
    .updateTable('job')
    .set({ state, ended_at: new Date(), step: null, problem: problem && JSON.stringify(problem) })
    .where('id', '=', id)
    .execute();
}

/** Writes progress at most twice a second, and learns by the same write that somebody has cancelled. */
class Reporter {
  readonly #database: Database;
  readonly #actor: Actor;
  readonly #attempt: Attempt;
  readonly #controller: AbortController;
  readonly #timer: NodeJS.Timeout;
  #latest: { step: Told; done: number; total: number | null } | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(database: Database, actor: Actor, attempt: Attempt, controller: AbortController) {
    this.#database = database;
    this.#actor = actor;
    this.#attempt = attempt;
    this.#controller = controller;
    this.#timer = setInterval(
      () => void (this.#writing = this.#writing.then(() => this.#write()).catch(() => {})),
      500,
    );
  }

  tell(step: Told, done: number, total: number | null): void {
    this.#latest = { step, done, total };
  }

  async #write(): Promise<void> {
    const { id, attempt } = this.#attempt;
    const latest = this.#latest;
    const ours = await this.#database.as(this.#actor, (tx) =>
      tx
        .updateTable('job')
        .set(
          latest
            ? { step: JSON.stringify(latest.step), done: Math.round(latest.done), total: latest.total }
            : { attempt },
        )
        .where('id', '=', id)
        .where('attempt', '=', attempt)
        .where('state', '=', 'running')
        .returning('id')
        .executeTakeFirst(),
    );
    if (!ours) this.#controller.abort(cancelled());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }
}

const cancelled = () => new Problem(409, 'job-cancelled', 'The job was cancelled');

/** The last job of each of these subjects, for pages that show the subject and not the job. */
export async function lastJobs(tx: Db, subjects: readonly string[]): Promise<Map<string, Job>> {
  if (subjects.length === 0) return new Map();
  const rows = await tx
    .selectFrom('job')
    .selectAll()
    .distinctOn('subject_id')
    .where('subject_id', 'in', subjects)
    .orderBy('subject_id')
    .orderBy('created_at', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.subject_id, toJob(row)]));
}

/** For what goes away: nothing works on it any more, and nothing is stored. */
export async function cancelJobsOf(tx: Db, subject: string): Promise<void> {
  await tx
    .updateTable('job')
    .set({ state: 'cancelled', ended_at: new Date(), step: null })
    .where('subject_id', '=', subject)
    .where('state', 'in', ['queued', 'running'])
    .execute();
}

/** The same for all that works on one case: its jobs have it as their subject, or in their payload as `case`. */
export async function cancelJobsOfCase(tx: Db, caseId: string): Promise<void> {
  await tx
    .updateTable('job')
    .set({ state: 'cancelled', ended_at: new Date(), step: null })
    .where(({ or, eb }) => or([eb('subject_id', '=', caseId), eb(sql`payload ->> 'case'`, '=', caseId)]))
    .where('state', 'in', ['queued', 'running'])
    .execute();
}

function toldOf(error: unknown): Told {
  if (error instanceof Problem) return { code: error.code, params: error.params, text: error.message };
  return {
    code: 'unexpected',
    params: {},
    text: 'Something went wrong on our side. Try again; if it stays, tell the administrator',
  };
}

export function toJob(row: Selectable<JobTable>): Job {
  return {
    id: row.id,
    kind: row.kind,
    subject: { kind: row.subject_kind, id: row.subject_id, name: row.subject_name },
    state: row.state,
    step: row.step,
    done: row.done,
    total: row.total,
    attempt: row.attempt,
    problem: row.problem,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}
