/**
 * Milliseconds since 1970 of an RFC 3339 date and time, with what is finer than milliseconds behind the point;
 * undefined for other texts. A leap second is the second that follows it.
 */
export function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const plain = plainInstant(text);
  if (plain !== undefined) return plain;
  const parts = form.exec(text);
  if (!parts) return undefined;
  const [, day, hour, minute, second, fraction = '0', sign, offsetHour = 0, offsetMinute = 0] = parts;
  const midnight = Date.parse(day!);
  if (Number.isNaN(midnight)) return undefined;
  const offset = (sign === '-' ? -1 : 1) * (Number(offsetHour) * 60 + Number(offsetMinute));
  const minutes = Number(hour) * 60 + Number(minute) - offset;
  return midnight + minutes * 60_000 + Number(second) * 1000 + Number(`0.${fraction}`) * 1000;
}

const form = /^(\d{4}-\d\d-\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** As most are written, `2026-03-31T14:05:00Z` or with a fraction of zeros: no other reading is needed. */
function plainInstant(text: string): number | undefined {
  for (let i = 0; i < pattern.length; i++) {
    const wanted = pattern.charCodeAt(i);
    const found = text.charCodeAt(i);
    if (wanted === zero ? !(found >= zero && found <= nine) : found !== wanted) return undefined;
  }
  let end = pattern.length;
  if (text[end] === '.') while (text.charCodeAt(++end) === zero);
  if (end !== text.length - 1 || text[end] !== 'Z') return undefined;
  const [year, month, day] = [two(text, 0) * 100 + two(text, 2), two(text, 5), two(text, 8)];
  if (year < 100 || month < 1 || month > 12 || day < 1 || day > 31) return undefined;
  return Date.UTC(year, month - 1, day, two(text, 11), two(text, 14), two(text, 17));
}

const pattern = '0000-00-00T00:00:00';
const [zero, nine] = [48, 57];

function two(text: string, at: number): number {
  return (text.charCodeAt(at) - zero) * 10 + text.charCodeAt(at + 1) - zero;
}
