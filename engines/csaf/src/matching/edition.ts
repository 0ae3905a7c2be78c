import families from '../products/data/families.json' with { type: 'json' };
import vendors from '../products/data/vendors.json' with { type: 'json' };
import { type TaughtNames, taughtNames } from '../products/taught.ts';
import reading from '../products/data/reading.json' with { type: 'json' };
import words from '../products/data/words.json' with { type: 'json' };

/**
 * By which rules devices are compared with advisories. Raised with every change of the code here that could change an
 * answer: whoever keeps answers sees by it that they are to be worked out anew.
 */
export const matchingRules = 8;

/**
 * The same of the data that the rules rest on, with what was taught beside it. It changes by itself, for data is taught by
 * people who write no code.
 */
export function matchingData(): string {
  ofOurs ??= fingerprint({ families, reading, vendors, words });
  const taught = taughtNames();
  if (taught === undefined) return ofOurs;
  if (ofTaught?.taught !== taught) ofTaught = { taught, is: fingerprint({ ofOurs, taught }) };
  return ofTaught.is;
}

let ofOurs: string | undefined;
let ofTaught: { readonly taught: TaughtNames; readonly is: string } | undefined;

/**
 * Tells states apart that nobody makes to look alike: FNV-1a, twice, for a tab has no other hash that answers at once.
 * How the file is set does not matter.
 */
export function fingerprint(data: unknown): string {
  const text = JSON.stringify(data);
  let [one, other] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    one = Math.imul(one ^ unit, 0x01000193);
    other = Math.imul(other ^ unit, 0x85ebca6b);
  }
  return [one, other].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
