import { Pending } from '../../analysis/pending.ts';
import { Refusals } from '../../analysis/refusals.ts';
import type { Capture, Here, OperationKind, OperationNote, Params, Session } from '../../dissector.ts';
import { type FoxFrame, readFox } from './frame.ts';
import { file, hello, invoke, logIn, request, stream } from './operations.ts';

export const refusals = new Refusals('niagara-fox');
const byCommand: Readonly<Record<string, ReturnType<Refusals['named']>>> = {
  rejected: refusals.named('rejected'),
  retry: refusals.named('not accepted, another way may be tried'),
  busy: refusals.named('too many sessions'),
  redirect: refusals.named('only over TLS'),
};
const failed = refusals.named('failed');

const LONGEST_SHOWN = 200;
/** Beside the numbers of requests that wait, which come from zero. */
const HELLO = 0xffff_fffe;
const LOGIN = 0xffff_ffff;

interface Connection {
  user: string;
  method: string;
}

const newConnection = (): Connection => ({ user: '', method: '' });

export class FoxSession implements Session {
  readonly #kinds = new Map<OperationKind, number>();
  readonly #waiting: Pending<OperationNote>;

  constructor(capture: Capture) {
    for (const kind of [hello, logIn, invoke, file, stream, request]) {
      this.#kinds.set(kind, capture.operation(kind));
    }
    this.#waiting = capture.bounded('requests', new Pending<OperationNote>());
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const frame = readFox(here.reader.reset(bytes, start, end));
    switch (frame.type) {
      case 'r':
      case 'n':
      case 'e': {
        const note = this.#waiting.take(here.flow, frame.reply);
        if (note !== undefined && frame.type === 'e') here.refuse(note, byCommand[frame.command] ?? failed);
        return;
      }
      case 's':
      case 'a':
        return frame.channel === 'fox' ? this.#tuned(here, frame) : this.#requested(here, frame);
      default:
    }
  }

  /** On the channel of the session itself. */
  #tuned(here: Here, frame: FoxFrame): void {
    const { command, values, secrets } = frame;
    const connection = here.connection(newConnection);
    if (command === 'hello') return this.#greeted(here, frame);
    if (command === 'challenge') {
      here.turn('reply');
      connection.method = values.get('method') ?? '';
    } else if (command in byCommand) {
      here.turn('reply');
      const note = this.#waiting.take(here.flow, LOGIN) ?? this.#waiting.take(here.flow, HELLO);
      if (note !== undefined) here.refuse(note, byCommand[command]!);
    } else if (values.has('username') || secrets.size > 0) {
      connection.user = values.get('username') ?? connection.user;
      if (secrets.size > 0 && command !== 'username') this.#signedIn(here, connection, secrets);
    }
  }

  /** Each side begins to count with its own number: who asks with one, who is asked with nought. */
  #greeted(here: Here, { sequence, values }: FoxFrame): void {
    here.turn(sequence === 1 ? 'request' : 'reply');
    const value = (name: string) => values.get(name) ?? '';
    const both = (name: string) => `${value(`${name}.name`)} ${value(`${name}.version`)}`.trim();
    const isAddress = /^[\d.]+$|:/.test(value('hostName'));
    if (!isAddress) here.fact(here.source, 'name', value('hostName'));
    here.fact(here.source, 'vendor', value('brandId') === '' ? '' : 'Tridium', 'inferred');
    here.fact(here.source, 'product', `Niagara ${value('app.name')}`.trim(), 'inferred');
    here.fact(here.source, 'firmware', value('app.name') === 'Station' ? value('app.version') : '');
    here.fact(here.source, 'software', both('app'));
    here.fact(here.source, 'software', both('vm'));
    here.fact(here.source, 'os', both('os'));
    here.fact(here.source, 'station', value('station.name'));
    here.fact(here.source, 'serial', value('hostId'), 'inferred');
    here.fact(here.source, 'description', value('brandId') === '' ? '' : `brand ${value('brandId')}`);
    if (/^(Workbench|WbApplet)/.test(value('app.name'))) {
      here.role(here.source, 'engineering', 'inferred', 'niagara-fox.is-workbench');
    }
    if (here.direction === 'reply') {
      this.#waiting.take(here.flow, HELLO);
      return;
    }
    const note = here.operation(this.#kinds.get(hello)!);
    if (here.wanted(note)) here.describe(note, { software: both('app'), address: value('hostAddress') });
    this.#waiting.put(here.flow, HELLO, note);
  }

  #signedIn(here: Here, { user, method }: Connection, secrets: ReadonlyMap<string, number>): void {
    here.turn('request');
    const note = here.operation(this.#kinds.get(logIn)!);
    if (here.wanted(note)) here.describe(note, { user, method });
    here.credentials(`Niagara Fox ${method}`.trim(), user, Math.max(...secrets.values()));
    this.#waiting.put(here.flow, LOGIN, note);
  }

  #requested(here: Here, frame: FoxFrame): void {
    const { channel, command, values, type, reply } = frame;
    if (channel === 'circuit' && command !== 'open') return;
    const kind = kindOf(frame);
    const note = here.operation(this.#kinds.get(kind)!);
    if (here.wanted(note)) {
      const isInner = kind === stream;
      const params: Params = {
        command: shown(
          isInner ? (values.get('command') ?? '') : kind === invoke ? (values.get('action') ?? '') : command,
        ),
        service: isInner ? shown(values.get('channel') ?? '') : channel,
        ...(values.has('ord') && { object: shown(values.get('ord')!) }),
        ...(kind === file && { path: shown(values.get('path') ?? values.get('ord') ?? '') }),
      };
      here.describe(note, params);
    }
    if (type === 's') this.#waiting.put(here.flow, reply, note);
  }
}

function kindOf({ channel, command }: FoxFrame): OperationKind {
  if (channel === 'circuit') return stream;
  if (channel === 'file') return file;
  return channel === 'station' && command === 'invoke' ? invoke : request;
}

function shown(text: string): string {
  return text.slice(0, LONGEST_SHOWN);
}
