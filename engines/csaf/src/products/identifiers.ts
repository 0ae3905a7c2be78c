/** A product by a name that machines gave it: what is compared, and the version that stands beside it. */
export interface ProductIdentifier {
  readonly key: string;
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

/**
 * Two CPEs are of one product where part, vendor and product agree, and so do edition, target software and hardware
 * (NISTIR 7695 section 5.3.3): firmware for another hardware is another product.
 */
function readCpe(text: string): ProductIdentifier | undefined {
  const is23 = /^cpe:2\.3:/i.test(text);
  const parts = text
    .slice(is23 ? 8 : 5)
    .split(/(?<!\\):/)
    .map((part) => (is23 ? part.replace(/\\(.)/g, '$1') : decoded(part)).toLowerCase());
  const at = (place: number) => {
    const value = parts[place];
    return value === undefined || value === '' || value === '*' || value === '-' ? undefined : value;
  };
  const [part, vendor, product] = [at(0)?.replace('/', ''), at(1), at(2)];
  if (part === undefined || !/^[aho]$/.test(part) || vendor === undefined || product === undefined)
    return undefined;
  // A pattern over vendors or products names many.
  if (/[*?]/.test(vendor + product)) return undefined;
  const narrower = is23 ? [at(5), at(7), at(8), at(9)] : [at(5)];
  const [version, update] = [at(3), at(4)];
  return {
    key: ['cpe', part, vendor, product, ...narrower.map((one) => one ?? '')].join(':').replace(/:+$/, ''),
    version:
      version === undefined || /[*?]/.test(version)
        ? undefined
        : [version, update].filter((one) => one !== undefined).join(' '),
  };
}

/** Type, namespace and name; qualifiers and subpath say which file of it. */
function readPurl(text: string): ProductIdentifier | undefined {
  const [, type, path, version] = /^pkg:\/*([a-z][a-z0-9.+-]*)\/([^@?#]+)(?:@([^?#]*))?/i.exec(text) ?? [];
  if (type === undefined || path === undefined) return undefined;
  const names = path.split('/').filter(Boolean).map(decoded);
  if (names.length === 0) return undefined;
  return {
    key: `pkg:${[type, ...names].join('/').toLowerCase()}`,
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
