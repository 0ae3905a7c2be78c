import { blocked, type Check } from './check.ts';

/** Every fact that decides was checked by two people who agree. */
export const claims: Check = {
  name: 'claims',
  *find({ claims: { unchecked, disputed } }) {
    for (const claim of disputed)
      yield blocked(
        claim,
        'claim-disputed',
        `The two checks of “${claim}” disagree. Settle it on the claims board, and propose again`,
        { claim },
      );
    for (const claim of unchecked)
      yield blocked(
        claim,
        'claim-unchecked',
        `“${claim}” was not checked by two people. Ask for the missing check on the claims board`,
        { claim },
      );
  },
};
