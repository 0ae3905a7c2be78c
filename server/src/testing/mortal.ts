import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

import { client, overFetch } from '@busbar/contract';

import { type Actor, visitor } from '../platform/actor.ts';
import { oneFileOf } from '../platform/one-file.ts';
import type { TestServer } from './test-server.ts';

/** No process outlives who started it: it would hold its output, and whoever reads that would wait. */
const living = new Set<ChildProcess>();
process.once('exit', () => living.forEach((program) => program.kill('SIGKILL')));

/** The program in a process of its own, to be killed, over the database and the folder of one that stays. */
export class Mortal {
  readonly headers: Record<string, string>;
  readonly #witness: TestServer;
  #process: ChildProcess | undefined;
  readonly #work: boolean;
  #address = '';

  /** @param options.work whether it does what waits, or answers only */
  constructor(witness: TestServer, actor: Actor = visitor, { work = true } = {}) {
    this.#witness = witness;
    this.#work = work;
    this.headers = { 'x-test-actor': JSON.stringify(actor) };
  }

  /** @param largestFile in bytes: the system writes no more into one, as on a disk that is full */
  async live(largestFile?: number): Promise<void> {
    if (this.#process && living.has(this.#process)) throw new Error('It lives');
    const command = [process.execPath, await oneFileOf('server/src/testing/mortal-program.ts')];
    // In blocks of 512 bytes (POSIX.1-2024, ulimit).
    const limited = ['sh', '-c', `ulimit -f ${Math.floor((largestFile ?? 0) / 512)}; exec "$@"`, 'sh'];
    const [name, ...args] = largestFile === undefined ? command : [...limited, ...command];
    const program = spawn(name!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = program;
    living.add(program);
    program.once('exit', () => living.delete(program));
    program.stdin.end(JSON.stringify({ config: this.#witness.config, work: this.#work }));
    const stillborn = once(program, 'exit').then(() => Promise.reject(new Error('It ended before it lived')));
    stillborn.catch(() => {});
    const [line] = (await Promise.race([once(program.stdout, 'data'), stillborn])) as [Buffer];
    this.#address = `http://127.0.0.1:${(JSON.parse(line.toString()) as { port: number }).port}`;
  }

  /** Kills it with -9. What it had in hand is taken over at once, and not after ten seconds of its silence. */
  async die(): Promise<void> {
    const dying = this.#process;
    if (!dying) return;
    this.#process = undefined;
    // It may have ended by itself, and does so only once.
    if (living.has(dying)) {
      const gone = once(dying, 'exit');
      dying.kill('SIGKILL');
      await gone;
    }
    await this.#witness.owner.query(
      `update queue.job set heartbeat_on = heartbeat_on - make_interval(secs => heartbeat_seconds), retry_delay = 0
       where state = 'active'`,
    );
  }

  get address(): string {
    return this.#address;
  }

  get call() {
    return client(overFetch(this.#address, this.headers));
  }

  /** The same as somebody else. */
  as(actor: Actor) {
    return client(overFetch(this.#address, { 'x-test-actor': JSON.stringify(actor) }));
  }
}
