import type { Precision } from '@busbar/contract';

/** What was typed into a field for date and time, as it stands on the wall of a zone. Nothing when it is no time. */
export function momentIn(form: FormData, name: string): string | undefined {
  const here = zonedIn(form, name);
  return here && instantOf(here);
}

/**
 * From when to when it was. What is known to the day or to the hour takes all of it, by the wall of whoever says so: read in another
 * zone, one moment of it would stand on another day.
 */
export function spanIn(form: FormData, precision: Precision): { from?: string; to?: string } {
  const from = zonedIn(form, 'from');
  const to = zonedIn(form, 'to');
  const unit = precision === 'day' || precision === 'hour' ? precision : undefined;
  if (!unit || !from) return { ...(from && { from: instantOf(from) }), ...(to && { to: instantOf(to) }) };
  const begins = (at: Temporal.ZonedDateTime) => at.round({ smallestUnit: unit, roundingMode: 'floor' });
  const ends = begins(to ?? from)
    .add({ [`${unit}s`]: 1 })
    .subtract({ seconds: 1 });
  return { from: instantOf(begins(from)), to: instantOf(ends) };
}

const instantOf = ({ epochMilliseconds }: Temporal.ZonedDateTime) =>
  new Date(epochMilliseconds).toISOString();

function zonedIn(form: FormData, name: string): Temporal.ZonedDateTime | undefined {
  const typed = form.get(name);
  const zone = form.get('zone');
  if (typeof typed !== 'string' || typed === '') return undefined;
  try {
    return Temporal.PlainDateTime.from(typed).toZonedDateTime(
      typeof zone === 'string' && zone ? zone : 'UTC',
    );
  } catch {
    return undefined;
  }
}

/** The other way round, to fill such a field. */
export function wallTime(at: string, zone: string): string {
  const words = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone });
  return words.format(new Date(at)).replace(' ', 'T');
}
