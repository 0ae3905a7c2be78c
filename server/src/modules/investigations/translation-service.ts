import { createHash, randomUUID } from 'node:crypto';

import {
  piecesOf,
  type PieceTranslation,
  type PieceWords,
  type reportTranslationApi,
  type Route,
  sameWords,
  type TranslatedPiece,
} from '@busbar/contract';

import type { Ask } from '../../platform/http.ts';
import type { DataKey } from '../../platform/keys.ts';
import { conflict, malformed, notFound } from '../../platform/problem.ts';
import { type CaseDoor, traceOfCase } from '../cases/opened-case-service.ts';
import type { InvestigationService } from './investigation-service.ts';
import * as store from './investigation-store.ts';
import type { TranslationRow } from './investigation-store.ts';

type AskOf<Name extends keyof typeof reportTranslationApi> =
  (typeof reportTranslationApi)[Name] extends Route<infer Params, infer Query, infer Body>
    ? Ask<Params, Query, Body>
    : never;

export interface TranslationParts {
  readonly cases: Pick<CaseDoor, 'open'>;
  readonly investigations: Pick<InvestigationService, 'newest'>;
}

export type TranslationService = ReturnType<typeof translationService>;

/** A translation is at most so much longer than its original; Chinese becomes three times as long in Russian. */
const mostTimes = 6;
const mostMore = 400;

/** What people wrote in a report, beside it in other languages. The original is never touched. */
export function translationService({ cases, investigations }: TranslationParts) {
  return {
    async list({ tx, params: { id, language }, trail }: AskOf<'list'>) {
      const room = await cases.open(tx, id);
      const { row, document } = (await investigations.newest(tx, room)) ?? noReport();
      trail.on({ ...traceOfCase(room), details: { version: row.version, language } });
      const rows = new Map(
        (await store.translationsOf(tx, room.id, { language })).map((one) => [keyOf(one), one]),
      );
      return {
        case: { id: room.id, reference: room.reference, label: room.label, owner: room.owner },
        title: document.title,
        version: row.version,
        state: row.state,
        items: piecesOf(document)
          .filter((piece) => piece.language !== language)
          .map((piece) => toPiece(room.key, piece, rows.get(keyOf(piece)))),
      };
    },

    async save({ tx, actor, params: { id, language }, body, trail }: AskOf<'save'>) {
      const room = await cases.open(tx, id);
      // Held: what is being checked is not changed under the eyes of the checker.
      const { row: report, document } = (await investigations.newest(tx, room)) ?? noReport();
      if (report.state !== 'draft')
        throw conflict('report-closed', `The report is ${report.state} by now. Look at it again`, {
          state: report.state,
        });
      const { piece, number, revision, source, ...words } = body;
      const original = piecesOf(document).find((one) => keyOf(one) === keyOf(body)) ?? noReport('piece');
      if (original.language === language)
        throw malformed('written-in-it', 'It was written in this language; there is nothing to translate');
      const from = wordsOf(original);
      if (digestOf(from) !== source)
        throw conflict(
          'original-changed',
          'The original changed meanwhile. Keep your text, reload the page and translate what it says now',
        );
      const [before] = await store.translationsOf(tx, room.id, { language, piece, number });
      if ((before?.revision ?? 0) !== revision)
        throw conflict(
          'changed-meanwhile',
          'Somebody else changed this meanwhile. Keep your text, reload the page and put it in',
        );
      trail.on({ ...traceOfCase(room), details: { version: report.version, language, piece, number } });
      if (Object.values(words).every((one) => one === '')) {
        if (before) await store.removeTranslation(tx, before.id);
        return toPiece(room.key, original, undefined);
      }
      refuseOthers(from, words);
      const rowId = before?.id ?? randomUUID();
      // Whoever writes now stands last.
      const hands = new Map(before?.authors.map((one, at) => [one, before.names[at]!]));
      hands.delete(actor.person!);
      hands.set(actor.person!, actor.name);
      const row = await store.putTranslation(
        tx,
        {
          id: rowId,
          case_id: room.id,
          piece,
          number,
          language,
          version: report.version,
          sealed: store.translationContent.seal(room.key, rowId, { ...words, from }),
          authors: [...hands.keys()],
          names: [...hands.values()],
        },
        before,
      );
      return toPiece(room.key, original, row);
    },
  };
}

const fields = ['heading', 'text', 'note'] as const;

/** A translation has words where the original has some, nowhere else, and about as many. */
function refuseOthers(original: PieceWords, words: PieceWords): void {
  const wrong = fields.flatMap((path) => {
    const [before, now] = [original[path].length, words[path].length];
    if (before > 0 && now === 0) return [{ path, message: 'must be translated, too' }];
    if (before === 0 && now > 0) return [{ path, message: 'must be empty: the original says nothing here' }];
    const most = before * mostTimes + mostMore;
    return now > most ? [{ path, message: `must be ${most} characters at most` }] : [];
  });
  if (wrong.length > 0)
    throw malformed('translation-unlike', 'A translation says what the original says', {}, wrong);
}

const keyOf = ({ piece, number }: Pick<PieceTranslation, 'piece' | 'number'>) => `${piece} ${number}`;

const wordsOf = ({ heading, text, note }: PieceWords): PieceWords => ({ heading, text, note });

const digestOf = (words: PieceWords) => createHash('sha256').update(JSON.stringify(words)).digest('hex');

function toPiece(
  key: DataKey,
  { piece, number, language, ...words }: PieceTranslation,
  row: TranslationRow | undefined,
): TranslatedPiece {
  const original = wordsOf(words);
  const content = row && store.translationContent.open(key, row);
  return {
    piece,
    number,
    language,
    original,
    source: digestOf(original),
    translation:
      row && content
        ? {
            ...wordsOf(content),
            revision: row.revision,
            by: row.names.at(-1)!,
            at: row.at.toISOString(),
            version: row.version,
            isStale: !sameWords(content.from, original),
            from: content.from,
          }
        : null,
  };
}

function noReport(what = 'report'): never {
  throw notFound(what);
}
