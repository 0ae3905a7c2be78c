import { datesIn } from '../dates.ts';
import type { Rule } from '../rule.ts';
import { dateTime } from '../shape/forms.ts';

/** Section 2.3: upper case, no leap seconds, besides what RFC 3339 asks for. */
const strict = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

export const dateAndTime: Rule = {
  section: '6.1.37',
  name: 'date-time',
  versions: ['2.1'],
  advice: '"{text}" is not a date and time as CSAF has it; write it like 2026-03-31T14:05:00Z',
  check(subject, find) {
    for (const { text, at } of datesIn(subject))
      if (!strict.test(text) || !dateTime.test(text)) find(at, { text });
  },
};
