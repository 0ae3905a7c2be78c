import type { CsafJson } from './csaf-json.ts';
import { rules as allRules } from './registry.ts';
import {
  adviceOf,
  type CsafVersion,
  fill,
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
import { misfitAdvice } from './shape/misfits.ts';
import {
  gone,
  isObject,
  type Misfit,
  type MisfitParams,
  type Shape,
  type Steps,
  Walk,
} from './shape/shape.ts';
import { Subject } from './subject.ts';

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
  const runs: RuleRun[] = [];
  let valid = true;

  const misfits: { misfit: Misfit; steps: Steps; params: MisfitParams }[] = [];
  const extras: Steps[] = [];
  let misfitCount = 0;
  const walk = new Walk(
    (misfit, steps, params) => {
      if (misfitCount++ < most) misfits.push({ misfit, steps, params });
    },
    (steps) => {
      if (extras.length <= most) extras.push(steps);
    },
  );
  const mended = shapes[version](json, 0, walk);
  for (const { misfit, steps, params } of misfits) {
    const message = fill(misfitAdvice[misfit], params);
    findings.push({
      section: 'structure',
      name: misfit,
      severity: 'error',
      path: pointer(steps),
      params,
      message,
    });
  }
  runs.push(outcome({ section: 'structure', name: 'schema' }, misfitCount, most));
  if (misfitCount > 0) valid = false;

  const subject = new Subject(version, mended === gone ? {} : (mended as CsafJson), misfits, extras);
  for (const rule of rules) {
    if (!rule.versions.includes(version)) continue;
    const missing =
      rule.needs?.find((name) => resources[name] === undefined) ?? rule.missing?.(subject, resources);
    if (missing !== undefined) {
      runs.push({ section: rule.section, name: rule.name, outcome: 'not run', missing });
      continue;
    }
    let count = 0;
    const severity = severityOf(rule.section);
    const find: Find = (at, params = {}, kind?: string) => {
      if (count++ >= most) return;
      findings.push({
        section: rule.section,
        name: rule.name,
        ...(kind !== undefined && { kind }),
        severity,
        path: pointer(at),
        params,
        message: adviceOf(rule, params, kind),
      });
    };
    rule.check(subject, find, resources);
    runs.push(outcome(rule, count, most));
    if (count > 0 && severity === 'error') valid = false;
  }
  return { version, valid, findings, runs };
}

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
