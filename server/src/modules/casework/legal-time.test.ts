import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import type { ClockEvent } from '@busbar/contract';

import { type Broken, dataFiles, type LawFile } from './data-files.ts';
import { deadlinesOf, endOf } from './legal-time.ts';
import { missingWords } from './missing-words.ts';
import { caseworkSchemas } from './schemas.ts';

/**
 * Scripted incidents, counted by hand from the text of the law and a printed calendar. `because` is how.
 * Times are written as they stand on the wall, with their distance from UTC.
 */
interface Incident {
  readonly what: string;
  readonly law: string;
  readonly zone?: string;
  readonly events: Partial<Record<ClockEvent, string>>;
  readonly sent?: Record<string, string>;
  readonly due: Record<string, readonly [at: string | null, because: string]>;
}

const incidents: readonly Incident[] = [
  {
    what: '1. a call at 03:10 on a Tuesday, NIS2 in Berlin',
    law: 'eu-nis2',
    zone: 'Europe/Berlin',
    events: { awareness: '2026-03-03T03:10:00+01:00' },
    due: {
      'early-warning': [
        '2026-03-04T04:00:00+01:00',
        'Art. 3(1): the hour from 03 to 04 does not count; 24 full hours from 04:00',
      ],
      notification: [
        '2026-03-06T04:00:00+01:00',
        '72 full hours from Tuesday 04:00 are over on Friday 04:00',
      ],
      'final-report': [
        '2026-04-07T00:00:00+02:00',
        'Not sent yet: the notification is sent on Friday 6 March at the latest; 6 April is a Monday, and ends at midnight',
      ],
    },
  },
  {
    what: '2. the night in which clocks go forward takes no hour away',
    law: 'eu-nis2',
    zone: 'Europe/Berlin',
    events: { awareness: '2026-03-28T23:30:00+01:00' },
    due: {
      'early-warning': [
        '2026-03-30T01:00:00+02:00',
        'From Sunday 00:00 on: 02:00 to 03:00 is not there, so the 24th hour ends at 01:00 on Monday',
      ],
      notification: ['2026-04-01T01:00:00+02:00', 'For the same reason an hour later on the wall'],
      'final-report': [
        '2026-05-02T00:00:00+02:00',
        'Notified on Wednesday 1 April (00:59:59 at the latest): 1 May 2026 is a Friday; without a calendar of a country no holiday',
      ],
    },
  },
  {
    what: '3. the night in which clocks go back, at the second 02:30, Germany to the minute',
    law: 'de-bsig',
    events: { awareness: '2026-10-25T02:30:00+01:00' },
    due: {
      'early-warning': [
        '2026-10-26T02:30:00+01:00',
        '24 hours after the second 02:30; after the first it were 01:30',
      ],
      notification: ['2026-10-28T02:30:00+01:00', 'VwVfG § 31(6): Sunday counts'],
      'final-report': [
        '2026-12-01T00:00:00+01:00',
        'A month after Wednesday 28 October is Saturday 28 November: it moves to Monday 30 (VwVfG § 31(3))',
      ],
    },
  },
  {
    what: '4. a month that has no such date, and whose last day is a Sunday',
    law: 'de-bsig',
    events: { awareness: '2027-01-28T12:00:00+01:00' },
    sent: { 'early-warning': '2027-01-28T14:00:00+01:00', notification: '2027-01-30T09:00:00+01:00' },
    due: {
      'early-warning': ['2027-01-29T12:00:00+01:00', '24 hours'],
      notification: ['2027-01-31T12:00:00+01:00', '72 hours, into a Sunday'],
      'final-report': [
        '2027-03-02T00:00:00+01:00',
        'There is no 30 February: the 28th (BGB § 188(3)), a Sunday, moves to Monday 1 March and ends with it',
      ],
    },
  },
  {
    what: '5. a leap day',
    law: 'eu-nis2',
    zone: 'Europe/Berlin',
    events: { awareness: '2028-01-29T10:20:00+01:00' },
    sent: { notification: '2028-01-31T10:00:00+01:00' },
    due: {
      'early-warning': ['2028-01-30T11:00:00+01:00', 'From 11:00'],
      notification: ['2028-02-01T11:00:00+01:00', 'From 11:00'],
      'final-report': [
        '2028-03-01T00:00:00+01:00',
        'Art. 3(2)(c): no 31 February; in 2028 the last day is Tuesday the 29th',
      ],
    },
  },
  {
    what: '6. sent on a leap day: the same date a month on, in summer time',
    law: 'eu-cra-incident',
    events: { awareness: '2028-02-27T08:00:00+01:00' },
    sent: { notification: '2028-02-29T17:00:00+01:00' },
    due: {
      'early-warning': [
        '2028-02-28T09:00:00+01:00',
        'At 08:00 sharp the hour from 08 to 09 is the one that does not count',
      ],
      notification: ['2028-03-01T09:00:00+01:00', '72 hours from 09:00 on the 27th, over the 29th'],
      'final-report': [
        '2028-03-30T00:00:00+02:00',
        'Art. 14(4)(c): one month; Wednesday 29 March ends in summer time',
      ],
    },
  },
  {
    what: '7. an exploited vulnerability: 14 days from the update, and none while there is no update',
    law: 'eu-cra-vulnerability',
    events: { awareness: '2026-09-14T09:59:59+02:00', remedyAvailable: '2026-10-03T15:00:00+02:00' },
    due: {
      'early-warning': ['2026-09-15T10:00:00+02:00', 'From 10:00 on Monday'],
      notification: ['2026-09-17T10:00:00+02:00', 'From 10:00 on Monday'],
      'final-report': [
        '2026-10-20T00:00:00+02:00',
        'Art. 14(2)(c): the 3rd does not count, the 14th day is Saturday 17 October, and moves to Monday the 19th',
      ],
    },
  },
  {
    what: '8. it goes on at New Year: a progress report then, and the final one a month after it was handled',
    law: 'eu-nis2',
    zone: 'Europe/Berlin',
    events: { awareness: '2026-12-29T22:15:00+01:00', handled: '2027-03-31T11:00:00+02:00' },
    sent: { notification: '2026-12-31T23:59:00+01:00', 'progress-report': '2027-02-01T10:00:00+01:00' },
    due: {
      'early-warning': ['2026-12-30T23:00:00+01:00', 'From 23:00'],
      notification: ['2027-01-01T23:00:00+01:00', 'Hours run on through New Year (Art. 3(3))'],
      'final-report': [
        '2027-05-01T00:00:00+02:00',
        'Art. 23(4)(e): one month from 31 March; there is no 31 April, the 30th is a Friday',
      ],
    },
  },
  {
    what: '9. CIRCIA over the change of clocks in New York, and a ransom paid',
    law: 'us-circia',
    events: { awareness: '2026-03-08T01:45:00-05:00', ransomPaid: '2026-03-09T12:00:00-04:00' },
    due: {
      'incident-report': [
        '2026-03-11T02:45:00-04:00',
        '72 hours as they pass: 15 minutes after they began, the clock went forward',
      ],
      'ransom-report': ['2026-03-10T12:00:00-04:00', '24 hours after the payment'],
    },
  },
  {
    what: '10. four business days around Thanksgiving',
    law: 'us-sec-8k',
    events: { materiality: '2026-11-25T10:00:00-05:00' },
    due: {
      'form-8k': [
        '2026-12-02T17:30:00-05:00',
        'Thursday 26 is Thanksgiving; Friday 27, Monday 30, Tuesday 1, Wednesday 2: EDGAR takes it until 17:30',
      ],
    },
  },
  {
    what: '11. four business days around an Independence Day on a Saturday, decided on a Saturday',
    law: 'us-sec-8k',
    events: { materiality: '2026-06-27T09:00:00-04:00' },
    due: {
      'form-8k': [
        '2026-07-02T17:30:00-04:00',
        'General Instruction B.1: the first business day after is included: Monday 29, Tuesday 30, Wednesday 1, Thursday 2',
      ],
    },
  },
  {
    what: '12. the Friday on which a Saturday’s holiday is kept is no business day',
    law: 'us-sec-8k',
    events: { materiality: '2026-07-01T16:00:00-04:00' },
    due: {
      'form-8k': ['2026-07-08T17:30:00-04:00', 'Thursday 2, not Friday 3, Monday 6, Tuesday 7, Wednesday 8'],
    },
  },
  {
    what: '13. Ascension Day and Easter move with the moon',
    law: 'de-bsig',
    events: { awareness: '2026-03-01T09:00:00+01:00' },
    sent: { notification: '2026-03-03T18:00:00+01:00' },
    due: {
      'early-warning': ['2026-03-02T09:00:00+01:00', '24 hours'],
      notification: ['2026-03-04T09:00:00+01:00', '72 hours'],
      'final-report': [
        '2026-04-08T00:00:00+02:00',
        '3 April is Good Friday, then a weekend, then Easter Monday: Tuesday 7 April',
      ],
    },
  },
  {
    what: '14. it is another day in Lisbon: the zone decides which month the day belongs to',
    law: 'eu-nis2',
    zone: 'Europe/Lisbon',
    events: { awareness: '2026-05-31T20:00:00+00:00' },
    sent: { notification: '2026-05-31T22:30:00+00:00' },
    due: {
      'early-warning': ['2026-06-01T22:00:00+01:00', 'In Lisbon it is 21:00, and that hour does not count'],
      notification: ['2026-06-03T22:00:00+01:00', 'The same'],
      'final-report': [
        '2026-07-01T00:00:00+01:00',
        'Sent on 31 May in Lisbon (1 June in Berlin): 30 June, a Tuesday',
      ],
    },
  },
  {
    what: '15. one hour, in China',
    law: 'cn-incident',
    events: { awareness: '2026-02-17T08:20:30+08:00' },
    due: { report: ['2026-02-17T09:20:30+08:00', 'Article 4: no later than one hour, at New Year as well'] },
  },
  {
    what: '16. a notification that is due at midnight belongs to the day that ends',
    law: 'eu-nis2',
    zone: 'Europe/Berlin',
    events: { awareness: '2026-06-06T23:10:00+02:00' },
    due: {
      'early-warning': ['2026-06-08T00:00:00+02:00', 'From Sunday 00:00'],
      notification: ['2026-06-10T00:00:00+02:00', 'The last of 72 hours ends Tuesday 9 June'],
      'final-report': [
        '2026-07-10T00:00:00+02:00',
        'Sent on the 9th at the latest: until the end of Thursday 9 July, and not of the 10th',
      ],
    },
  },
  {
    what: '17. 14 days that end on a working day are 14 and no more',
    law: 'eu-cra-vulnerability',
    events: { awareness: '2026-10-01T10:30:00+02:00', remedyAvailable: '2026-10-05T15:00:00+02:00' },
    due: {
      'early-warning': ['2026-10-02T11:00:00+02:00', 'From 11:00 on Thursday'],
      notification: ['2026-10-04T11:00:00+02:00', 'Hours end on a Sunday as well (Art. 3(4))'],
      'final-report': [
        '2026-10-20T00:00:00+02:00',
        'Art. 14(2)(c): the 5th does not count; the 14th day is Monday the 19th, and ends at midnight',
      ],
    },
  },
  {
    what: '18. a month that ends on a Saturday, NIS2',
    law: 'eu-nis2',
    zone: 'Europe/Berlin',
    events: { awareness: '2026-07-13T08:40:00+02:00' },
    sent: { notification: '2026-07-15T12:00:00+02:00' },
    due: {
      'early-warning': ['2026-07-14T09:00:00+02:00', 'From 09:00 on Monday'],
      notification: ['2026-07-16T09:00:00+02:00', 'From 09:00 on Monday'],
      'final-report': [
        '2026-08-18T00:00:00+02:00',
        'Art. 23(4)(d): 15 August is a Saturday; it moves to Monday the 17th (Reg. 1182/71 Art. 3(4))',
      ],
    },
  },
  {
    what: '19. a month that ends on a Saturday, CRA',
    law: 'eu-cra-incident',
    events: { awareness: '2026-07-13T08:40:00+02:00' },
    sent: { notification: '2026-07-15T12:00:00+02:00' },
    due: {
      'early-warning': ['2026-07-14T09:00:00+02:00', 'From 09:00 on Monday'],
      notification: ['2026-07-16T09:00:00+02:00', 'From 09:00 on Monday'],
      'final-report': [
        '2026-08-18T00:00:00+02:00',
        'Art. 14(4)(c): 15 August is a Saturday; it moves to Monday the 17th (Reg. 1182/71 Art. 3(4))',
      ],
    },
  },
  {
    what: '20. what has not begun is not due',
    law: 'eu-cra-vulnerability',
    events: {},
    due: {
      'early-warning': [null, 'Nobody is aware'],
      notification: [null, 'Nobody is aware'],
      'final-report': [null, 'There is no remedy'],
    },
  },
];

describe('the deadlines of scripted incidents', () => {
  let laws: Map<string, LawFile>;
  let broken: Broken[];
  before(async () => {
    const read = await dataFiles(tmpdir()).laws();
    laws = new Map(read.items.map((file) => [file.law.id, file]));
    broken = read.broken;
  });

  it('stand on files that fit, with words in three languages', () => {
    assert.deepEqual(broken, []);
    assert.ok(laws.size >= 7);
    const missing = [...laws.values()].flatMap(({ law }) => missingWords(law, law.id));
    assert.deepEqual(missing, []);
  });

  it('have schemas in docs that are those of the program; node tools/casework-schemas.ts prints them', () => {
    for (const [name, schema] of Object.entries(caseworkSchemas())) {
      const printed = readFileSync(join(import.meta.dirname, '../../../../docs', name), 'utf8');
      assert.deepEqual(JSON.parse(printed), JSON.parse(JSON.stringify(schema)), name);
    }
  });

  for (const { what, law: id, zone, events, sent = {}, due } of incidents)
    it(what, () => {
      const { law, calendar } = laws.get(id)!;
      const found = deadlinesOf(law, calendar, {
        zone: zone ?? law.zone,
        events: instants(events),
        sent: instants(sent),
      });
      const said = found.map(({ stage, end }) => [
        stage,
        end?.at.toString() ?? null,
        due[stage]?.[1] ?? 'nobody said when',
      ]);
      const expected = Object.entries(due).map(([stage, [at, because]]) => [
        stage,
        at && Temporal.Instant.from(at).toString(),
        because,
      ]);
      assert.deepEqual(said, expected);
    });
});

describe('a period', () => {
  const counting = {
    source: 'Reg. 1182/71',
    hours: 'fullHours',
    lastDay: 'moves',
    twoWorkingDays: true,
  } as const;
  const calendar = {
    id: 'x',
    source: '',
    weekend: [6, 7],
    observed: false,
    holidays: [{ name: 'x', date: '12-25' }],
  };

  it('of two days or more has two working days in it (Article 3(5))', () => {
    // Friday: Saturday and Sunday are the two days; Monday and Tuesday must be in it.
    const end = endOf(
      Temporal.Instant.from('2026-11-27T10:00:00Z'),
      { days: 2 },
      { zone: 'UTC', counting, calendar },
    );
    assert.equal(end.lastDay!.toString(), '2026-12-01');
  });

  it('ends at the midnight that a change of clocks leaves out when that day begins', () => {
    // In Santiago, Sunday 6 September 2026 begins at 01:00.
    const end = endOf(
      Temporal.Instant.from('2026-08-05T12:00:00-04:00'),
      { months: 1 },
      { zone: 'America/Santiago', counting: { ...counting, lastDay: 'stays' }, calendar },
    );
    assert.equal(end.lastDay!.toString(), '2026-09-05');
    assert.equal(end.at.toString(), '2026-09-06T04:00:00Z');
  });
});

const instants = (texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(texts).map(([name, at]) => [name, Temporal.Instant.from(at)]));
