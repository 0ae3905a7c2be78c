import { matching } from './shape.ts';

/** RFC 3339, section 5.6, with a day that its month has; a leap second only where it can be. */
export const dateTime = { test: isDateTime, form: 'date-time' };

/** RFC 3986, with a scheme and something after it. */
export const uri = { test: (text: string) => plainUri.test(text) || anyUri.test(text), form: 'uri' };

/** As most are: without what needs looking back. */
const plainUri =
  /^https?:\/\/[\w.-]+(?:\/[\w.~!$&'()*+,;=:@/-]*)?(?:\?[\w.~!$&'()*+,;=:@/?-]*)?(?:#[\w.~!$&'()*+,;=:@/?-]*)?$/;
const anyUri =
  /^[a-z][a-z\d+.-]*:(?:\/\/(?:(?:[\w.~!$&'()*+,;=:-]|%[\da-f]{2})*@)?(?:\[[\w.:~!$&'()*+,;=]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?(?:\/(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*)?|\/(?:(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*)?|(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})(?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*)(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})*)?(?:#(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})*)?$/i;

const semver =
  '(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)\\.(?:0|[1-9]\\d*)' +
  '(?:-(?:0|[1-9]\\d*|\\d*[a-zA-Z-][\\da-zA-Z-]*)(?:\\.(?:0|[1-9]\\d*|\\d*[a-zA-Z-][\\da-zA-Z-]*))*)?' +
  '(?:\\+[\\da-zA-Z-]+(?:\\.[\\da-zA-Z-]+)*)?';

/** Semantic Versioning 2.0.0. */
export const semanticVersion = matching(new RegExp(`^${semver}$`), 'semantic-version');

/** CSAF section 3.1.11 (2.0), 3.1.19 (2.1): an integer or a semantic version. */
export const documentVersion = matching(new RegExp(`^(?:0|[1-9]\\d*|${semver})$`), 'version');

/** RFC 5646 as CSAF narrows it (section 3.1.4, in 2.1 3.1.11). */
export const language = matching(
  /^(?:(?:[a-z]{2,3}(?:-[a-z]{3}(?:-[a-z]{3}){0,2})?|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wy-z\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?|x(?:-[a-z\d]{1,8})+|i-default|i-mingo)$/i,
  'language',
);

/**
 * Common Platform Enumeration (NISTIR 7695): a formatted string of 2.3 or a URI of 2.2. The schema of CSAF 2.0
 * forgot to anchor its alternatives: there the one may be followed by anything and the other preceded by it.
 */
export const cpe20 = { test: isCpe20, form: 'cpe' };
export const cpe21 = { test: isCpe21, form: 'cpe' };

export const cve = matching(/^CVE-\d{4}-\d{4,}$/, 'cve');
export const cweId = matching(/^CWE-[1-9]\d{0,5}$/, 'cwe-id');
export const cweVersion = matching(/^[1-9]\d*\.(?:\d|[1-9]\d+)(?:\.\d+)?$/, 'cwe-version');

/** Neither begins nor ends with white space or one of - _ . */
export const framed = matching(/^[^\s\-_.](?:.*[^\s\-_.])?$/, 'framed-text');

/** Neither begins nor ends with white space. */
export const trackingId = matching(/^\S(?:.*\S)?$/, 'trimmed-text');

/** Probability or percentile of EPSS, as text. */
export const share = matching(/^(?:0\.\d+|1\.0+)$/, 'share');

/** RFC 9562: version 4, nil or max. */
export const sharingGroupId = matching(
  /^(?:[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}|0{8}-(?:0{4}-){3}0{12}|f{8}-(?:f{4}-){3}f{12})$/,
  'uuid',
);

export const purl20 = both(matching(/^pkg:[A-Za-z.\-+][A-Za-z\d.\-+]*\/./, 'purl'), uri);
export const purl21 = both(matching(/^pkg:[a-z][a-z\d.-]*\/./, 'purl'), uri);
export const hash20 = matching(/^[\da-fA-F]{32,}$/, 'hash');
export const hash21 = matching(/^[\da-f]{32,}$/, 'hash');
export const hashAlgorithm = matching(/^[\da-z][\da-z-]*$/, 'hash-algorithm');

/** CSAF 2.1, section 2.4: https, a host, and a file that ends in _VERSION.json; not the schema of extensions itself. */
export const extensionSchema = both(
  matching(
    new RegExp(
      '^(?!https://docs\\.oasis-open\\.org/csaf/csaf/v2\\.1/(?:[^/\\s]+/)*schema/extension-content\\.json)' +
        'https://[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?(?:\\.[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?)+/(?:[^/\\s]+/)*' +
        `[^/\\s]+_${semver}\\.json$`,
    ),
    'extension-schema',
  ),
  uri,
);

/** SSVC 2.0: keys of decision points and of their values. */
export const ssvcKey = matching(/^(?:[a-zA-Z\d]|[a-zA-Z\d][a-zA-Z\d_]*[a-zA-Z\d]|T\*)$/, 'ssvc-key');

/** SSVC 2.0: a registered or reserved namespace, or x_ and a reversed domain; extensions after slashes. */
export const ssvcNamespace = { test: isSsvcNamespace, form: 'ssvc-namespace' };

type Form = ReturnType<typeof matching>;

function both(first: Form, second: Form): Form {
  return { test: (text) => first.test(text) && second.test(text), form: first.form };
}

const dateTimeParts = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const days = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days that every month has, in the usual case. */
const plainDateTime =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

function isDateTime(text: string): boolean {
  if (plainDateTime.test(text)) return true;
  const parts = dateTimeParts.exec(text);
  if (!parts) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const [hour, minute, second] = [Number(parts[4]), Number(parts[5]), Number(parts[6])];
  const [offsetHour, offsetMinute] = [Number(parts[8] ?? 0), Number(parts[9] ?? 0)];
  if (month < 1 || month > 12 || day < 1 || day > days[month]!) return false;
  if (month === 2 && day === 29 && (year % 4 !== 0 || (year % 100 === 0 && year % 400 !== 0))) return false;
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (parts[7] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute);
  return (hour * 60 + minute - offset + 1440) % 1440 === 1439;
}

const cpePart = /^(?:\?*|\*?)(?:[\w.-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^`{|}~])+(?:\?*|\*?)$|^[*-]$/;
const cpeLastPart20 = /^(?:\?*|\*?)(?:[\w.-]|\\[\\*?!"#$%&'()+,/:;<=>@[\]^`{|}~])|^[*-]/;
const cpeLanguage = /^(?:[a-zA-Z]{2,3}(?:-(?:[a-zA-Z]{2}|\d{3}))?|[*-])$/;

function isCpe20(text: string): boolean {
  return (
    text.length >= 5 &&
    (/c[pP][eE]:\/[AHOaho]?(?::[\w.\-~%]*){0,6}$/.test(text) || isCpe23(text, cpeLastPart20))
  );
}

function isCpe21(text: string): boolean {
  return (
    text.length >= 5 && (/^c[pP][eE]:\/[AHOaho]?(?::[\w.\-~%]*){0,6}$/.test(text) || isCpe23(text, cpePart))
  );
}

/** Looked at part by part: as one expression it would take its time with a hostile text. */
function isCpe23(text: string, lastPart: RegExp): boolean {
  if (!text.startsWith('cpe:2.3:')) return false;
  const parts = splitCpe(text.slice('cpe:2.3:'.length), lastPart === cpePart ? Infinity : 11);
  return (
    parts.length === 11 &&
    /^[aho*-]$/.test(parts[0]!) &&
    parts.every((part, i) => i === 0 || (i === 6 ? cpeLanguage : i === 10 ? lastPart : cpePart).test(part))
  );
}

/** At colons without a backslash before them; what is beyond the last part stays with it. */
function splitCpe(text: string, most: number): string[] {
  const parts: string[] = [];
  let start = 0;
  for (let i = 0; i < text.length && parts.length < most - 1; i++) {
    if (text[i] === '\\') i++;
    else if (text[i] === ':') {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}

const host = /^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)+$/;
const fragment = /^[a-z\d]+(?:[.-][a-z\d]+)*$/;
const registered = /^[a-z][a-z\d](?:[a-z\d]|[.-](?=[a-z\d]))+$/;
/** As `language`, but private parts have two characters at least. */
const ssvcLanguage =
  /^(?:(?:[a-zA-Z]{2,3}(?:-[a-zA-Z]{3}(?:-[a-zA-Z]{3}){0,2})?|[a-zA-Z]{4,8})(?:-[a-zA-Z]{4})?(?:-(?:[a-zA-Z]{2}|\d{3}))?(?:-(?:[a-zA-Z\d]{5,8}|\d[a-zA-Z\d]{3}))*(?:-[\dA-WY-Za-wy-z](?:-[a-zA-Z\d]{2,8})+)*(?:-[xX](?:-[a-zA-Z\d]{2,8})+)?|[xX](?:-[a-zA-Z\d]{2,8})+|i-default|i-mingo)$/;

function isSsvcNamespace(text: string): boolean {
  if (text.length < 3 || text.length > 1000) return false;
  const [base = '', ...extensions] = text.split('/');
  return isSsvcBase(base) && extensions.every(isSsvcExtension);
}

function isSsvcBase(base: string): boolean {
  const [name = '', part, ...rest] = base.split('#');
  if (rest.length > 0 || (part !== undefined && !fragment.test(part))) return false;
  return name.startsWith('x_') ? part !== undefined && host.test(name.slice(2)) : registered.test(name);
}

/** The first is empty or a language; those behind it are a language, or a dot and a reversed domain. */
function isSsvcExtension(extension: string, i: number): boolean {
  if (i === 0) return extension === '' || ssvcLanguage.test(extension);
  if (!extension.startsWith('.')) return ssvcLanguage.test(extension);
  const [owner = '', translated, ...rest] = extension.slice(1).split('$');
  if (rest.length > 0 || (translated !== undefined && !ssvcLanguage.test(translated))) return false;
  const [name = '', part, ...more] = owner.split('#');
  if (more.length > 0 || !host.test(name)) return false;
  return part === undefined ? translated !== undefined : fragment.test(part);
}
