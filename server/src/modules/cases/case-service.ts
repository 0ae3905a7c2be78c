import { randomBytes } from 'node:crypto';

import {
  type Case,
  type CaseKind,
  type CaseLine,
  type CaseMessage,
  type CaseSearch,
  type CaseState,
  type Impact,
  type IncidentReport,
  movesOf,
  type Receipt,
  type ReceiptWords,
  secretsIn,
} from '@busbar/contract';

import { type Actor, founder, holderOf } from '../../platform/actor.ts';
import type { Trail } from '../../platform/audit.ts';
import type { MasterKey } from '../../platform/config.ts';
import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { Links } from '../../platform/links.ts';
import { conflict, malformed, notFound, Problem, tooMany, unavailable } from '../../platform/problem.ts';
import { writeCursor } from '../../platform/search.ts';
import { neighbourhood, type Tries } from '../../platform/tries.ts';
import * as store from './case-store.ts';
import type { CaseLineRow, CaseRow, MessageRow, StepRow } from './case-store.ts';
import { receiptsUnder } from './receipts.ts';

export type CaseService = ReturnType<typeof caseService>;

export interface CaseParts {
  readonly tries: Tries;
  readonly links: Links;
  readonly masterKey: MasterKey;
  certId(tx: Db): Promise<string | undefined>;
}

type ById = { id: string };

/** Reports in an hour that are taken in the usual lane: from one neighbourhood, and of everybody. */
const lane = { minutes: 60, place: 10, all: 120 } as const;
/** Wrong words in a quarter of an hour: from one neighbourhood for one reference and for all, and for one reference by all. */
const wrong = { minutes: 15, here: 6, place: 40, reference: 60 } as const;
/** Messages of one reporter in an hour. */
const mostMessages = 60;
/** How long a report that is sent again gets its receipt again. */
const AGAIN_MS = 3_600_000;

const prefixes: Record<CaseKind, string> = {
  incident: 'INC',
  vulnerability: 'VUL',
  assessment: 'ASM',
  scan: 'SCN',
  analysis: 'ANA',
  consultation: 'CON',
};

/** From a report to a closed case. Who reports without an account is the holder of its receipt, and nobody besides. */
export function caseService({ tries, links, masterKey, certId }: CaseParts) {
  const receipts = receiptsUnder(masterKey);

  return {
    async report(ask: Ask<unknown, unknown, IncidentReport>): Promise<Receipt> {
      const { tx, actor, body, trail, become } = ask;
      refuseSecrets([body.sees, body.place, body.details], body.asIs);
      const cert = (await certId(tx)) ?? noDesk();
      const made = receipts.make(body.key ?? randomBytes(16).toString('base64url'));
      const member = body.naming === 'member' ? memberOf(actor) : undefined;
      const reporter = member ? { ...actor, receipt: made.id } : holderOf(made.id);
      await become(reporter);
      const now = new Date();
      const takenIn = await laneOf(ask.from, body);
      const row = {
        ...rowOf(body),
        id: made.id,
        ref: `${prefixes.incident}-${now.getUTCFullYear()}-${made.number}`,
        owner_id: member?.organisation ?? cert,
        person_id: member?.person ?? null,
        ...(member && { reporter_name: actor.name }),
        lane: takenIn,
        aware_at: awareAt(body.awareAt, now),
      };
      const receivedAt = await store.insertCase(tx, row);
      if (!receivedAt) return sentAgain(tx, made, trail);

      const words = made.words.join(' ');
      const kept = await receipts.keep(words, takenIn);
      await become(founder);
      await store.insertReceipt(tx, { case_id: made.id, ref: row.ref, ...kept });
      // So that the line of the ledger names nobody who did not want to be named.
      await become(reporter);
      trail.on({ kind: 'case', id: made.id, name: row.ref, owner: row.owner_id });
      return receiptOf(row.ref, made.words, receivedAt, takenIn, false);
    },

    async open({ tx, body, from, trail, become }: Ask<unknown, unknown, ReceiptWords>) {
      const id = await shown(tx, body, from, become);
      await become(holderOf(id));
      const found = (await store.findCase(tx, id)) ?? missing();
      trail.on(traceOf(found));
      return { case: id, token: links.write('receipt', id) };
    },

    async claim({ tx, actor, body, from, trail, become }: Ask<unknown, unknown, ReceiptWords>) {
      const member = memberOf(actor);
      const id = await shown(tx, body, from, become);
      await become({ ...actor, receipt: id });
      const found = (await store.findCase(tx, id)) ?? missing();
      if (found.owner_id !== member.organisation) {
        if (found.claimed_at || found.reporter === 'member')
          throw conflict('case-claimed', 'This report belongs to an organisation already; ask the CERT');
        await store.claimCase(tx, id, member.organisation);
      }
      trail.on({ ...traceOf(found), owner: member.organisation });
      return { case: id };
    },

    async list({ tx, query }: Ask<unknown, CaseSearch>) {
      const rows = await store.listCases(tx, query);
      const last = rows.length === query.limit ? rows.at(-1) : undefined;
      return {
        items: rows.map(toLine),
        next: last ? writeCursor(last.received_at.toISOString(), last.id) : null,
      };
    },

    async get({ tx, actor, params, trail }: Ask<ById>): Promise<Case> {
      const row = await opened(tx, params.id);
      trail.on(traceOf(row));
      return toCase(row, await store.messagesOf(tx, row.id), await store.stepsOf(tx, row.id), actor);
    },

    async write({
      tx,
      actor,
      params,
      body: { body, internal, asIs },
      trail,
    }: Ask<ById, unknown, { body: string; internal: boolean; asIs: boolean }>): Promise<CaseMessage> {
      const row = await opened(tx, params.id);
      refuseSecrets([body], asIs);
      const author = authorOf(actor);
      if (internal && author !== 'cert')
        throw malformed('note-not-yours', 'Only the CERT keeps notes here; send it as a message');
      if (author === 'reporter') await refuseTooManyMessages(row.id);
      const message = await store.insertMessage(tx, {
        case_id: row.id,
        author,
        internal,
        body,
        person_id: actor.person,
        person_name: actor.person && actor.name,
      });
      trail.on({ ...traceOf(row), details: { message: message.id, internal } });
      return toMessage(message, actor);
    },

    async join({ tx, actor, params, trail }: Ask<ById>) {
      const row = (await store.lockCase(tx, params.id)) ?? missing();
      if (!row.opens && !actor.roles.includes('LEAD')) missing();
      await store.joinTeam(tx, row.id, actor.person!);
      trail.on(traceOf(row));
      return { case: row.id };
    },

    async move({
      tx,
      actor,
      params,
      body: { to, reason },
      trail,
    }: Ask<ById, unknown, { to: CaseState; reason?: string | undefined }>) {
      const row = (await store.lockCase(tx, params.id)) ?? missing();
      if (!row.opens) notJoined();
      const move = movesOf(row.kind, row.state).find((one) => one.to === to);
      if (!move)
        throw conflict('case-move', `A case that is ${row.state} does not become ${to}; look at it anew`, {
          from: row.state,
          to,
        });
      if (move.reason && !reason)
        throw malformed('reason-needed', 'Say why; the reporter reads it', {}, [
          { path: 'reason', message: 'must say why' },
        ]);
      const since = await store.moveCase(tx, row, actor.person!, to, reason || null);
      await store.insertStep(tx, {
        case_id: row.id,
        state: to,
        reason: reason || null,
        person_id: actor.person!,
        person_name: actor.name,
      });
      trail.on({ ...traceOf(row), reason, details: { from: row.state, to } });
      return { id: row.id, state: to, since: since.toISOString() };
    },
  };

  /** Nobody is turned away for reporting; what comes in masses is looked at after the rest. */
  async function laneOf(from: string, { website }: IncidentReport): Promise<'usual' | 'slow'> {
    const counts = await tries.count(
      { place: `reports from ${neighbourhood(from)}`, all: 'reports' },
      lane.minutes,
    );
    return website || counts.place > lane.place || counts.all > lane.all ? 'slow' : 'usual';
  }

  async function sentAgain(
    tx: Db,
    made: { id: string; words: readonly string[] },
    trail: Trail,
  ): Promise<Receipt> {
    const row = await store.findCase(tx, made.id);
    if (!row || Date.now() - row.received_at.getTime() > AGAIN_MS)
      throw conflict(
        'report-taken',
        'This report was taken before. Follow it by its words, or begin a new one',
      );
    trail.on(traceOf(row));
    return receiptOf(row.ref, made.words, row.received_at, row.lane, true);
  }

  /** The case that these words open. What is wrong with them, nobody is told. */
  async function shown(
    tx: Db,
    { reference, words }: ReceiptWords,
    from: string,
    become: (actor: Actor) => Promise<void>,
  ): Promise<string> {
    const ref = plainReference(reference);
    const place = neighbourhood(from);
    const who = {
      here: `words ${ref} from ${place}`,
      place: `words from ${place}`,
      reference: `words ${ref}`,
    };
    const counts = await tries.count(who, wrong.minutes);
    // Whoever guesses from many places shuts nobody out: each place has its first two tries, whatever others did.
    const crowded = counts.reference > wrong.reference && counts.here > 2;
    if (counts.here > wrong.here || counts.place > wrong.place || crowded)
      throw tooMany('words-too-often', `Too many wrong tries. Wait ${wrong.minutes} minutes, or call us`, {
        minutes: wrong.minutes,
      });
    await become(founder);
    const kept = await store.findReceipt(tx, ref);
    if (!(await receipts.fits(words, kept)))
      throw new Problem(
        404,
        'words-wrong',
        'This reference and these words do not belong together. Look at each letter, and try again or call us',
      );
    await tries.forgive(who);
    return kept!.case_id;
  }

  async function refuseTooManyMessages(id: string): Promise<void> {
    const { messages } = await tries.count({ messages: `messages ${id}` }, 60);
    if (messages > mostMessages)
      throw tooMany('messages-too-many', 'These are many messages for one hour. Call us, or write on later');
  }
}

/** Warned once; whoever says so sends it all the same. */
function refuseSecrets(texts: readonly string[], asIs: boolean): void {
  if (!asIs && texts.some((text) => secretsIn(text).length > 0))
    throw conflict(
      'holds-secret',
      'Not sent yet: this seems to hold a password. Take it out, or say that it is to be sent as it is',
    );
}

function rowOf(body: IncidentReport) {
  const { danger, control, sees, place, details, naming, limit, language } = body;
  return {
    kind: 'incident' as const,
    title: sees.replaceAll(/\s+/g, ' ').slice(0, 120).toWellFormed(),
    state_reason: null,
    reporter: naming,
    reporter_name: naming === 'anonymous' ? null : (body.name ?? null),
    reporter_reach: naming === 'anonymous' ? null : (body.reach ?? null),
    handling_limit: limit,
    language,
    report: JSON.stringify({ danger, control, sees, place, details }),
    impact: JSON.stringify(firstImpact(body)),
    claimed_at: null,
  };
}

/** What the first two answers say; the rest is for triage to find out. */
function firstImpact({ danger, control }: IncidentReport): Impact {
  return {
    safety: ({ yes: 'real', no: 'none', unknown: 'unknown' } as const)[danger],
    production: ({ yes: 'none', partly: 'possible', no: 'real', unknown: 'unknown' } as const)[control],
    environment: 'unknown',
    data: 'unknown',
  };
}

/** A clock that runs ahead makes nobody aware of what has not happened yet. */
function awareAt(said: string | undefined, now: Date): Date {
  const at = said ? new Date(said) : now;
  return at < now ? at : now;
}

function memberOf({ person, organisation, roles }: Actor): { person: string; organisation: string } {
  if (!person || !organisation || !roles.some((role) => role === 'MEM' || role === 'MAD'))
    throw conflict('not-a-member', 'Act for a member organisation to do this, or report without its name');
  return { person, organisation };
}

function authorOf({ receipt, roles }: Actor): CaseMessage['from'] {
  if (receipt) return 'reporter';
  return roles.some((role) => role === 'ANA' || role === 'LEAD') ? 'cert' : 'member';
}

/** As it may be typed, or said on the telephone. */
function plainReference(reference: string): string {
  const digits = reference.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
  return digits.replace(/^([A-Z]{3})(\d{4})(\d{4})(\d{4})(\d{4})$/, '$1-$2-$3-$4-$5');
}

const receiptOf = (
  reference: string,
  words: readonly string[],
  receivedAt: Date,
  lane: Receipt['lane'],
  again: boolean,
): Receipt => ({ reference, words: [...words], receivedAt: receivedAt.toISOString(), lane, again });

const traceOf = ({ id, ref, owner_id }: CaseRow) => ({ kind: 'case', id, name: ref, owner: owner_id });

function toLine(row: CaseLineRow): CaseLine {
  const { opens } = row;
  return {
    ...common(row),
    ...(!opens && { title: null, danger: null, control: null }),
    opens,
    awaits: row.last_author === 'cert' ? 'reporter' : 'cert',
  };
}

function toCase(
  row: CaseRow,
  messages: readonly MessageRow[],
  steps: readonly StepRow[],
  actor: Actor,
): Case {
  const { sees, place, details } = row.report;
  return {
    ...common(row),
    label: row.label,
    stateReason: row.state_reason,
    sees,
    place,
    details,
    name: row.reporter_name,
    reach: row.reporter_reach,
    limit: row.handling_limit,
    language: row.language,
    impact: row.impact,
    awareAt: row.aware_at.toISOString(),
    claimed: row.claimed_at !== null,
    messages: messages.map((message) => toMessage(message, actor)),
    steps: steps.map(({ state, reason, person_name, at }) => ({
      to: state,
      reason,
      by: authorOf(actor) === 'cert' ? person_name : null,
      at: at.toISOString(),
    })),
  };
}

function common(row: CaseRow) {
  return {
    id: row.id,
    reference: row.ref,
    kind: row.kind,
    title: row.title,
    state: row.state,
    since: row.since.toISOString(),
    lane: row.lane,
    danger: row.report.danger,
    control: row.report.control,
    naming: row.reporter,
    owner: row.owner,
    receivedAt: row.received_at.toISOString(),
  };
}

function toMessage({ id, author, internal, body, person_name, at }: MessageRow, actor: Actor): CaseMessage {
  const named = author === 'cert' ? authorOf(actor) === 'cert' : author === 'member';
  return { id, from: author, by: named ? person_name : null, internal, body, at: at.toISOString() };
}

async function opened(tx: Db, id: string): Promise<CaseRow> {
  const row = (await store.findCase(tx, id)) ?? missing();
  return row.opens ? row : notJoined();
}

function notJoined(): never {
  throw conflict('case-not-joined', 'Join the team of this case to read it; its owner sees who did');
}

function noDesk(): never {
  throw unavailable('no-desk', 'There is no CERT here yet. Call your national CERT');
}

function missing(): never {
  throw notFound('case');
}
