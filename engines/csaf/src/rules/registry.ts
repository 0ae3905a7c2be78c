import { informativeRules } from './informative.ts';
import { mandatoryRules } from './mandatory.ts';
import { recommendedRules } from './recommended.ts';
import type { Rule } from './rule.ts';

/** Every test of section 6 in its order: 6.1 mandatory, 6.2 recommended (2.0: optional), 6.3 informative. */
export const rules: readonly Rule[] = [...mandatoryRules, ...recommendedRules, ...informativeRules];
