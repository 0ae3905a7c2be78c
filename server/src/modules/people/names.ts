import { Problem } from '../../platform/problem.ts';

/**
 * Letters of other alphabets, and signs, that look like a Latin letter. The common ones, after Unicode Technical
 * Standard #39 (confusables); compatibility forms such as full width are undone by NFKC before.
 */
const lookalikes = new Map(
  [
    ['a', 'аαɑ'],
    ['b', 'вьƅ'],
    ['c', 'сϲ'],
    ['d', 'ԁɗ'],
    ['e', 'еєҽ'],
    ['f', 'ƒ'],
    ['g', 'ɡց'],
    ['h', 'нһ'],
    ['i', 'іιıɩӏl1|!'],
    ['j', 'јϳ'],
    ['k', 'кκ'],
    ['m', 'м'],
    ['n', 'ոռ'],
    ['o', 'оοσօ0'],
    ['p', 'рρ'],
    ['q', 'ԛգ'],
    ['r', 'гᴦ'],
    ['s', 'ѕꜱ5$'],
    ['t', 'тτ'],
    ['u', 'υս'],
    ['v', 'ѵν'],
    ['w', 'ԝ'],
    ['x', 'хχ'],
    ['y', 'уүγ'],
    ['z', 'ᴢ'],
  ].flatMap(([latin, others]) => Array.from(others!, (other) => [other, latin!] as const)),
);

/** What a name looks like: two names with one skeleton are taken for one another. */
export function skeleton(name: string): string {
  const bare = name.normalize('NFKD').replaceAll(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '');
  return Array.from(bare.toLowerCase(), (letter) => lookalikes.get(letter) ?? letter)
    .join('')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** Refuses a name that readers would take for one of `known`. */
export function refuseConfusable(name: string, known: readonly string[], path: string): void {
  const looks = skeleton(name);
  const taken = known.find((other) => skeleton(other) === looks);
  if (taken === undefined) return;
  throw new Problem(
    409,
    'name-confusable',
    `This name can be taken for ${taken}. Add something that tells them apart, such as a place or a middle name`,
    { taken },
    [{ path, message: `can be taken for ${taken}` }],
  );
}
