import { repair } from '../text/repair.ts';
import { type ConversionOptions, isObject, type Json, objects, text, texts, type Warn } from './warnings.ts';

export function convertProductTree(tree: Json, warn: Warn, options: ConversionOptions): void {
  walk(objects(tree['branches']), [], '/product_tree/branches', warn, options);
  tree['branches'] &&= collapseVendors(objects(tree['branches']), false);
  for (const [i, product] of objects(tree['full_product_names']).entries())
    convertHelper(product, `/product_tree/full_product_names/${i}`, warn, options);
  const relationships = objects(tree['relationships']);
  delete tree['relationships'];
  if (relationships.length === 0) return;
  tree['product_paths'] = relationships.map((relationship, i) => {
    const product = relationship['full_product_name'];
    if (isObject(product))
      convertHelper(product, `/product_tree/relationships/${i}/full_product_name`, warn, options);
    return {
      beginning_product_reference: relationship['product_reference'],
      full_product_name: product,
      subpaths: [
        {
          category: relationship['category'],
          next_product_reference: relationship['relates_to_product_reference'],
        },
      ],
    };
  });
}

/** No branch of CSAF lies deeper than 30 (section 5.4). */
const deepest = 40;

function walk(
  branches: Json[],
  above: readonly Json[],
  path: string,
  warn: Warn,
  options: ConversionOptions,
): void {
  for (const [i, branch] of branches.entries()) {
    const at = `${path}/${i}`;
    if (branch['category'] === 'legacy') {
      branch['category'] = 'product_name';
      warn('legacy-branch', `${at}/category`, { value: text(branch['name']) });
    }
    const way = [...above, branch];
    const product = branch['product'];
    if (isObject(product)) {
      convertRange(branch, at, warn);
      mendPath(way, at, warn);
      convertHelper(product, `${at}/product`, warn, options);
    }
    if (way.length < deepest) walk(objects(branch['branches']), way, `${at}/branches`, warn, options);
  }
}

/** A category may stand once in a path, but for families (section 6.1.57), and a version not beside a range (6.1.58). */
function mendPath(way: readonly Json[], at: string, warn: Warn): void {
  const categories = () =>
    way.filter((branch) => !isNobody(branch)).map((branch) => text(branch['category']));
  const stacked = () =>
    categories().find((one, i, all) => one !== 'product_family' && all.indexOf(one) !== i);
  const before = way.map((branch) => text(branch['category']));
  const repeated = before.find((one, i) => one !== 'product_family' && before.indexOf(one) !== i);
  if (stacked() === 'product_version') mendVersion(way);
  if (repeated !== undefined)
    warn(stacked() === undefined ? 'stacked-categories' : 'stacked-categories-left', at, { value: repeated });
  const both = () =>
    categories().includes('product_version') && categories().includes('product_version_range');
  if (!both()) return;
  const value = way.map((branch) => `${text(branch['category'])}: ${text(branch['name'])}`).join(' > ');
  mendVersion(way);
  warn(both() ? 'version-and-range-left' : 'version-and-range', at, { value });
}

/** What stands as a version directly below a name belongs to the name. */
function mendVersion(way: readonly Json[]): void {
  const first = way.findIndex((branch) => branch['category'] === 'product_version');
  const [parent, branch] = [way[first - 1], way[first]];
  if (!parent || !branch || way.at(-1) === branch) return;
  if (parent['category'] !== 'product_name' && parent['category'] !== 'product_family') return;
  parent['category'] = 'product_family';
  branch['category'] = 'product_name';
  branch['name'] = `${text(parent['name'])} ${text(branch['name'])}`;
}

function isNobody(branch: Json): boolean {
  const name = text(branch['name'])
    .toLowerCase()
    .replace(/[\s\-_–—−]/g, '');
  return (
    branch['category'] === 'vendor' && ['opensource', 'noassertion', 'undefined', 'unknown'].includes(name)
  );
}

/** Vendors that are nobody, above or below another one, are taken out of the path. */
function collapseVendors(branches: Json[], vendorAbove: boolean): Json[] {
  return branches.flatMap((branch) => {
    const isVendor = branch['category'] === 'vendor';
    const inside = collapseVendors(objects(branch['branches']), vendorAbove || isVendor);
    const stacked = vendorAbove || inside.some((one) => one['category'] === 'vendor');
    if (isVendor && stacked && isNobody(branch) && inside.length) return inside;
    return [inside.length ? { ...branch, branches: inside } : branch];
  });
}

/** Sections 6.1.50 and 6.1.59: a range ends somewhere and is more than one version. */
function convertRange(branch: Json, at: string, warn: Warn): void {
  if (branch['category'] !== 'product_version_range') return;
  const value = text(branch['name']);
  const [, scheme = '', list] = /^(vers:[^/]*\/)?(.*)$/s.exec(value)!;
  const constraints = list!.split('|').map((one) => one.trim());
  const version = (constraint: string) => {
    const bare = constraint.replace(/^(?:[<>]=?|!=|=)/, '').trim();
    try {
      return scheme === '' ? bare : decodeURIComponent(bare);
    } catch {
      return bare;
    }
  };
  const last = constraints.at(-1)!;
  if (constraints.length === 1 && /^=?[^<>=!*]+$/.test(last) && (scheme !== '' || isVersion(last))) {
    const to = scheme === '' ? value : version(last);
    branch['category'] = 'product_version';
    branch['name'] = to;
    warn('single-version', `${at}/name`, { value, to });
  } else if (/^>=?[^<>=!|*]+$/.test(last)) {
    // From ">=1|>=3" nothing can be made that says the same; ">=1" is what one version would say.
    if (constraints.length === 1 && last.startsWith('>=')) {
      const to = version(last);
      branch['category'] = 'product_version';
      branch['name'] = to;
      warn('open-range', `${at}/name`, { value, to });
    } else warn('open-range-left', `${at}/name`, { value });
  }
}

function isVersion(value: string): boolean {
  return /^=?v?\d[\w.+-]*$/i.test(repair(value));
}

const hashNames: Readonly<Record<string, string>> = {
  'sha-256': 'sha256',
  'sha-384': 'sha384',
  'sha-512': 'sha512',
  'sha-1': 'sha1',
  sha3_256: 'sha3-256',
  sha3_512: 'sha3-512',
};
const knownHashes = new Set([
  'blake2b512',
  'md5',
  'sha1',
  'sha256',
  'sha3-256',
  'sha3-384',
  'sha3-512',
  'sha384',
  'sha512',
]);
const cpePattern =
  /^(?:cpe:2\.3:[aho*-](?::(?:(?:\?*|\*?)(?:[\w.-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^`{|}~])+(?:\?*|\*?)|[*-])){5}(?::(?:[a-zA-Z]{2,3}(?:-(?:[a-zA-Z]{2}|\d{3}))?|[*-]))(?::(?:(?:\?*|\*?)(?:[\w.-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^`{|}~])+(?:\?*|\*?)|[*-])){4}|[cC][pP][eE]:\/[AHOaho]?(?::[\w.~%-]*){0,6})$/;

function convertHelper(
  product: Json,
  path: string,
  warn: Warn,
  { completeNumbers }: ConversionOptions,
): void {
  const helper = product['product_identification_helper'];
  if (!isObject(helper)) return;
  const at = `${path}/product_identification_helper`;
  if (helper['purl'] !== undefined) {
    helper['purls'] = [helper['purl']];
    delete helper['purl'];
  }
  if (typeof helper['cpe'] === 'string' && (helper['cpe'].length > 500 || !cpePattern.test(helper['cpe']))) {
    warn('invalid-cpe', `${at}/cpe`, { value: helper['cpe'].slice(0, 500) });
    delete helper['cpe'];
  }
  for (const [i, file] of objects(helper['hashes']).entries()) {
    for (const [k, hash] of objects(file['file_hashes']).entries()) {
      const value = text(hash['algorithm']);
      const to = hashNames[value.toLowerCase()] ?? value.toLowerCase();
      if (!knownHashes.has(to))
        warn('unknown-hash', `${at}/hashes/${i}/file_hashes/${k}/algorithm`, { value, to });
      hash['algorithm'] = to;
      hash['value'] = text(hash['value']).toLowerCase();
    }
  }
  for (const name of ['model_numbers', 'serial_numbers', 'skus']) {
    if (!Array.isArray(helper[name])) continue;
    const numbers = texts(helper[name]).flatMap((value, i) => {
      const escaped = value.replaceAll('\\', '\\\\');
      const to = completeNumbers || escaped.endsWith('*') ? escaped : `${escaped}*`;
      if (/\*.*\*/.test(to.replace(/\\./g, ''))) {
        warn('many-stars', `${at}/${name}/${i}`, { value });
        return [];
      }
      if (to !== escaped) warn('partial-number', `${at}/${name}/${i}`, { value, to });
      return [to];
    });
    if (numbers.length) helper[name] = [...new Set(numbers)];
    else delete helper[name];
  }
  if (Object.keys(helper).length === 0) delete product['product_identification_helper'];
}
