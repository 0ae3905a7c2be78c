import { Kinds } from '../../analysis/kinds.ts';
import { Pending } from '../../analysis/pending.ts';
import type { Capture, Here, OperationNote, Params, Session, Transfer } from '../../dissector.ts';
import { IMPLANT_ANSWER } from './implant.ts';
import {
  AROUND_DATA,
  CHECKSUM,
  CODE_AT,
  type Piece,
  readTriStation,
  type TriStationMessage,
  WORD,
} from './message.ts';
import { commands, keys, runStates } from './names.ts';
import { connect, implantOperations, operations, READ_PROCESSORS, unknownCommand } from './operations.ts';
import { connectionRefusalOf, OUT_OF_RANGE, refusalOf } from './refusals.ts';
import { MarkWatch } from './triton.ts';

const CONNECT = 1;
const CONNECTED = 2;
const LIMIT_REACHED = 7;
/** Beside the sequence numbers of commands, which have an octet. */
const CONNECTION = 256;

interface Asked {
  readonly note: OperationNote;
  readonly command?: number;
  /** Of a program or function, the very beginning. */
  readonly isFirst?: boolean;
}

interface Connection {
  readonly watch: MarkWatch;
  /** What is being loaded and unloaded. */
  down: Moving | undefined;
  up: Moving | undefined;
}

interface Moving {
  readonly id: number;
  readonly isFunction: boolean;
  readonly transfer: Transfer;
}

const newConnection = (): Connection => ({ watch: new MarkWatch(), down: undefined, up: undefined });

export class TriStationSession implements Session {
  readonly #types;
  readonly #commands;
  readonly #kinds: Kinds;
  readonly #connect: number;
  readonly #implant: Readonly<Record<keyof typeof implantOperations, number>>;
  readonly #waiting: Pending<Asked>;

  constructor(capture: Capture) {
    this.#types = capture.counter('tristation_type');
    this.#commands = capture.counter('tristation_command');
    this.#kinds = new Kinds(capture, operations, unknownCommand);
    this.#connect = capture.operation(connect);
    this.#implant = {
      read: capture.operation(implantOperations.read),
      write: capture.operation(implantOperations.write),
      execute: capture.operation(implantOperations.execute),
      answer: capture.operation(implantOperations.answer),
    };
    this.#waiting = capture.bounded('requests', new Pending<Asked>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const message = readTriStation(here.reader.reset(bytes, start, end));
    const { type, command } = message;
    this.#types.add(type);
    if (command !== undefined) this.#commands.add(command);
    if (!message.sound) return here.anomaly('tristation.checksum-wrong', 'checksum', end - start - CHECKSUM);
    if (command === undefined) return this.#connection(here, type);
    here.turn(message.isReply ? 'reply' : 'request');
    if (message.isReply) this.#answered(here, message, bytes, end - start - AROUND_DATA);
    else this.#asked(here, message, command, bytes);
  }

  #connection(here: Here, type: number): void {
    if (type === CONNECT) {
      here.turn('request');
      this.#waiting.put(here.flow, CONNECTION, { note: here.operation(this.#connect) });
    } else if (type === CONNECTED || type >= LIMIT_REACHED) {
      here.turn('reply');
      const asked = this.#waiting.take(here.flow, CONNECTION);
      if (asked && type !== CONNECTED) here.refuse(asked.note, connectionRefusalOf(type));
    }
  }

  #asked(here: Here, message: TriStationMessage, command: number, bytes: Uint8Array): void {
    const { piece, wanted, change, sequence, implant } = message;
    const note = here.operation(implant ? this.#implant[implant.kind] : this.#kinds.of(command));
    if (here.wanted(note)) {
      here.describe(note, {
        ...(!operations[command] && { command }),
        ...(!piece && !wanted && !change && commands[command] && { what: commands[command] }),
        ...(piece && paramsOf(piece)),
        ...(wanted && { id: wanted.id, offset: wanted.offset * WORD }),
        ...change,
        ...(implant && { bytes: implant.bytes, address: `0x${implant.address.toString(16)}` }),
      });
    }
    this.#waiting.put(here.flow, sequence!, { note, command, isFirst: wanted?.offset === 0 });
    if (!piece) return;
    const connection = here.connection(newConnection);
    connection.down = moved(here, connection.down, piece, 'to', bytes);
    if (!piece.isFunction && connection.watch.isMarked(piece)) {
      here.anomaly('tristation.marked-by-malware', 'code', CODE_AT, { program: piece.id });
    }
  }

  #answered(here: Here, message: TriStationMessage, bytes: Uint8Array, size: number): void {
    const { piece, reason, status, installed, serial, version, sequence } = message;
    const asked = this.#waiting.take(here.flow, sequence!);
    if (asked?.command === READ_PROCESSORS && message.command === IMPLANT_ANSWER) {
      const answer = here.operation(this.#implant.answer);
      if (here.wanted(answer)) here.describe(answer, { bytes: size });
    }
    here.fact(here.source, 'vendor', 'Schneider Electric (Triconex)', 'inferred');
    here.fact(here.source, 'product', 'Tricon', 'inferred');
    if (version !== undefined) here.fact(here.source, 'firmware', version);
    if (serial !== undefined) here.fact(here.source, 'serial', serial);
    for (const name of installed ?? []) here.fact(here.source, 'module', name);
    if (status) {
      here.fact(here.source, 'project', status.project);
      here.fact(here.source, 'user', status.user ?? '');
    }
    if (piece) {
      const connection = here.connection(newConnection);
      connection.up = moved(here, connection.up, piece, 'from', bytes);
    }
    if (!asked) return;
    const { note } = asked;
    const isNone = reason === OUT_OF_RANGE && asked.isFirst === true;
    if (reason !== undefined && !isNone) here.refuse(note, refusalOf(reason));
    else if (here.wanted(note)) {
      here.describe(note, {
        ...(isNone && { bytes: 0, length: 0, status: 'there is none of that number' }),
        ...(piece && paramsOf(piece)),
        ...(status && { key: keys[status.key] ?? status.key, state: runStates[status.run] ?? status.run }),
        ...(installed && { modules: installed }),
      });
    }
  }
}

function paramsOf({ id, full, offset, content }: Piece): Params {
  return { id, bytes: content.length, offset: offset * WORD, length: full * WORD };
}

/** Adds a piece to what is moving; the last one ends it, and one of something else begins anew. */
function moved(
  here: Here,
  moving: Moving | undefined,
  piece: Piece,
  way: 'to' | 'from',
  bytes: Uint8Array,
): Moving | undefined {
  const { id, isFunction, full, offset, count, content } = piece;
  let now = moving;
  if (now && (now.id !== id || now.isFunction !== isFunction)) {
    now.transfer.end(false);
    now = undefined;
  }
  if (content.length === 0) return now;
  const about = way === 'to' ? here.target : here.source;
  now ??= {
    id,
    isFunction,
    transfer: here.transfer(about, way, 'program', `${isFunction ? 'function' : 'program'} ${id}`),
  };
  const from = content.byteOffset - bytes.byteOffset;
  now.transfer.add(here, bytes, from, from + content.length, offset * WORD);
  if (offset + count < full) return now;
  now.transfer.end(true);
  return undefined;
}
