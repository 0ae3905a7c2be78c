/**
 * Milliseconds since 1970 of an RFC 3339 date and time, with what is finer than milliseconds behind the point;
 * undefined for other texts. A leap second is the second that follows it.
 */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (plain.test(text)) return Date.parse(text);
  const parts = form.exec(text);
  if (!parts) return undefined;
  const [, day, hour, minute, second, fraction = '0', sign, offsetHour = 0, offsetMinute = 0] = parts;
  const midnight = Date.parse(day!);
  if (Number.isNaN(midnight)) return undefined;
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute));
  const minutes = Number(hour) * 60 + Number(minute) - offset;
  return midnight + minutes * 60_000 + Number(second) * 1000 + Number(`0.${fraction}`) * 1000;
}

/** As most are written, and read by every machine alike. */
const plain =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{3}0*)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const form = /^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
