import { z } from 'zod';

import type { Impact } from './cases.ts';

/** Classes of the Reference Security Incident Taxonomy, version 1003 (RSIT working group of TF-CSIRT). */
export const Rsit = z.enum([
  'abusive-content',
  'malicious-code',
  'information-gathering',
  'intrusion-attempts',
  'intrusions',
  'availability',
  'information-content-security',
  'fraud',
  'vulnerable',
  'other',
  'test',
]);
export type Rsit = z.infer<typeof Rsit>;

/** How far it reaches, as far as is known. */
export const Spread = z.enum(['device', 'zone', 'site', 'sites', 'unknown']);
export type Spread = z.infer<typeof Spread>;

export const CaseSeverity = z.enum(['low', 'medium', 'high', 'critical']);
export type CaseSeverity = z.infer<typeof CaseSeverity>;

const severities = CaseSeverity.options;

/**
 * People and surroundings before the process, the process before data; more than one site is a step worse. What nobody
 * knows yet of people counts as medium, so that it is looked at.
 */
export function caseSeverityOf(
  { safety, production, environment, data }: Impact,
  spread: Spread,
): CaseSeverity {
  const worst = (...effects: Impact[keyof Impact][]) => {
    if (effects.includes('real')) return 'real';
    return effects.includes('possible') ? 'possible' : 'none';
  };
  const people = { real: 3, possible: 2, none: safety === 'unknown' ? 1 : 0 }[worst(safety, environment)];
  const process = { real: 2, possible: 1, none: 0 }[worst(production)];
  const files = data === 'real' ? 1 : 0;
  const step = Math.max(people, process, files) + (spread === 'sites' ? 1 : 0);
  return severities[Math.min(step, severities.length - 1)]!;
}

export const RootCause = z.enum([
  'remoteAccess',
  'exposedService',
  'phishing',
  'removableMedia',
  'supplyChain',
  'credentials',
  'misconfiguration',
  'operatorError',
  'deviceFault',
  'noIncident',
  'undetermined',
]);
export type RootCause = z.infer<typeof RootCause>;

/** What a step of a case can say besides its reason. */
export const CaseField = z.enum(['impact', 'spread', 'rsit', 'duplicateOf', 'rootCause']);
export type CaseField = z.infer<typeof CaseField>;

/** Without this a step is not taken; the others keep what is known when nothing is said. */
export const neededFields: readonly CaseField[] = ['duplicateOf'];

/** By what two cases resemble one another. */
export const Resemblance = z.enum(['address', 'file', 'name', 'vulnerability', 'order', 'vendor', 'word']);
export type Resemblance = z.infer<typeof Resemblance>;
