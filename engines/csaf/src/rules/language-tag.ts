import registry from './data/language-subtags.json' with { type: 'json' };

/** Whether a well-formed tag (RFC 5646) has only subtags that exist: the first that does not, or undefined. */
export function unknownSubtag(tag: string): string | undefined {
  const parts = tag.toLowerCase().split('-');
  if (parts[0] === 'x' || parts[0] === 'i') return undefined;
  if (!known('language', parts[0]!)) return parts[0];
  for (const part of parts.slice(1)) {
    // What follows a singleton belongs to an extension or is private.
    if (part.length === 1) return undefined;
    if (!known(typeOf(part), part)) return part;
  }
  return undefined;
}

type Subtag = Exclude<keyof typeof registry, '$schema'>;

function typeOf(part: string): Subtag {
  if (part.length === 2 || /^\d{3}$/.test(part)) return 'region';
  if (part.length === 3) return 'extlang';
  return part.length === 4 && !/^\d/.test(part) ? 'script' : 'variant';
}

const sets = new Map<Subtag, ReadonlySet<string>>();
const ranges = new Map<Subtag, readonly (readonly [string, string])[]>();

function known(type: Subtag, part: string): boolean {
  if (!sets.has(type)) {
    const words = registry[type].flatMap((line) => line.split(' '));
    sets.set(type, new Set(words));
    ranges.set(
      type,
      words.filter((word) => word.includes('..')).map((word) => word.split('..') as [string, string]),
    );
  }
  return (
    sets.get(type)!.has(part) ||
    ranges.get(type)!.some(([from, to]) => part.length === from.length && part >= from && part <= to)
  );
}
