import { Refusals } from '../../analysis/refusals.ts';
import * as ber from '../../bytes/ber.ts';
import { u16At, u32At } from '../../bytes/byte-reader.ts';
import {
  type Capture,
  type Dissector,
  type Here,
  NOT_OURS,
  type OperationNote,
  OURS,
  type Refusal,
  type Session,
} from '../../dissector.ts';
import {
  AARE,
  AARQ,
  ABRT,
  accepted,
  type Apdu,
  mechanisms,
  providerDiagnostics,
  RLRQ,
  userDiagnostics,
} from './acse.ts';
import { aborted, associate, release } from './operations.ts';
import { OCTET_ALIGNED, SINGLE_ASN1_TYPE } from './pdv.ts';
import {
  ABORT,
  ACCEPT,
  CONNECT,
  DATA,
  DISCONNECT,
  FINISH,
  FULLY_ENCODED,
  readSpdu,
  REFUSE,
  refuseReasons,
  rejectReasons,
  type Spdu,
  spdus,
} from './spdu.ts';

/** What carries those who speak through presentation; their place is the number of the standard of their syntax. */
export const PRESENTATION = 'presentation';
/** The context was negotiated before the capture began, or is that of another standard. */
const UNKNOWN_SYNTAX = 0;

const refusals = new Refusals('osi');
const userRefusal = refusals.numbered(userDiagnostics);
const providerRefusal = refusals.numbered(providerDiagnostics);
const sessionRefusal = refusals.numbered(refuseReasons);
const presentationRefusal = refusals.numbered(rejectReasons);
/** Give tokens and data transfer, both without parameters. */
const NORMAL_DATA = 0x0100_0100;
const SHORTEST_DATA = 9;

/** The upper layers of the OSI model but the last: session, presentation, and ACSE by which applications associate. */
export const osi: Dissector<Spdu> = {
  name: 'osi',
  title: 'OSI session, presentation and ACSE',
  reference: 'ISO 8327-1 / X.225; ISO 8823-1 / X.226; ISO 8650-1 / X.227',
  industrial: false,
  carriers: [{ on: 'cotp', at: Object.keys(spdus).map(Number) }],
  claims: [],
  refusals: refusals.list,

  recognises(bytes, start, end) {
    const kind = bytes[start]!;
    if (end - start < 2) return NOT_OURS;
    if (kind === DATA) {
      return bytes[start + 1] === 0 && end - start >= 4 && bytes[start + 2] === DATA ? OURS : NOT_OURS;
    }
    if (!(kind in spdus)) return NOT_OURS;
    const short = bytes[start + 1]!;
    if (short < 0xff) return start + 2 + short === end ? OURS : NOT_OURS;
    return end - start >= 4 && start + 4 + u16At(bytes, start + 2) === end ? OURS : NOT_OURS;
  },

  read: readSpdu,

  begin: (capture) => new OsiSession(capture),
};

interface Connection {
  /** Standards of the syntaxes, by context. */
  readonly syntaxes: Map<number, number>;
  associate: OperationNote | undefined;
}

const newConnection = (): Connection => ({ syntaxes: new Map(), associate: undefined });

class OsiSession implements Session {
  readonly #associate: number;
  readonly #release: number;
  readonly #abort: number;
  readonly #list = new ber.Element();
  readonly #part = new ber.Element();

  constructor(capture: Capture) {
    this.#associate = capture.operation(associate);
    this.#release = capture.operation(release);
    this.#abort = capture.operation(aborted);
  }

  message(here: Here, bytes: Uint8Array, start: number, end: number): void {
    if (this.#plainData(here, bytes, start, end)) return;
    const spdu = readSpdu(here.reader.reset(bytes, start, end));
    this.#follow(here, spdu);
    for (const { context, start: from, end: to } of spdu.data) {
      this.#carry(here, context, bytes, start + from, start + to);
    }
  }

  /** Nearly everything: one value of one context. No object for that. */
  #plainData(here: Here, bytes: Uint8Array, start: number, end: number): boolean {
    const list = this.#list;
    const part = this.#part;
    if (end - start < SHORTEST_DATA || u32At(bytes, start) !== NORMAL_DATA) return false;
    if (!list.is(FULLY_ENCODED, bytes, start + 4, end) || list.end !== end) return false;
    if (!list.is(ber.SEQUENCE, bytes, list.start, end) || list.end !== end) return false;
    if (!part.is(ber.INTEGER, bytes, list.start, end)) return false;
    const context = ber.integerAt(bytes, part.start, part.end);
    if (!part.read(bytes, part.end, end) || part.end !== end) return false;
    if (part.tag !== SINGLE_ASN1_TYPE && part.tag !== OCTET_ALIGNED) return false;
    const first = bytes[part.start]!;
    if (first >= AARQ && first <= ABRT) return false;
    this.#carry(here, context, bytes, part.start, part.end);
    return true;
  }

  #carry(here: Here, context: number, bytes: Uint8Array, start: number, end: number): void {
    if (start >= end) return;
    const syntax = here.connection(newConnection).syntaxes.get(context) ?? UNKNOWN_SYNTAX;
    here.carry(PRESENTATION, bytes, start, end, syntax);
  }

  #follow(here: Here, spdu: Spdu): void {
    const { kind, apdu } = spdu;
    const connection = here.connection(newConnection);
    if (kind === CONNECT || kind === FINISH) here.turn('request');
    if (kind === ACCEPT || kind === REFUSE || kind === DISCONNECT) here.turn('reply');
    if (kind === CONNECT) this.#asked(here, connection, spdu);
    else if (kind === ACCEPT || kind === REFUSE) this.#answered(here, connection, spdu);
    if (kind === ABORT || apdu?.kind === ABRT) {
      if (connection.associate === undefined) here.operation(this.#abort);
      else here.refuse(connection.associate, refusalOf(spdu) ?? refusals.named('association aborted'));
      connection.associate = undefined;
    } else if (kind === FINISH || apdu?.kind === RLRQ) here.operation(this.#release);
  }

  #asked(here: Here, connection: Connection, { contexts, apdu }: Spdu): void {
    connection.syntaxes.clear();
    for (const { id, syntax } of contexts) connection.syntaxes.set(id, standardOf(syntax));
    const note = here.operation(this.#associate);
    connection.associate = note;
    const { calling = '', called = '', password, mechanism = '' } = apdu ?? {};
    if (here.wanted(note)) {
      const authentication = password === undefined ? 'none' : (mechanisms[mechanism] ?? mechanism);
      here.describe(note, { from: calling, to: called, authentication });
    }
    if (password !== undefined && isPassword(mechanism)) {
      here.credentials('ACSE password', calling, password);
    }
  }

  #answered(here: Here, connection: Connection, spdu: Spdu): void {
    const note = connection.associate;
    connection.associate = undefined;
    if (note === undefined) return;
    const reason = refusalOf(spdu);
    if (reason) here.refuse(note, reason);
  }
}

refusals.named('association aborted');

/** Without a name it is what the two have agreed on, which in practice is a password. */
function isPassword(mechanism: string): boolean {
  return mechanism === '' || mechanisms[mechanism] === 'password';
}

/** `1.0.9506.2.1`, an abstract syntax of ISO 9506, → 9506. */
function standardOf(syntax: string): number {
  const [iso, standard, number] = syntax.split('.');
  return iso === '1' && standard === '0' ? Number(number) : UNKNOWN_SYNTAX;
}

function refusalOf({ kind, refused, rejected, apdu }: Spdu): Refusal | undefined {
  if (apdu && saysNo(apdu)) {
    const { provider = false, reason = 1 } = apdu.diagnostic ?? {};
    return (provider ? providerRefusal : userRefusal)(reason);
  }
  if (rejected !== undefined) return presentationRefusal(rejected);
  if (kind === REFUSE) return sessionRefusal(refused ?? 0);
  return undefined;
}

function saysNo({ kind, result = accepted }: Apdu): boolean {
  return kind === AARE && result !== accepted;
}
