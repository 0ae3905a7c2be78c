import { instantOf } from '../instant.ts';
import type { ActionJson } from '../csaf-json.ts';
import type { Rule } from '../rule.ts';

export const repeatedInvolvement: Rule = {
  section: '6.1.24',
  name: 'repeated-involvement',
  versions: ['2.0', '2.1'],
  advice: {
    party:
      'The party {party} is involved more than once at the same date; keep one entry or correct its date',
    action: 'Action {id} says the same as action {first}; remove it or say what is different',
  },
  check({ document, vulnerabilities }, find) {
    const actions = new Map<string, string>();
    for (const [i, { action_id: id, ...action }] of (document.involvement?.actions ?? []).entries()) {
      if (!id) continue;
      const key = keyOf(action);
      const first = actions.get(key);
      if (first === undefined) actions.set(key, id);
      else find(['document', 'involvement', 'actions', i], { id, first }, 'action');
    }
    for (const [v, { involvements = [] }] of vulnerabilities.entries()) {
      const met = new Set<string>();
      for (const [i, { party, date }] of involvements.entries()) {
        if (!party) continue;
        const key = `${party} ${instantOf(date) ?? date ?? ''}`;
        if (met.has(key)) find(['vulnerabilities', v, 'involvements', i], { party }, 'party');
        met.add(key);
      }
    }
  },
};

/** The same for what later drafts of 2.1 take for the same action: the order in sets does not count. */
function keyOf(action: Omit<ActionJson, 'action_id'>): string {
  const fields = Object.entries(action).map(([name, value]) => [
    name,
    Array.isArray(value) ? [...new Set<string>(value)].toSorted(byText) : value,
  ]);
  return JSON.stringify(fields.toSorted(([a], [b]) => byText(String(a), String(b))));
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
