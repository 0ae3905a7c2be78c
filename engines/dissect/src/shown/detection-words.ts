import { catalogue } from '../detections/catalogue.ts';
import type { Detection, Words } from '../detections/detection.ts';

type Language = keyof Words;

/** A detection in one language. What comes next is told apart: what the shift does, and what an analyst looks at. */
export interface DetectionWords {
  readonly title: string;
  readonly why: string;
  readonly now: string;
  readonly check: string;
}

/** Made once for each list. */
const byCode = new WeakMap<readonly Detection[], ReadonlyMap<string, Detection>>();

function find(code: string, detections: readonly Detection[]): Detection | undefined {
  let known = byCode.get(detections);
  if (!known) byCode.set(detections, (known = new Map(detections.map((one) => [one.id, one]))));
  return known.get(code);
}

/** Of a code that nobody here has the words of, the code stays. */
export function wordsFor(
  code: string,
  language: Language,
  detections: readonly Detection[] = catalogue,
): DetectionWords {
  const detection = find(code, detections);
  if (!detection) return { title: code, why: '', now: '', check: '' };
  const { title, why, next } = detection;
  return { title: title[language], why: why[language], ...divided(next[language], language) };
}

/** In every language, so that each is found by the words its reader reads. */
export function titlesOf(code: string, detections: readonly Detection[] = catalogue): string[] {
  return Object.values(find(code, detections)?.title ?? {});
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
