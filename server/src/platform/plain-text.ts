/**
 * Text of strangers, made fit to be stored and shown: no lone surrogates, no control characters (PostgreSQL takes no
 * NUL), and nothing that turns the direction of what stands around it.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g, (character) =>
      character === '\r' ? '' : ' ',
    );
}

/** On one line, and not longer than a reader of lists can bear. */
export function line(text: string, most = 500): string {
  const whole = plain(text).replace(/\s+/g, ' ').trim();
  return whole.length <= most ? whole : `${whole.slice(0, most - 1)}…`;
}
