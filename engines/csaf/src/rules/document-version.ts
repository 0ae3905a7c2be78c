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
  if (a.preRelease.length === 0 || b.preRelease.length === 0)
    return Math.sign(b.preRelease.length) - Math.sign(a.preRelease.length);
  for (let i = 0; i < Math.min(a.preRelease.length, b.preRelease.length); i++) {
    const order = comparePreRelease(a.preRelease[i]!, b.preRelease[i]!);
    if (order !== 0) return order;
  }
  return a.preRelease.length - b.preRelease.length;
}

const form =
  /^(0|[1-9]\d*)(?:\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][\da-zA-Z-]*))*))?(?:\+([\da-zA-Z-]+(?:\.[\da-zA-Z-]+)*))?)?$/;

/** Digits without leading zeros, of any length. */
function compareDigits(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

function comparePreRelease(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return compareDigits(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
