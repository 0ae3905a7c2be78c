import type { CsafJson } from './csaf-json.ts';
import { rules as allRules } from './registry.ts';
import {
  adviceOf,
  type CsafVersion,
  type Find,
  type Missing,
  type Params,
  pointer,
  type Resources,
  type Rule,
  type Severity,
  severityOf,
} from './rule.ts';
import { csaf20 } from './shape/csaf-2.0.ts';
import { csaf21 } from './shape/csaf-2.1.ts';
import { kindOf, misfitAdvice } from './shape/misfits.ts';
import {
  gone,
  isObject,
  type Misfit,
  type MisfitParams,
  type Shape,
  type Steps,
  Walk,
} from './shape/shape.ts';
import { Subject, type UnsortedPlace } from './subject.ts';

export interface Finding {
  /** Of the standard; `structure` for what is not as the schema has it. */
  readonly section: string;
  readonly name: string;
  /** Which of several things that the rule tells apart. */
  readonly kind?: string;
  readonly severity: Severity;
  /** JSON Pointer (RFC 6901). */
  readonly path: string;
  readonly params: Params;
  /** What is wrong and what to do next, in English. */
  readonly message: string;
}

export interface RuleRun {
  readonly section: string;
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
  /** Findings that were counted and not listed, because there are so many. */
  readonly more?: number;
  /** What was not there. */
  readonly missing?: Missing;
}

export interface Validation {
  readonly version: CsafVersion;
  /** Nothing is wrong with the structure, and no mandatory test (6.1) failed. */
  readonly valid: boolean;
  readonly findings: readonly Finding[];
  /** The structure first, then the rules of this version in order. */
  readonly runs: readonly RuleRun[];
}

export interface ValidationOptions {
  readonly resources?: Resources;
  /** Which rules; all when not said. */
  readonly rules?: readonly Rule[];
  /** How many findings of one rule are listed. */
  readonly most?: number;
}

const shapes: Readonly<Record<CsafVersion, Shape>> = { '2.0': csaf20, '2.1': csaf21 };

/**
 * Validates a document as JSON.parse gave it against CSAF 2.0 or 2.1, whichever it says it is (2.0 when it does
 * not say). Never throws; the time it takes grows with the size of the document.
 */
export function validate(
  json: unknown,
  { resources = {}, rules = allRules, most = 1000 }: ValidationOptions = {},
): Validation {
  const version = versionOf(json);
  const findings: Finding[] = [];
  let valid = true;

  const misfits: { misfit: Misfit; steps: Steps; params: MisfitParams }[] = [];
  const extras: Steps[] = [];
  const unsorted: UnsortedPlace[] = [];
  let misfitCount = 0;
  const walk = new Walk({
    onMisfit: (misfit, steps, params) => {
      if (misfitCount++ < most) misfits.push({ misfit, steps, params });
    },
    onExtra: (steps) => {
      if (extras.length <= most) extras.push(steps);
    },
    onUnsorted: (at, other) => {
      if (unsorted.length <= most) unsorted.push({ at, other });
    },
  });
  const mended = shapes[version](json, 0, walk);
  for (const { misfit, steps, params } of misfits) {
    const kind = kindOf(misfit, params);
    findings.push({
      section: 'structure',
      name: misfit,
      ...(kind !== undefined && { kind }),
      severity: 'error',
      path: pointer(steps),
      params,
      message: adviceOf({ advice: misfitAdvice[misfit] }, params, kind),
    });
  }
  if (misfitCount > 0) valid = false;

  const root = mended === gone ? {} : (mended as CsafJson);
  const subject = new Subject({ version, root, misfits, extras, unsorted });
  let current: Step;
  let count = 0;
  const find: Find = (at, params = nothing, kind?: string) => {
    if (count++ >= most) return;
    const { severity, rule } = current;
    const { section, name } = rule;
    const path = pointer(at);
    const message = adviceOf(rule, params, kind);
    findings.push(
      kind === undefined
        ? { section, name, severity, path, params, message }
        : { section, name, kind, severity, path, params, message },
    );
  };
  const { plan, passed } = planFor(rules, version);
  const runs = passed.slice();
  if (misfitCount > 0) runs[0] = outcome(structure, misfitCount, most);
  for (let i = 0; i < plan.length; i++) {
    current = plan[i]!;
    const { rule } = current;
    const missing = current.conditional ? missingFor(rule, subject, resources) : undefined;
    if (missing !== undefined) {
      runs[i + 1] = { section: rule.section, name: rule.name, outcome: 'not run', missing };
      continue;
    }
    count = 0;
    rule.check(subject, find, resources);
    if (count === 0) continue;
    runs[i + 1] = outcome(rule, count, most);
    if (current.severity === 'error') valid = false;
  }
  return { version, valid, findings, runs };
}

const nothing: Params = Object.freeze({});

const structure = { section: 'structure', name: 'schema' };

/** What does not depend on the document. */
interface Plan {
  readonly plan: readonly Step[];
  /** The runs when all is well: of the structure, then of each step. */
  readonly passed: readonly RuleRun[];
}

interface Step {
  readonly rule: Rule;
  readonly severity: Severity;
  /** Whether there is anything that it can be missing. */
  readonly conditional: boolean;
}

const plans = new WeakMap<readonly Rule[], Readonly<Record<CsafVersion, Plan>>>();

function planFor(rules: readonly Rule[], version: CsafVersion): Plan {
  let known = plans.get(rules);
  if (!known) plans.set(rules, (known = { '2.0': planOf(rules, '2.0'), '2.1': planOf(rules, '2.1') }));
  return known[version];
}

function planOf(rules: readonly Rule[], version: CsafVersion): Plan {
  const plan = rules
    .filter(({ versions }) => versions.includes(version))
    .map((rule) => ({
      rule,
      severity: severityOf(rule.section),
      conditional: rule.needs !== undefined || rule.missing !== undefined,
    }));
  const passed = [structure, ...plan.map(({ rule }) => rule)].map((one) => Object.freeze(outcome(one, 0, 0)));
  return { plan, passed };
}

function missingFor(rule: Rule, subject: Subject, resources: Resources): Missing | undefined {
  if (rule.needs) for (const name of rule.needs) if (resources[name] === undefined) return name;
  return rule.missing?.(subject, resources);
}

/** Which type or form is wanted. */
function versionOf(json: unknown): CsafVersion {
  const document = isObject(json) ? json['document'] : undefined;
  return isObject(document) && document['csaf_version'] === '2.1' ? '2.1' : '2.0';
}

function outcome({ section, name }: Pick<Rule, 'section' | 'name'>, count: number, most: number): RuleRun {
  return {
    section,
    name,
    outcome: count === 0 ? 'passed' : 'failed',
    ...(count > most && { more: count - most }),
  };
}
