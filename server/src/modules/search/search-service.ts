import type { SearchAnswer, SearchHit, SearchKind, Severity } from '@busbar/contract';

import type { Db } from '../../platform/database.ts';
import type { Ask } from '../../platform/http.ts';
import { correctionsOf } from './corrections.ts';
import { indexer, type IndexParts } from './indexing.ts';
import { marked, snippet } from './passage.ts';
import {
  type DocumentKind,
  entriesById,
  findEntries,
  type Found,
  mostRanked,
  stemsOf,
} from './search-store.ts';
import { exactly, queryOf, type Sought, soughtIn } from './words.ts';

export type SearchService = ReturnType<typeof searchService>;

/** What a document says of itself besides what stands in the index. */
export interface Seen {
  readonly id: string;
  readonly publisher?: string;
  readonly severity?: Severity;
  readonly score?: number | null;
}

export interface SearchParts extends IndexParts {
  /** Those of them that the reader may read now: what is found is shown when its own policies show it, too. */
  readonly readable: Record<
    'publication' | 'advisory',
    (tx: Db, ids: readonly string[]) => Promise<readonly Seen[]>
  >;
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

interface Vulnerability {
  readonly id: string;
  readonly ref: string;
  readonly title: string;
  readonly vendors: readonly string[];
  readonly severity: Severity;
  readonly score: number | null;
  readonly updatedAt: string;
}

interface Question {
  readonly kind?: SearchKind | undefined;
  readonly language?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

interface Asked {
  readonly sought: Sought;
  readonly stems: ReadonlyMap<string, string>;
  readonly question: Question;
}

type Group = SearchAnswer['groups'][number] & { readonly next: string | null };

/** Of each kind, where all kinds are asked for. */
const mostOfEach = 5;
/** What so many documents speak of, where all kinds are asked for. */
const mostAsked = 200;
/** Where less is found, something may be mistyped. */
const little = 5;

/** One search over what the CERT has published and what others have; what is one's own has lists of its own. */
export function searchService({ readable, vulnerabilities, ...parts }: SearchParts) {
  return {
    async find({ tx, query }: Ask<unknown, Question & { q: string }>): Promise<SearchAnswer> {
      const sought = soughtIn(query.q);
      const words = sought.units.map(({ typed }) => typed);
      const asTyped = { words, corrected: null, suggestion: null };
      if (words.length === 0) return { ...asTyped, groups: [], next: null };
      const answer = await look(tx, sought, query);
      const count = answer.groups.reduce((sum, group) => sum + group.count, 0);
      if (count >= little || query.after) return { ...asTyped, ...answer };
      const better = await correctionsOf(tx, query.q, sought, count > 0);
      if (count > 0) return { ...asTyped, ...answer, suggestion: better[0] ?? null };
      for (const corrected of better) {
        const instead = await look(tx, soughtIn(corrected), query);
        if (instead.groups.length > 0) return { ...asTyped, ...instead, corrected };
      }
      return { ...asTyped, ...answer };
    },

    index: indexer(parts),
  };

  async function look(
    tx: Db,
    sought: Sought,
    question: Question,
  ): Promise<Pick<SearchAnswer, 'groups' | 'next'>> {
    const { kind, language } = question;
    const stems = await stemsOf(
      tx,
      sought.units.flatMap(({ begins, whole }) => [...begins, ...whole]),
    );
    const asked: Asked = { sought, stems, question };
    const queries = {
      any: queryOf(sought, stems),
      names: queryOf(sought, stems, 'AB'),
      number: sought.number ? exactly(sought.number, 'A') : null,
    };
    const wants = (one: SearchKind) => !kind || kind === one;
    const found = async (of: DocumentKind) => onePerSubject(await findEntries(tx, of, queries), language);
    const published = wants('publication') ? await found('publication') : [];
    const library = kind === 'publication' ? [] : await found('advisory');
    const records = wants('vulnerability') ? await found('record') : [];
    const groups = [
      ...(wants('publication') ? [await documentGroup(tx, asked, 'publication', published)] : []),
      ...(wants('vulnerability') ? [await vulnerabilityGroup(tx, asked, library, records)] : []),
      ...(wants('advisory') ? [await documentGroup(tx, asked, 'advisory', library)] : []),
    ].filter(({ items }) => items.length > 0);
    return {
      groups: groups.map(({ next: _, ...group }) => group),
      next: kind ? (groups[0]?.next ?? null) : null,
    };
  }

  async function documentGroup(
    tx: Db,
    { sought, stems, question }: Asked,
    kind: 'publication' | 'advisory',
    found: readonly Found[],
  ): Promise<Group> {
    const { items: shown, next } = pageOf(found, question);
    const entries = await entriesById(
      tx,
      shown.map(({ entry }) => entry),
    );
    const ids = shown.map(({ subject }) => subject);
    const seen = new Map((await readable[kind](tx, ids)).map((one) => [one.id, one]));
    const items = shown.flatMap(({ entry, subject }): SearchHit[] => {
      const row = entries.get(entry);
      const document = seen.get(subject);
      if (!row || !document) return [];
      const { publisher = null, severity = null, score = null } = document;
      return [
        {
          kind,
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
    return { kind, count: found.length, isMore: found.length >= mostRanked, items, next };
  }

  /** By their number; else those that the best of what was found speaks of. */
  async function vulnerabilityGroup(
    tx: Db,
    { sought, stems, question: { kind, after, limit } }: Asked,
    library: readonly Found[],
    records: readonly Found[],
  ): Promise<Group> {
    const best = Math.max(library[0]?.rank ?? 0, records[0]?.rank ?? 0);
    const speaking = (found: readonly Found[]) =>
      found
        .filter(({ rank }) => rank === best)
        .slice(0, kind ? mostRanked : mostAsked)
        .map(({ subject }) => subject);
    const ref = sought.vulnerability;
    const { items, next } = await vulnerabilities(tx, {
      ...(ref ? { ref } : { documents: speaking(library), sources: speaking(records) }),
      after: kind && after,
      limit: kind ? limit : mostOfEach,
    });
    return {
      kind: 'vulnerability',
      count: items.length,
      isMore: next !== null,
      items: items
        .toSorted((a, b) => Number(b.ref === ref) - Number(a.ref === ref))
        .map((one) => vulnerabilityHit(one, sought, stems)),
      next,
    };
  }
}

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
