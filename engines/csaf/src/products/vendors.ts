import { repair } from '../text/repair.ts';
import table from './data/vendors.json' with { type: 'json' };

const aliases = new Map(
  table.vendors.flatMap(({ vendor, aliases: names }) =>
    [vendor, ...names].map((name) => [name, vendor] as const),
  ),
);

const legalForms =
  /\s(?:inc|llc|ltd|limited|gmbh|ag|kg|co|corp|corporation|company|sa|spa|srl|bv|nv|ab|oy|plc|pty|se|sp z o o|technology co|a s|ltda|me|de c v|int'?l)$/;

/**
 * The keys by which a vendor is compared. A combined entry ("PHOENIX CONTACT, Innominate Security
 * Technologies") has several; one that names nobody ("multiple", "n/a") has none.
 */
export function vendorKeys(raw: string): string[] {
  const known = cache.get(raw);
  if (known) return known;
  const whole = normaliseVendor(raw);
  if (nobody.test(whole)) return [];
  const direct = aliases.get(whole);
  const parts = direct
    ? []
    : repair(raw)
        .split(/,|;|\/|\band\b|&(?=\s)|\ba subsidiary of\b|\ban affiliate of\b|\s-\s/i)
        .map(normaliseVendor);
  const keys = direct
    ? [direct]
    : [whole, ...parts].filter((name) => !nobody.test(name)).map((name) => aliases.get(name) ?? name);
  const unique = [...new Set(keys)];
  if (cache.size < 10_000) cache.set(raw, unique);
  return unique;
}

const cache = new Map<string, string[]>();
const nobody = /^(?:|n\/?\s?a|none|multiple.*|various|unknown|inc|llc|ltd|co|gmbh|company|corp|a|the)$/;

/** Lower case, no accents, no punctuation, no legal form. */
export function normaliseVendor(raw: string): string {
  let name = repair(raw)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}&+]+/gu, ' ')
    .trim();
  for (let shorter = name.replace(legalForms, ''); shorter !== name; shorter = name.replace(legalForms, '')) {
    name = shorter.replace(/[&+\s]+$/, '');
  }
  return name;
}

/** The name without the vendor at its start: "BD Pyxis" is a Pyxis to those who know that it is BD's. */
export function withoutVendor(name: string, vendors: readonly string[]): string {
  const words = name.trim().split(/\s+/);
  for (let count = Math.min(4, words.length - 1); count > 0; count--) {
    const start = normaliseVendor(words.slice(0, count).join(' '));
    if (vendors.includes(aliases.get(start) ?? start)) return words.slice(count).join(' ');
  }
  return name;
}
