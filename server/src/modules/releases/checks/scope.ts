import { type Scope, scopesOf } from '@busbar/contract';

import { blocked, type Check } from './check.ts';

const named: readonly Scope[] = ['named', 'orgs', 'clients', 'community'];

/** The label limits whom it may be for (FIRST, TLP 2.0), and whoever is named is there. */
export const scope: Check = {
  name: 'scope',
  *find({ label, scope, audience }) {
    if (!scopesOf(label).includes(scope))
      yield blocked(
        '',
        'scope-too-wide',
        `TLP:${label} may not go to: ${scope}. Choose a narrower audience or another label`,
        { label, scope },
      );
    if (named.includes(scope) && audience.length === 0)
      yield blocked('', 'audience-empty', 'Nobody is named who could read it. Choose the audience', {
        scope,
      });
    if (['case', 'org'].includes(scope))
      yield blocked(
        '',
        'scope-stays',
        'It is addressed to nobody outside. Choose who is to read it before it is released',
        { scope },
      );
  },
};
