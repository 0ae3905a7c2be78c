import { z } from 'zod';

/**
 * Which days are no working days, as a file says it: the day of the rest of the week, and holidays by date, by their
 * distance from Easter (Western), or by their place in a month.
 */
export const Calendar = z.strictObject({
  id: z.string(),
  source: z.string().min(1),
  /** ISO 8601: 1 is Monday. */
  weekend: z.array(z.int().min(1).max(7)).default([6, 7]),
  /** A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after. */
  observed: z.boolean().default(false),
  holidays: z.array(
    z.union([
      z.strictObject({ name: z.string(), date: z.string().regex(/^\d\d-\d\d$/), since: z.int().optional() }),
      z.strictObject({ name: z.string(), easter: z.int().min(-100).max(100) }),
      z.strictObject({
        name: z.string(),
        month: z.int().min(1).max(12),
        weekday: z.int().min(1).max(7),
        nth: z.union([z.int().min(1).max(4), z.literal('last')]),
      }),
    ]),
  ),
});
export type Calendar = z.infer<typeof Calendar>;

/** Saturdays and Sundays, for a law that names no calendar: fewer holidays make an earlier deadline. */
export const weekendsOnly: Calendar = {
  id: 'weekends',
  source: 'Saturdays and Sundays',
  weekend: [6, 7],
  observed: false,
  holidays: [],
};

export function isWorkingDay(calendar: Calendar, day: Temporal.PlainDate): boolean {
  if (calendar.weekend.includes(day.dayOfWeek)) return false;
  // A holiday of the first of January may be kept in the year before.
  const years = calendar.observed ? [day.year, day.add({ days: 7 }).year] : [day.year];
  return !years.some((year) => holidaysOf(calendar, year).some((holiday) => holiday.equals(day)));
}

/** From the day after `day`. */
export function nextWorkingDay(calendar: Calendar, day: Temporal.PlainDate): Temporal.PlainDate {
  let next = day.add({ days: 1 });
  while (!isWorkingDay(calendar, next)) next = next.add({ days: 1 });
  return next;
}

function holidaysOf({ holidays, observed }: Calendar, year: number): Temporal.PlainDate[] {
  return holidays.flatMap((holiday) => {
    if ('easter' in holiday) return [easterOf(year).add({ days: holiday.easter })];
    if ('nth' in holiday) return [placed(year, holiday)];
    if (holiday.since !== undefined && year < holiday.since) return [];
    const day = Temporal.PlainDate.from(`${year}-${holiday.date}`);
    return [observed ? keptOn(day) : day];
  });
}

function keptOn(day: Temporal.PlainDate): Temporal.PlainDate {
  if (day.dayOfWeek === 6) return day.subtract({ days: 1 });
  return day.dayOfWeek === 7 ? day.add({ days: 1 }) : day;
}

function placed(
  year: number,
  { month, weekday, nth }: { month: number; weekday: number; nth: number | 'last' },
): Temporal.PlainDate {
  const first = Temporal.PlainDate.from({ year, month, day: 1 });
  if (nth === 'last') {
    const last = first.with({ day: first.daysInMonth });
    return last.subtract({ days: (last.dayOfWeek - weekday + 7) % 7 });
  }
  return first.add({ days: ((weekday - first.dayOfWeek + 7) % 7) + (nth - 1) * 7 });
}

/** Western Easter Sunday by the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8). */
function easterOf(year: number): Temporal.PlainDate {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * m + 114) / 31);
  return Temporal.PlainDate.from({ year, month, day: ((h + l - 7 * m + 114) % 31) + 1 });
}
