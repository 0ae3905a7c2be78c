import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** For tests, which read the files as they stand; the portal has them from `messages/<locale>.ts`. */
export const locales = ['en', 'ru', 'zh'] as const;
type Locale = (typeof locales)[number];
type Words = Record<string, string>;

const folder = join(import.meta.dirname, '../messages');

/** `pages.json`, and one for each protocol. */
export function wordFiles(locale: Locale): { readonly name: string; readonly words: Words }[] {
  const cwd = join(folder, locale);
  return globSync('**/*.json', { cwd })
    .sort()
    .map((name) => ({ name, words: JSON.parse(readFileSync(join(cwd, name), 'utf8')) as Words }));
}

export function wordsOf(locale: Locale): Words {
  return Object.assign({}, ...wordFiles(locale).map(({ words }) => words)) as Words;
}
