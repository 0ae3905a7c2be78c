import { licenseStatus } from '../licenses/license-list.ts';
import { parsed } from '../documents/values.ts';
import { parseLicenseExpression } from '../rules/license-expression.ts';
import { additionalField } from '../rules/recommended/6.2.20-additional-field.ts';
import { validate } from '../rules/validate.ts';
import { sorted } from '../write/advisory.ts';
import { convertProductTree } from './product-tree.ts';
import { convertVulnerability, fixedProducts } from './vulnerability.ts';
import {
  type ConversionCode,
  type ConversionOptions,
  type ConversionWarning,
  isObject,
  type Json,
  objects,
  text,
  type Warn,
} from './warnings.ts';

export type Conversion =
  | { readonly ok: true; readonly document: Json; readonly warnings: readonly ConversionWarning[] }
  | { readonly ok: false; readonly warnings: readonly ConversionWarning[] };

const errors: ReadonlySet<ConversionCode> = new Set([
  'stacked-categories-left',
  'version-and-range-left',
  'open-range-left',
  'no-csaf20',
]);

/**
 * Converts CSAF 2.0 to 2.1 as its conformance target "CSAF 2.0 to CSAF 2.1 Converter" wants it (2.1 section 9.1.18), with
 * the warnings that it demands. Takes JSON text or a parsed value, which stays as it is. Notes whose title names a product
 * are left as they are, and so are ids of registered systems: no mapping is implemented.
 */
export function convert(source: unknown, options: ConversionOptions = {}): Conversion {
  const warnings: ConversionWarning[] = [];
  const warn: Warn = (code, path, params = {}) => {
    if (warnings.length < 10_000) warnings.push({ code, path, params, error: errors.has(code) });
  };
  const original = parsed(source);
  const head = isObject(original) ? original['document'] : undefined;
  if (!isObject(original) || !isObject(head) || head['csaf_version'] !== '2.0') {
    warn('no-csaf20', '/document/csaf_version');
    return { ok: false, warnings };
  }
  const document = withoutExtras(original, warn);
  convertDates(document, '', warn);
  convertHead(document['document'] as Json, warn, options);
  const tree = document['product_tree'];
  const vulnerabilities = objects(document['vulnerabilities']);
  if (isObject(tree)) {
    convertProductTree(tree, warn, options);
    if (
      text((document['document'] as Json)['category']) === 'csaf_security_advisory' &&
      !options.noFixedProducts
    )
      fixedProducts(tree, vulnerabilities, warn);
  }
  for (const [i, vulnerability] of vulnerabilities.entries())
    convertVulnerability(vulnerability, document, `/vulnerabilities/${i}`, warn);
  document['$schema'] = 'https://docs.oasis-open.org/csaf/csaf/v2.1/schema/csaf.json';
  settleProfile(document, warn);
  return { ok: true, document: sorted(document) as Json, warnings };
}

/** A copy, without what CSAF 2.0 does not know. */
function withoutExtras(original: Json, warn: Warn): Json {
  const copy = JSON.parse(JSON.stringify(original)) as Json;
  const { findings } = validate(original, { rules: [additionalField], most: 10_000 });
  for (const { path, section } of findings) {
    if (section !== additionalField.section) continue;
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const name = steps.pop()!;
    const parent = steps.reduce<unknown>((value, step) => (value as Json | undefined)?.[step], copy);
    if (name === '$schema' || !isObject(parent) || !(name in parent)) continue;
    delete parent[name];
    warn('additional-field', path, { value: name });
  }
  return copy;
}

const dateFields = new Set([
  'date',
  'current_release_date',
  'initial_release_date',
  'release_date',
  'discovery_date',
]);

function convertDates(value: unknown, path: string, warn: Warn): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inside] of Object.entries(value)) {
    const at = `${path}/${name}`;
    if (dateFields.has(name) && typeof inside === 'string') {
      const to = inside.replace(/^(.{10}[Tt]\d\d:\d\d):60(?:\.\d+)?/, '$1:59.999999');
      if (to === inside) continue;
      (value as Json)[name] = to;
      warn('leap-second', at, { value: inside, to });
    } else convertDates(inside, at, warn);
  }
}

function convertHead(head: Json, warn: Warn, { keepLabel }: ConversionOptions): void {
  head['csaf_version'] = '2.1';
  const distribution = isObject(head['distribution']) ? head['distribution'] : {};
  const tlp = isObject(distribution['tlp']) ? distribution['tlp'] : {};
  const old = text(tlp['label']);
  const stated = /TLP v2\.0: TLP:(AMBER\+STRICT|AMBER|CLEAR|GREEN|RED)/.exec(text(distribution['text']))?.[1];
  const label = old === '' ? 'CLEAR' : old === 'WHITE' ? 'CLEAR' : old;
  if (stated !== undefined && !keepLabel) {
    tlp['label'] = stated;
    if (stated !== label)
      warn('label-from-text', '/document/distribution/tlp/label', { value: old, to: stated });
  } else {
    tlp['label'] = label;
    if (old === '') warn('label-default', '/document/distribution');
  }
  head['distribution'] = { ...distribution, tlp };

  const id = text(isObject(head['tracking']) ? head['tracking']['id'] : undefined);
  const title = text(head['title']);
  if (id !== '' && title.includes(id)) {
    const rest = title
      .replaceAll(id, ' ')
      .replace(/[([{]\s*[)\]}]/g, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[\s:–—\-|,]+|[\s:–—\-|,]+$/g, '');
    if (rest !== '') head['title'] = rest;
  }
  const publisher = head['publisher'];
  if (isObject(publisher) && publisher['category'] === 'other')
    warn('publisher-other', '/document/publisher/category');
  const licenses = objects(head['notes']).flatMap((note, i) => {
    const expression = text(note['text']).trim();
    return note['category'] === 'legal_disclaimer' && isLicense(expression)
      ? [{ expression, path: `/document/notes/${i}/text` }]
      : [];
  });
  const [license] = licenses;
  if (license && licenses.length === 1) {
    head['license_expression'] = license.expression;
    warn('license', license.path, { value: license.expression });
  } else if (license)
    warn('licenses', license.path, {
      value: licenses.map(({ expression, path }) => `${expression} (${path})`).join(', '),
    });
}

function isLicense(expression: string): boolean {
  const identifiers = expression.length <= 500 ? parseLicenseExpression(expression) : undefined;
  return (
    identifiers?.licenses.every((id) => licenseStatus(id, 'license') !== 'unknown') === true &&
    identifiers.exceptions.every((id) => licenseStatus(id, 'exception') !== 'unknown')
  );
}

/** Profiles that CSAF 2.0 did not have, or asks more of. */
function settleProfile(document: Json, warn: Warn): void {
  const head = document['document'] as Json;
  const category = text(head['category']);
  const english = head['lang'] === undefined || /^en\b/i.test(text(head['lang']));
  const named = english
    ? (/^(superseded|withdrawn)/i.exec(text(head['title'])) ??
        /^(superseded|withdrawn)$/i.exec(category))?.[1]?.toLowerCase()
    : undefined;
  if (named !== undefined) {
    head['category'] = `csaf_${named}`;
    if (isValid(document)) return;
    head['category'] = category;
    warn('withdrawn-left', '/document/category', { value: category });
  }
  if (category === 'csaf_security_advisory' && !isValid(document)) {
    head['category'] = 'csaf_deprecated_security_advisory';
    if (isValid(document)) {
      warn('deprecated-profile', '/document/category', { value: category });
      return;
    }
    // The fault lies elsewhere; the validator tells it.
    head['category'] = category;
  }
}

function isValid(document: Json): boolean {
  return validate(document).valid;
}
