import { repair } from '../text/repair.ts';
import { type Bound, type Expression, parseExpression } from './expression.ts';
import { compareVersions, hasPlaceholder } from './version.ts';

/** From one version to another; without a bound it is open to that side. */
export interface Span {
  readonly lower: Bound | undefined;
  readonly upper: Bound | undefined;
}

/** Whether two sets of versions are the same; undefined where they cannot honestly be compared. */
export function sameVersions(a: readonly string[], b: readonly string[]): boolean | undefined {
  const [one, other] = [new Set(a.map(spelled)), new Set(b.map(spelled))];
  if (one.size === other.size && [...one].every((text) => other.has(text))) return true;
  const [left, right] = [joined(a), joined(b)];
  if (!left || !right) return undefined;
  if (left.length !== right.length) return false;
  for (const [i, span] of left.entries()) {
    const same = both(sameBound(span.lower, right[i]!.lower), sameBound(span.upper, right[i]!.upper));
    if (same !== true) return same;
  }
  return true;
}

/** Whether any version lies in both sets; undefined where that cannot honestly be said. */
export function versionsMeet(a: readonly string[], b: readonly string[]): boolean | undefined {
  const [left, right] = [spansOfAll(a), spansOfAll(b)];
  if (!left || !right) return undefined;
  let open = false;
  for (const one of left) {
    for (const other of right) {
      const meet = both(reaches(one.lower, other.upper), reaches(other.lower, one.upper));
      if (meet) return true;
      open ||= meet === undefined;
    }
  }
  return open ? undefined : false;
}

/** Without the scheme, blanks and case, which do not change what is meant. */
function spelled(text: string): string {
  return repair(text)
    .toLowerCase()
    .replace(/^vers:[\w.+-]+\//, '')
    .replace(/\s+|^v(?=\d)|(?<=[<>=|])v(?=\d)/g, '');
}

const mostSpans = 200;

function spansOfAll(texts: readonly string[]): Span[] | undefined {
  if (texts.length === 0 || texts.length > mostSpans) return undefined;
  const found: Span[] = [];
  for (const text of texts) {
    const spans = spansOf(parseExpression(text));
    if (!spans || found.length + spans.length > mostSpans) return undefined;
    found.push(...spans);
  }
  return found;
}

/** An expression as spans; undefined where it says more than versions can: conditions, trains, components. */
export function spansOf(expression: Expression): Span[] | undefined {
  switch (expression.is) {
    case 'all':
      return [{ lower: undefined, upper: undefined }];
    case 'exact': {
      const { version, component } = expression;
      if (component !== undefined || hasPlaceholder(version)) return undefined;
      return [{ lower: { version, inclusive: true }, upper: { version, inclusive: true } }];
    }
    case 'interval': {
      const { lower, upper, component } = expression;
      const blurred = [lower, upper].some((bound) => bound && hasPlaceholder(bound.version));
      return component !== undefined || blurred ? undefined : [{ lower, upper }];
    }
    case 'any': {
      const parts = expression.of.map(spansOf);
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    case 'every': {
      // All versions but some: what is left out is cut off.
      const [kept, ...cuts] = expression.of.toSorted(
        (a, b) => Number(a.is === 'except') - Number(b.is === 'except'),
      );
      let spans = kept!.is === 'except' ? [{ lower: undefined, upper: undefined }] : spansOf(kept!);
      for (const part of kept!.is === 'except' ? [kept!, ...cuts] : cuts) {
        if (part.is !== 'except') return undefined;
        const out = spansOf(part.of);
        for (const span of out ?? []) spans = spans && without(spans, span);
        if (!out || !spans) return undefined;
      }
      return spans;
    }
    case 'except':
      return spansOf({ is: 'every', of: [expression] });
    case 'trains':
    case 'condition':
    case 'unreadable':
      return undefined;
  }
}

function without(spans: readonly Span[], out: Span): Span[] | undefined {
  const left: Span[] = [];
  for (const span of spans) {
    const meet = both(reaches(span.lower, out.upper), reaches(out.lower, span.upper));
    if (meet === undefined) return undefined;
    if (!meet) {
      left.push(span);
      continue;
    }
    const before = out.lower && { lower: span.lower, upper: opposite(out.lower) };
    const after = out.upper && { lower: opposite(out.upper), upper: span.upper };
    for (const rest of [before, after]) {
      if (!rest) continue;
      const some = reaches(rest.lower, rest.upper);
      if (some === undefined) return undefined;
      if (some) left.push(rest);
    }
  }
  return left;
}

function opposite({ version, inclusive }: Bound): Bound {
  return { version, inclusive: !inclusive };
}

/** In order, and those that touch made one. */
function joined(texts: readonly string[]): Span[] | undefined {
  const spans = spansOfAll(texts);
  if (!spans) return undefined;
  let unordered = false;
  spans.sort((a, b) => {
    const order = compareLower(a.lower, b.lower);
    unordered ||= order === undefined;
    return order ?? 0;
  });
  if (unordered) return undefined;
  const done: Span[] = [];
  for (const span of spans) {
    const last = done.at(-1);
    const touches = last ? touch(last.upper, span.lower) : false;
    if (touches === undefined) return undefined;
    if (!last || !touches) done.push(span);
    else {
      const upper = later(last.upper, span.upper);
      if (upper === null) return undefined;
      done[done.length - 1] = { lower: last.lower, upper };
    }
  }
  return done;
}

function compareLower(a: Bound | undefined, b: Bound | undefined): number | undefined {
  if (!a || !b) return Number(b === undefined) - Number(a === undefined);
  const order = compareVersions(a.version, b.version)?.order;
  return order === 0 ? Number(b.inclusive) - Number(a.inclusive) : order;
}

/** The later of two upper bounds; null where they cannot be put in order. */
function later(a: Bound | undefined, b: Bound | undefined): Bound | undefined | null {
  if (!a || !b) return undefined;
  const order = compareVersions(a.version, b.version)?.order;
  if (order === undefined) return null;
  if (order === 0) return a.inclusive ? a : b;
  return order > 0 ? a : b;
}

/** Whether a version lies between this lower and this upper bound. */
function reaches(lower: Bound | undefined, upper: Bound | undefined): boolean | undefined {
  if (!lower || !upper) return true;
  const order = compareVersions(lower.version, upper.version)?.order;
  if (order === undefined) return undefined;
  return order === 0 ? lower.inclusive && upper.inclusive : order < 0;
}

/** Whether nothing lies between an upper bound and the next lower one. */
function touch(upper: Bound | undefined, lower: Bound | undefined): boolean | undefined {
  if (!lower || !upper) return true;
  const order = compareVersions(lower.version, upper.version)?.order;
  if (order === undefined) return undefined;
  return order === 0 ? lower.inclusive || upper.inclusive : order < 0;
}

function sameBound(a: Bound | undefined, b: Bound | undefined): boolean | undefined {
  if (!a || !b) return a === b;
  const order = compareVersions(a.version, b.version)?.order;
  if (order === undefined) return undefined;
  return order === 0 && a.inclusive === b.inclusive;
}

/** And, in three values. */
function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}
