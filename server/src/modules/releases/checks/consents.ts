import { blocked, type Check } from './check.ts';

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
  },
};
