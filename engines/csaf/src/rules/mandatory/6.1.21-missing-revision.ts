import type { Rule } from '../rule.ts';

/** Enough to say that a history is full of holes; numbers may be as large as their author likes. */
const mostMissing = 1000;

export const missingRevision: Rule = {
  section: '6.1.21',
  name: 'missing-revision',
  versions: ['2.0', '2.1'],
  advice: {
    start:
      'By date the revision history begins with version {number}, not with 0 or 1; add what came before or correct the numbers',
    absent: 'The revision history has no entry for version {number}; add it',
    before: 'By date there is no entry for version {number} before {until}; correct the dates or the numbers',
    between:
      'By date there is no entry for version {number} between {from} and {until}; correct the dates or the numbers',
  },
  check({ sortedRevisions }, find) {
    const at = ['document', 'tracking', 'revision_history'];
    const majors = [];
    for (const { number, revision } of sortedRevisions) {
      const { date = '', number: text = '' } = revision;
      if (number) majors.push({ major: Number(number.numbers[0]), date, text, semantic: number.semantic });
    }
    const [first] = majors;
    if (!first) return;
    if (first.major > 1) find(at, { number: first.text }, 'start');

    const present = new Set(majors.map(({ major }) => major));
    let highest = { major: 0, date: '' };
    for (const { major, date, semantic } of majors) {
      for (
        let missing = highest.major + 1;
        missing < Math.min(major, highest.major + mostMissing);
        missing++
      ) {
        const number = semantic ? `${missing}.0.0` : String(missing);
        if (!present.has(missing)) find(at, { number }, 'absent');
        else if (highest.date === '') find(at, { number, until: date }, 'before');
        else find(at, { number, from: highest.date, until: date }, 'between');
      }
      if (major >= highest.major) highest = { major, date };
    }
  },
};
