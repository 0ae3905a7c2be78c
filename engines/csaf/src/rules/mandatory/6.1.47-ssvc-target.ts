import type { Rule } from '../rule.ts';

export const ssvcTarget: Rule = {
  section: '6.1.47',
  name: 'ssvc-target',
  versions: ['2.1'],
  advice: {
    other: 'The SSVC target {id} is no id of this vulnerability; correct or remove it',
    document: 'The SSVC target {id} is the whole document, which has several vulnerabilities; name this one',
  },
  check({ scores, tracking, vulnerabilities }, find) {
    for (const { content, contentAt, vulnerability } of scores) {
      const { cve, ids = [] } = vulnerabilities[vulnerability]!;
      for (const [i, id] of (content.ssvc_v2?.target_ids ?? []).entries()) {
        const at = [contentAt, 'ssvc_v2', 'target_ids', i];
        if (id !== cve && !ids.some(({ text }) => text === id)) find(at, { id }, 'other');
        else if (id === tracking.id && vulnerabilities.length > 1) find(at, { id }, 'document');
      }
    }
  },
};
