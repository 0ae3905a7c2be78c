import { setImmediate } from 'node:timers/promises';

import type { Scope, Tlp } from '@busbar/contract';

import { onBehalfOf, visitor } from '../../platform/actor.ts';
import type { Database, Db } from '../../platform/database.ts';
import { cut } from '../../platform/search.ts';
import { type DocumentKind, type NewEntry, replaceEntries, takeDue } from './search-store.ts';
import { termsOf, wordsOf } from './words.ts';

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

export interface IndexParts {
  readonly database: Database;
  readonly certId: (tx: Db) => Promise<string | undefined>;
  /** The texts of these, as far as the actor may read them; none of what is gone. */
  readonly texts: Record<DocumentKind, (tx: Db, ids: readonly string[]) => Promise<readonly Searched[]>>;
}

const together = 50;

/** Brings words to what has none. Whoever calls it twice waits for the one that runs. */
export function indexer({ database, certId, texts }: IndexParts): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  return async () => {
    const owner = await database.as(visitor, certId);
    if (!owner) return;
    running = running.catch(() => {}).then(() => indexAll(owner));
    return running;
  };

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

/** In bytes of the index; names and text have their stems beside them. */
const room = { numbers: 150_000, names: 120_000, body: 240_000 };
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
    text: beginningOf(one.body),
    at: one.at,
    words: {
      numbers: wordsOf([one.ref, ...one.numbers], room.numbers),
      names: wordsOf(named, room.names),
      body: wordsOf(one.body, room.body),
    },
    terms: termsOf(named, mostTerms),
  };
}

function beginningOf(texts: readonly string[]): string {
  let text = '';
  for (const more of texts) {
    if (text.length > mostShown) break;
    text += `${more.slice(0, mostShown)} `;
  }
  return cut(text.replace(/\s+/g, ' ').trim(), mostShown);
}
