import { randomUUID } from 'node:crypto';

import {
  type CaseConsent,
  type caseConsentApi,
  type CaseConsentGiven,
  ConsentItemKind,
  done,
  type Route,
  type Scope,
  scopesOf,
  type SubjectKind,
  type Tlp,
} from '@busbar/contract';

import { type Actor, founder, onBehalfOf } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import type { DataKey, Keys } from '../../platform/keys.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { hasWords } from '../../platform/search.ts';
import type { CaseDoor } from '../cases/opened-case-service.ts';
import type { ReleaseService, Standing } from '../releases/release-service.ts';
import * as store from './case-consent-store.ts';
import { closed } from './consent-service.ts';
import {
  answers,
  type ConsentRow,
  DAY_MS,
  lockConsent,
  moveConsent,
  sooner,
  stateOf,
} from './consent-store.ts';

type AskOf<Name extends keyof typeof caseConsentApi> =
  (typeof caseConsentApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface CaseConsentParts {
  readonly database: Database;
  readonly keys: Keys;
  readonly cases: Pick<CaseDoor, 'open'>;
  readonly certId: (tx: Db) => Promise<string | null | undefined>;
  /** Facts of a case by their ids: their number, and what they say. */
  readonly facts: (
    tx: Db,
    caseId: string,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, { number: number; says: string }>>;
  /** Handed over late: the gate is handed what may leave. */
  readonly releases: () => Pick<ReleaseService, 'held' | 'askAgain' | 'titleOf'>;
  /** How many messages about a release were sent, and when the last one was. */
  readonly told: (
    tx: Db,
    releases: readonly string[],
  ) => Promise<ReadonlyMap<string, { sent: number; last: Date }>>;
}

export type CaseConsentService = ReturnType<typeof caseConsentService>;

/** So many are opened at once to look for words in them. */
const mostOpened = 500;
const attributions = ['named', 'pseudonym', 'anonymous'] as const;

/** What of a case may leave: asked for by the CERT, answered item by item by whoever the case belongs to. */
export function caseConsentService(parts: CaseConsentParts) {
  const { database, keys, cases, certId, facts, releases, told } = parts;

  return {
    async list({ tx, actor, query: { search, ...query } }: AskOf<'list'>) {
      const found = hasWords(search);
      const rows = await store.listQuestions(tx, { ...query, limit: search ? mostOpened : query.limit });
      const all = await present(tx, actor, rows);
      const items = all
        .filter(({ case: { reference }, purpose, items: asked }) =>
          found([reference, purpose, ...asked.map(({ says }) => says)].join(' ')),
        )
        .slice(0, query.limit);
      const more = items.length === query.limit || (search && rows.length === mostOpened);
      return { items, next: more ? (items.at(-1)?.id ?? rows.at(-1)!.id) : null };
    },

    async get({ tx, actor, params, trail }: AskOf<'get'>) {
      const [row] = await store.listQuestions(tx, { id: params.id, limit: 1 });
      const [consent] = await present(tx, actor, row ? [row] : []);
      if (!consent) throw notFound('consent');
      trail.on(traceOf(row!));
      return consent;
    },

    async ofCase({ tx, actor, params, trail, become }: AskOf<'ofCase'>) {
      const { id, reference, label, owner, ownerId } = await cases.open(tx, params.id);
      trail.on({ kind: 'case', id, name: reference, owner: ownerId });
      const isStaff = isOfTheCert(actor);
      const rows = await store.listQuestions(tx, { caseId: id, limit: 200 });
      const uses = Map.groupBy(await store.usesOf(tx, id), (use) => `${use.subject_kind} ${use.subject_id}`);
      const titles = new Map<string, string | null>();
      if (isStaff)
        for (const [name, [use]] of uses)
          titles.set(name, await releases().titleOf(tx, use!.subject_kind, use!.subject_id));
      const items = await present(tx, actor, rows);
      const left = await store.leftOf(tx, id);
      await become(founder);
      const counts = await told(
        tx,
        left.map(({ release }) => release),
      );
      await become(actor);
      return {
        case: { id, reference, label, owner },
        items,
        uses: [...uses].map(([name, all]) => ({
          subject: { kind: all[0]!.subject_kind, id: all[0]!.subject_id },
          title: titles.get(name) ?? null,
          parts: all.map(({ part }) => part),
        })),
        left: left.map((one) => {
          const { sent, last } = counts.get(one.release) ?? { sent: 0 };
          return { ...one, told: sent, toldAt: last?.toISOString() ?? null };
        }),
        kept: await store.keptBack(tx, id),
        mayAsk: isStaff,
      };
    },

    async ask({ tx, actor, params, body, trail }: AskOf<'ask'>) {
      const { audience, label, attribution } = body;
      if (!scopesOf(label).includes(audience))
        throw malformed(
          'scope-too-wide',
          `TLP:${label} may not go to: ${audience}. Choose a narrower audience or another label`,
          { label, scope: audience },
        );
      const room = await cases.open(tx, params.id);
      const id = randomUUID();
      const row = await store.insertQuestion(
        tx,
        room.key,
        {
          id,
          owner_id: room.ownerId,
          subject_kind: 'case',
          subject_id: room.id,
          reader_id: actor.organisation!,
          case_ref: room.reference,
          state: 'requested',
          until: new Date(Date.now() + body.days * DAY_MS),
          requested_by: actor.person,
          audience,
          label,
          attribution,
        },
        body.purpose,
        await itemsFrom(tx, room.id, body.items),
      );
      trail.on({ ...traceOf(row), owner: room.ownerId, details: { items: row.parts.length } });
      return (await present(tx, actor, [row]))[0]!;
    },

    async answer({ tx, actor, params, body, trail, become }: AskOf<'answer'>) {
      const [known] = await store.listQuestions(tx, { id: params.id, limit: 1 });
      if (!known || !(await store.mayConsent(tx, [known.subject_id])).has(known.subject_id))
        throw notFound('consent');
      const keeper = await keeperOf(tx);
      // The gate holds a release before it asks for consent. Who takes them the other way round waits for ever.
      const concerned = subjectsOf(await store.usesOf(tx, known.subject_id));
      await become(keeper);
      await releases().held(tx, concerned);
      await become(actor);

      const row = (await lockConsent(tx, 'case', params.id))!;
      const { to, reason = '' } = body;
      if (!answers[stateOf(row)]?.includes(to)) throw closed(row, to);
      const given = body.to === 'granted' || body.to === 'narrowed' ? lessOf(row, body) : undefined;
      if (to === 'narrowed' && !given?.isLess)
        throw malformed(
          'not-narrower',
          'Choose what is to become less: items, audience, label, name, or days',
        );
      const { key } = await cases.open(tx, row.subject_id);
      const moved = await moveConsent(
        tx,
        row.id,
        given ? { state: given.isLess ? 'narrowed' : 'granted', ...given.terms } : { state: to },
        reason ? store.sealReason(key, row.id, reason) : '',
      );
      await become(keeper);
      await releases().askAgain(tx, concerned);
      await become(actor);
      trail.on({ ...traceOf(moved), details: { to: moved.state, items: moved.parts.length } });
      return (await present(tx, actor, [moved]))[0]!;
    },

    async takeBack({ tx, actor, params, trail, become }: AskOf<'takeBack'>) {
      const [known] = await store.listQuestions(tx, { id: params.id, limit: 1 });
      if (!known) throw notFound('consent');
      const concerned = subjectsOf(await store.usesOf(tx, known.subject_id));
      await releases().held(tx, concerned);
      const row = (await lockConsent(tx, 'case', params.id))!;
      if (!answers[stateOf(row)]?.includes('withdrawn')) throw closed(row, 'withdrawn');
      const moved = await moveConsent(tx, row.id, { state: 'withdrawn' }, '');
      await become(await keeperOf(tx));
      await releases().askAgain(tx, concerned);
      await become(actor);
      trail.on({ ...traceOf(moved), details: { to: 'withdrawn' } });
      return done;
    },

    /**
     * For the end of a case, as the founder before and after: what waits with something of it is held, and asked for again
     * once the key is gone.
     */
    async beforePurge(tx: Db, caseId: string): Promise<{ gone(): Promise<void> }> {
      const { askAgain } = await holding(tx, founder, caseId);
      return { gone: () => askAgain('A case was destroyed of which something is in it') };
    },

    /** The same, when whoever a case is from says what may be done with it: its limit, or what may be published. */
    async beforeAnswer(tx: Db, actor: Actor, caseId: string): Promise<{ answered(): Promise<void> }> {
      const { askAgain } = await holding(tx, actor, caseId);
      return { answered: () => askAgain('Whoever something in it is from does not let it out') };
    },

    async use({ tx, actor, params, body: { subject, parts: used }, trail }: AskOf<'use'>) {
      const room = await cases.open(tx, params.id);
      const { kind: subject_kind, id: subject_id } = subject;
      // Refused where there is no such thing to leave.
      await releases().titleOf(tx, subject_kind, subject_id);
      const asked = await store.listQuestions(tx, { caseId: room.id, limit: 200 });
      const items = new Set((await store.itemsOf(tx, idsOf(asked))).map(({ part }) => part));
      const unknown = used.find((part) => !items.has(part));
      if (unknown)
        throw malformed('item-not-asked', 'Ask for consent to it first; then say where it goes', {
          part: unknown,
        });
      const numbers = await facts(
        tx,
        room.id,
        used.flatMap((part) => idIn(part, 'fact') ?? []),
      );
      await store.setUses(
        tx,
        { subject_kind, subject_id },
        room.id,
        [...new Set(used)].map((part) => ({ part, owner_id: actor.organisation!, name: nameOf(part) })),
      );
      const bound = await store.answeredNo(tx, room.id, used);
      if (bound) throw beyondAnswer(bound);
      await releases().askAgain(tx, [subject]);
      trail.on({
        kind: 'case',
        id: room.id,
        name: room.reference,
        owner: room.ownerId,
        details: { subject, parts: used },
      });
      return done;

      /** For people of the CERT who may not be of the team: which item, and none of its words. */
      function nameOf(part: string): string {
        const number = numbers.get(idIn(part, 'fact') ?? '')?.number;
        return `${room.reference} ${number === undefined ? kindOf(part) : `F${number}`}`;
      }
    },

    /** Does whoever it is from agree now that this of a case leaves it? */
    async lends(tx: Db, caseId: string, part: string): Promise<boolean> {
      if (await store.answeredNo(tx, caseId, [part])) return false;
      return (await store.listQuestions(tx, { caseId, open: 'true', limit: 200 })).some(
        (row) => ['granted', 'narrowed'].includes(stateOf(row)) && row.parts.includes(part),
      );
    },

    /** For the gate: what of cases is in this, and whether it may leave then. Nobody answers anything until it is through. */
    async lentTo(
      tx: Db,
      { kind, id }: { kind: SubjectKind; id: string },
      terms: { kind: string; label: Tlp; scope: Scope; at: Date },
    ): Promise<Standing['lent']> {
      const subject = { subject_kind: kind, subject_id: id };
      await store.holdConsentsFor(tx, subject);
      return (await store.usedIn(tx, subject, terms)).map(({ name, stopped }) => ({
        name,
        consent: stopped === 'consent' ? 'missing' : (stopped ?? 'granted'),
      }));
    },

    /** For the gate, in the transaction in which it leaves: whoever it is from reads it in his list. */
    async left(
      tx: Db,
      release: {
        id: string;
        owner: string;
        kind: string;
        ref: string;
        version: string;
        label: Tlp;
        scope: Scope;
      },
      subject: { kind: SubjectKind; id: string },
      members: number,
    ): Promise<void> {
      const { id: release_id, owner: owner_id, kind, ref, version, label, scope } = release;
      const used = await store.usedIn(
        tx,
        { subject_kind: subject.kind, subject_id: subject.id },
        { kind, label, scope, at: new Date() },
      );
      await store.insertLeft(
        tx,
        used.map(({ case_id, part }) => ({
          release_id,
          case_id,
          part,
          owner_id,
          ref,
          version,
          label,
          scope,
          members,
        })),
      );
    },

    recalled: store.leftIsRecalled,
  };

  /** Nobody moves what waits with something of the case; what becomes of the case is asked for after it was written. */
  async function holding(tx: Db, actor: Actor, caseId: string) {
    const keeper = await keeperOf(tx);
    await database.become(tx, keeper);
    const concerned = subjectsOf(await store.usesOf(tx, caseId));
    await releases().held(tx, concerned);
    await database.become(tx, actor);
    return {
      async askAgain(why: string) {
        await database.become(tx, keeper);
        await releases().askAgain(tx, concerned, why);
        await database.become(tx, actor);
      },
    };
  }

  /** Whoever answers is no member of the CERT; its books are kept by the program, in its name. */
  async function keeperOf(tx: Db): Promise<Actor> {
    return onBehalfOf((await certId(tx))!, null, ['ANA', 'LEAD'], 'busbar');
  }

  async function itemsFrom(
    tx: Db,
    caseId: string,
    wanted: AskOf<'ask'>['body']['items'],
  ): Promise<store.Item[]> {
    const known = await facts(
      tx,
      caseId,
      wanted.flatMap((item) => (item.kind === 'fact' ? [item.id] : [])),
    );
    const items = wanted.map((item): store.Item => {
      if (item.kind === 'fact') {
        const fact = known.get(item.id);
        if (!fact) throw notFound('fact');
        return { part: `fact:${item.id}`, says: `F${fact.number}: ${fact.says}` };
      }
      const part = item.kind === 'indicator' ? `indicator:${item.id ?? randomUUID()}` : item.kind;
      return { part, says: item.says };
    });
    if (new Set(items.map(({ part }) => part)).size < items.length)
      throw malformed('item-twice', 'Ask for each item once');
    return items;
  }

  async function present(tx: Db, actor: Actor, rows: readonly ConsentRow[]): Promise<CaseConsent[]> {
    const opened = await keys.ofCases(tx, [...new Set(rows.map(({ subject_id }) => subject_id))]);
    const items = Map.groupBy(await store.itemsOf(tx, idsOf(rows)), ({ consent_id }) => consent_id);
    const steps = Map.groupBy(await store.stepsOf(tx, idsOf(rows)), ({ consent_id }) => consent_id);
    const mayAnswer = await store.mayConsent(
      tx,
      rows.map(({ subject_id }) => subject_id),
    );
    return rows.flatMap((row) => {
      const key = opened.get(row.subject_id);
      return key
        ? toConsent(key, row, {
            items: items.get(row.id) ?? [],
            steps: steps.get(row.id) ?? [],
            mayAnswer: mayAnswer.has(row.subject_id),
            // Who holds a receipt is told no names, and tells none.
            isNamed: actor.person !== null,
          })
        : [];
    });
  }
}

function toConsent(
  key: DataKey,
  row: ConsentRow,
  about: {
    items: Awaited<ReturnType<typeof store.itemsOf>>;
    steps: readonly store.StepRow[];
    mayAnswer: boolean;
    isNamed: boolean;
  },
): CaseConsent {
  const { steps, mayAnswer, isNamed } = about;
  const state = stateOf(row);
  const given = new Set(
    steps.flatMap((step) => (step.state === 'granted' || step.state === 'narrowed' ? step.parts : [])),
  );
  const holds = (part: string) => row.parts.includes(part) && row.state !== 'withdrawn';
  const named = (name: string) => (isNamed ? name : '');
  return {
    id: row.id,
    case: { id: row.subject_id, reference: row.case_ref },
    asks: steps[0]?.organisation ?? '',
    purpose: store.purposeOf(key, row),
    items: about.items
      .map((item) => store.itemOf(key, item))
      .toSorted((a, b) => orderOf(a.part) - orderOf(b.part) || (a.says < b.says ? -1 : 1))
      .map(({ part, says }) => ({
        part,
        kind: kindOf(part),
        says,
        state: state === 'requested' || state === 'expired' ? state : stateOfItem(part),
      })),
    audience: row.audience!,
    label: row.label!,
    attribution: row.attribution!,
    state,
    until: row.until.toISOString(),
    requestedBy: named(steps[0]?.person ?? ''),
    at: row.created_at.toISOString(),
    mayAnswer: mayAnswer && state in answers,
    steps: steps.map((step) => ({
      state: step.state,
      items: ['refused', 'withdrawn'].includes(step.state) ? 0 : step.parts.length,
      by: named(step.person),
      organisation: step.organisation,
      reason: store.reasonOf(key, step),
      at: step.at.toISOString(),
    })),
  };

  function stateOfItem(part: string): 'granted' | 'withdrawn' | 'refused' {
    if (given.has(part)) return holds(part) ? 'granted' : 'withdrawn';
    return row.state === 'withdrawn' ? 'withdrawn' : 'refused';
  }
}

/** What an answer leaves of it, and whether that is less than it was. Nothing becomes more. */
function lessOf(row: ConsentRow, body: CaseConsentGiven) {
  const parts = row.parts.filter((part) => body.parts.includes(part));
  if (parts.length === 0)
    throw malformed(
      'no-item-left',
      'None of its items is named, so nothing changed. Name those you allow, or refuse or withdraw it',
      {},
      [{ path: 'parts', message: 'must name what is allowed' }],
    );
  const terms = {
    parts,
    until: sooner(row.until, body.days),
    audience: body.audience ?? row.audience!,
    label: body.label ?? row.label!,
    attribution: body.attribution ?? row.attribution!,
  };
  if (!scopesOf(terms.label).includes(terms.audience))
    throw malformed(
      'scope-too-wide',
      `TLP:${terms.label} may not go to: ${terms.audience}. Choose a narrower audience or another label`,
      { label: terms.label, scope: terms.audience },
    );
  const wider =
    !scopesWithin(row.audience!).includes(terms.audience) ||
    scopesOf(terms.label).length > scopesOf(row.label!).length ||
    attributions.indexOf(terms.attribution) < attributions.indexOf(row.attribution!);
  if (wider)
    throw malformed(
      'consent-wider',
      'An answer gives what was asked for or less; for more, the CERT asks anew',
    );
  const isLess =
    parts.length < row.parts.length ||
    terms.until < row.until ||
    terms.audience !== row.audience ||
    terms.label !== row.label ||
    terms.attribution !== row.attribution;
  return { terms, isLess };
}

const scopesWithin = (scope: Scope): readonly Scope[] => {
  const all = scopesOf('CLEAR');
  return all.slice(0, all.indexOf(scope) + 1);
};

const beyondAnswer = (bound: 'lesson' | 'name') =>
  conflict(
    `bound-${bound}`,
    bound === 'lesson'
      ? 'Whoever this case is from answered that no lesson from it is published. Ask him to change the answer first'
      : 'Whoever this case is from answered that it is not named. Take the name out, or ask him to change the answer first',
  );

const isOfTheCert = ({ roles }: Actor) => roles.some((role) => role === 'ANA' || role === 'LEAD');

const kindOf = (part: string) => ConsentItemKind.parse(part.split(':')[0]);
const orderOf = (part: string) => ConsentItemKind.options.indexOf(kindOf(part));
const idIn = (part: string, kind: string) =>
  part.startsWith(`${kind}:`) ? part.slice(kind.length + 1) : undefined;

const idsOf = (rows: readonly ConsentRow[]) => rows.map(({ id }) => id);

const subjectsOf = (uses: readonly store.UseRow[]) => [
  ...new Map(uses.map(({ subject_kind: kind, subject_id: id }) => [`${kind} ${id}`, { kind, id }])).values(),
];

const traceOf = ({ id, owner_id, case_ref }: ConsentRow) => ({
  kind: 'consent',
  id,
  name: case_ref,
  owner: owner_id,
});
