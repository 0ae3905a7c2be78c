import type { ConsentBound } from '@busbar/contract';

import { blocked, type Check } from './check.ts';

const bounds: Record<ConsentBound, string> = {
  label: 'its case is TLP:RED now',
  indicators: 'no indicators of this case may be shared',
  lesson: 'no lesson from it may be published',
  name: 'it may not be named',
};

/** What belongs to somebody leaves with his consent. Our own words need nobody's. */
export const consents: Check = {
  name: 'consents',
  *find({ parts, lent }) {
    for (const { name, consent } of [...parts, ...lent])
      if (consent === 'missing')
        yield blocked(
          name,
          'consent-missing',
          `The owner of ${name} has not agreed that it leaves. Ask for consent, or take it out`,
          { part: name },
        );
      else if (consent in bounds)
        yield blocked(
          name,
          `bound-${consent as ConsentBound}`,
          `${name} goes beyond what its owner allows: ${bounds[consent as ConsentBound]}. Take it out, or ask the owner to change the answer`,
          { part: name },
        );
  },
};
