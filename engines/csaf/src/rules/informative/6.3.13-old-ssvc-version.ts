import { latestVersion } from '../../ssvc/decision-points.ts';
import { parseNamespace } from '../../ssvc/namespaces.ts';
import { selectionsOf } from '../ssvc-selections.ts';
import type { Rule } from '../rule.ts';

export const oldSsvcVersion: Rule = {
  section: '6.3.13',
  name: 'old-ssvc-version',
  versions: ['2.1'],
  advice: 'Version {version} of the decision point {key} is not the latest one; decide again by {latest}',
  check(subject, find) {
    for (const { selection, at } of selectionsOf(subject)) {
      const { namespace = '', key = '', version = '' } = selection;
      const latest = latestVersion(parseNamespace(namespace).base, key);
      if (latest !== undefined && version !== latest) find(at, { version, key, latest });
    }
  },
};
