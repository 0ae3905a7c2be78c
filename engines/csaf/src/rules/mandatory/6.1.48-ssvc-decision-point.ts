import { selectionProblems } from '../../ssvc/selection.ts';
import type { Path, Rule } from '../rule.ts';

export const ssvcDecisionPoint: Rule = {
  section: '6.1.48',
  name: 'ssvc-decision-point',
  versions: ['2.1'],
  advice: {
    'invalid-namespace': 'The namespace {namespace} is reserved for what is invalid; use another one',
    'unknown-decision-point':
      'There is no decision point {key} in the namespace {namespace}; correct the key',
    'unknown-version': 'The decision point {key} has no version {version}; use one of: {known}',
    'unknown-value': 'The decision point {key} {version} has no value {value}; use one of: {known}',
    order:
      'The values of the decision point {key} {version} must stand in the order of its definition: {known}',
  },
  check({ scores }, find) {
    for (const { content, contentAt } of scores) {
      for (const [s, selection] of (content.ssvc_v2?.selections ?? []).entries()) {
        const { namespace, key, version, values = [] } = selection;
        if (!namespace || !key || !version) continue;
        const keys = values.map((value) => value.key ?? '');
        for (const problem of selectionProblems({ namespace, key, version, values: keys })) {
          const at: Path = [contentAt, 'ssvc_v2', 'selections', s];
          const known = 'known' in problem ? problem.known.join(', ') : '';
          if (!('index' in problem)) find(at, { namespace, key, version, known }, problem.code);
          else {
            const value = keys[problem.index] ?? '';
            find([at, 'values', problem.index], { namespace, key, version, value, known }, problem.code);
          }
        }
      }
    }
  },
};
