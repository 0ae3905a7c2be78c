import type { Db } from '../../platform/database.ts';
import { termsNear, unknownOf, usesOf } from './search-store.ts';
import { doubtful, isRun, mistakesBetween, mistakesIn, type Sought } from './words.ts';

const mostSuspects = 12;
const mostTries = 4;
const mostNear = 20;
/** What is rare in names may be a frequent word mistyped: one with so many uses, and so many times its uses. */
const frequent = { uses: 5, times: 20 };

/**
 * What was probably meant: each word that begins no public name is exchanged for the nearest that is one, the more
 * frequent first. With `rare`, words are exchanged for frequent ones only. Where characters follow one another without
 * spaces, each three that are unknown may be the ones that are wrong.
 */
export async function correctionsOf(tx: Db, typed: string, sought: Sought, rare: boolean): Promise<string[]> {
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
    .sort((a, b) => a.mistakes - b.mistakes || Number(b.term[0] === word[0]) - Number(a.term[0] === word[0]))
    .slice(0, mostNear);
  if (near.length === 0) return undefined;
  const uses = await usesOf(tx, [word, ...near.map(({ term }) => term)]);
  const least = rare ? Math.max(frequent.uses, frequent.times * (uses.get(word) ?? 0)) : 1;
  const weighed = near
    .map(({ term, mistakes }) => ({ term, mistakes, uses: uses.get(term) ?? 0 }))
    .filter((one) => one.uses >= least)
    .sort((a, b) => a.mistakes - b.mistakes || b.uses - a.uses);
  return weighed[0]?.term;
}
