import type { ClockEvent, Counting, Law, LawStage, Within } from '@busbar/contract';

import { type Calendar, isWorkingDay, nextWorkingDay } from './calendar.ts';

/** When a period ends: the first moment at which it is over, and the day at whose end that is, where it ends with a day. */
export interface End {
  readonly at: Temporal.Instant;
  readonly lastDay: Temporal.PlainDate | null;
}

/**
 * When a period that something began at `begins` ends, in a zone.
 *
 * Hours pass as they pass: a change of clocks takes none away and gives none. Where the law counts full hours, the one
 * in which it happened does not count (Regulation (EEC, Euratom) No 1182/71, Article 3(1)), and the period ends with
 * the last hour (Article 3(2)(a)).
 * Days, months and working days do not count the day on which it happened, and end with the last day (Article 3(1),
 * (2)(b)); a month ends with the day of the same date, or with its last day where it has no such date (Article
 * 3(2)(c)). A last day that is no working day moves to the next that is one (Article 3(4)), where the law says so.
 */
export function endOf(
  begins: Temporal.Instant,
  within: Within,
  { zone, counting, calendar }: { zone: string; counting: Counting; calendar: Calendar },
): End {
  const here = begins.toZonedDateTimeISO(zone);
  if (within.hours !== undefined) {
    const from =
      counting.hours === 'fullHours'
        ? here.round({ smallestUnit: 'hour', roundingMode: 'floor' }).add({ hours: 1 })
        : here;
    return { at: from.add({ hours: within.hours }).toInstant(), lastDay: null };
  }
  const lastDay = lastDayOf(here.toPlainDate(), within, counting, calendar);
  const over = counting.closes
    ? lastDay.toZonedDateTime({ timeZone: zone, plainTime: counting.closes })
    : lastDay.add({ days: 1 }).toZonedDateTime(zone);
  return { at: over.toInstant(), lastDay };
}

function lastDayOf(
  first: Temporal.PlainDate,
  { days, months, workingDays }: Within,
  counting: Counting,
  calendar: Calendar,
): Temporal.PlainDate {
  if (workingDays !== undefined) {
    let day = first;
    for (let counted = 0; counted < workingDays; counted++) day = nextWorkingDay(calendar, day);
    return day;
  }
  let day = days === undefined ? first.add({ months: months! }) : first.add({ days });
  if (counting.twoWorkingDays && days !== undefined && days >= 2) {
    const second = nextWorkingDay(calendar, nextWorkingDay(calendar, first));
    if (Temporal.PlainDate.compare(day, second) < 0) day = second;
  }
  return counting.lastDay === 'moves' && !isWorkingDay(calendar, day) ? nextWorkingDay(calendar, day) : day;
}

/** What is known of one incident, as far as deadlines run from it. */
export interface Known {
  readonly zone: string;
  readonly events: Readonly<Partial<Record<ClockEvent, Temporal.Instant>>>;
  /** When the notice of each stage left. */
  readonly sent: Readonly<Record<string, Temporal.Instant>>;
}

export interface StageDue {
  readonly stage: string;
  /** What it runs from: an event, or a stage. */
  readonly from: string;
  readonly fromAt: Temporal.Instant | null;
  /** It runs from the last moment of a stage that has not been sent; it comes earlier when that is. */
  readonly assumed: boolean;
  readonly end: End | null;
}

/** When each stage of a law is due, as far as that is known. */
export function deadlinesOf(law: Law, calendar: Calendar, known: Known): StageDue[] {
  const dues = new Map<string, StageDue>();
  const basis = { zone: known.zone, counting: law.counting, calendar };
  for (const stage of law.stages) dues.set(stage.id, dueOf(stage));
  return [...dues.values()];

  function dueOf({ id, from, within, meanwhile }: LawStage): StageDue {
    // It was still going on: what was sent at that time took its place, and it is due after the end.
    if (meanwhile && known.sent[meanwhile.id])
      return ofEvent(id, meanwhile.afterwards.from, meanwhile.afterwards.within);
    if (typeof from === 'string') return ofEvent(id, from, within);
    const sent = known.sent[from.sent];
    const begins = sent ?? dues.get(from.sent)?.end?.at ?? null;
    return {
      stage: id,
      from: from.sent,
      fromAt: begins,
      assumed: sent === undefined,
      // Its last moment belongs to the day before, where it ends with a day or an hour.
      end: begins && endOf(sent ?? begins.subtract({ nanoseconds: 1 }), within, basis),
    };
  }

  function ofEvent(stage: string, from: ClockEvent, within: Within): StageDue {
    const begins = known.events[from] ?? null;
    return { stage, from, fromAt: begins, assumed: false, end: begins && endOf(begins, within, basis) };
  }
}
