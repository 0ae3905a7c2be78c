/**
 * What in a text looks like a password: a word that announces one with what stands behind it, a sign-in inside an
 * address, or a private key. It finds what people paste from notes and configurations; it does not find a password that
 * nothing announces. Places are those of `text.slice(from, to)`: the secret alone, without what announces it.
 */
export function secretsIn(text: string): { from: number; to: number }[] {
  const found = announcing.flatMap((pattern) =>
    [...text.matchAll(pattern)].map(({ indices }) => {
      const [from, to] = indices!.groups!['secret']!;
      return { from, to };
    }),
  );
  return found
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .filter(({ from }, at, all) => at === 0 || !all.slice(0, at).some((before) => before.to > from));
}

/** The same text with each of them taken out. */
export function withoutSecrets(text: string): string {
  let [kept, at] = ['', 0];
  for (const { from, to } of secretsIn(text)) {
    kept += `${text.slice(at, from)}[…]`;
    at = to;
  }
  return kept + text.slice(at);
}

const word =
  'pass(?:word|wd|phrase|code)?|pwd|pw|passwort|kennwort|secret|api[ _-]?key|token|pin|парол[ьяей]{1,2}|пин(?:-?код)?|密码|口令|密碼';

/** Every repetition is bounded, so that no text takes longer than its length. */
const announcing = [
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${word})(?: {0,3}(?:is|ist|это|–))?\\s{0,3}[:=：是]\\s{0,3}(?!\\[…\\])(?<secret>[^\\s,;]{3,200})`,
    'dgiu',
  ),
  /(?<![\p{L}\p{N}])[a-z][a-z+.-]{1,15}:\/\/[^\s:/@]{1,80}:(?!\[…\])(?<secret>[^\s@/]{1,200})@/dgiu,
  /(?<secret>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]{0,8000}?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$))/dgu,
];
