import { blocked, type Check } from './check.ts';

/** Nothing leaves before the hour that was agreed on. */
export const embargo: Check = {
  name: 'embargo',
  *find({ embargoUntil }, { at }) {
    if (embargoUntil && Date.parse(embargoUntil) > at.getTime())
      yield blocked(
        '',
        'embargo-running',
        `Those concerned agreed to say nothing before ${embargoUntil}. Schedule it for that minute or later, or agree on another`,
        { until: embargoUntil },
      );
  },
};
