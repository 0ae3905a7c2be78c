import type { Rule } from '../rule.ts';
import type { BranchPlace } from '../subject.ts';

export const inconsistentIdentificationHelper: Rule = {
  section: '6.2.42',
  name: 'inconsistent-identification-helper',
  versions: ['2.1'],
  advice: 'The {helper} and the branches above say different things about the {part}; bring them together',
  check({ products }, find) {
    for (const { product, branch, at } of products) {
      const helper = product.product_identification_helper;
      if (!branch || !helper) continue;
      const names = namesAbove(branch);
      if (helper.cpe !== undefined) {
        const part = wrongPartOfCpe(helper.cpe, names);
        if (part) find([at, 'product_identification_helper', 'cpe'], { helper: 'CPE', part });
      }
      for (const [i, purl] of (helper.purls ?? []).entries()) {
        const part = wrongPartOfPurl(purl, names);
        if (part) find([at, 'product_identification_helper', 'purls', i], { helper: 'PURL', part });
      }
    }
  },
};

type Names = ReadonlyMap<string, string>;
type Part = 'vendor' | 'product' | 'version' | 'update' | 'language';

/** The names along the path to a product by category; the one next to the product where there are several. */
function namesAbove(branch: BranchPlace): Names {
  const names = new Map<string, string>();
  for (let place: BranchPlace | undefined = branch; place; place = place.parent) {
    const { category, name } = place.branch;
    if (category !== undefined && name !== undefined && !names.has(category)) names.set(category, name);
  }
  return names;
}

function wrongPartOfCpe(cpe: string, names: Names): Part | undefined {
  const parts = cpeParts(cpe);
  if (!parts) return undefined;
  const { vendor, product, version, update, language } = parts;
  if (names.has('vendor') && !isSet(vendor)) return 'vendor';
  if (names.has('product_name') && !isSet(product)) return 'product';
  const exact = names.get('product_version');
  if (exact !== undefined) {
    if (!isSet(version)) return 'version';
    // The version may carry its update with it.
    const whole = isSet(update) ? `${version}${update}` : version;
    if (!sameVersion(version, exact) && !sameVersion(whole, exact)) return 'version';
  }
  const namesUpdate =
    names.has('patch_level') ||
    names.has('service_pack') ||
    (exact !== undefined && !sameVersion(version, exact));
  if (namesUpdate !== isSet(update)) return 'update';
  if (names.has('language') !== isSet(language)) return 'language';
  return undefined;
}

interface CpeParts {
  readonly vendor: string;
  readonly product: string;
  readonly version: string;
  readonly update: string;
  readonly language: string;
}

/** CPE 2.3 formatted strings and 2.2 URIs (NISTIR 7695, section 6); undefined for what is neither. */
function cpeParts(cpe: string): CpeParts | undefined {
  const is23 = cpe.startsWith('cpe:2.3:');
  const fields = is23
    ? cpe
        .split(/(?<!\\):/)
        .slice(3)
        .map((field) => field.replaceAll(/\\(.)/g, '$1'))
    : /^cpe:\/[aho]?(?::|$)/i.test(cpe)
      ? cpe.split(':').slice(2).map(decoded)
      : undefined;
  if (!fields) return undefined;
  const [vendor = '*', product = '*', version = '*', update = '*', , language = '*'] = fields;
  return { vendor, product, version, update, language };
}

function isSet(value: string): boolean {
  return value !== '*' && value !== '-' && value !== '';
}

/** Ecosystems in which a package always has a namespace (PURL types). */
const withNamespace = new Set(
  'alpm apk bitbucket composer deb github huggingface maven rpm swift'.split(' '),
);

function wrongPartOfPurl(purl: string, names: Names): Part | undefined {
  const [, type = '', path = ''] = /^pkg:([^/]+)\/+([^?#]*)/.exec(purl) ?? [];
  const at = path.lastIndexOf('@');
  const segments = (at < 0 ? path : path.slice(0, at)).split('/').filter((segment) => segment !== '');
  const version = at < 0 ? '' : decoded(path.slice(at + 1));
  if (segments.length === 0) return 'product';
  if (names.has('vendor') && withNamespace.has(type) && segments.length < 2) return 'vendor';
  const exact = names.get('product_version');
  return exact !== undefined && !sameVersion(version, exact) ? 'version' : undefined;
}

function sameVersion(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/** CPE has no capitals, no spaces, and no V before the number. */
function plain(version: string): string {
  return version
    .toLowerCase()
    .replace(/^v(?=\d)/, '')
    .replaceAll(/[\s_]/g, '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
