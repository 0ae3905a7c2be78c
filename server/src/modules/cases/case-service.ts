import { randomBytes, randomUUID } from 'node:crypto';

import {
  type Case,
  CaseLabel,
  type CaseField,
  type CaseKind,
  type CaseLine,
  type CaseList,
  type CaseMessage,
  type CaseMove,
  type CaseSearch,
  caseSeverityOf,
  type CaseStep,
  endedCaseStates,
  fieldsNeeded,
  type HandlingLimit,
  type Impact,
  type IncidentReport,
  movesOf,
  type Receipt,
  type ReceiptWords,
  type Said,
  secretsIn,
} from '@busbar/contract';

import { type Actor, founder, holderOf } from '../../platform/actor.ts';
import type { Trace, Trail } from '../../platform/audit.ts';
import type { MasterKey } from '../../platform/config.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import type { Links } from '../../platform/links.ts';
import {
  conflict,
  forbidden,
  malformed,
  notFound,
  Problem,
  tooMany,
  unavailable,
} from '../../platform/problem.ts';
import { hasWords, writeCursor } from '../../platform/search.ts';
import { neighbourhood, type Tries } from '../../platform/tries.ts';
import { type Content, openContent, placeOf, sealContent, titleOf } from './case-content.ts';
import * as store from './case-store.ts';
import type { CaseLineRow, CaseRow, Found, MessageRow, StepRow } from './case-store.ts';
import { labelText, limitText } from './case-words.ts';
import { featuresUnder } from './features.ts';
import { toParticipant, toThread } from './guest-view.ts';
import type { OpenedCase } from './opened-case-service.ts';
import { receiptsUnder } from './receipts.ts';
import { addFeatures, findThread, participantsOf, peopleNamed, seenUntil, threadsOf } from './room-store.ts';
import { sealOld, type SealNotice } from './seal-old.ts';

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
  readonly sealNotice: SealNotice;
  /** Called before whoever a case is from allows more or less, and what it gives back after. */
  beforeAnswer(tx: Db, actor: Actor, caseId: string): Promise<{ answered(): Promise<void> }>;
}

type ById = { id: string };

/** A case that somebody works in, and as whom. */
export interface EnteredCase {
  readonly id: string;
  readonly reference: string;
  /** The organisation it belongs to. */
  readonly owner: string;
  readonly lane: Receipt['lane'];
  readonly limit: IncidentReport['limit'];
  readonly as: CaseMessage['from'] | 'guest';
}

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

/** Messages with such words that are told at once. */
const MOST_CITED = 200;
/** Opened one by one, so that a search through a long case ends. */
const MOST_LOOKED_AT = 20_000;

/** From a report to a closed case. Who reports without an account is the holder of its receipt, and nobody besides. */
export function caseService(parts: CaseParts) {
  const { database, keys, tries, links, masterKey, certId, wrote, sealNotice } = parts;
  const receipts = receiptsUnder(masterKey);
  const features = featuresUnder(masterKey);

  return {
    /** @param by a program that reports by mail: what programs send makes no person wait in the slow lane */
    async report(
      ask: Ask<unknown, unknown, IncidentReport>,
      by: 'person' | 'program' = 'person',
    ): Promise<Receipt> {
      const { tx, actor, body, trail, become } = ask;
      refuseSecrets([body.sees, body.place, body.details], body.asIs);
      const cert = (await certId(tx)) ?? noDesk();
      const made = receipts.make(body.key ?? randomBytes(16).toString('base64url'));
      const member = body.naming === 'member' ? memberOf(actor) : undefined;
      const reporter = member ? { ...actor, receipt: made.id } : holderOf(made.id);
      await become(reporter);
      const now = new Date();
      const takenIn = await laneOf(ask.from, body, by);
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
      await addFeatures(tx, made.id, features(body.sees, body.place, body.details));
      // So that the line of the ledger names nobody who did not want to be named.
      await become(reporter);
      trail.on({ kind: 'case', id: made.id, name: row.ref, owner: row.owner_id });
      return {
        ...receiptOf(row.ref, made.words, receivedAt, takenIn, false),
        token: links.write('receipt', made.id),
      };
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

    /** For modules of what is in a case: it opens for the actor, or he is its guest. */
    async entered(tx: Db, actor: Actor, id: string): Promise<EnteredCase> {
      const row = (await store.findCase(tx, id)) ?? missing();
      const isGuest = actor.person !== null && row.guests.includes(actor.person);
      if (!row.opens && !isGuest) notJoined(row, actor);
      return {
        id: row.id,
        reference: row.ref,
        owner: row.owner_id,
        lane: row.lane,
        limit: row.handling_limit,
        as: isGuest && !row.opens ? 'guest' : authorOf(actor),
      };
    },

    /** Words of what is sealed are looked for in what opens for the actor, and in nothing else. */
    async list({ tx, actor, query: { search, ...query } }: Ask<unknown, CaseSearch>): Promise<CaseList> {
      const found = hasWords(search);
      const limit = search ? openedAtOnce : query.limit;
      const items: CaseLine[] = [];
      let { after } = query;
      let looked = 0;
      for (;;) {
        const rows = await store.listCases(tx, actor.person, {
          ...query,
          after,
          limit,
          ref: referenceIn(search),
        });
        const contents = await contentsOf(tx, rows);
        for (const row of rows) {
          const content = contents.get(row.id);
          after = writeCursor(row.received_at.toISOString(), row.id);
          if (found(`${row.ref} ${row.owner} ${content?.sees ?? ''} ${content?.place ?? ''}`))
            items.push(toLine(row, content));
          if (items.length === query.limit) return { items, next: after };
        }
        if (rows.length < limit) return { items, next: null };
        looked += rows.length;
        if (looked >= mostOpened) return { items, next: after!, looked };
      }
    },

    async get({ tx, actor, params, query, trail, become }: Ask<ById, Said>): Promise<Case> {
      const row = await opened(tx, params.id, actor);
      trail.on(traceOf(row));
      const key = await keys.ofCase(tx, row.id);
      return {
        ...toCase(key, row, await store.stepsOf(tx, row.id), actor),
        ...(await roomOf(tx, key, row, actor, become)),
        ...(await this.said(tx, key, row.id, actor, query)),
      };
    },

    /** What the actor may read of what was said, oldest first. */
    async said(tx: Db, key: DataKey, id: string, actor: Actor, which: Said) {
      const { rows, earlier } = await store.messagesOf(tx, id, which);
      return { messages: rows.map((message) => toMessage(key, message, actor)), earlier };
    },

    /** Those of these cases that the actor may know of. */
    async linesOf(tx: Db, actor: Actor, ids: readonly string[]): Promise<CaseLine[]> {
      return linesFrom(tx, await store.linesById(tx, actor.person, ids));
    },

    /** What a line of the ledger says of a case that the actor may see. */
    async traceOf(tx: Db, id: string): Promise<Trace> {
      return traceOf((await store.findCase(tx, id)) ?? missing());
    },

    /** Messages of a case that facts may stand on, the newest first: the newest, these, or those with such words. */
    async messagesOf(
      tx: Db,
      { id, key }: Pick<OpenedCase, 'id' | 'key'>,
      ids?: readonly string[],
      matches?: (text: string) => boolean,
    ) {
      const found: { id: string; name: string; sha256: null; at: string }[] = [];
      let before: string | undefined;
      let looked = 0;
      do {
        const { rows, earlier } = await store.messagesOf(tx, id, { ids, ...(before && { before }) });
        for (const { id: message, sealed, at } of rows.toReversed()) {
          const text = key.open(placeOf.message(message), sealed).replaceAll(/\s+/g, ' ');
          if (!matches || matches(text))
            found.push({
              id: message,
              name: text.slice(0, 160).toWellFormed(),
              sha256: null,
              at: at.toISOString(),
            });
        }
        looked += rows.length;
        before = earlier ?? undefined;
      } while (matches && before && found.length < MOST_CITED && looked < MOST_LOOKED_AT);
      return found;
    },

    async write({
      tx,
      actor,
      params,
      body: form,
      trail,
      become,
    }: Ask<
      ById,
      unknown,
      {
        key?: string | undefined;
        body: string;
        internal: boolean;
        asIs: boolean;
        thread?: string | undefined;
        inClear?: boolean | undefined;
      }
    >): Promise<CaseMessage> {
      const { body, internal, asIs, thread, inClear = false } = form;
      const row = thread ? await withThread(tx, params.id, thread) : await opened(tx, params.id, actor);
      refuseSecrets([body], asIs);
      const author = authorOf(actor);
      if (internal && (author !== 'cert' || thread))
        throw malformed('note-not-yours', 'Only the CERT keeps notes here; send it as a message');
      if (author === 'reporter' || author === 'guest')
        await refuseTooManyMessages(`${row.id} ${actor.person ?? ''}`);
      const key = await keys.ofCase(tx, row.id);
      const id = key.idOf('case_message', actor, form);
      const added = await store.insertMessage(tx, {
        id,
        case_id: row.id,
        thread_id: thread ?? null,
        author,
        internal,
        sealed: key.seal(placeOf.message(id), body),
        person_id: actor.person,
        person_name: actor.person && actor.name,
      });
      trail.on({
        ...traceOf(row),
        details: {
          message: id,
          internal,
          ...(thread && { thread }),
          ...(inClear && { inClear }),
          ...(!added && { again: true }),
        },
      });
      if (!added) return toMessage(key, await store.messageOf(tx, row.id, id), actor);
      await become(founder);
      await addFeatures(tx, row.id, features(body));
      await become(actor);
      if (author === 'cert' && !internal && !thread)
        await wrote(tx, actor, { case: row.id, message: id, inClear });
      return toMessage(key, added, actor);
    },

    /**
     * What the CERT may do is said by whoever it is from. It stands in the thread in his name, so that the team reads it
     * where it asked, and it is its turn again.
     */
    async allow({ tx, actor, params, body: { limit }, trail }: Ask<ById, unknown, { limit: HandlingLimit }>) {
      await store.lockCase(tx, params.id);
      const row = await opened(tx, params.id, actor);
      if (!row.sets_limit)
        throw forbidden(
          'limit-not-yours',
          'This is said by whoever the case is from: its organisation, or who holds its words as long as it has none',
        );
      const from = row.handling_limit;
      trail.on({ ...traceOf(row), details: { from, to: limit } });
      if (limit === from) return { limit };
      if (authorOf(actor) === 'reporter') await refuseTooManyMessages(`${row.id} `);
      const key = await keys.ofCase(tx, row.id);
      const { answered } = await parts.beforeAnswer(tx, actor, row.id);
      await store.setLimit(tx, row.id, limit);
      await answered();
      await saysOfItself(tx, actor, row, key, limitText(row.language, from, limit));
      return { limit };
    },

    /**
     * Whoever works on a case may narrow its label; put back it is by whoever the case is from, and by nobody else. What
     * waits at the gate with something of it is asked about at once.
     */
    async label({ tx, actor, params, body: { label }, trail }: Ask<ById, unknown, { label: CaseLabel }>) {
      await store.lockCase(tx, params.id);
      const row = await opened(tx, params.id, actor);
      const from = row.label;
      trail.on({ ...traceOf(row), details: { from, to: label } });
      if (label === from) return { label };
      if (!mayLabel(row, actor).includes(label))
        throw forbidden(
          'label-not-yours',
          'A narrowed label is put back by whoever the case is from: its organisation, or who holds its words as long as it has none',
        );
      if (authorOf(actor) === 'reporter') await refuseTooManyMessages(`${row.id} `);
      const key = await keys.ofCase(tx, row.id);
      const { answered } = await parts.beforeAnswer(tx, actor, row.id);
      await store.setLabel(tx, row.id, label);
      await answered();
      const message = await saysOfItself(tx, actor, row, key, labelText(row.language, label));
      if (authorOf(actor) === 'cert') await wrote(tx, actor, { case: row.id, message, inClear: false });
      return { label };
    },

    async move({ tx, actor, params, body, trail }: Ask<ById, unknown, CaseStep>) {
      const { to, reason, duplicateOf, ...said } = body;
      // Whoever joins the same two the other way round waits, and is told that it was done.
      const named = duplicateOf ? await store.findCase(tx, duplicateOf) : undefined;
      const held = new Set([params.id, duplicateOf, named?.duplicate_of].flatMap((id) => id ?? []));
      for (const id of [...held].toSorted()) await store.lockCase(tx, id);
      const row = await opened(tx, params.id, actor);
      const move = movesOf(row.kind, row.state).find((one) => one.to === to);
      if (!move)
        throw conflict('case-move', `A case that is ${row.state} does not become ${to}; look at it anew`, {
          from: row.state,
          to,
        });
      refuseForm(move, body);
      const main = duplicateOf ? await mainOf(tx, actor, row, duplicateOf) : undefined;
      if (main && !held.has(main.id))
        throw conflict('changed-meanwhile', 'Somebody else changed this meanwhile; look at it anew');
      if (main) await store.takeParts(tx, row.id, main);
      const found: Found = {
        ...(said.impact && { impact: JSON.stringify(said.impact) }),
        ...(said.spread && { spread: said.spread }),
        ...(said.rsit && { rsit: said.rsit }),
        ...(said.rootCause && { root_cause: said.rootCause }),
        duplicate_of: main?.id ?? null,
        main_state: main?.state ?? null,
      };
      const team = [...new Set([...row.team, ...(main?.team ?? [])])];
      const key = await keys.ofCase(tx, row.id);
      const since = await store.moveCase(tx, { ...row, team }, actor.person!, { state: to, ...found });
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
      trail.on({
        ...traceOf(row),
        details: { from: row.state, to, ...said, ...(main && { duplicateOf: main.id }) },
      });
      return { id: row.id, state: to, since: since.toISOString() };
    },

    /** Before anybody comes in: what older programs wrote is sealed, too. */
    sealOld: () => sealOld(database, keys, certId, sealNotice),
  };

  /** Written into the thread of the case in the name of whoever changed what holds for it. */
  async function saysOfItself(
    tx: Db,
    actor: Actor,
    row: CaseRow,
    key: DataKey,
    text: string,
  ): Promise<string> {
    const id = randomUUID();
    await store.insertMessage(tx, {
      id,
      case_id: row.id,
      thread_id: null,
      author: authorOf(actor),
      internal: false,
      sealed: key.seal(placeOf.message(id), text),
      person_id: actor.person,
      person_name: actor.person && actor.name,
    });
    return id;
  }

  async function linesFrom(tx: Db, rows: readonly CaseLineRow[]): Promise<CaseLine[]> {
    const contents = await contentsOf(tx, rows);
    return rows.map((row) => toLine(row, contents.get(row.id)));
  }

  /** Who is in the room, and what is said apart; a reporter without an account is told where his report stands. */
  async function roomOf(
    tx: Db,
    key: DataKey,
    row: CaseRow,
    actor: Actor,
    become: (actor: Actor) => Promise<void>,
  ) {
    const [main] = row.duplicate_of ? await store.linesById(tx, null, [row.duplicate_of]) : [];
    const partOf = row.duplicate_of
      ? {
          id: main?.opens ? main.id : null,
          reference: main?.opens ? main.ref : null,
          state: row.main_state ?? row.state,
        }
      : null;
    const told = { partOf, parts: [], team: [], guests: [], threads: [], seenUntil: null };
    if (authorOf(actor) === 'reporter') return told;
    const parts = await store.partsOf(tx, actor.person, row.id);
    const guests = (await participantsOf(tx, row.id)).map((guest) => toParticipant(key, guest));
    const threads = await threadsOf(tx, row.id, actor.person);
    const seen = await seenUntil(tx, actor.person, row.id);
    // The owner is told who of the CERT reads its case; else its people know none of them.
    await become(founder);
    const team = await peopleNamed(tx, row.team);
    await become(actor);
    return {
      ...told,
      parts: (await linesFrom(tx, parts)).flatMap(({ title, opens, ...line }) =>
        opens ? { ...line, title: title! } : [],
      ),
      team: team.map(({ person, name }) => ({ person, name, me: person === actor.person })),
      guests,
      threads: threads.map((thread) => toThread(key, thread, guests)),
      seenUntil: seen?.toISOString() ?? null,
    };
  }

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
  async function laneOf(
    from: string,
    { website }: IncidentReport,
    by: 'person' | 'program',
  ): Promise<'usual' | 'slow'> {
    const counts = await tries.count(
      {
        place: `reports from ${neighbourhood(from)}`,
        all: by === 'person' ? 'reports' : 'reports of programs',
      },
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
    return {
      ...receiptOf(row.ref, made.words, row.received_at, row.lane, true),
      token: links.write('receipt', made.id),
    };
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

  async function refuseTooManyMessages(who: string): Promise<void> {
    const { messages } = await tries.count({ messages: `messages ${who}` }, 60);
    if (messages > mostMessages)
      throw tooMany('messages-too-many', 'These are many messages for one hour. Call us, or write on later');
  }
}

/** The form of a step: what it needs, and nothing that is none of it. */
function refuseForm(move: CaseMove, { to: _, reason, ...said }: CaseStep): void {
  if (move.reason && !reason)
    throw malformed('reason-needed', 'Say why; the reporter reads it', {}, [
      { path: 'reason', message: 'must say why' },
    ]);
  const [missed] = fieldsNeeded(move).filter((field) => said[field] === undefined);
  if (missed)
    throw malformed('field-needed', `This step needs ${missed}`, { field: missed }, [
      { path: missed, message: 'is needed for this step' },
    ]);
  const foreign = Object.entries(said).find(
    ([field, value]) => value !== undefined && !move.form?.includes(field as CaseField),
  );
  if (foreign)
    throw malformed('field-not-of-step', `${foreign[0]} is no part of this step`, { field: foreign[0] }, [
      { path: foreign[0], message: 'is no part of this step' },
    ]);
}

/** The case that one becomes part of; where that is part of another itself, the other. */
async function mainOf(tx: Db, actor: Actor, row: CaseRow, id: string): Promise<CaseRow> {
  const named = await opened(tx, id, actor);
  const main = named.duplicate_of ? await opened(tx, named.duplicate_of, actor) : named;
  if (main.id === row.id)
    throw malformed('case-itself', 'A case is no part of itself; choose the other one', {}, [
      { path: 'duplicateOf', message: 'must be another case' },
    ]);
  if (main.state === 'received')
    throw conflict('main-not-taken', `Nobody works on ${main.ref} yet. Take it from the desk first`, {
      reference: main.ref,
    });
  if (endedCaseStates.includes(main.state))
    throw conflict('main-ended', `${main.ref} has ended. Open it again first, or take this one by itself`, {
      reference: main.ref,
    });
  return main;
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

function mayLabel({ label, sets_limit }: CaseRow, actor: Actor): CaseLabel[] {
  const others = CaseLabel.options.filter((one) => one !== label);
  if (sets_limit) return others;
  return authorOf(actor) === 'cert' ? others.filter((one) => one === 'RED') : [];
}

export function authorOf({ receipt, roles }: Actor): CaseMessage['from'] {
  if (receipt) return 'reporter';
  if (roles.some((role) => role === 'ANA' || role === 'LEAD')) return 'cert';
  return roles.some((role) => role === 'MEM' || role === 'MAD') ? 'member' : 'guest';
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
): Omit<Receipt, 'token'> => ({
  reference,
  words: [...words],
  receivedAt: receivedAt.toISOString(),
  lane,
  again,
});

export const traceOf = ({ id, ref, owner_id }: CaseRow) => ({ kind: 'case', id, name: ref, owner: owner_id });

/** Of a case that does not open, no more than that it is there. */
function toLine(row: CaseLineRow, content: Content | undefined): CaseLine {
  const awaits = row.last_author === 'cert' ? 'reporter' : 'cert';
  return {
    ...common(row),
    opens: row.opens,
    unread: row.unread,
    severity: row.opens ? caseSeverityOf(row.impact, row.spread) : null,
    title: content ? titleOf(content) : null,
    danger: content?.danger ?? null,
    control: content?.control ?? null,
    awaits: row.opens ? awaits : null,
  };
}

function toCase(key: DataKey, row: CaseRow, steps: readonly StepRow[], actor: Actor) {
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
    setsLimit: row.sets_limit,
    mayLabel: mayLabel(row, actor),
    language: row.language,
    impact: row.impact,
    awareAt: row.aware_at.toISOString(),
    claimed: row.claimed_at !== null,
    unread: 0,
    severity: caseSeverityOf(row.impact, row.spread),
    spread: row.spread,
    rsit: row.rsit,
    rootCause: row.root_cause,
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
  { id, thread_id, author, internal, sealed, person_name, at }: MessageRow,
  actor: Actor,
): CaseMessage {
  const named = author !== 'cert' || authorOf(actor) === 'cert';
  return {
    id,
    thread: thread_id,
    from: author,
    by: named ? person_name : null,
    internal,
    body: key.open(placeOf.message(id), sealed),
    at: at.toISOString(),
  };
}

export async function opened(tx: Db, id: string, actor: Actor): Promise<CaseRow> {
  const row = (await store.findCase(tx, id)) ?? missing();
  return row.opens ? row : notJoined(row, actor);
}

/** A case by one of its threads: whoever reads that may write into it. */
async function withThread(tx: Db, id: string, thread: string): Promise<CaseRow> {
  const row = (await store.findCase(tx, id)) ?? missing();
  return (await findThread(tx, id, thread)) ? row : missing();
}

/** Said only to whom the row of the case is shown. */
function notJoined({ ref }: CaseRow, { roles }: Actor): never {
  if (roles.includes('LEAD'))
    throw conflict('case-not-joined', 'Join the team of this case to read it; its owner sees who did', {
      reference: ref,
    });
  throw conflict('case-as-guest', 'You take part in this case as a guest; open your part of it');
}

function noDesk(): never {
  throw unavailable('no-desk', 'There is no CERT here yet. Call your national CERT');
}

export function missing(): never {
  throw notFound('case');
}
