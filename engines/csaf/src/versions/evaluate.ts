import { lookUp, type LookUp, reason, type Reason } from '../matching/reasons.ts';
import {
  type Bound,
  type Condition,
  type Expression,
  type Operator,
  type SerialCondition,
} from './expression.ts';
import { compareVersions, hasPlaceholder, isWithin, parseVersion, type Version } from './version.ts';

export interface Facts {
  readonly product: string;
  readonly productName: string;
  readonly version: string | undefined;
  readonly serial: string | undefined;
  readonly hardware: string | undefined;
  /** What the fields of firmware and hardware say, where each seems to hold what belongs into the other. */
  readonly swapped?: { readonly firmware: string; readonly hardware: string } | undefined;
  readonly cve: string | undefined;
}

/** Three-valued: what is not known stays unknown, with what to look up. */
export interface Finding {
  readonly truth: 'yes' | 'no' | 'unknown';
  /** Rests on an assumption, such as a missing part read as zero. */
  readonly assumed: boolean;
  readonly because: readonly Reason[];
  readonly lookUp: readonly LookUp[];
}

/** Whether a device with these facts is among the versions of an expression; `range` is how the advisory wrote it. */
export function evaluate(expression: Expression, facts: Facts, range: string): Finding {
  switch (expression.is) {
    case 'all':
      return yes(reason('all-versions'));
    case 'unreadable':
      return unknown(reason('range-unreadable', { range }), lookUp('read-advisory', { text: range }));
    case 'condition':
      return evaluateCondition(expression.condition, facts);
    case 'exact':
    case 'interval':
    case 'trains':
      return evaluateVersion(expression, facts, range);
    case 'any':
      return anyOf(expression.of.map((one) => evaluate(one, facts, range)));
    case 'every':
      return everyOf(expression.of.map((one) => evaluate(one, facts, range)));
    case 'except': {
      const { truth, ...rest } = evaluate(expression.of, facts, range);
      return { ...rest, truth: truth === 'yes' ? 'no' : truth === 'no' ? 'yes' : 'unknown' };
    }
  }
}

/** Yes if one says yes; the findings that decide are the ones reported. */
export function anyOf(findings: readonly Finding[]): Finding {
  return decide(findings, 'yes', 'no');
}

/** No if one says no. */
export function everyOf(findings: readonly Finding[]): Finding {
  return decide(findings, 'no', 'yes');
}

function decide(findings: readonly Finding[], strong: 'yes' | 'no', weak: 'yes' | 'no'): Finding {
  const deciding = findings.filter(({ truth }) => truth === strong);
  if (deciding.length) return deciding.find(({ assumed }) => !assumed) ?? deciding[0]!;
  const open = findings.filter(({ truth }) => truth === 'unknown');
  return merge(open.length ? open : findings, open.length ? 'unknown' : weak);
}

function merge(findings: readonly Finding[], truth: Finding['truth']): Finding {
  return {
    truth,
    assumed: findings.some(({ assumed }) => assumed),
    because: unique(findings.flatMap(({ because }) => because)),
    lookUp: unique(findings.flatMap((finding) => finding.lookUp)),
  };
}

export function unique<T>(items: readonly T[]): T[] {
  if (items.length < 2) return [...items];
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}

function yes(because: Reason, assumed = false): Finding {
  return { truth: 'yes', assumed, because: [because], lookUp: [] };
}

function no(because: Reason, assumed = false): Finding {
  return { truth: 'no', assumed, because: [because], lookUp: [] };
}

export function unknown(because: Reason, toLookUp?: LookUp): Finding {
  return { truth: 'unknown', assumed: false, because: [because], lookUp: toLookUp ? [toLookUp] : [] };
}

/* Versions */

type VersionExpression = Extract<Expression, { is: 'exact' | 'interval' | 'trains' }>;

function evaluateVersion(expression: VersionExpression, facts: Facts, range: string): Finding {
  const { product } = facts;
  const component = expression.is === 'trains' ? undefined : expression.component;
  let text = facts.version;
  if (component !== undefined && !isAboutProduct(component, facts)) {
    const named = text && withoutName(text, component);
    if (!named) {
      return unknown(
        reason('component-version', { component, range }),
        lookUp('read-component-version', { component, product }),
      );
    }
    text = named;
  }
  if (!text?.trim())
    return unknown(
      facts.swapped
        ? reason('revisions-swapped', { ...facts.swapped })
        : reason('version-missing', { range }),
      lookUp('read-version', { product }),
    );
  const version = parseVersion(text) ?? parseVersion(withoutName(text, facts.productName) ?? '');
  if (!version)
    return unknown(
      reason('version-unreadable', { version: text, range }),
      lookUp('read-exact-version', { product }),
    );

  const told = { version: text, range };
  if (hasPlaceholder(version)) return evaluateTrainOfVersions(expression, version, told, facts);
  return evaluateOne(expression, version, told, product);
}

/** A device of "4.2.x" runs one of many versions: what holds for the first and the last holds for it. */
function evaluateTrainOfVersions(
  expression: VersionExpression,
  version: Version,
  told: { version: string; range: string },
  { product }: Facts,
): Finding {
  const [first, last] = [0, 1].map((end) =>
    evaluateOne(
      expression,
      { ...version, parts: version.parts.map((part) => endOf(part, end)) },
      told,
      product,
    ),
  ) as [Finding, Finding];
  return first.truth === last.truth
    ? { ...first, assumed: true }
    : unknown(reason('version-coarse', told), lookUp('read-exact-version', { product }));
}

const LAST = 999_999;

function endOf(part: Version['parts'][number], end: number): Version['parts'][number] {
  if (part.is !== 'anything' && part.is !== 'digits') return part;
  const [from, to] = part.is === 'digits' ? [part.from, part.to] : [0, LAST];
  const value = end === 0 ? from : to;
  return { is: 'number', value, digits: String(value) };
}

function evaluateOne(
  expression: VersionExpression,
  version: Version,
  told: { version: string; range: string },
  product: string,
): Finding {
  const { range } = told;
  if (expression.is === 'exact') return evaluateExact(version, expression.version, told, product);
  if (expression.is === 'trains') return evaluateTrains(version, expression.of, told, product);

  const above = expression.lower && satisfies(version, expression.lower, 'lower');
  const below = expression.upper && satisfies(version, expression.upper, 'upper');
  const checks = [above, below].filter((check) => check !== undefined);
  if (checks.some((check) => !check.incomparable && !check.holds)) {
    const failed = checks.filter((check) => !check.incomparable && !check.holds);
    return no(
      reason('version-outside-range', told),
      failed.every(({ assumed }) => assumed),
    );
  }
  if (checks.some(({ incomparable }) => incomparable)) {
    return unknown(reason('version-unreadable', told), lookUp('read-exact-version', { product }));
  }
  if (checks.some(({ finer }) => finer)) {
    return unknown(reason('version-finer', told), lookUp('read-advisory', { text: range }));
  }
  if (checks.some(({ coarse }) => coarse)) {
    return unknown(reason('version-coarse', told), lookUp('read-exact-version', { product }));
  }
  return yes(
    reason('version-in-range', told),
    checks.some(({ assumed }) => assumed),
  );
}

interface Check {
  readonly holds: boolean;
  readonly incomparable: boolean;
  readonly assumed: boolean;
  /** "V4" beside "< V4.5": the device may be on either side. */
  readonly coarse: boolean;
  readonly finer?: boolean;
}

function satisfies(version: Version, { version: bound, inclusive }: Bound, side: 'lower' | 'upper'): Check {
  const compared = isOtherScheme(version, bound) ? undefined : compareVersions(version, bound);
  if (!compared) return { holds: false, incomparable: true, assumed: false, coarse: false };
  const { order, padded } = compared;
  const noBuild = lacksBuild(version, bound, order);
  const holds = order === 0 ? inclusive || noBuild : side === 'lower' ? order > 0 : order < 0;
  // "<= 32" may be meant to hold all of 32 or end with it.
  const finer = side === 'upper' && inclusive && order > 0 && padded && bound.parts.length === 1;
  if (finer) return { holds: true, incomparable: false, assumed: true, coarse: true, finer };
  // "V18" beside "< V18 Update 1" is the one without updates.
  const coarse =
    version.parts.length === 1 &&
    bound.parts.length > 1 &&
    bound.parts[1]!.is !== 'patch' &&
    isWithin({ ...bound, parts: bound.parts.slice(0, 1) }, version);
  return { holds, incomparable: false, assumed: padded, coarse: (coarse && padded) || noBuild };
}

/** "7.4" beside "7.4 build 5123": one of its builds. */
function lacksBuild(version: Version, listed: Version, order: number): boolean {
  return order === 0 && listed.build !== undefined && version.build === undefined;
}

/** "FW26" numbers firmware releases one by one and says nothing about "02.07.07", nor does "2017" about "1.9.0". */
function isOtherScheme(version: Version, bound: Version): boolean {
  if (/^\s*fw\s*\d+\s*$/i.test(bound.text) && version.parts.length > 1) return true;
  return isCounted(version) !== isCounted(bound) && (isDotted(version) || isDotted(bound));
}

/** A year or the number of a build: "2017", "200422". */
function isCounted({ parts: [first] }: Version): boolean {
  return first?.is === 'number' && first.value >= 1000;
}

function isDotted({ parts: [first, second] }: Version): boolean {
  return first?.is === 'number' && first.value < 1000 && second?.is === 'number';
}

function evaluateExact(
  version: Version,
  listed: Version,
  told: { version: string; range: string },
  product: string,
): Finding {
  if (hasPlaceholder(listed)) {
    return isWithin(version, listed)
      ? yes(reason('version-in-range', told))
      : differs(version, listed, told, product);
  }
  const compared = isOtherScheme(version, listed) ? undefined : compareVersions(version, listed);
  if (compared?.order === 0)
    return yes(reason('version-in-range', told), lacksBuild(version, listed, compared.order));
  // "8.1" may be meant as the train or as the very first release of it.
  if (version.parts.length > listed.parts.length && isWithin(version, listed)) {
    return unknown(reason('version-finer', told), lookUp('read-advisory', { text: told.range }));
  }
  return differs(version, listed, told, product);
}

function differs(
  version: Version,
  listed: Version,
  told: { version: string; range: string },
  product: string,
): Finding {
  const compared = isOtherScheme(version, listed) ? undefined : compareVersions(version, listed);
  if (!compared)
    return unknown(reason('version-unreadable', told), lookUp('read-exact-version', { product }));
  if (
    version.parts.length === 1 &&
    listed.parts.length > 1 &&
    isWithin({ ...listed, parts: listed.parts.slice(0, 1) }, version)
  ) {
    return unknown(reason('version-coarse', told), lookUp('read-exact-version', { product }));
  }
  // Who lists single versions often means “up to”: an earlier one is only likely to be safe.
  return no(reason('version-outside-range', told), compared.padded || compared.order < 0);
}

/**
 * Several upper bounds ("<= 4.2.21 | <= 5.0.27"): a version below all is in, above all is out, and one between
 * is decided by the bound of its own release train, the one it shares most leading parts with.
 */
function evaluateTrains(
  version: Version,
  trains: readonly Expression[],
  told: { version: string; range: string },
  product: string,
): Finding {
  const checks = trains.flatMap((train) =>
    train.is === 'interval' && train.upper
      ? [{ train: train.upper, ...satisfies(version, train.upper, 'upper') }]
      : [],
  );
  if (checks.some(({ incomparable }) => incomparable)) {
    const own = ownTrain(version, checks);
    if (!own || own.incomparable)
      return unknown(reason('version-unreadable', told), lookUp('read-exact-version', { product }));
    return own.holds
      ? yes(reason('version-in-range', told), true)
      : no(reason('version-outside-range', told), true);
  }
  if (checks.every(({ holds }) => holds) && checks.some(({ coarse }) => coarse))
    return unknown(reason('version-coarse', told), lookUp('read-exact-version', { product }));
  if (checks.every(({ holds }) => holds))
    return yes(
      reason('version-in-range', told),
      checks.some(({ assumed }) => assumed),
    );
  if (checks.every(({ holds }) => !holds))
    return no(
      reason('version-outside-range', told),
      checks.some(({ assumed }) => assumed),
    );
  const own = ownTrain(version, checks);
  if (!own) return unknown(reason('train-undecided', told), lookUp('read-advisory', { text: told.range }));
  if (own.coarse) return unknown(reason('version-coarse', told), lookUp('read-exact-version', { product }));
  return own.holds
    ? yes(reason('version-in-range', told), own.assumed)
    : no(reason('version-outside-range', told), own.assumed);
}

function ownTrain<C extends { readonly train: Bound }>(
  version: Version,
  checks: readonly C[],
): C | undefined {
  const ranked = checks
    .map((check) => ({ check, shared: sharedParts(version, check.train.version) }))
    .toSorted((a, b) => b.shared - a.shared);
  const [best, second] = ranked;
  return best && best.shared > 0 && best.shared !== second?.shared ? best.check : undefined;
}

function sharedParts(a: Version, b: Version): number {
  let shared = 0;
  while (
    a.parts[shared] &&
    b.parts[shared] &&
    isWithin({ ...a, parts: [a.parts[shared]!] }, { ...b, parts: [b.parts[shared]!] })
  )
    shared++;
  return shared;
}

function isAboutProduct(component: string, { productName }: Facts): boolean {
  const words = new Set(productName.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  return component
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .every(
      (word) =>
        word === '' || words.has(word) || /^(?:firmware|software|version|release|ver|fw|sw)$/.test(word),
    );
}

/** "CPCI85 V05.11" without "CPCI85"; nothing where the name does not stand there. */
function withoutName(text: string, name: string): string | undefined {
  const position = text.toLowerCase().indexOf(name.toLowerCase());
  return position < 0 || name === '' ? undefined : text.slice(position + name.length).trim();
}

/* Conditions */

function evaluateCondition(condition: Condition, facts: Facts): Finding {
  const { product } = facts;
  const told = { condition: condition.text };
  switch (condition.on) {
    case 'serial': {
      const truth = serialSays(condition, facts.serial);
      return truth === 'unknown'
        ? unknown(reason('serial-missing', told), lookUp('read-serial', { product }))
        : (truth === 'yes' ? yes : no)(reason('serial-decides', { serial: facts.serial!, ...told }));
    }
    case 'functionState': {
      const state = /\b(?:FS|function(?:al)?\s+state)\s*:?\s*(\d+)/i.exec(facts.hardware ?? '');
      if (!state)
        return unknown(reason('function-state-missing', told), lookUp('read-hardware-revision', { product }));
      const holds = test(Number(state[1]) - condition.value, condition.operator);
      return (holds ? yes : no)(
        reason(holds ? 'version-in-range' : 'version-outside-range', {
          version: state[0],
          range: condition.text,
        }),
      );
    }
    case 'hardware': {
      const revision = hardwareRevision(facts.hardware);
      const order = revision && compareVersions(revision, condition.version)?.order;
      if (!revision || order === undefined)
        return unknown(reason('hardware-missing', told), lookUp('read-hardware-revision', { product }));
      const holds = test(order, condition.operator);
      return (holds ? yes : no)(
        reason(holds ? 'version-in-range' : 'version-outside-range', {
          version: revision.text,
          range: condition.text,
        }),
      );
    }
    case 'made':
      return unknown(reason('date-missing', told), lookUp('find-date-made', { product }));
    case 'vulnerability':
      return facts.cve && condition.cves.includes(facts.cve)
        ? yes(reason('stated-affected'))
        : unknown(
            reason('other-vulnerability', { cves: condition.cves.join(', ') }),
            lookUp('read-advisory', { text: condition.text }),
          );
    case 'configuration':
      return unknown(reason('condition-open', told), lookUp('check-condition', told));
  }
}

/** The one that is told, among what else is told of the hardware: "HW 3, FS 04". */
function hardwareRevision(hardware = ''): Version | undefined {
  const told = hardware
    .split(',')
    .flatMap(
      (one) =>
        /^\s*(?:(?:hw|hardware|rev(?:ision)?|ver(?:sion)?)\b[\s.:-]*)*(v?\d[\w.]*|[a-z]{1,2})\s*$/i.exec(
          one,
        )?.[1] ?? [],
    );
  return told.length === 1 ? parseVersion(told[0]!) : undefined;
}

/** Whether a condition holds for a serial number; unknown where there is none, or too short a one. */
export function serialSays(
  { digits, value, operator }: SerialCondition,
  stated: string | undefined,
): Finding['truth'] {
  const serial = stated?.replace(/[\s-]/g, '').toUpperCase();
  if (!serial || serial.length < digits) return 'unknown';
  return test(order(serial.slice(0, digits), value.toUpperCase()), operator) ? 'yes' : 'no';
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function test(sign: number, operator: Operator): boolean {
  switch (operator) {
    case '<':
      return sign < 0;
    case '<=':
      return sign <= 0;
    case '>':
      return sign > 0;
    case '>=':
      return sign >= 0;
    case '=':
      return sign === 0;
  }
}
