/** What people who must type twelve characters type first. Compared after `plain`, so each stands for its variants. */
const common = [
  'password',
  'passwort',
  'passphrase',
  'qwerty',
  'qwertz',
  'azerty',
  'asdfgh',
  'zxcvbn',
  'yxcvbn',
  'iloveyou',
  'letmein',
  'welcome',
  'willkommen',
  'changeme',
  'secret',
  'administrator',
  'admin',
  'root',
  'master',
  'monkey',
  'dragon',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'superman',
  'trustno',
  'login',
  'access',
  'default',
  'correcthorsebatterystaple',
  'spring',
  'summer',
  'autumn',
  'winter',
  'january',
  'december',
  'busbar',
  'siemens',
  'simatic',
  'rockwell',
  'schneider',
  'scada',
];
const runs = [
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
  'qwertzuiopasdfghjklyxcvbnm',
  'azertyuiopqsdfghjklmwxcvbn',
  '01234567890123456789',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '1q2w3e4r5t6y7u8i9o0p',
  'йцукенгшщзхъфывапролджэячсмитьбю',
];

/**
 * Is this among the first that an attacker tries: a common word dressed up with digits, a run along the keyboard, one
 * piece repeated, or what stands beside it on the form (`about`: name, address, organisation)?
 */
export function isCommonPassword(password: string, about: readonly string[] = []): boolean {
  const whole = password.toLowerCase();
  const word = plain(password);
  const near = about
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .filter(({ length }) => length > 3);
  let rest = word;
  for (const piece of [...common, ...near.map(plain)]) rest = rest.replaceAll(piece, '');
  // Little is left once the words everybody knows are taken out.
  const dressed = rest.length < 4 && rest.length < word.length;
  return dressed || /^\d+$/.test(whole) || new Set(whole).size < 5 || isRepeated(whole) || isRun(whole);
}

/** Without the digits and signs around it, and with the usual replacements undone. */
function plain(text: string): string {
  const letters: Record<string, string> = {
    '0': 'o',
    '1': 'i',
    '3': 'e',
    '4': 'a',
    '5': 's',
    '7': 't',
    '@': 'a',
    $: 's',
    '!': 'i',
  };
  return text
    .toLowerCase()
    .replaceAll(/^[\d\P{L}]+|[\d\P{L}]+$/gu, '')
    .replaceAll(/[0-9@$!]/g, (sign) => letters[sign] ?? '')
    .replaceAll(/\P{L}/gu, '');
}

function isRepeated(text: string): boolean {
  return /^(.{1,6})\1+(.{0,5})$/su.test(text);
}

function isRun(text: string): boolean {
  const both = runs.flatMap((run) => [run, Array.from(run).toReversed().join('')]);
  let covered = 0;
  for (let at = 0; at + 4 <= text.length;) {
    let length = 4;
    const follows = (piece: string) => both.some((run) => run.includes(piece));
    if (!follows(text.slice(at, at + length))) {
      at++;
      continue;
    }
    while (at + length < text.length && follows(text.slice(at, at + length + 1))) length++;
    covered += length;
    at += length;
  }
  return text.length - covered < 4;
}
