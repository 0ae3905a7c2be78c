import { randomBytes, randomUUID } from 'node:crypto';

import {
  type Case,
  type CaseKind,
  type CaseLine,
  type CaseList,
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
import type { Trace, Trail } from '../../platform/audit.ts';
import type { MasterKey } from '../../platform/config.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import type { Links } from '../../platform/links.ts';
import { conflict, malformed, notFound, Problem, tooMany, unavailable } from '../../platform/problem.ts';
import { hasWords, writeCursor } from '../../platform/search.ts';
import { neighbourhood, type Tries } from '../../platform/tries.ts';
import { type Content, openContent, placeOf, sealContent, titleOf } from './case-content.ts';
import * as store from './case-store.ts';
import type { OpenedCase } from './opened-case-service.ts';
import type { CaseLineRow, CaseRow, MessageRow, StepRow } from './case-store.ts';
import { receiptsUnder } from './receipts.ts';
import { sealOld } from './seal-old.ts';

export type CaseService = ReturnType<typeof caseService>;

export interface CaseParts {
  readonly database: Database;
  readonly keys: Keys;
  readonly tries: Tries;
  readonly links: Links;
  readonly masterKey: MasterKey;
  certId(tx: Db): Promise<string | undefined>;
  /** What the CERT wrote to whoever reported; he may have written by mail. The actor is who he was when it returns. */
  wrote(tx: Db, actor: Actor, message: { case: string; message: string; inClear: boolean }): Promise<void>;
}

type ById = { id: string };

/** Reports in an hour that are taken in the usual lane: from one neighbourhood, and of everybody. */
const lane = { minutes: 60, place: 10, all: 120 } as const;
/** Wrong words in a quarter of an hour: from one neighbourhood for one reference and for all, and for one reference by all. */
const wrong = { minutes: 15, here: 6, place: 40, reference: 60 } as const;
/** Messages of one reporter in an hour. */
const mostMessages = 60;
/** Cases that one question opens to look for words in them; the next question goes on behind them. */
const mostOpened = 1000;
const openedAtOnce = 200;
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
export function caseService({ database, keys, tries, links, masterKey, certId, wrote }: CaseParts) {
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
        lane: takenIn,
        aware_at: awareAt(body.awareAt, now),
      };
      const receivedAt = await store.insertCase(tx, row);
      if (!receivedAt) return sentAgain(tx, made, trail);
      const { key, keep } = await keys.forNewCase(made.id, cert);
      await keep(tx);
      const content = contentOf(body, member && actor.name);
      await store.insertContent(tx, made.id, sealContent(key, made.id, content));

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

    /** Words of what is sealed are looked for in what opens for the actor, and in nothing else. */
    async list({ tx, query: { search, ...query } }: Ask<unknown, CaseSearch>): Promise<CaseList> {
      const found = hasWords(search);
      const limit = search ? openedAtOnce : query.limit;
      const items: CaseLine[] = [];
      let { after } = query;
      let looked = 0;
      for (;;) {
        const rows = await store.listCases(tx, { ...query, after, limit, ref: referenceIn(search) });
        const contents = await contentsOf(tx, rows);
        for (const row of rows) {
          const content = contents.get(row.id);
          after = writeCursor(row.received_at.toISOString(), row.id);
          if (found(`${row.ref} ${content?.sees ?? ''} ${content?.place ?? ''}`))
            items.push(toLine(row, content));
          if (items.length === query.limit) return { items, next: after };
        }
        if (rows.length < limit) return { items, next: null };
        looked += rows.length;
        if (looked >= mostOpened) return { items, next: after!, looked };
      }
    },

    async get({ tx, actor, params, trail }: Ask<ById>): Promise<Case> {
      const row = await opened(tx, params.id);
      trail.on(traceOf(row));
      const key = await keys.ofCase(tx, row.id);
      return toCase(key, row, await store.messagesOf(tx, row.id), await store.stepsOf(tx, row.id), actor);
    },

    /** What a line of the ledger says of a case that the actor may see. */
    async traceOf(tx: Db, id: string): Promise<Trace> {
      return traceOf((await store.findCase(tx, id)) ?? missing());
    },

    /** Messages of a case that facts may stand on, the newest first: all, or these. */
    async messagesOf(tx: Db, { id, key }: Pick<OpenedCase, 'id' | 'key'>, ids?: readonly string[]) {
      const rows = await store.messagesOf(tx, id);
      return rows
        .filter((row) => !ids || ids.includes(row.id))
        .reverse()
        .map(({ id: message, sealed, at }) => ({
          id: message,
          name: key
            .open(placeOf.message(message), sealed)
            .replaceAll(/\s+/g, ' ')
            .slice(0, 160)
            .toWellFormed(),
          sha256: null,
          at: at.toISOString(),
        }));
    },

    async write({
      tx,
      actor,
      params,
      body: { body, internal, asIs, inClear = false },
      trail,
    }: Ask<
      ById,
      unknown,
      { body: string; internal: boolean; asIs: boolean; inClear?: boolean | undefined }
    >): Promise<CaseMessage> {
      const row = await opened(tx, params.id);
      refuseSecrets([body], asIs);
      const author = authorOf(actor);
      if (internal && author !== 'cert')
        throw malformed('note-not-yours', 'Only the CERT keeps notes here; send it as a message');
      if (author === 'reporter') await refuseTooManyMessages(row.id);
      const key = await keys.ofCase(tx, row.id);
      const id = randomUUID();
      const message = await store.insertMessage(tx, {
        id,
        case_id: row.id,
        author,
        internal,
        sealed: key.seal(placeOf.message(id), body),
        person_id: actor.person,
        person_name: actor.person && actor.name,
      });
      if (author === 'cert' && !internal) await wrote(tx, actor, { case: row.id, message: id, inClear });
      trail.on({ ...traceOf(row), details: { message: message.id, internal, ...(inClear && { inClear }) } });
      return toMessage(key, message, actor);
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
      if (!row.opens) notJoined(row);
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
      const key = await keys.ofCase(tx, row.id);
      const since = await store.moveCase(tx, row, actor.person!, to);
      const uid = randomUUID();
      await store.insertStep(tx, {
        uid,
        case_id: row.id,
        state: to,
        sealed: reason ? key.seal(placeOf.step(uid), reason) : null,
        person_id: actor.person!,
        person_name: actor.name,
      });
      // Its reason stays in the case: the ledger is kept when the case is purged.
      trail.on({ ...traceOf(row), details: { from: row.state, to } });
      return { id: row.id, state: to, since: since.toISOString() };
    },

    /** Before anybody comes in: what older programs wrote is sealed, too. */
    sealOld: () => sealOld(database, keys, certId),
  };

  async function contentsOf(tx: Db, rows: readonly CaseRow[]): Promise<Map<string, Content>> {
    const open = rows.filter(({ sealed }) => sealed);
    const found = await keys.ofCases(
      tx,
      open.map(({ id }) => id),
    );
    return new Map(
      open.flatMap(({ id, sealed }) => {
        const key = found.get(id);
        return key ? [[id, openContent(key, id, sealed!)] as const] : [];
      }),
    );
  }

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
  const { naming, limit, language } = body;
  return {
    kind: 'incident' as const,
    reporter: naming,
    handling_limit: limit,
    language,
    impact: JSON.stringify(firstImpact(body)),
    claimed_at: null,
  };
}

function contentOf(
  { danger, control, sees, place, details, naming, name, reach }: IncidentReport,
  member: string | undefined,
): Content {
  const said = { danger, control, sees, place, details };
  if (naming === 'anonymous') return { ...said, name: null, reach: null };
  return { ...said, name: member ?? name ?? null, reach: reach ?? null };
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

/** In what is searched for, what is a reference or the beginning of one: that is no secret, and found among all. */
function referenceIn(search: string | undefined): string | undefined {
  return /^[a-z]{3}-[\d-]+$/i.test(search?.trim() ?? '') ? search!.trim().toUpperCase() : undefined;
}

const receiptOf = (
  reference: string,
  words: readonly string[],
  receivedAt: Date,
  lane: Receipt['lane'],
  again: boolean,
): Receipt => ({ reference, words: [...words], receivedAt: receivedAt.toISOString(), lane, again });

const traceOf = ({ id, ref, owner_id }: CaseRow) => ({ kind: 'case', id, name: ref, owner: owner_id });

/** Of a case that does not open, no more than that it is there. */
function toLine(row: CaseLineRow, content: Content | undefined): CaseLine {
  const awaits = row.last_author === 'cert' ? 'reporter' : 'cert';
  return {
    ...common(row),
    opens: row.opens,
    title: content ? titleOf(content) : null,
    danger: content?.danger ?? null,
    control: content?.control ?? null,
    awaits: row.opens ? awaits : null,
  };
}

function toCase(
  key: DataKey,
  row: CaseRow,
  messages: readonly MessageRow[],
  steps: readonly StepRow[],
  actor: Actor,
): Case {
  const content = openContent(key, row.id, row.sealed!);
  const { danger, control, sees, place, details, name, reach } = content;
  const gone = steps.map((step) => toStep(key, step, actor));
  return {
    ...common(row),
    title: titleOf(content),
    danger,
    control,
    label: row.label,
    stateReason: gone.at(-1)?.reason ?? null,
    sees,
    place,
    details,
    name,
    reach,
    limit: row.handling_limit,
    language: row.language,
    impact: row.impact,
    awareAt: row.aware_at.toISOString(),
    claimed: row.claimed_at !== null,
    messages: messages.map((message) => toMessage(key, message, actor)),
    steps: gone,
  };
}

function common(row: CaseRow) {
  return {
    id: row.id,
    reference: row.ref,
    kind: row.kind,
    state: row.state,
    since: row.since.toISOString(),
    lane: row.lane,
    naming: row.reporter,
    owner: row.owner,
    receivedAt: row.received_at.toISOString(),
  };
}

function toStep(
  key: DataKey,
  { uid, state, sealed, person_name, at }: StepRow,
  actor: Actor,
): Case['steps'][number] {
  return {
    to: state,
    reason: sealed && key.open(placeOf.step(uid), sealed),
    by: authorOf(actor) === 'cert' ? person_name : null,
    at: at.toISOString(),
  };
}

function toMessage(
  key: DataKey,
  { id, author, internal, sealed, person_name, at }: MessageRow,
  actor: Actor,
): CaseMessage {
  const named = author === 'cert' ? authorOf(actor) === 'cert' : author === 'member';
  return {
    id,
    from: author,
    by: named ? person_name : null,
    internal,
    body: key.open(placeOf.message(id), sealed),
    at: at.toISOString(),
  };
}

async function opened(tx: Db, id: string): Promise<CaseRow> {
  const row = (await store.findCase(tx, id)) ?? missing();
  return row.opens ? row : notJoined(row);
}

/** Said only to whom the row of the case is shown. */
function notJoined({ ref }: CaseRow): never {
  throw conflict('case-not-joined', 'Join the team of this case to read it; its owner sees who did', {
    reference: ref,
  });
}

function noDesk(): never {
  throw unavailable('no-desk', 'There is no CERT here yet. Call your national CERT');
}

function missing(): never {
  throw notFound('case');
}
