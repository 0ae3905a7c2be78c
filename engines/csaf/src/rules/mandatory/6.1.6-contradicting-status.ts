import type { ProductStatusJson, VulnerabilityJson } from '../csaf-json.ts';
import type { Rule } from '../rule.ts';
import { productStates, stateOfStatus } from '../subject.ts';

export const contradictingStatus: Rule = {
  section: '6.1.6',
  name: 'contradicting-status',
  versions: ['2.0', '2.1'],
  advice:
    'The product {id} is listed as {first} and as {second}, which contradict each other; keep one of them',
  check(subject, find) {
    for (const [v, { product_status: statuses = {} }] of subject.vulnerabilities.entries()) {
      if (isOfOneState(statuses) || !isContradicting(subject.states(v))) continue;
      const first = new Map<string, ProductStatusJson>();
      for (const [name, ids] of Object.entries(statuses)) {
        const status = name as ProductStatusJson;
        if (stateOfStatus[status] === productStates.recommended) continue;
        for (const [i, id] of ids.entries()) {
          const other = first.get(id);
          if (other === undefined) first.set(id, status);
          else if (id !== '' && stateOfStatus[other] !== stateOfStatus[status])
            find(['vulnerabilities', v, 'product_status', status, i], { id, first: other, second: status });
        }
      }
    }
  },
};

/** As in most vulnerabilities, whose products need not be looked at. */
function isOfOneState(statuses: NonNullable<VulnerabilityJson['product_status']>): boolean {
  let state = 0;
  for (const name in statuses) {
    const other = stateOfStatus[name as ProductStatusJson];
    if (other === productStates.recommended || other === state) continue;
    if (state !== 0) return false;
    state = other;
  }
  return true;
}

/** Whether any product has two states; being recommended goes with all of them. */
function isContradicting(states: ReadonlyMap<string, number>): boolean {
  for (const state of states.values()) {
    const others = state & ~productStates.recommended;
    if ((others & (others - 1)) !== 0) return true;
  }
  return false;
}
