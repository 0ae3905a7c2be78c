import type { DocumentProblem } from '../documents/values.ts';

/** A document in a folder: `2026/nbc-2026-001.json`. */
export interface ListedFile {
  readonly path: string;
  /** RFC 3339; index.txt does not say it. */
  readonly updated?: string | undefined;
}

const mostLines = 500_000;

/** index.txt (CSAF 2.0 and 2.1 section 7.1.12). Names that lead out of the folder are problems and left out. */
export function readIndex(text: string): {
  files: readonly ListedFile[];
  problems: readonly DocumentProblem[];
} {
  return lines(text, (line) => (isInside(line) ? { path: line } : 'is no name of a document in this folder'));
}

/** changes.csv (section 7.1.13): CSAF 2.0 quotes its cells, CSAF 2.1 does not; both are read. */
export function readChanges(text: string): {
  files: readonly ListedFile[];
  problems: readonly DocumentProblem[];
} {
  return lines(text, (line) => {
    const cells = /^(?:"((?:[^"]|"")*)"|([^",]*)),(?:"([^"]*)"|([^",]*))\s*$/.exec(line);
    const path = cells?.[1]?.replaceAll('""', '"') ?? cells?.[2] ?? '';
    const updated = cells?.[3] ?? cells?.[4] ?? '';
    if (!isInside(path)) return 'is not a name and a date';
    return /^\d{4}-\d\d-\d\dT/.test(updated) && !Number.isNaN(Date.parse(updated))
      ? { path, updated }
      : 'has no date and time';
  });
}

function lines(text: string, read: (line: string) => ListedFile | string) {
  const files: ListedFile[] = [];
  const problems: DocumentProblem[] = [];
  const problem = (line: number, what: string) => {
    if (problems.length < 100)
      problems.push({ code: 'wrong-type', path: `/${line}`, message: `Line ${line} ${what}` });
  };
  let number = 0;
  for (const [line] of text.replace(/^\uFEFF/, '').matchAll(/[^\r\n]+/g)) {
    number++;
    if (number > mostLines) {
      problem(number, `and what follows is not read: there are more than ${mostLines}`);
      break;
    }
    if (!line.trim()) continue;
    const found = read(line.trim());
    if (typeof found === 'string') problem(number, found);
    else files.push(found);
  }
  return { files, problems };
}

function isInside(path: string): boolean {
  return (
    /^[\w+.-]+(?:\/[\w+.-]+)*\.json$/i.test(path) &&
    !path.split('/').some((part) => part === '..' || part === '.')
  );
}

export function writeIndex(files: readonly ListedFile[]): string {
  return files.map(({ path }) => `${path}\n`).join('');
}

/** The latest first. */
export function writeChanges(
  files: readonly (ListedFile & { readonly updated: string })[],
  csaf: '2.0' | '2.1',
): string {
  const quote = (cell: string) => (csaf === '2.0' ? `"${cell}"` : cell);
  return files
    .toSorted((a, b) => Date.parse(b.updated) - Date.parse(a.updated) || (a.path < b.path ? -1 : 1))
    .map(({ path, updated }) => `${quote(path)},${quote(updated)}\n`)
    .join('');
}

/** The file of a hash (section 7.1.18): hexadecimal, then whatever comes after a blank. */
export function readHash(text: string): string | undefined {
  return /^([\da-f]{64,})(?:\s|$)/i.exec(text)?.[1]?.toLowerCase();
}

export function writeHash(hash: string, file: string): string {
  return `${hash.toLowerCase()}  ${file}\n`;
}

/** The CSAF fields of a security.txt (RFC 9116; section 7.1.8). */
export function csafFields(securityText: string): string[] {
  return Array.from(securityText.slice(0, 100_000).matchAll(/^[ \t]*CSAF:[ \t]*(\S+)/gim), ([, url]) => url!);
}
