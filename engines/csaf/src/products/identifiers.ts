/** A product by a name that machines gave it: what is compared, and the version that stands beside it. */
export interface ProductIdentifier {
  readonly key: string;
  /** Of a CPE of hardware, the same without its revision: an entry that names none speaks of all. */
  readonly anyRevision: string | undefined;
  /** Of firmware and software; what stands there in a CPE of hardware is a revision, and no such version. */
  readonly version: string | undefined;
}

/** Longer ones are no names of products. */
const LONGEST = 1000;

/** A CPE 2.3 formatted string or 2.2 URI (NISTIR 7695), or a package URL (ECMA-427); undefined where it names no one product. */
export function readIdentifier(raw: string): ProductIdentifier | undefined {
  const text = raw.trim();
  if (text.length > LONGEST) return undefined;
  if (/^cpe:/i.test(text)) return readCpe(text);
  return /^pkg:/i.test(text) ? readPurl(text) : undefined;
}

/** A device may have several: of its hardware, and of the firmware on it. Blanks stand in none of them. */
export function readIdentifiers(raw: string): (ProductIdentifier & { readonly given: string })[] {
  return raw
    .slice(0, LONGEST)
    .split(/[,;]?\s+/)
    .slice(0, MOST)
    .flatMap((given) => {
      const identifier = readIdentifier(given);
      return identifier ? [{ ...identifier, given }] : [];
    });
}

const MOST = 10;

/**
 * Two CPEs are of one product where part, vendor and product agree, and so do edition, target software and hardware
 * (NISTIR 7695 section 5.3.3): firmware for another hardware is another product.
 */
function readCpe(text: string): ProductIdentifier | undefined {
  const names = /^cpe:2\.3:/i.test(text) ? formatted(text) : uri(text);
  const [part, vendor, product, version, update, edition, swEdition, targetSw, targetHw] = names.map((name) =>
    name === undefined || name === '' || name === MANY ? undefined : name.toLowerCase(),
  );
  if (part === undefined || !/^[aho]$/.test(part) || vendor === undefined || product === undefined)
    return undefined;
  // A pattern over vendors or products names many.
  if (isPattern(vendor + product)) return undefined;
  const keyOf = (revision: string | undefined) =>
    ['cpe', part, vendor, product, edition, swEdition, targetSw, targetHw, revision]
      .map((one) => one ?? '')
      .join(':')
      .replace(/:+$/, '');
  const stated =
    version === undefined || isPattern(version)
      ? undefined
      : [version, update].filter((one) => one !== undefined).join(' ');
  if (part !== 'h') return { key: keyOf(undefined), anyRevision: undefined, version: stated };
  return {
    key: keyOf(stated),
    anyRevision: stated === undefined ? undefined : keyOf(undefined),
    version: undefined,
  };
}

/** Part, vendor, product, version, update, edition, software edition, target software, target hardware. */
type CpeNames = readonly (string | undefined)[];

/** NISTIR 7695 section 6.2: eleven values; the language among them tells products apart for nobody. */
function formatted(text: string): CpeNames {
  const values = text.slice(8).split(/(?<!\\):/);
  const [edition, , ...narrower] = values.slice(5).map(unescaped);
  return [...values.slice(0, 5).map(unescaped), edition, ...narrower.slice(0, 3)];
}

// One and any number of characters, as a URI writes them (6.1.2.1.2): what is quoted means itself, and no pattern.
const ONE = '\u0001';
const MANY = '\u0002';
const isPattern = (name: string) => name.includes(ONE) || name.includes(MANY);

/** What does not apply is as good as not said (5.3.2). */
const unescaped = (value: string) =>
  value === '-'
    ? ''
    : value.replace(/\\(.)|([*?])/g, (_, quoted: string | undefined, wild: string) =>
        quoted !== undefined ? quoted : wild === '*' ? MANY : ONE,
      );

/**
 * NISTIR 7695 section 6.1: seven values, percent-encoded. Where more than the edition of before has to stand in the sixth,
 * five are packed into it, each after a tilde (6.1.2.1.3); a tilde that means itself is encoded.
 */
function uri(text: string): CpeNames {
  const values = text.slice(5).replace(/^\//, '').split(':');
  const packed = values[5]?.startsWith('~') ? values[5].slice(1).split('~') : [values[5] ?? ''];
  return [...values.slice(0, 5), ...packed.slice(0, 4)].map(decodedPart);
}

const decodedPart = (text: string) => (text === '-' ? '' : decoded(text));

/** Type, namespace and name; qualifiers and subpath say which file of it. */
function readPurl(text: string): ProductIdentifier | undefined {
  const [, type, path, version] = /^pkg:\/*([a-z][a-z0-9.+-]*)\/([^@?#]+)(?:@([^?#]*))?/i.exec(text) ?? [];
  if (type === undefined || path === undefined) return undefined;
  const names = path.split('/').filter(Boolean).map(decoded);
  if (names.length === 0) return undefined;
  return {
    key: `pkg:${[type, ...names].join('/').toLowerCase()}`,
    anyRevision: undefined,
    version: version ? decoded(version) : undefined,
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
