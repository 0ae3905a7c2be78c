/** The version of a document: an integer, or a semantic version (https://semver.org/spec/v2.0.0.html). */
export interface DocumentVersion {
  readonly semantic: boolean;
  /** One digit string of an integer version, three of a semantic one. */
  readonly numbers: readonly string[];
  readonly preRelease: readonly string[];
  readonly build: string | undefined;
}

export function parseDocumentVersion(text: string | undefined): DocumentVersion | undefined {
  const parts = text === undefined ? undefined : form.exec(text);
  if (!parts) return undefined;
  const [, major, minor, patch, preRelease, build] = parts;
  return {
    semantic: minor !== undefined,
    numbers: minor === undefined ? [major!] : [major!, minor, patch!],
    preRelease: preRelease?.split('.') ?? [],
    build,
  };
}

/** 0 or 0.y.z: not released yet. */
export function isInitial({ numbers }: DocumentVersion): boolean {
  return numbers[0] === '0';
}

/** Section 11 of Semantic Versioning; an integer compares as its semantic version X.0.0. */
export function compareDocumentVersions(a: DocumentVersion, b: DocumentVersion): number {
  for (let i = 0; i < 3; i++) {
    const order = compareDigits(a.numbers[i] ?? '0', b.numbers[i] ?? '0');
    if (order !== 0) return order;
  }
  return comparePreReleases(a.preRelease, b.preRelease);
}

/** Identifiers behind the hyphen; having none is later than having some. */
export function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return Math.sign(b.length) - Math.sign(a.length);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compareIdentifiers(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Digits of any length; leading zeros do not count. */
export function compareDigits(a: string, b: string): number {
  if (a === b) return 0;
  const [left, right] = [withoutZeros(a), withoutZeros(b)];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}

const form =
  /^(0|[1-9]\d*)(?:\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+([\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*))?)?$/;

function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return compareDigits(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
