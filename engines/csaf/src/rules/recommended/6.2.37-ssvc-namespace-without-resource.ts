import { parseNamespace } from '../../ssvc/namespaces.ts';
import type { Rule } from '../rule.ts';

export const ssvcNamespaceWithoutResource: Rule = {
  section: '6.2.37',
  name: 'ssvc-namespace-without-resource',
  versions: ['2.1'],
  advice:
    'Nothing says where to read about the SSVC namespace {namespace}; add a resource whose summary names it',
  check({ scores }, find) {
    for (const { content, contentAt } of scores) {
      const { selections = [], decision_point_resources: resources = [] } = content.ssvc_v2 ?? {};
      for (const namespace of new Set(selections.map((selection) => selection.namespace ?? ''))) {
        const { kind, extension } = parseNamespace(namespace);
        const isRegistered = kind === 'registered' && extension === undefined;
        if (isRegistered || kind === 'test' || kind === 'example') continue;
        if (!resources.some(({ summary }) => summary?.includes(namespace)))
          find([contentAt, 'ssvc_v2', 'decision_point_resources'], { namespace });
      }
    }
  },
};
