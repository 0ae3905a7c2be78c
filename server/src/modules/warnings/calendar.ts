/** An entry that takes a whole day. */
export interface CalendarDay {
  /** Stays the same when the entry changes. */
  readonly uid: string;
  /** `2026-03-29` */
  readonly day: string;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
}

/**
 * An iCalendar object (RFC 5545) of all-day events. Events and no to-dos, for most programs show nothing else of what they
 * subscribe to; TRANSPARENT, for a date keeps nobody busy. The name as in RFC 7986 section 5.1, and as programs knew it before.
 */
export function calendarOf(name: string, days: readonly CalendarDay[], now: Date): string {
  const stamp = now.toISOString().replace(/[-:]|\.\d+/g, '');
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Busbar//Due dates//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    `NAME:${escaped(name)}`,
    `X-WR-CALNAME:${escaped(name)}`,
    'REFRESH-INTERVAL;VALUE=DURATION:PT1H',
    ...days.flatMap(({ uid, day, summary, description, url }) => [
      'BEGIN:VEVENT',
      `UID:${escaped(uid)}`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${day.replaceAll('-', '')}`,
      `SUMMARY:${escaped(summary)}`,
      `DESCRIPTION:${escaped(description)}`,
      `URL:${url}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]),
    'END:VCALENDAR',
  ]
    .map((line) => `${folded(line)}\r\n`)
    .join('');
}

/** A value of type TEXT (section 3.3.11). Other control characters have no place in one. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ')
    .replace(/[\\;,]/g, '\\$&')
    .replaceAll('\n', '\\n');
}

const mostOctets = 75;

/** No line is longer than 75 octets of UTF-8, and no character is cut in two (section 3.1). */
function folded(line: string): string {
  let text = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > mostOctets) {
      text += '\r\n ';
      // The blank that begins a line counts, too.
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}
