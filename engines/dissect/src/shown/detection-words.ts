import { catalogue } from '../detections/catalogue.ts';
import type { Words } from '../detections/detection.ts';

type Language = keyof Words;

/** A detection in one language. What comes next is told apart: what the shift does, and what an analyst looks at. */
export interface DetectionWords {
  readonly title: string;
  readonly why: string;
  readonly now: string;
  readonly check: string;
}

const byCode = new Map(catalogue.map((detection) => [detection.id, detection]));

/** Of a code that an engine of another version told, the code stays. */
export function wordsFor(code: string, language: Language): DetectionWords {
  const detection = byCode.get(code);
  if (!detection) return { title: code, why: '', now: '', check: '' };
  const { title, why, next } = detection;
  return { title: title[language], why: why[language], ...divided(next[language], language) };
}

/** In every language, so that each is found by the words its reader reads. */
export function titlesOf(code: string): string[] {
  return Object.values(byCode.get(code)?.title ?? {});
}

/** Where the catalogue turns from the shift to the analyst: a sentence, in Chinese also a clause, that begins with him. */
const analyst: Record<Language, RegExp> = {
  en: /(?<=^|[.!?] )An analyst\b/,
  ru: /(?<=^|[.!?] )(?:Аналитик |[^.!?]*, аналитик )/,
  zh: /(?<=^|[。；！？])分析人员/,
};

function divided(next: string, language: Language): { now: string; check: string } {
  const at = next.search(analyst[language]);
  if (at < 0) return { now: next, check: '' };
  return { now: next.slice(0, at).trim().replace(/；$/, '。'), check: next.slice(at) };
}
