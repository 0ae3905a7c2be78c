import { setImmediate } from 'node:timers/promises';

import type { Scope, SearchAnswer, SearchHit, SearchKind, Severity, Tlp } from '@busbar/contract';

import { onBehalfOf, visitor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { cut } from '../../platform/search.ts';
import { marked, snippet } from './passage.ts';
import {
  type DocumentKind,
  entriesById,
  findEntries,
  type Found,
  mostRanked,
  type NewEntry,
  replaceEntries,
  stemsOf,
  takeDue,
  termsNear,
  unknownOf,
  usesOf,
} from './search-store.ts';
import {
  doubtful,
  exactly,
  isRun,
  mistakesBetween,
  mistakesIn,
  queryOf,
  type Sought,
  soughtIn,
  termsOf,
  wordsOf,
} from './words.ts';

export type SearchService = ReturnType<typeof searchService>;

/** One document in one language, as the search has to know it. */
export interface Searched {
  readonly id: string;
  readonly owner: string;
  readonly label: Tlp;
  readonly scope: Scope;
  readonly audience: readonly string[];
  readonly language: string;
  readonly ref: string;
  readonly title: string;
  /** Everything by which it is cited and looked up: its own numbers, CVEs, order numbers. */
  readonly numbers: readonly string[];
  /** Vendors and products. */
  readonly names: readonly string[];
  readonly body: readonly string[];
  readonly at: Date;
}

/** What is known of a vulnerability or an advisory besides what stands in the index. */
export interface Seen {
  readonly id: string;
  readonly publisher: string | null;
  readonly severity: Severity;
  readonly score: number | null;
}

export interface SearchParts {
  readonly database: Database;
  readonly certId: (tx: Db) => Promise<string | undefined>;
  /** The texts of these, as far as the actor may read them; none of what is gone. */
  readonly texts: Record<DocumentKind, (tx: Db, ids: readonly string[]) => Promise<readonly Searched[]>>;
  readonly advisories: (tx: Db, ids: readonly string[]) => Promise<readonly Seen[]>;
  /** Vulnerabilities by the beginning of their number, or by what speaks of them; the newest first. */
  readonly vulnerabilities: (
    tx: Db,
    wanted: {
      readonly ref?: string | undefined;
      readonly documents?: readonly string[] | undefined;
      readonly sources?: readonly string[] | undefined;
      readonly after?: string | undefined;
      readonly limit: number;
    },
  ) => Promise<{ readonly items: readonly Vulnerability[]; readonly next: string | null }>;
}

interface Vulnerability extends Omit<Seen, 'publisher'> {
  readonly ref: string;
  readonly title: string;
  readonly vendors: readonly string[];
  readonly updatedAt: string;
}

interface Question {
  readonly kind?: SearchKind | undefined;
  readonly language?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

const together = 50;
/** Of each kind, where all kinds are asked for. */
const mostOfEach = 5;
/** What so many documents speak of, where all kinds are asked for. */
const mostAsked = 200;
/** Where less is found, a word that is rare in names may be a frequent one mistyped. */
const little = 5;

/** One search over what the CERT has published and what others have; what is one's own has lists of its own. */
export function searchService({ database, certId, texts, advisories, vulnerabilities }: SearchParts) {
  let indexing: Promise<void> = Promise.resolve();

  return {
    async find({ tx, query }: Ask<unknown, Question & { q: string }>): Promise<SearchAnswer> {
      const sought = soughtIn(query.q);
      const words = sought.units.map(({ typed }) => typed);
      if (words.length === 0) return { ...nothing, words };
      const answer = await look(tx, sought, query);
      const count = answer.groups.reduce((sum, group) => sum + group.count, 0);
      const isFirst = !query.after;
      if (count >= little || !isFirst) return { ...answer, words, corrected: null, suggestion: null };
      const better = await correctionsOf(tx, query.q, sought, count > 0);
      if (count > 0) return { ...answer, words, corrected: null, suggestion: better[0] ?? null };
      for (const corrected of better) {
        const instead = await look(tx, soughtIn(corrected), query);
        if (instead.groups.length > 0) return { ...instead, words, corrected, suggestion: null };
      }
      return { ...answer, words, corrected: null, suggestion: null };
    },

    /** Brings words to what has none. Called every second; whoever calls twice waits for the one that runs. */
    async index(): Promise<void> {
      const owner = await database.as(visitor, certId);
      if (!owner) return;
      indexing = indexing.catch(() => {}).then(() => indexAll(owner));
      return indexing;
    },
  };

  async function look(
    tx: Db,
    sought: Sought,
    question: Question,
  ): Promise<Pick<SearchAnswer, 'groups' | 'next'>> {
    const { kind, language, limit } = question;
    const stems = await stemsOf(
      tx,
      sought.units.flatMap(({ begins, whole }) => [...begins, ...whole]),
    );
    const queries = {
      any: queryOf(sought, stems),
      names: queryOf(sought, stems, 'AB'),
      number: sought.number ? exactly(sought.number, 'A') : null,
    };
    const groups: SearchAnswer['groups'] = [];
    let next: string | null = null;
    const documents = async (wanted: DocumentKind) =>
      onePerSubject(await findEntries(tx, wanted, queries), language);

    if (!kind || kind === 'publication') {
      const found = await documents('publication');
      const shown = pageOf(found, question);
      if (found.length > 0)
        groups.push({
          ...countOf(found),
          kind: 'publication',
          items: await publicationHits(tx, shown.items),
        });
      if (kind) next = shown.next;
    }
    const found = kind === 'publication' ? [] : await documents('advisory');
    if (!kind || kind === 'vulnerability') {
      const records = await documents('record');
      const best = Math.max(found[0]?.rank ?? 0, records[0]?.rank ?? 0);
      const speaking = (of: readonly Found[]) =>
        of
          .filter(({ rank }) => rank === best)
          .slice(0, kind ? mostRanked : mostAsked)
          .map(({ subject }) => subject);
      const answer = await vulnerabilities(tx, {
        ...(sought.vulnerability
          ? { ref: sought.vulnerability }
          : { documents: speaking(found), sources: speaking(records) }),
        after: kind && question.after,
        limit: kind ? limit : mostOfEach,
      });
      const items = answer.items.map((one) => vulnerabilityHit(one, sought, stems));
      if (items.length > 0)
        groups.push({
          kind: 'vulnerability',
          count: items.length,
          isMore: answer.next !== null,
          items: items.sort(
            (a, b) => Number(b.ref === sought.vulnerability) - Number(a.ref === sought.vulnerability),
          ),
        });
      if (kind) next = answer.next;
    }
    if (!kind || kind === 'advisory') {
      const shown = pageOf(found, question);
      if (found.length > 0)
        groups.push({ ...countOf(found), kind: 'advisory', items: await advisoryHits(tx, shown.items) });
      if (kind) next = shown.next;
    }
    return { groups, next };

    async function publicationHits(tx: Db, some: readonly Found[]): Promise<SearchHit[]> {
      return hitsOf(tx, 'publication', some, new Map());
    }

    async function advisoryHits(tx: Db, some: readonly Found[]): Promise<SearchHit[]> {
      const seen = await advisories(
        tx,
        some.map(({ subject }) => subject),
      );
      return hitsOf(tx, 'advisory', some, new Map(seen.map((one) => [one.id, one])));
    }

    async function hitsOf(
      tx: Db,
      of: DocumentKind,
      some: readonly Found[],
      seen: ReadonlyMap<string, Seen>,
    ): Promise<SearchHit[]> {
      const entries = await entriesById(
        tx,
        some.map(({ entry }) => entry),
      );
      return some.flatMap(({ entry, subject }): SearchHit[] => {
        const row = entries.get(entry);
        if (!row) return [];
        const { publisher = null, severity = null, score = null } = seen.get(subject) ?? {};
        return [
          {
            kind: of,
            id: subject,
            ref: row.ref,
            title: marked(row.title, sought, stems),
            snippet: snippet(row.text, sought, stems),
            publisher,
            label: row.label,
            severity,
            score,
            at: row.newest_at.toISOString(),
          },
        ];
      });
    }
  }

  /**
   * What was probably meant: each word that begins no public name is exchanged for the nearest that is one, the more
   * frequent first. With `rare`, words are exchanged for frequent ones only. Where characters follow one another without
   * spaces, each three that are unknown may be the ones that are wrong.
   */
  async function correctionsOf(tx: Db, typed: string, sought: Sought, rare: boolean): Promise<string[]> {
    const words = doubtful(sought);
    const suspects = rare ? words : await unknownOf(tx, words);
    const exchanged = new Map<string, string>();
    for (const word of suspects.slice(0, mostSuspects)) {
      const better = await nearest(tx, word, rare);
      if (better !== undefined) exchanged.set(word, better);
    }
    const whole = typed.normalize('NFKC');
    const corrected = whole.replace(
      /[\p{L}\p{M}]+/gu,
      (each) => exchanged.get(each.toLowerCase().replaceAll('ё', 'е')) ?? each,
    );
    const inRuns = [...exchanged].filter(([word]) => isRun(word));
    const ways = inRuns.map(([word, better]) => corrected.replace(word, better));
    return [...new Set([...ways, corrected])].filter((way) => way !== whole).slice(0, mostTries);
  }

  async function nearest(tx: Db, word: string, rare: boolean): Promise<string | undefined> {
    const most = mistakesIn(word);
    const near = (await termsNear(tx, word))
      .map((term) => ({ term, mistakes: mistakesBetween(word, term, most) }))
      .filter(({ term, mistakes }) => mistakes <= most && term !== word)
      // Few begin a word with the wrong letter.
      .sort(
        (a, b) => a.mistakes - b.mistakes || Number(b.term[0] === word[0]) - Number(a.term[0] === word[0]),
      )
      .slice(0, 20);
    if (near.length === 0) return undefined;
    const uses = await usesOf(tx, [word, ...near.map(({ term }) => term)]);
    const least = rare ? Math.max(little, rareUses * (uses.get(word) ?? 0)) : 1;
    const weighed = near
      .map(({ term, mistakes }) => ({ term, mistakes, uses: uses.get(term) ?? 0 }))
      .filter((one) => one.uses >= least)
      .sort((a, b) => a.mistakes - b.mistakes || b.uses - a.uses);
    return weighed[0]?.term;
  }

  async function indexAll(owner: string): Promise<void> {
    while (await indexSome(owner)) await setImmediate();
  }

  /** In one transaction: the words are there, and what was due is not due any more. */
  async function indexSome(owner: string): Promise<boolean> {
    const asCert = (person: string | null) => onBehalfOf(owner, person, ['ANA']);
    return database.as(asCert(null), async (tx) => {
      const due = await takeDue(tx, together);
      const groups = Map.groupBy(due, ({ kind, person }) => `${kind} ${person ?? ''}`);
      for (const [first, ...others] of groups.values()) {
        const { kind, person } = first!;
        const ids = [...new Set([first!, ...others].map(({ subject }) => subject))];
        await database.become(tx, asCert(person));
        const entries = (await texts[kind](tx, ids)).map(entryOf);
        await replaceEntries(tx, kind, ids, entries);
      }
      return due.length > 0;
    });
  }
}

const nothing = { groups: [], next: null, corrected: null, suggestion: null };

const mostSuspects = 12;
const mostTries = 4;

/** A word is taken for another mistyped when that one has so many times its uses. */
const rareUses = 20;

/** A document in several languages is found once: where it is found best, and then as the reader reads. */
function onePerSubject(found: readonly Found[], language: string | undefined): Found[] {
  const best = new Map<string, Found>();
  for (const one of found) {
    const known = best.get(one.subject);
    if (!known) best.set(one.subject, one);
    else if (one.rank === known.rank && one.language === language && known.language !== language)
      best.set(one.subject, one);
  }
  return [...best.values()];
}

const countOf = ({ length }: readonly Found[]) => ({ count: length, isMore: length >= mostRanked });

/** Of what was ranked; the ranking is made anew for each page, so a place in it is all there is to remember. */
function pageOf(found: readonly Found[], { kind, after, limit }: Question) {
  if (!kind) return { items: found.slice(0, mostOfEach), next: null };
  const start = /^\d{1,4}$/.test(after ?? '') ? Number(after) : 0;
  const end = start + limit;
  return { items: found.slice(start, end), next: end < found.length ? String(end) : null };
}

function vulnerabilityHit(
  { id, ref, title, vendors, severity, score, updatedAt }: Vulnerability,
  sought: Sought,
  stems: ReadonlyMap<string, string>,
): SearchHit {
  return {
    kind: 'vulnerability',
    id,
    ref,
    title: marked(title, sought, stems),
    snippet: marked(vendors.join(' · '), sought, stems),
    publisher: null,
    label: null,
    severity,
    score,
    at: updatedAt,
  };
}

const mostNumbers = 2000;
const mostNames = 1500;
const mostBody = 4000;
const mostTerms = 60;
/** Bytes. What stands farther down is found, and not shown in its place. */
const mostShown = 8000;

function entryOf(one: Searched): NewEntry {
  const named = [one.title, ...one.names];
  return {
    subject: one.id,
    owner: one.owner,
    label: one.label,
    scope: one.scope,
    audience: one.audience,
    language: one.language,
    ref: one.ref,
    title: one.title,
    text: cut(one.body.join('\n').replace(/\s+/g, ' ').trim(), mostShown),
    at: one.at,
    words: {
      numbers: wordsOf([one.ref, ...one.numbers], mostNumbers),
      names: wordsOf(named, mostNames),
      body: wordsOf(one.body, mostBody),
    },
    terms: termsOf(named, mostTerms),
  };
}
