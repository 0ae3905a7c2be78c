import { z } from 'zod';

import {
  type PieceTranslation,
  PieceWords,
  type ReportDocument,
  type ReportFlaw,
  ReportPiece,
  ReportState,
} from './investigations.ts';
import { passage } from './cases.ts';
import { Language } from './people.ts';
import { route } from './route.ts';
import { factsNamedIn, unsupportedIn } from './sentences.ts';
import { ById, Id, Instant, Tlp } from './words.ts';

/** A piece in one edition: translated, or in the words of its author where no translation is. */
export interface EditionPiece extends PieceWords {
  /** In which these words are. */
  readonly language: Language;
  /** It is shown as it was written because the edition has no translation of it. */
  readonly isOriginal: boolean;
}

/** A report in one language. Numbers, references and evidence are those of the document, whatever the language. */
export interface ReportEdition {
  readonly language: Language;
  readonly title: EditionPiece;
  readonly sections: readonly EditionPiece[];
  readonly facts: readonly (EditionPiece & Pick<ReportDocument['facts'][number], 'number' | 'evidence'>)[];
  readonly recommendations: readonly (EditionPiece &
    Pick<ReportDocument['recommendations'][number], 'number' | 'effort' | 'effect'>)[];
  /** So many pieces are not in its language. */
  readonly untranslated: number;
  readonly pieces: number;
}

/** What is to be translated, in the order of the report, in the language it was written in. */
export function piecesOf(document: ReportDocument): PieceTranslation[] {
  const { language, title, sections, facts, recommendations } = document;
  return [
    { piece: 'title', number: 0, language, heading: title, text: '', note: '' },
    ...sections.map(({ number = 0, heading, text }) => ({
      piece: 'section' as const,
      number,
      language,
      heading,
      text,
      note: '',
    })),
    ...recommendations.map((one) => ({
      piece: 'recommendation' as const,
      number: one.number,
      language: one.language ?? language,
      heading: one.title,
      text: one.because,
      note: one.effectNote,
    })),
    ...facts.map((one) => ({
      piece: 'fact' as const,
      number: one.number,
      language: one.language ?? language,
      heading: '',
      text: one.says,
      note: '',
    })),
  ];
}

export const sameWords = (a: PieceWords, b: PieceWords): boolean =>
  a.heading === b.heading && a.text === b.text && a.note === b.note;

const keyOf = ({ piece, number }: Pick<PieceTranslation, 'piece' | 'number'>) => `${piece} ${number}`;

export function editionOf(document: ReportDocument, language: Language): ReportEdition {
  const translated = new Map(
    document.translations.filter((one) => one.language === language).map((one) => [keyOf(one), one]),
  );
  const pieces = piecesOf(document).map((original) => {
    const {
      heading,
      text,
      note,
      language: shown,
    } = original.language === language ? original : (translated.get(keyOf(original)) ?? original);
    return {
      piece: original.piece,
      is: { heading, text, note, language: shown, isOriginal: shown !== language },
    };
  });
  const all = (piece: ReportPiece) => pieces.filter((one) => one.piece === piece).map(({ is }) => is);
  const [recommended, stated] = [all('recommendation'), all('fact')];
  return {
    language,
    title: all('title')[0]!,
    sections: all('section'),
    facts: document.facts.map(({ number, evidence }, at) => ({ ...stated[at]!, number, evidence })),
    recommendations: document.recommendations.map(({ number, effort, effect }, at) => ({
      ...recommended[at]!,
      number,
      effort,
      effect,
    })),
    untranslated: pieces.filter(({ is }) => is.isOriginal).length,
    pieces: pieces.length,
  };
}

/** A translation is as objective as its original: each sentence names a fact, and all together name the same ones. */
export function flawsOfTranslations(document: ReportDocument): ReportFlaw[] {
  const originals = new Map(piecesOf(document).map((one) => [keyOf(one), one]));
  const places = new Map(document.sections.map(({ number }, at) => [number, at]));
  return document.translations.flatMap((one): ReportFlaw[] => {
    const original = originals.get(keyOf(one));
    if (!original || (one.piece !== 'section' && one.piece !== 'recommendation')) return [];
    const where = {
      language: one.language,
      ...(one.piece === 'section' ? { section: places.get(one.number)! } : { recommendation: one.number }),
    };
    return flawsOfTranslation(original.text, one.text).map((flaw) => ({ ...flaw, ...where }));
  });
}

export function flawsOfTranslation(original: string, text: string): ReportFlaw[] {
  const [before, now] = [new Set(factsNamedIn(original)), new Set(factsNamedIn(text))];
  return [
    ...unsupportedIn(text).map((sentence) => ({ kind: 'unsupported' as const, sentence })),
    ...[...new Set([...before, ...now])]
      .filter((fact) => !before.has(fact) || !now.has(fact))
      .map((fact) => ({ kind: 'otherFacts' as const, fact })),
  ];
}

const team = 'triage and move cases';

/** A piece of the report that is being written, and how it stands in one other language. */
export const TranslatedPiece = z.object({
  piece: ReportPiece,
  number: z.number().int(),
  language: Language.describe('In which it was written'),
  original: PieceWords,
  source: z
    .string()
    .describe('SHA-256 of the original, hexadecimal: what a translation says it was made from'),
  translation: PieceWords.extend({
    revision: z.number().int(),
    by: z.string(),
    at: Instant,
    version: z.number().int().describe('Of the report, when it was translated'),
    isStale: z.boolean().describe('The original has other words by now; the edition shows the original'),
    from: PieceWords.describe('What the original said then'),
  }).nullable(),
});
export type TranslatedPiece = z.infer<typeof TranslatedPiece>;

const ByLanguage = ById.extend({ language: Language });

export const reportTranslationApi = {
  list: route({
    method: 'GET',
    path: '/api/cases/:id/report/translations/:language',
    summary: 'Read the newest report piece by piece, each beside its translation',
    action: team,
    records: 'report translation read',
    params: ByLanguage,
    reply: z.object({
      case: z.object({ id: Id, reference: z.string(), label: Tlp, owner: z.string() }),
      title: z.string(),
      version: z.number().int(),
      state: ReportState.describe('Translated is what is a draft'),
      items: z.array(TranslatedPiece).describe('Those that were written in another language'),
    }),
  }),
  save: route({
    method: 'PUT',
    path: '/api/cases/:id/report/translations/:language',
    summary: 'Translate a piece of the report beside its original; nothing at all takes the translation away',
    action: team,
    records: 'report translation saved',
    params: ByLanguage,
    body: z.object({
      piece: ReportPiece,
      number: z.number().int().min(0).max(9999),
      source: z.string().regex(/^[0-9a-f]{64}$/),
      revision: z.number().int().min(0).describe('Of the translation that was read; 0 for none'),
      heading: passage(400).refine((text) => !text.includes('\n'), 'must be one line'),
      text: passage(40_000),
      note: passage(1000),
    }),
    reply: TranslatedPiece,
  }),
};
