/** What the converter tells, in plain English with {parameters} (CSAF 2.1 section 9.1.18). */
export const conversionSentences = {
  'additional-field': 'CSAF does not know the field {value}; it was left out.',
  'leap-second':
    'A leap second, which CSAF 2.1 does not allow, became the moment before: {value} is now {to}.',
  'legacy-branch': 'The branch category “legacy” became “product_name”: {value}. Check that this is right.',
  'stacked-categories':
    'The branch category {value} stood more than once in one path; the path was put right.',
  'stacked-categories-left':
    'The branch category {value} stands more than once in one path. Put it right by hand.',
  'version-and-range': 'A version and a version range stood in one path; the path was put right: {value}.',
  'version-and-range-left': 'A version and a version range stand in one path: {value}. Put it right by hand.',
  'open-range':
    'The version range {value} has no end, which CSAF 2.1 does not allow; it became {to}. Check what it should say.',
  'open-range-left':
    'The version range {value} has no end, which CSAF 2.1 does not allow. Write where it ends.',
  'single-version': 'The version range {value} is one version; it became the version {to}.',
  'invalid-cpe': 'The CPE {value} is invalid and was left out.',
  'unknown-hash': 'The hash algorithm {value} is not known; it became {to}.',
  'partial-number':
    'CSAF 2.0 lets {value} stand for everything that begins so, CSAF 2.1 wants a star for that; it became {to}.',
  'many-stars': 'The number {value} has more than one star and was left out.',
  'fixed-added': 'The product {value}, which is fixed, was added.',
  'deprecated-profile':
    'The document does not have what a security advisory of CSAF 2.1 needs; it became a deprecated one.',
  'withdrawn-left':
    'The title says that the document was withdrawn or superseded; it could not be made one of that profile.',
  'label-from-text': 'The label {to} was taken from the distribution text; the label itself said {value}.',
  'label-default': 'There was no label; it became TLP:CLEAR. Check that this may be read by all.',
  license: 'The license {value} was found in a note and became that of the document.',
  licenses: 'More than one license was found, so that none became that of the document: {value}.',
  'publisher-other': 'The publisher is “other”; some of these are “multiplier” in CSAF 2.1. Check which.',
  'id-changed': 'The id system {value} is registered, and the id does not look like one of it. Check it.',
  'id-unregistered': 'The id system {value} is not registered; the id was left as it is.',
  'cwe-unknown': 'No version of CWE has {value} under this name; it was left out.',
  'cvss4-failed': 'The CVSS 4.0 vector {value} of a reference cannot be read; it stays a reference.',
  'ssvc-failed': 'The SSVC note could not be converted; it stays a note.',
  'remediation-changed': 'The remediation {value} became {to} for {products}.',
  'remediation-removed': 'The remediation {value} was taken away from {products}, which another one is for.',
  'no-csaf20': 'Only documents of CSAF 2.0 are converted.',
} as const;
export type ConversionCode = keyof typeof conversionSentences;

export interface ConversionWarning {
  readonly code: ConversionCode;
  /** An error: the result does not keep CSAF 2.1 until a person mends it. */
  readonly error: boolean;
  /** JSON Pointer in the original. */
  readonly path: string;
  /** The value of the original as `value`, what became of it as `to`. */
  readonly params: Readonly<Record<string, string>>;
}

/** The plain English sentence of a warning. */
export function conversionInEnglish({ code, params }: Pick<ConversionWarning, 'code' | 'params'>): string {
  return conversionSentences[code].replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(params, name) ? params[name]! : '?',
  );
}

export type Json = { [name: string]: unknown };

export type Warn = (code: ConversionCode, path: string, params?: Readonly<Record<string, string>>) => void;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list; whatever else is in it is not converted. */
export function objects(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export interface ConversionOptions {
  /** Model, serial and stock numbers are whole as they are: no stars are added. */
  readonly completeNumbers?: boolean;
  /** Leave the label of CSAF 2.0 even where the text has one of TLP 2.0. */
  readonly keepLabel?: boolean;
  /** Do not add products that are fixed, made of ranges that end before a version. */
  readonly noFixedProducts?: boolean;
}
