import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';

import type { KeyWrapper } from './keys.ts';

const ANSWER_MS = 10_000;
/** Characters of an answer. A wrapped key of the services there are is a few hundred octets. */
const LONGEST = 16_384;
/** Questions that wait for an answer; more than the requests that this program lets in. */
const MOST_WAITING = 10_000;
const KEPT = 1_000;
const KEPT_MS = 300_000;

/** In front of what a KMS wrapped. What the master key wraps begins with a random nonce, and never with this. */
const MARK = Buffer.from('busbar-kms:');

export const isOfKms = (wrapped: Uint8Array): boolean => MARK.equals(wrapped.subarray(0, MARK.length));

/**
 * Keys wrapped by a KMS whose own key never comes here: a program that stays, and is asked in lines.
 *
 *     wrap <context> <key>         ok <wrapped>     or   no <reason>
 *     unwrap <context> <wrapped>   ok <key>         or   no <reason>
 *
 * Each word is base64, each line has one answer, and answers come in the order of the questions. The context has to be
 * bound to the key (AWS and Google call it encryption context and additional authenticated data). A program that ends,
 * is silent for ten seconds or says something else is ended; all that waits is refused, and the next question starts it
 * again. What it unwrapped is remembered for five minutes.
 * @param before opens what was wrapped before there was a KMS
 */
export function kmsWrapper(command: string, before: KeyWrapper, answerMs = ANSWER_MS): KeyWrapper {
  const kms = new Kms(command, answerMs);
  const known = new Map<string, { key: Buffer; until: number }>();
  return {
    async wrap(key, context) {
      const wrapped = await kms.ask(`wrap ${base64(context)} ${base64(key)}`);
      if (wrapped.includes(Buffer.from(key)))
        throw new Error('The KMS gave the key back as it was; nothing was kept');
      // What is sealed with a key that nobody opens again is lost, and that would show when it is too late.
      const opened = await kms.ask(`unwrap ${base64(context)} ${base64(wrapped)}`);
      if (!opened.equals(Buffer.from(key)))
        throw new Error('The KMS does not open what it wrapped; nothing was kept');
      return Buffer.concat([MARK, wrapped]);
    },
    async unwrap(wrapped, context) {
      const bytes = Buffer.from(wrapped);
      if (!isOfKms(wrapped)) return before.unwrap(wrapped, context);
      const id = createHash('sha256').update(context).update('\0').update(bytes).digest('base64');
      const found = known.get(id);
      if (found && found.until > performance.now()) return Buffer.from(found.key);
      const key = await kms.ask(`unwrap ${base64(context)} ${base64(bytes.subarray(MARK.length))}`);
      known.delete(id);
      // The oldest stand first: of a case that was destroyed, no key stays longer than it is good for.
      for (const [old, { until }] of known) {
        if (known.size < KEPT && until > performance.now()) break;
        known.delete(old);
      }
      known.set(id, { key, until: performance.now() + KEPT_MS });
      return Buffer.from(key);
    },
  };
}

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64');

type Program = ChildProcessByStdio<Writable, Readable, null>;

interface Waiting {
  readonly done: (answer: Buffer) => void;
  readonly failed: (error: Error) => void;
}

class Kms {
  readonly #command: string;
  readonly #answerMs: number;
  readonly #waiting: Waiting[] = [];
  #program: Program | undefined;
  #said = '';
  /** Runs while somebody waits, anew from each answer: many who wait make nobody silent. */
  #silence: NodeJS.Timeout | undefined;

  constructor(command: string, answerMs: number) {
    this.#command = command;
    this.#answerMs = answerMs;
  }

  ask(line: string): Promise<Buffer> {
    return new Promise((done, failed) => {
      if (this.#waiting.length >= MOST_WAITING) {
        failed(refusal('does not keep up'));
        return;
      }
      const program = (this.#program ??= this.#start());
      this.#silence ??= setTimeout(
        () => this.#end(program, `gave no answer within ${this.#answerMs} ms`),
        this.#answerMs,
      );
      this.#waiting.push({ done, failed });
      program.stdin.write(`${line}\n`);
    });
  }

  #start(): Program {
    // A group of its own: the shell and what it began end together.
    const program = spawn('/bin/sh', ['-c', this.#command], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    this.#said = '';
    program.on('error', (error) => this.#end(program, error.message));
    program.on('exit', (status, signal) => this.#end(program, `ended with ${signal ?? status}`));
    // What it no longer reads is told by its end.
    program.stdin.on('error', () => {});
    program.stdout.setEncoding('latin1').on('data', (text: string) => this.#hear(program, text));
    // Whoever asks waits for a timer; nobody waits for a program that is asked nothing. It ends with its standard input.
    program.unref();
    for (const stream of [program.stdin, program.stdout]) (stream as unknown as { unref(): void }).unref();
    return program;
  }

  #hear(program: Program, text: string): void {
    if (program !== this.#program) return;
    this.#said += text;
    for (let end = this.#said.indexOf('\n'); end >= 0; end = this.#said.indexOf('\n')) {
      const line = this.#said.slice(0, end).trim();
      this.#said = this.#said.slice(end + 1);
      const [, answer, reason] = /^(?:ok ([A-Za-z0-9+/]+={0,2})|no (.{1,200}))$/.exec(line) ?? [];
      if ((!answer && !reason) || this.#waiting.length === 0) {
        this.#end(program, 'said something that is no answer');
        return;
      }
      const { done, failed } = this.#waiting.shift()!;
      if (this.#waiting.length > 0) this.#silence?.refresh();
      else this.#hush();
      if (answer) done(Buffer.from(answer, 'base64'));
      else failed(refusal(`refused: ${reason!.replaceAll(/[^\x20-\x7e]/g, '?')}`));
    }
    if (this.#said.length > LONGEST) this.#end(program, `said more than ${LONGEST} characters in a line`);
  }

  #end(program: Program, why: string): void {
    if (program !== this.#program) return;
    this.#program = undefined;
    try {
      process.kill(-program.pid!, 'SIGKILL');
    } catch {
      // It has ended, or never began.
    }
    this.#hush();
    for (const { failed } of this.#waiting.splice(0)) failed(refusal(why));
  }

  #hush(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
  }
}

const refusal = (why: string) =>
  new Error(
    `BUSBAR_KMS_COMMAND ${why}. Run it by hand and mend it; nothing was changed, and it is asked again next time`,
  );
