import { Refusals } from '../../analysis/refusals.ts';
import type { Capture, Here, OperationNote, Session, Transfer } from '../../dissector.ts';
import { kindOfFile } from '../files/kinds.ts';
import { readLine } from './line.ts';
import { LIST, REMOVE, RETRIEVE, SIGN_IN, STORE } from './operations.ts';

const MOST_PLACES = 1_024;

export const refusals = new Refusals('ftp');
/** RFC 959, 4.2.2. */
const refusalOf = refusals.numbered({
  421: 'service not available',
  425: 'cannot open data connection',
  426: 'connection closed, transfer aborted',
  450: 'file action not taken',
  451: 'local error',
  452: 'insufficient storage',
  500: 'syntax error',
  501: 'syntax error in parameters',
  502: 'command not implemented',
  503: 'bad sequence of commands',
  504: 'parameter not implemented',
  530: 'not logged in',
  532: 'need account for storing files',
  550: 'file unavailable',
  552: 'exceeded storage allocation',
  553: 'file name not allowed',
});

/** What goes over the data connection at a place, by endpoint and port. */
type Places = Map<string, { transfer: Transfer | undefined }>;
/** Both sessions of one capture know the same places. */
const placesOf = new WeakMap<Capture, Places>();

function sharedPlaces(capture: Capture): Places {
  const known = placesOf.get(capture) ?? new Map();
  placesOf.set(capture, known);
  return known;
}

interface Talk {
  user: string;
  place: string;
  transfer: Transfer | undefined;
  note: OperationNote;
}

export class FtpSession implements Session {
  readonly #places: Places;
  readonly #signIn: number;
  readonly #kinds: Readonly<Record<string, number>>;

  constructor(capture: Capture) {
    this.#places = sharedPlaces(capture);
    this.#signIn = capture.operation(SIGN_IN);
    const [store, list] = [capture.operation(STORE), capture.operation(LIST)];
    this.#kinds = {
      RETR: capture.operation(RETRIEVE),
      STOR: store,
      APPE: store,
      STOU: store,
      DELE: capture.operation(REMOVE),
      LIST: list,
      NLST: list,
      MLSD: list,
    };
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    const { command, code, text } = readLine(here.reader.reset(bytes, start, end));
    const talk = here.connection((): Talk => ({ user: '', place: '', transfer: undefined, note: -1 }));
    if (code > 0) this.#answered(here, talk, code, text);
    else if (command !== '') this.#asked(here, talk, command, text);
  }

  #asked(here: Here, talk: Talk, command: string, text: string): void {
    here.turn('request');
    talk.note = -1;
    switch (command) {
      case 'USER':
        talk.user = text.slice(0, 128);
        return;
      case 'PASS':
        here.credentials('FTP', talk.user, text.length);
        talk.note = here.operation(this.#signIn);
        if (here.wanted(talk.note)) here.describe(talk.note, { user: talk.user });
        return;
      case 'PORT':
      case 'EPRT':
        return this.#agree(here, talk, here.source, portIn(text));
    }
    const kind = this.#kinds[command];
    if (kind === undefined) return;
    talk.note = here.operation(kind);
    if (here.wanted(talk.note)) here.describe(talk.note, { file: text.slice(0, 256) });
    const way = command === 'RETR' ? 'from' : command === 'DELE' || kind === this.#kinds['LIST'] ? '' : 'to';
    if (way === '') return;
    const file = text.split(/[\\/]/).at(-1) ?? text;
    talk.transfer = here.transfer(here.target, way, kindOfFile(file), text);
    const place = this.#places.get(talk.place);
    if (place) place.transfer = talk.transfer;
  }

  #answered(here: Here, talk: Talk, code: number, text: string): void {
    here.turn('reply');
    switch (code) {
      case 220:
        return here.fact(here.source, 'software', text.replaceAll(/[*=#-]{3,}/g, '').trim());
      case 215:
        return here.fact(here.source, 'os', text, 'inferred');
      case 226:
      case 250:
        talk.transfer?.end(true);
        talk.transfer = undefined;
        return;
      case 227:
      case 229:
        return this.#agree(here, talk, here.source, portIn(text));
    }
    if (code < 400 || talk.note < 0) return;
    here.refuse(talk.note, refusalOf(code));
    talk.note = -1;
  }

  /** Behind a router the address in the text may be another; the one that speaks is the one that is reached. */
  #agree(here: Here, talk: Talk, endpoint: number, port: number): void {
    if (port <= 0) return;
    talk.place = `${endpoint} ${port}`;
    this.#places.delete(talk.place);
    if (this.#places.size >= MOST_PLACES) this.#places.delete(this.#places.keys().next().value!);
    this.#places.set(talk.place, { transfer: undefined });
    here.expect('tcp', endpoint, port, 'ftp-data');
  }
}

/** `(192,0,2,1,4,1)`, `|1|192.0.2.1|1025|`, `(|||1025|)`; 0 for none. */
function portIn(text: string): number {
  const [, high, low] = /\d{1,3},\d{1,3},\d{1,3},\d{1,3},(\d{1,3}),(\d{1,3})/.exec(text) ?? [];
  if (high) return Number(high) * 256 + Number(low);
  return Number(/\|(\d{1,5})\|/.exec(text.replace(/\|[12]\|[^|]*/, ''))?.[1] ?? 0);
}

export function dataSession(capture: Capture): Session {
  const places = sharedPlaces(capture);
  return {
    message(here, bytes, start, end) {
      const place =
        places.get(`${here.target} ${here.targetPort}`) ?? places.get(`${here.source} ${here.sourcePort}`);
      place?.transfer?.add(here, bytes, start, end);
    },
  };
}
