import type { CheckOutcome, CheckResult } from '@busbar/contract';

import type { Snapshot } from '../snapshot.ts';
import { addresses } from './addresses.ts';
import type { Check, Circumstances } from './check.ts';
import { claims } from './claims.ts';
import { composition } from './composition.ts';
import { consents } from './consents.ts';
import { embargo } from './embargo.ts';
import { harm } from './harm.ts';
import { label } from './label.ts';
import { links } from './links.ts';
import { members } from './members.ts';
import { scope } from './scope.ts';
import { signature } from './signature.ts';
import { translations } from './translations.ts';
import { validator } from './validator.ts';

/** What the gate asks of everything that wants to leave, in the order a reader wants the answers. */
export const checks: readonly Check[] = [
  label,
  scope,
  composition,
  consents,
  members,
  addresses,
  harm,
  claims,
  validator,
  embargo,
  translations,
  links,
  signature,
];

const most = 50;

export type Checked = Omit<CheckResult, 'answer'>;

export function runChecks(snapshot: Snapshot, now: Circumstances): Checked[] {
  return checks.map(({ name, find }) => {
    const findings = [];
    let outcome: CheckOutcome = 'passed';
    for (const finding of find(snapshot, now)) {
      if (finding.outcome === 'blocked' || outcome === 'passed') outcome = finding.outcome;
      if (findings.length < most) findings.push(finding);
    }
    return { name, outcome, findings };
  });
}

export const worstOf = (outcomes: readonly CheckOutcome[]): CheckOutcome =>
  outcomes.includes('blocked') ? 'blocked' : outcomes.includes('warning') ? 'warning' : 'passed';
