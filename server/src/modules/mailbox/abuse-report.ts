import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';

import type { AbuseReport, FieldFault, LetterProblem } from '@busbar/contract';
import { isMap, isScalar, parseDocument } from 'yaml';

import { line } from '../../platform/plain-text.ts';
import { type Part, type Parts, partsOf } from './mime-parts.ts';

/** A letter that a program wrote to report abuse. */
export interface AbuseLetter {
  /** Nothing where it holds none, or more than one. */
  readonly report: AbuseReport | null;
  readonly problem: LetterProblem | undefined;
  /** What people are to read. */
  readonly words: Part | undefined;
  /** All besides, as it came. */
  readonly files: readonly Part[];
  readonly isWhole: boolean;
}

/** A report has a few hundred bytes; with the evidence that X-ARF 4 packs into it, some more. */
const longestReport = 256 * 1024;
const longestValue = 2000;
const mostFields = 500;
const mostOfAKind = 50;
/** More than are kept of a letter: so it is seen that there are. */
const mostParts = 102;
const mostIncidents = 2 ** 32 - 1;

/**
 * Reads an abuse report by its structure: `multipart/report; report-type=feedback-report` (RFC 5965 section 2), or a
 * multipart with a part that names a schema of X-ARF (0.1, 0.2) or its version (4). What it is about is not looked into.
 * @param entity with lines that end in CRLF
 * @returns undefined where it is none
 */
export function abuseLetterIn(entity: Buffer): AbuseLetter | undefined {
  const feedback = partsOf(entity, isFeedback, mostParts);
  if (feedback)
    return letterOf(
      feedback,
      feedback.parts.filter(({ type }) => type === 'message/feedback-report'),
      readArf,
    );
  const mixed = partsOf(entity, /^multipart\/mixed\b/i, mostParts);
  const reports = mixed?.parts.slice(1).filter(isXArf) ?? [];
  return mixed && reports.length > 0 ? letterOf(mixed, reports, readXArf) : undefined;
}

/** RFC 5965 section 2 (b): of a content type, with its parameters. */
export const isFeedback = /^multipart\/report\b(?=.*;\s*report-type\s*=\s*"?feedback-report"?\s*(?:;|$))/i;

function letterOf(
  { parts, isWhole }: Parts,
  [report, ...more]: readonly Part[],
  read: (content: Buffer) => AbuseReport,
): AbuseLetter {
  const words = parts[0] === report || parts[0]?.type !== 'text/plain' ? undefined : parts[0];
  return {
    // Of two nobody can say which one counts.
    report: report && more.length === 0 ? read(report.content()) : null,
    problem: more.length > 0 ? 'manyAbuseReports' : report ? undefined : 'noAbuseReport',
    words,
    files: parts.filter((part) => part !== words),
    isWhole,
  };
}

/** What was said under each name, in lower case. */
type Said = ReadonlyMap<string, readonly string[]>;

/** Fields, read strictly: what is not as the standard has it, or said twice, is a fault and counts for nothing. */
class Fields {
  readonly faults: { field: string; fault: FieldFault }[] = [];
  readonly #said: Said;

  constructor(said: Said) {
    this.#said = said;
  }

  fault(field: string, fault: FieldFault): null {
    const isNew = !this.faults.some((one) => one.field === field && one.fault === fault);
    if (isNew && this.faults.length < mostOfAKind) this.faults.push({ field: line(field, 60), fault });
    return null;
  }

  /** The one value of these names, where it reads. */
  one<T>(read: (value: string) => T | undefined, ...names: readonly string[]): T | null {
    const found = names.flatMap((name) => this.#said.get(name.toLowerCase()) ?? []);
    if (found.length > 1) return this.fault(names[0]!, 'twice');
    return found.length === 0 ? null : (this.#read(names[0]!, found[0]!, read) ?? null);
  }

  needed<T>(read: (value: string) => T | undefined, ...names: readonly string[]): T | null {
    if (!names.some((name) => this.#said.has(name.toLowerCase()))) return this.fault(names[0]!, 'missing');
    return this.one(read, ...names);
  }

  /** Each value once. */
  all(read: (value: string) => string | undefined, name: string): string[] {
    const found = new Set<string>();
    for (const value of this.#said.get(name.toLowerCase()) ?? []) {
      if (found.size === mostOfAKind) {
        this.fault(name, 'tooMany');
        break;
      }
      const one = this.#read(name, value, read);
      if (one) found.add(one);
    }
    return [...found];
  }

  #read<T>(name: string, value: string, read: (value: string) => T | undefined): T | undefined {
    if (value.length > longestValue) this.fault(name, 'tooLong');
    else if (/[^\t -~]/.test(value)) this.fault(name, 'malformed');
    else {
      const one = read(value);
      if (one === undefined) this.fault(name, 'malformed');
      return one;
    }
    return undefined;
  }
}

/** RFC 5965 section 3, RFC 6591 section 3, RFC 6692 section 2. */
function readArf(content: Buffer): AbuseReport {
  const said = new Map<string, string[]>();
  const of = new Fields(said);
  const rows = content.toString('latin1').replace(/\r?\n[ \t]+/g, ' ');
  let read = 0;
  for (const [row] of rows.matchAll(/[^\n]+/g)) {
    if (/^\s*$/.test(row)) continue;
    if (++read > mostFields) {
      of.fault('', 'tooMany');
      break;
    }
    const [, name, value = ''] = /^([!-9;-~]{1,80}):(.*)$/s.exec(row.replace(/\r$/, '')) ?? [];
    if (name) add(said, name, value);
    else of.fault('', 'malformed');
  }
  const type = of.needed(word, 'Feedback-Type');
  const checked = type === 'auth-failure' ? of.needed(word, 'Auth-Failure') : of.one(word, 'Auth-Failure');
  return {
    format: 'arf',
    version: of.needed(word, 'Version'),
    type,
    program: of.needed(short, 'User-Agent'),
    source: of.one(address, 'Source-IP'),
    sourcePort: of.one(port, 'Source-Port'),
    incidents: of.one(count, 'Incidents') ?? 1,
    // Before it was a standard, it was called so (RFC 5965 appendix A).
    arrivedAt: of.one(instant, 'Arrival-Date', 'Received-Date'),
    domains: of.all(domain, 'Reported-Domain'),
    uris: of.all(uri, 'Reported-URI'),
    authFailure: checked,
    reportId: null,
    faults: of.faults,
  };
}

function add(said: Map<string, string[]>, name: string, value: string): void {
  const key = name.toLowerCase();
  said.set(key, [...(said.get(key) ?? []), value.trim()]);
}

/** A part that names its schema, or the version of X-ARF: the first lines are enough. */
function isXArf({ type, content }: Part): boolean {
  if (type !== 'text/plain' && type !== 'application/json' && !/^text\/(?:x-)?yaml$/.test(type)) return false;
  const beginning = content().toString('latin1', 0, 16 * 1024);
  return /(?:^|[{,])[ \t]*["']?(?:Schema-URL|xarf_version)["']?[ \t]*:/im.test(beginning);
}

/** YAML of X-ARF 0.1 and 0.2, or JSON; JSON is YAML, and this way a name said twice is found. */
function readXArf(content: Buffer): AbuseReport {
  const said = new Map<string, string[]>();
  const of = new Fields(said);
  if (content.length > longestReport) of.fault('', 'tooLong');
  else if (!readYaml(content.toString('utf8'), said)) of.fault('', 'malformed');
  const kind = of.needed(word, 'Report-Type', 'Type');
  const category = of.one(word, 'Category');
  return {
    format: 'xArf',
    version: of.one(word, 'Version', 'Xarf-Version'),
    type: kind && category ? `${category}/${kind}` : kind,
    program: of.one(short, 'User-Agent'),
    ...about(of),
    sourcePort: of.one(port, 'Source-Port'),
    incidents: of.one(count, 'Occurrences') ?? 1,
    arrivedAt: of.needed(instant, 'Date', 'Timestamp'),
    authFailure: null,
    reportId: of.needed(short, 'Report-ID'),
    faults: of.faults,
  };
}

/** Lists and maps in it are evidence, and stand in the file. Whether all of it reads. */
function readYaml(text: string, said: Map<string, string[]>): boolean {
  try {
    const { contents, errors } = parseDocument(text, { schema: 'failsafe', uniqueKeys: false });
    if (!isMap(contents)) return false;
    for (const { key, value } of contents.items)
      if (
        isScalar(key) &&
        isScalar(value) &&
        typeof key.value === 'string' &&
        typeof value.value === 'string'
      )
        add(said, key.value.replaceAll('_', '-'), value.value);
    return errors.length === 0;
  } catch {
    // Deeper than the stack: made to be that.
    return false;
  }
}

/** `Source` is an address, a domain or a URI; `Source-Type` says which, and is not believed where it is not so. */
function about(of: Fields): Pick<AbuseReport, 'source' | 'domains' | 'uris'> {
  const named = of.needed(
    (value) => {
      const source = address(value);
      if (source) return { source, domains: [], uris: [] };
      const found = value.includes('://') ? uri(value) : domain(value);
      if (!found) return undefined;
      return value.includes('://')
        ? { source: null, domains: [], uris: [found] }
        : { source: null, domains: [found], uris: [] };
    },
    'Source',
    'Source-Identifier',
  ) ?? { source: null, domains: [], uris: [] };
  return {
    source: named.source,
    domains: [...new Set([...named.domains, ...of.all(domain, 'Domain')])],
    uris: [...new Set([...named.uris, ...of.all(uri, 'URL')])],
  };
}

const word = (value: string) => (/^[\w.+-]{1,60}$/.test(value) ? value.toLowerCase() : undefined);

const short = (value: string) => line(value, 200) || undefined;

function address(value: string): string | undefined {
  const plain = value.replace(/^\[(.*)\]$/, '$1').replace(/^IPv6:/i, '');
  if (isIP(plain) === 4) return plain;
  // A zone means something on the machine of the sender only (RFC 4007 section 11).
  return isIP(plain) === 6 && !plain.includes('%')
    ? URL.parse(`http://[${plain}]`)?.hostname.slice(1, -1)
    : undefined;
}

function domain(value: string): string | undefined {
  const plain = domainToASCII(value.replace(/\.$/, '').toLowerCase());
  return plain.length <= 253 &&
    /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])$/.test(plain)
    ? plain
    : undefined;
}

/** As it is given: what it is compared with is written like it. */
const uri = (value: string) =>
  /^[a-z][a-z0-9+.-]*:[^\s<>"]+$/i.test(value) && URL.canParse(value) ? value : undefined;

const numberTo = (most: number) => (value: string) =>
  /^\d{1,10}$/.test(value) && Number(value) >= 1 && Number(value) <= most ? Number(value) : undefined;
const port = numberTo(65_535);
const count = numberTo(mostIncidents);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const named = '(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +)?';
const clock = String.raw`(?<h>\d\d):(?<m>\d\d)(?::(?<s>\d\d)(?:\.\d{1,9})?)?`;
const zone = String.raw`(?<zone>[+-]\d\d:?\d\d|GMT|UTC?|Z)(?: *\([\w +-]*\))?`;
const forms = [
  // RFC 5322 section 3.3.
  new RegExp(String.raw`^${named}(?<d>\d{1,2}) +(?<mon>[A-Za-z]{3}) +(?<y>\d{4}) +${clock} *${zone}$`),
  // As X-ARF 0.1 prints it.
  new RegExp(String.raw`^${named}(?<mon>[A-Za-z]{3}) +(?<d>\d{1,2}) +(?<y>\d{4}) +${clock} *${zone}$`),
  // RFC 3339 section 5.6.
  new RegExp(String.raw`^(?<y>\d{4})-(?<mon>\d\d)-(?<d>\d\d)[Tt ]${clock} *${zone}$`),
];
/** Before mail had dates of this form (RFC 822), there was nothing to report. */
const firstYear = 1982;

/** With its zone: what is said without one is no instant. A day that is not in the calendar is none. */
function instant(value: string): string | undefined {
  const found = forms.map((form) => form.exec(value)?.groups).find(Boolean);
  if (!found) return undefined;
  const { y, mon, d, h, m, s = '00', zone: at = '' } = found;
  const month = /^\d/.test(mon!) ? Number(mon) - 1 : months.indexOf(mon!);
  const [, sign, hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)$/.exec(at) ?? [];
  const said = new Date(Date.UTC(Number(y), month, Number(d), Number(h), Number(m), Number(s)));
  const isOfCalendar =
    month >= 0 && said.getUTCMonth() === month && said.getUTCDate() === Number(d) && Number(h) < 24;
  const isSane = Number(m) < 60 && Number(s) < 61 && Number(hours) < 15 && Number(minutes) < 60;
  if (!isOfCalendar || !isSane || Number(y) < firstYear) return undefined;
  const shift = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const instant = said.getTime() - shift;
  // The clock of a sender may be ahead; by more than a day it is none.
  return instant <= Date.now() + 86_400_000 ? new Date(instant).toISOString() : undefined;
}
