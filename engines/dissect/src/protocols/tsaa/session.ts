import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import { Malformed } from '../../bytes/byte-reader.ts';
import type { Capture, Here, OperationNote, Session } from '../../dissector.ts';
import { keys, runStates } from '../tristation/names.ts';
import { CHECKSUM, type Range, readTsaa, type TsaaMessage } from './message.ts';
import { aliasName, answers, answerTo, types } from './names.ts';
import { operations, unknownType } from './operations.ts';
import { refusalOf } from './refusals.ts';

const MOST_SHOWN = 64;

export class TsaaSession implements Session {
  readonly #types;
  readonly #kinds: Kinds;
  readonly #family: number;
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    this.#types = capture.counter('tsaa_type');
    this.#kinds = new Kinds(capture, operations, unknownType);
    this.#family = capture.variables(aliasName);
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readTsaa(here.reader.reset(bytes, start, end));
    const { type, sound } = message;
    this.#types.add(type);
    if (!sound) return here.anomaly('tsaa.checksum-wrong', 'checksum', end - start - CHECKSUM);
    here.turn(answers(type) ? 'reply' : 'request');
    if (answers(type)) this.#answered(here, message);
    else this.#asked(here, message);
    // What it says of points that there are was told.
    if (message.beyond !== undefined) throw new Malformed('offset', message.beyond, 'is beyond its bin');
  }

  #asked(here: Here, { type, sequence, ranges }: TsaaMessage): void {
    const note = here.operation(this.#kinds.of(type));
    this.#waiting.put(here.flow, keyOf(answerTo(type), sequence), note);
    if (!here.wanted(note)) return;
    here.describe(note, {
      ...(ranges.length > 0 && { items: ranges.slice(0, MOST_SHOWN).map(rangeName) }),
      ...(!(type in types) && { type }),
    });
  }

  #answered(here: Here, { type, sequence, response, points, status, time }: TsaaMessage): void {
    for (const { alias, value } of points) here.variable(here.source, this.#family, alias, value);
    if (status && response === 0) here.fact(here.source, 'project', status.project);
    const note = this.#waiting.take(here.flow, keyOf(type, sequence));
    if (note === undefined) return;
    if (response !== 0) return here.refuse(note, refusalOf(response));
    if (!here.wanted(note)) return;
    here.describe(note, {
      ...(points.length > 0 && { values: points.slice(0, MOST_SHOWN).map(({ value }) => value) }),
      ...(status && {
        key: keys[status.key] ?? status.key,
        state: runStates[status.run] ?? status.run,
      }),
      ...(time !== undefined && { time: new Date(time * 1000).toISOString() }),
    });
  }
}

const keyOf = (answer: number, sequence: number): number => answer * 256 + sequence;

function rangeName({ first, last }: Range): string {
  return first === last ? aliasName(first) : `${aliasName(first)} to ${aliasName(last)}`;
}
