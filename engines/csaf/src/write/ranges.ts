import { repair } from '../text/repair.ts';
import { compareVersions, parseVersion } from '../versions/version.ts';

/**
 * A range as VERS (https://github.com/package-url/vers-spec; CSAF 2.0 section 3.1.2.3.2) in canonical form: in the order
 * of versions, each once, with what has a meaning of its own in VERS percent-encoded. What is no list of comparators and
 * versions becomes a vers-like specifier, which CSAF allows where nothing else fits.
 */
export function toVers(range: string): string {
  const text = repair(range)
    .replace(/^vers:[\w.+-]+\//i, '')
    .trim();
  if (/^(?:\*|all(?: versions)?|)$/i.test(text)) return 'vers:all/*';
  const constraints = text
    .split('|')
    .map((part) => /^\s*(<=|>=|!=|<|>|=)?\s*([^<>=!*|]+?)\s*$/.exec(part))
    .map(
      (match) =>
        match && { comparator: match[1] === '=' ? '' : (match[1] ?? ''), version: decoded(match[2]!) },
    );
  if (!constraints.every((constraint) => constraint !== null)) return text;
  const ordered = constraints
    .map((constraint) => ({ ...constraint, parsed: parseVersion(constraint.version) }))
    .toSorted((a, b) => (a.parsed && b.parsed && compareVersions(a.parsed, b.parsed)?.order) ?? 0);
  const written = ordered.map(({ comparator, version }) => comparator + encoded(version));
  return `vers:generic/${[...new Set(written)].join('|')}`;
}

function encoded(version: string): string {
  return encodeURIComponent(version).replaceAll('%2B', '+').replaceAll('%3A', ':');
}

/** What was percent-encoded already is not encoded twice. */
function decoded(version: string): string {
  try {
    return decodeURIComponent(version);
  } catch {
    return version;
  }
}
