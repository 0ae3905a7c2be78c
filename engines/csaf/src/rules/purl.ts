/** A package URL (ECMA-427), percent-decoded. */
export interface Purl {
  readonly type: string;
  readonly namespace: readonly string[];
  readonly name: string;
  readonly version: string | undefined;
  readonly qualifiers: ReadonlyMap<string, string>;
  readonly subpath: readonly string[];
}

/** Undefined for what is no package URL, or none that its type allows. */
export function parsePurl(text: string): Purl | undefined {
  if (!text.startsWith('pkg:')) return undefined;
  const [beforeSubpath, subpathText] = cutLast(text.slice(4), '#');
  const [beforeQualifiers, qualifiersText] = cutLast(beforeSubpath, '?');
  const slash = beforeQualifiers.indexOf('/');
  const type = beforeQualifiers.slice(0, Math.max(slash, 0)).toLowerCase();
  if (!/^[a-z.+-][a-z\d.+-]*$/.test(type)) return undefined;
  const path = beforeQualifiers.slice(slash + 1);
  if (path.startsWith('/')) return undefined;

  const at = path.lastIndexOf('@');
  const hasVersion = at > 0 && at > path.lastIndexOf('/');
  const versionText = hasVersion ? path.slice(at + 1) : '';
  const version = versionText === '' ? undefined : decoded(versionText);
  const segments = (hasVersion ? path.slice(0, at) : path)
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const subpath = (subpathText ?? '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  if (versionText !== '' && version === undefined) return undefined;
  if (![...segments, ...subpath].every((segment) => segment !== undefined)) return undefined;
  const name = segments.pop();
  // pkg:maven/@1.3.4 has a version and no name.
  if (!name || path.startsWith('@')) return undefined;
  const namespace = segments as string[];
  if (namespace.some((segment) => segment.includes('/'))) return undefined;
  if (subpath.some((segment) => segment === '.' || segment === '..' || segment!.includes('/')))
    return undefined;

  const qualifiers = qualifiersOf(qualifiersText);
  if (!qualifiers || !typeAllows(type, namespace)) return undefined;
  return { type, namespace, name, version, qualifiers, subpath: subpath as string[] };
}

function qualifiersOf(text: string | undefined): Map<string, string> | undefined {
  const qualifiers = new Map<string, string>();
  if (text === undefined) return qualifiers;
  for (const pair of text.split('&')) {
    const [key, value = ''] = cutFirst(pair, '=');
    const lower = key.toLowerCase();
    const plain = decoded(value);
    if (!/^[a-z.\-_][a-z\d.\-_]*$/.test(lower) || plain === undefined || qualifiers.has(lower))
      return undefined;
    qualifiers.set(lower, plain);
  }
  return qualifiers;
}

/** Types whose packages have no namespace, and types that do not go without (package-url/purl-spec, types). */
const withoutNamespace = new Set(
  'bazel bitnami cargo cocoapods conda cran gem hackage julia mlflow nuget oci opam otp pub pypi'.split(' '),
);
const withNamespace = new Set(
  'alpm apk bitbucket composer cpan deb github golang maven qpkg swift vscode-extension'.split(' '),
);

function typeAllows(type: string, namespace: readonly string[]): boolean {
  return namespace.length > 0 ? !withoutNamespace.has(type) : !withNamespace.has(type);
}

function decoded(text: string): string | undefined {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function cutFirst(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function cutLast(text: string, separator: string): [string, string?] {
  const at = text.lastIndexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
