/** What was typed into a field for date and time, as it stands on the wall of a zone. Nothing when it is no time. */
export function momentIn(form: FormData, name: string): string | undefined {
  const typed = form.get(name);
  const zone = form.get('zone');
  if (typeof typed !== 'string' || typed === '') return undefined;
  try {
    const here = Temporal.PlainDateTime.from(typed).toZonedDateTime(
      typeof zone === 'string' && zone ? zone : 'UTC',
    );
    return new Date(here.epochMilliseconds).toISOString();
  } catch {
    return undefined;
  }
}

/** The other way round, to fill such a field. */
export function wallTime(at: string, zone: string): string {
  const words = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone });
  return words.format(new Date(at)).replace(' ', 'T');
}
