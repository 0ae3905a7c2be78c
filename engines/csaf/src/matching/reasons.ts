/** Why a verdict is what it is: a code and its parameters, to be put into words in any language. */
export interface Reason {
  readonly code: ReasonCode;
  readonly params: Readonly<Record<string, string>>;
}

/** What would make an unsure verdict sure. */
export interface LookUp {
  readonly code: LookUpCode;
  readonly params: Readonly<Record<string, string>>;
}

/** Plain English for each reason, with {parameters}; the list of codes that a translation has to cover. */
export const reasonSentences = {
  // Which product
  'identifier-equal': 'The identifier {identifier} is listed.',
  'order-number-equal': 'The order number {number} is listed.',
  'order-number-pattern': 'The order number {number} fits the listed pattern {pattern}.',
  'part-number-pattern': 'The model {model} fits the listed pattern {pattern}.',
  'model-equal': 'The model {model} is listed in “{name}”.',
  'name-equal': 'The product name “{name}” is the same.',
  'name-alike': 'The product name “{name}” fits what is known of the device.',
  'family-of-order-number': 'The order number {number} belongs to the listed family “{name}”.',
  'family-of-name': 'The device belongs to the listed family “{name}”.',
  'series-of-model': 'The model {model} belongs to the listed series “{name}”.',
  'siplus-twin': 'SIPLUS devices are listed together with their standard twins.',
  'vendor-alias': '“{given}” and “{listed}” are the same vendor.',
  'vendor-inferred': 'The vendor {vendor} follows from the order number, brand or name.',
  'vendor-differs': 'The order number is one of {listed}, though the vendor is given as “{given}”.',
  'variant-missing': 'The entry speaks of the variant {variant}; which variant the device is, is not known.',
  'series-missing': 'The entry speaks of hardware series {series}; the series of the device is not known.',
  'order-number-missing': 'The entry names order numbers; that of the device is not known.',
  'part-of-another-product': 'The entry speaks of this product only as part of another: “{name}”.',
  // Which version
  'all-versions': 'All versions are listed.',
  'version-in-range': 'Version {version} lies in “{range}”.',
  'version-outside-range': 'Version {version} lies outside “{range}”.',
  'version-missing': 'The version is not known; listed is “{range}”.',
  'revisions-swapped':
    'The firmware “{firmware}” looks like a revision of the hardware, and the hardware “{hardware}” like a firmware: they seem to be swapped.',
  'version-unreadable': 'The version “{version}” cannot be compared with “{range}”.',
  'version-coarse': 'The version “{version}” is too coarse to be compared with “{range}”.',
  'version-finer': 'Version {version} is finer than the listed “{range}”.',
  'range-unreadable': '“{range}” cannot be read by a machine.',
  'other-train': 'The entry speaks of the release train {train}; the device runs {version}.',
  'train-undecided': 'Several release trains are listed and {version} belongs to none of them: “{range}”.',
  'component-version': '“{range}” is about {component}, whose version is not known.',
  'serial-decides': 'The serial number {serial} was compared with “{condition}”.',
  'serial-missing': 'It depends on the serial number, which is not known: “{condition}”.',
  'hardware-missing': 'It depends on the revision of the hardware, which is not known: “{condition}”.',
  'function-state-missing': 'It depends on the function state (hardware), which is not known: “{condition}”.',
  'date-missing': 'It depends on the date of manufacture, which is not known: “{condition}”.',
  'condition-open': 'It depends on a condition that only the operator can check: “{condition}”.',
  'other-vulnerability': 'The text restricts this entry to {cves}, the status list does not.',
  // What is stated
  'stated-affected': 'The publisher lists it as affected.',
  'stated-fixed': 'The publisher lists this version as fixed.',
  'stated-not-affected': 'The publisher states that it is not affected.',
  'under-investigation': 'The publisher is still investigating.',
  'no-status': 'The product is named in the document, but no status is given for it.',
  'entries-disagree': 'Entries of the document disagree for this device.',
} as const;
export type ReasonCode = keyof typeof reasonSentences;

export const lookUpSentences = {
  'read-version':
    'Look up the installed version of {product}, for example on its web page or display under “Device information”.',
  'read-exact-version': 'Look up the exact version of {product}, including service packs and hotfixes.',
  'read-order-number': 'Read the order or model number on the type plate of {product}.',
  'read-serial': 'Read the serial number on the type plate of {product}.',
  'read-hardware-revision': 'Read the hardware revision or function state on the type plate of {product}.',
  'read-variant': 'Find out which variant {product} is: {variant}.',
  'read-component-version': 'Look up the version of {component} in {product}.',
  'find-date-made': 'Find out when {product} was made.',
  'check-condition': 'Check whether this holds in your plant: “{condition}”.',
  'read-advisory': 'Read the advisory; its text cannot be decided by a machine: “{text}”.',
} as const;
export type LookUpCode = keyof typeof lookUpSentences;

export function reason(code: ReasonCode, params: Readonly<Record<string, string>> = {}): Reason {
  return { code, params };
}

export function lookUp(code: LookUpCode, params: Readonly<Record<string, string>> = {}): LookUp {
  return { code, params };
}

/** The plain English sentence of a reason or of something to look up. */
export function inEnglish({ code, params }: Reason | LookUp): string {
  const sentence =
    code in reasonSentences ? reasonSentences[code as ReasonCode] : lookUpSentences[code as LookUpCode];
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) =>
    Object.hasOwn(params, name) ? params[name]! : '?',
  );
}
