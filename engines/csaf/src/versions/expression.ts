import { repair } from '../text/repair.ts';
import { compareVersions, hasPlaceholder, isWithin, parseVersion, type Version } from './version.ts';
import { inComparators, inUsualWords } from './wording.ts';

/** Which versions an advisory speaks of, as a tree. What cannot be read stays in it, as text. */
export type Expression =
  | { readonly is: 'all' }
  | { readonly is: 'exact'; readonly version: Version; readonly component?: string }
  | {
      readonly is: 'interval';
      readonly lower?: Bound;
      readonly upper?: Bound;
      /** What carries the version, where the text names it: "BIOS < V22.01". */
      readonly component?: string;
    }
  /** Several upper bounds without lower ones: each speaks of its own release train. */
  | { readonly is: 'trains'; readonly of: readonly Expression[] }
  | { readonly is: 'any'; readonly of: readonly Expression[] }
  | { readonly is: 'every'; readonly of: readonly Expression[] }
  | { readonly is: 'except'; readonly of: Expression }
  | { readonly is: 'condition'; readonly condition: Condition }
  | { readonly is: 'unreadable'; readonly text: string };

export interface Bound {
  readonly version: Version;
  readonly inclusive: boolean;
}

export type Operator = '<' | '<=' | '>' | '>=' | '=';

/** What must hold besides the version. The text is kept for the person who has to look. */
/** On the first `digits` characters of the serial number. */
export interface SerialCondition {
  readonly on: 'serial';
  readonly operator: Operator;
  readonly value: string;
  readonly digits: number;
  readonly text: string;
}

export type Condition =
  | SerialCondition
  /** Siemens' function state, a hardware revision ("FS 11"). */
  | {
      readonly on: 'functionState';
      readonly operator: Operator;
      readonly value: number;
      readonly text: string;
    }
  | {
      readonly on: 'hardware';
      readonly operator: Operator;
      readonly version: Version;
      readonly text: string;
    }
  | { readonly on: 'made'; readonly operator: Operator; readonly date: string; readonly text: string }
  /** Holds for these vulnerabilities only. */
  | { readonly on: 'vulnerability'; readonly cves: readonly string[]; readonly text: string }
  | { readonly on: 'configuration'; readonly text: string };

/**
 * Reads a version expression from the wild: VERS or what was meant to be (https://github.com/package-url/vers-spec),
 * comparators, lists, ranges in words, conditions. Never guesses: what it does not understand is 'unreadable'.
 */
export function parseExpression(text: string): Expression {
  const cached = known.get(text);
  if (cached) return cached;
  const expression = text.length > LONGEST ? unreadable(text) : readExpression(text);
  // Advisories repeat a few hundred expressions; a bounded memory of them halves the time of indexing.
  if (known.size < 20_000) known.set(text, expression);
  return expression;
}

const known = new Map<string, Expression>();
/** The longest real expression has 280 characters. */
const LONGEST = 600;

function unreadable(text: string): Expression {
  return { is: 'unreadable', text };
}

function readExpression(text: string): Expression {
  let rest = inUsualWords(
    repair(decoded(text))
      .replace(/_/g, ' ')
      .replace(/^vers:[\w.+-]+\//i, ''),
  )
    // A service pack stands behind its version, and was taken for another one: "4.5 | SP6".
    .replace(/(?<=\d) ?\| ?(?=(?:SP|FP|HF|Hotfix|Upd(?:ate)?) ?\d)/gi, ' ')
    .trim();
  if (saysAll(rest)) return { is: 'all' };
  // A sign without a version: "3.4 <", "-". Of "3.4 and <" the word for what is lower was taken for a sign.
  if (/(?<!\band\s*)[<>]=?$|=$/.test(rest) || !/[\p{L}\p{N}]/u.test(rest)) return unreadable(text);
  if (/^\d{4}[a-z]?-[a-z]/i.test(rest) || /^no version$/i.test(rest)) return unreadable(text);
  if (rest.split(/ ?\| ?/).every((one) => partNumber.test(one))) return unreadable(text);

  const conditions: Expression[] = [];
  rest = takeConditions(rest, conditions);
  rest = rest
    // "All versions V15" are those of a train.
    .replace(/^all\s*versions?\s+(v?\d+(?:\.\d+)?)$/i, '$1.*')
    .replace(/^all\s*versions?\b(?:\s+(?:of|with|and))?\s*/i, '')
    .replace(/^(?:all|versions)\b\s*/i, '')
    .replace(
      /^(?:fw|sw|firmware|software|releases)\b\s*(?=[<>=]|(?<=ware\s*)[vr]?\.?\s?\d|(?:versions?|prior|before|earlier|up|from|since|between)\b)/i,
      '',
    )
    .trim();
  rest = rest
    .replace(/^and\s+|\s+and$/g, '')
    .replace(/^[,;]|[,;]$/g, '')
    .trim();

  const versions: Expression = rest === '' || saysAll(rest) ? { is: 'all' } : readVersions(rest, text);
  if (tentative.test(text)) return { is: 'any', of: [every([versions, ...conditions]), unreadable(text)] };
  return conditions.length ? every([versions, ...conditions]) : versions;
}

/** WAGO's numbers of modules, which some advisories give in place of versions: "750-8202/025-002". */
const partNumber = /^\d{3}-\d{2,3}[\dx]*(?:\/[\dx]{3}-[\dx]{3})?$/;

/** In VERS, and only there, a version may be percent-encoded. */
function decoded(text: string): string {
  if (!/^\s*vers:/i.test(text) || !/%[\da-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** "and possibly prior versions": what is outside the stated versions is open. */
const tentative = /possibl|may also|might also|could (?:also )?be|\betc\b/i;

function saysAll(text: string): boolean {
  return /^(?:\*|any|all|all\s+(?:\w+\s+)?versions?(?:\s+and\s+(?:models|releases))?|versions?\s*:?\s*all|\*\s*all)\.?$/i.test(
    text,
  );
}

function every(of: Expression[]): Expression {
  const needed = of.filter(({ is }) => is !== 'all');
  if (needed.length === 0) return { is: 'all' };
  return needed.length === 1 ? needed[0]! : { is: 'every', of: needed };
}

/** All conditions anywhere in an expression. */
export function conditionsOf(expression: Expression): Condition[] {
  if (expression.is === 'condition') return [expression.condition];
  if (!('of' in expression)) return [];
  return ([] as readonly Expression[]).concat(expression.of).flatMap(conditionsOf);
}

/* Conditions */

function takeConditions(text: string, found: Expression[]): string {
  const add = (condition: Condition) => void found.push({ is: 'condition', condition });
  let rest = text;
  const take = (pattern: RegExp, read: (match: RegExpExecArray) => void) => {
    const match = pattern.exec(rest);
    if (!match) return;
    read(match);
    rest = `${rest.slice(0, match.index)} ${rest.slice(match.index + match[0].length)}`
      .replace(/\s+/g, ' ')
      .trim();
  };

  take(
    /\(?\s*(?:only\s+)?(?:affected\s+by\s+)?(?:only\s+)?((?:CVE-\d+-\d+[\s,]*(?:and|or)?\s*)+)(?:only)?\s*\)?/i,
    (match) =>
      add({
        on: 'vulnerability',
        cves: match[1]!.toUpperCase().match(/CVE-\d+-\d+/g)!,
        text: match[0].trim(),
      }),
  );
  take(
    /(<=|>=|<|>|=)?\s*(?:with\s+)?(?:the\s+)?(?:first\s+)?(\d+|two|three|four|five|six)\s+digits\s+(?:of\s+)?(?:the\s+)?serial\s+n(?:umbers?|o\.?|r\.?)\s*(?:are|is|of)?\s*(<=|>=|<|>|=)?\s*"?(\w{2,})"?((?:\s+\w{2,})?)(?:\s+(or|and)\s+(prior|earlier|below|before|later|above|newer))?/i,
    (match) => {
      const value = match[4]!;
      const word = match[7]?.toLowerCase();
      const operator = (match[1] ??
        match[3] ??
        (word && (/later|above|newer/.test(word) ? '>=' : '<=')) ??
        '=') as Operator;
      const repeated = match[5]!.trim() === '' || match[5]!.trim() === value;
      if (repeated)
        add({
          on: 'serial',
          operator,
          value,
          digits: numeral(match[2]!) ?? value.length,
          text: match[0].trim(),
        });
      else add({ on: 'configuration', text: match[0].trim() });
    },
  );
  take(/(?:with\s+)?function(?:al)?\s+state\s*(?:\(FS\))?\s*(<=|>=|<|>|=)\s*(\d+)/i, (match) =>
    add({
      on: 'functionState',
      operator: match[1] as Operator,
      value: Number(match[2]),
      text: match[0].trim(),
    }),
  );
  take(
    /(?:(?:distributed|manufactured|produced|released|made|shipped|production\s+date)\s*)?(<=|>=|<|>|before|after|prior\s+to|until)\s*(?:production\s+date\s*)?((?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[\s/.]*(?:\d{1,2}[\s/,.]+)?\d{4})\.?/i,
    (match) => {
      const date = parseDate(match[2]!);
      const operator =
        ({ before: '<', 'prior to': '<', after: '>', until: '<=' } as const)[
          match[1]!.toLowerCase().replace(/\s+/, ' ')
        ] ?? match[1];
      if (date) add({ on: 'made', operator: operator as Operator, date, text: match[0].trim() });
      else add({ on: 'configuration', text: match[0].trim() });
    },
  );

  for (let more = true; more;) {
    more = false;
    take(single, (match) => {
      more = true;
      const version = parseVersion(match[1]!);
      found.push(version ? { is: 'except', of: { is: 'exact', version } } : unreadable(match[0].trim()));
    });
  }
  take(excluding, (match) => found.push(excluded(match[1]!)));
  take(hardware, (match) => {
    const version = parseVersion(match[2] ?? match[3]!);
    const word = match[4]?.toLowerCase();
    const operator = match[1] ?? (word ? (/prior|earl|below|low|old/.test(word) ? '<=' : '>=') : '=');
    add(
      version
        ? { on: 'hardware', operator: operator as Operator, version, text: match[0].trim() }
        : { on: 'configuration', text: match[0].trim() },
    );
  });

  // Words in brackets either say something about the product that changes nothing, or set a condition.
  rest = rest.replace(/\(([^()]*)\)/g, (whole, inside: string) => {
    // "(ME)" names what carries the version before it.
    if (/^[A-Z]{2,}$/.test(inside.trim())) return whole;
    const train = /^(\d+(?:\.\d+)*\.?x)\s+(?:series|train|branch)$/i.exec(inside.trim());
    const version = train && parseVersion(train[1]!);
    if (version) {
      found.push({ is: 'exact', version });
      return ' ';
    }
    if (!/[a-z]{3,}/i.test(inside) || /^\s*(?:including|excluding|incl\.?|excl\.?)\s*$/i.test(inside))
      return whole;
    if (parseVersion(inside)) return whole;
    if ((!informational.test(inside) || /[<>]/.test(inside)) && !tentative.test(inside))
      add({ on: 'configuration', text: inside.trim() });
    return ' ';
  });
  const trailing = conditional.exec(rest);
  if (trailing) {
    add({ on: 'configuration', text: trailing[0].trim() });
    rest = rest.slice(0, trailing.index);
  }
  return rest
    .replace(/\s+/g, ' ')
    .replace(/[\s-]+$/, '')
    .trim();
}

/** "!=1.5": all but this one. */
const single = /[|,]?\s*!=\s*([^\s|,]+)/;
/** All but what follows. "2.7 (excluding)" ends a range. */
const excluding =
  /,?\s*\(?\b(?:except(?:ing|ions?)?(?: (?:for|of))?|with the exception of|excluding|other than|apart from)\b:?\s+([<>=\w"][^()]*)\)?/i;

function excluded(text: string): Expression {
  const versions = readVersions(text.trim(), text);
  return versions.is === 'unreadable'
    ? { is: 'condition', condition: { on: 'configuration', text: text.trim() } }
    : { is: 'except', of: versions };
}

/** "HW version < 3", "hardware revision C and later". */
const hardware =
  /[,;]?\s*(?:\b(?:and|with)\s+)?\b(?:hardware|hw)\s*(?:versions?|rev(?:isions?)?\.?|ver\.?)?\s*:?\s*(?:(<=|>=|<|>|=)\s*([\w.]+)|(?<=ver(?:sions?)?\.?\s*:?\s*|rev(?:isions?)?\.?\s*:?\s*)(v?\d[\w.]*|[A-Z]{1,2}\b)(?:\s+(?:and|or)\s+(prior|earlier|below|lower|older|later|newer|above|higher))?)/i;

const informational =
  /end.of.life|\beol\b|discontinued|formerly|previously|aka|also known|limited regions|gold build|including former|incl\.? former|integrated (?:in|into)\b|all (?:models|variants)|latest|obsolete|\bbuild\b|^\s*bios\s*$|end of support/i;
const conditional =
  /(?:^|\s)(?:only\s+(?:if|when|with|for|in|applies|affected)|if|when|where|unless|with|without|using|utilizes|utilises|running|in\s+(?:non-)?default|in\s+conjunction|installed|that\s+(?:do|does|use|are|have)|on\s+(?:windows|linux)|containing|deployed|configured|including\s+affected|for\s+use\s+with|based\s+on|as\s+part\s+of|all\s+deployments)\b.*$/i;

function numeral(text: string): number | undefined {
  const words = ['zero', 'one', 'two', 'three', 'four', 'five', 'six'];
  const value = words.includes(text.toLowerCase()) ? words.indexOf(text.toLowerCase()) : Number(text);
  return value > 0 && value < 30 ? value : undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** "April/20/2023", "july 1 2017", "July 2020" as an ISO date or month. */
function parseDate(text: string): string | undefined {
  const match = /^([a-z]{3})[a-z]*[\s/.]*(?:(\d{1,2})[\s/,.]+)?(\d{4})$/i.exec(text.trim());
  if (!match) return undefined;
  const month = months.indexOf(match[1]!.toLowerCase()) + 1;
  if (month === 0) return undefined;
  const day = match[2] && `-${match[2].padStart(2, '0')}`;
  return `${match[3]}-${String(month).padStart(2, '0')}${day ?? ''}`;
}

/* Versions */

interface Term {
  readonly operator: Operator | undefined;
  readonly version: Version;
  readonly component: string | undefined;
}

function readVersions(text: string, whole: string): Expression {
  const terms: Term[] = [];
  const parts = intoComparators(inComparators(text));
  for (let i = 0; i < parts.length; i++) {
    // "BIOS < V22.01": the words before a comparator say what carries the version.
    const name = /^[<>=]/.test(parts[i + 1] ?? '') ? carrier.exec(parts[i]!)?.[1]?.trim() : undefined;
    const term = readTerm(name === undefined ? parts[i]! : parts[++i]!);
    if (!term) return unreadable(whole);
    terms.push(
      ...(name && !/^(?:firmware|software|product)$/i.test(name)
        ? term.map((one) => ({ ...one, component: one.component ?? name }))
        : term),
    );
  }
  return combine(terms, whole);
}

/** Words without a version of their own, three letters or more, so that no revision letter is taken for one. */
const carrier =
  /^(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*$)(?:all\s+)?([a-z][a-z/.® -]*[a-z®][a-z/.® -]*[a-z®]\d?)$/i;

function intoComparators(text: string): string[] {
  return text
    .replace(/\s*(<=|>=|<|>|(?<![<>])=)\s*/g, ' | $1')
    .split(/\||;|,\s*(?:and\s+|or\s+)?|\s(?:and|or|&)\s(?=\s*(?:[<>=|]|v?\.?\d))|\s\/\s?|\sand\s*$/i)
    .map((part) =>
      part
        .replace(/\b(?:and|or)\s*$/i, '')
        .replace(/^\s*(?:and|or)\b/i, '')
        .trim(),
    )
    .filter((part) => part !== '' && !/^(?:<=|>=|<|>|=)$/.test(part));
}

/** One comparator and its version; a dash between two versions gives two. */
function readTerm(part: string): Term[] | undefined {
  const match = /^(<=|>=|<|>|=)?\s*(.*)$/.exec(part)!;
  const operator = match[1] as Operator | undefined;
  const text = match[2]!.replace(/:$/, '').trim();
  if (!operator) {
    const range =
      /^([vr]?\d{1,2})-(\d{1,2})$/i.exec(text) ??
      /^((?:19|20)\d\d)-((?:19|20)\d\d)$/.exec(text) ??
      /^([vr]\d+)-([vr]\d+)$/i.exec(text) ??
      /^(\S+)(?:\s+-\s*|\s*-\s+)(\S+)$/.exec(text) ??
      /^(\d[\d.]*[a-z])-(\d[\d.]*[a-z])$/i.exec(text) ??
      /^([vr]\d+(?:\.\d+)+)-([vr]\d+(?:\.\d+)+)$/i.exec(text) ??
      sameShape(/^([vr]?\d+(?:\.\d+)+)-(\d+(?:\.\d+)+)$/i.exec(text));
    const [from, to] = [range && parseVersion(range[1]!), range && parseVersion(range[2]!)];
    if (from && to && compareVersions(from, to)?.order === -1) {
      return [
        { operator: '>=', version: from, component: undefined },
        { operator: '<=', version: to, component: undefined },
      ];
    }
  }
  // "11.8.50.3425 (ME)" and "2404267 version 1.x", of which the second has lost its word by now.
  const carried = /^(\S+)\s+\(([A-Z]{2,})\)$/.exec(text);
  const ofCarrier = carried && parseVersion(carried[1]!);
  if (ofCarrier) return [{ operator, version: ofCarrier, component: carried[2]! }];
  const numbered = /^(\d{6,})\s+(\S+)$/.exec(text);
  const ofNumber = numbered && parseVersion(numbered[2]!);
  if (ofNumber) return [{ operator, version: ofNumber, component: numbered[1]! }];
  const plain = parseVersion(text);
  if (plain) return [{ operator, version: plain, component: undefined }];

  // "CPCI85 V05.20": words, then a version that says it is one, or a plain number after "BIOS" and the like.
  const named = /^((?:[a-z][\w/.®-]*\s+){1,6}?)((?:v|r)?\d.*)$/i.exec(text);
  const version = named && parseVersion(named[2]!);
  return named &&
    version &&
    !/^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i.test(named[1]!) &&
    !/serial/i.test(named[1]!)
    ? [{ operator, version, component: named[1]!.trim() }]
    : undefined;
}

/** "2.1.0-3.1.2" is a range, and the rest of "1.2.3-1.2" a number of its packaging. */
function sameShape(range: RegExpExecArray | null): RegExpExecArray | undefined {
  const [from, to] = [range?.[1], range?.[2]].map((version) => version?.split('.').length);
  return range && from === to ? range : undefined;
}

function combine(terms: readonly Term[], whole: string): Expression {
  const parts: Expression[] = [];
  for (let i = 0; i < terms.length; i++) {
    const term = terms[i]!;
    const next = terms[i + 1];
    // "V14 < V14 SP3" is the train up to there; in a list, beside a bound of its own train.
    const lower =
      term.operator?.startsWith('>') ||
      (term.operator === undefined &&
        next?.operator?.startsWith('<') &&
        (terms.length === 2 || isWithin(next.version, term.version)));
    if (lower && next?.operator?.startsWith('<')) {
      const order = compareVersions(term.version, next.version)?.order;
      if (order === 1) return unreadable(whole);
      if (order !== undefined || hasPlaceholder(term.version) || hasPlaceholder(next.version)) {
        parts.push({
          is: 'interval',
          lower: { version: term.version, inclusive: term.operator !== '>' },
          upper: { version: next.version, inclusive: next.operator === '<=' },
          ...component(term.component ?? next.component),
        });
        i++;
        continue;
      }
    }
    parts.push(toExpression(term));
  }
  if (parts.length === 0) return unreadable(whole);
  if (parts.length === 1) return parts[0]!;
  if (terms.some((term, i) => isPointless(term, terms[i + 1]))) return unreadable(whole);
  const between = undecidedBetween(terms, whole);
  if (between) parts.push(between);
  const open = parts.filter(
    (part) => part.is === 'interval' && !part.lower && part.upper && part.component === undefined,
  );
  if (open.length < 2) return { is: 'any', of: parts };
  const others = parts.filter((part) => !open.includes(part));
  const trains: Expression = { is: 'trains', of: open };
  return others.length ? { is: 'any', of: [trains, ...others] } : trains;
}

/** ">= 1.0 | >= 2.4", "<= 8.1 | >= 8.1.10": nobody writes what adds nothing, so something else was meant. */
function isPointless(term: Term, next: Term | undefined): boolean {
  if (!next || term.component !== next.component) return false;
  const order = compareVersions(term.version, next.version)?.order;
  const [from, to] = [term.operator?.startsWith('>'), next.operator?.startsWith('>')];
  if (from) return (to || next.operator === undefined) && order === -1;
  return Boolean(term.operator?.startsWith('<') && to && isWithin(next.version, term.version));
}

/** "<= 3.14.25 | 3.15.18": only these, or in each train up to these? What lies between is not known. */
function undecidedBetween([first, ...others]: readonly Term[], whole: string): Expression | undefined {
  const last = others.at(-1);
  if (!first?.operator?.startsWith('<') || !last || others.some(({ operator }) => operator !== undefined))
    return undefined;
  if (compareVersions(first.version, last.version)?.order !== -1) return undefined;
  const span: Expression = {
    is: 'interval',
    lower: { version: first.version, inclusive: false },
    upper: { version: last.version, inclusive: true },
  };
  return { is: 'every', of: [span, unreadable(whole)] };
}

function toExpression({ operator, version, component: name }: Term): Expression {
  const bound = { version, inclusive: operator === '<=' || operator === '>=' };
  if (operator?.startsWith('<')) return { is: 'interval', upper: bound, ...component(name) };
  if (operator?.startsWith('>')) return { is: 'interval', lower: bound, ...component(name) };
  return { is: 'exact', version, ...component(name) };
}

function component(name: string | undefined): { component?: string } {
  return name === undefined ? {} : { component: name };
}
