/**
 * Undoes what exports do to text, for comparing only: people are always shown the original.
 *
 * UTF-8 that was read as Windows-1252 ("GeutebrÃ¼ck"), no-break and zero-width blanks, typographic
 * dashes and comparison signs, full-width characters, and blanks at the ends.
 */
export function repair(text: string): string {
  const readable = mojibake.test(text) ? text.replace(mojibakeRun, decodeTwice) : text;
  return (
    readable
      .toWellFormed()
      .replace(/[\u200B-\u200D\u2060\uFEFF\u00AD]/g, '')
      .replace(/[\u2010-\u2015\u2212]/g, '-')
      // Full-width, as Chinese and Japanese keyboards write: letters, digits, brackets, signs.
      .replace(/[\uFF01-\uFF5E]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
      .replaceAll('≤', '<=')
      .replaceAll('≥', '>=')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

const mojibake = /[\u00C2-\u00F4][\u0080-\u00BF\u0152-\u2122]/;
const mojibakeRun = /[\u00C2-\u00F4][\u0080-\u00BF\u0152-\u2122]{1,3}/g;

/** Windows-1252 0x80 to 0x9F, where it differs from Latin-1. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';
const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeTwice(run: string): string {
  const bytes: number[] = [];
  for (const character of run) {
    const code = character.charCodeAt(0);
    const special = windows1252.indexOf(character);
    if (code > 0xff && special < 0) return run;
    bytes.push(special < 0 ? code : 0x80 + special);
  }
  // A run may have swallowed an innocent neighbour; the longest part that is UTF-8 counts.
  for (let length = bytes.length; length > 1; length--) {
    try {
      return utf8.decode(Uint8Array.from(bytes.slice(0, length))) + run.slice(length);
    } catch {
      continue;
    }
  }
  return run;
}
