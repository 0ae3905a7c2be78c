import { createContext, use, useEffect, type ReactNode } from 'react';

import { makeFormat } from '../i18n/format.ts';
import { zoneCookie } from '../i18n/locale.ts';
import { useText } from '../i18n/text.tsx';
import { useBrowser } from './browser.ts';

interface Clock {
  /** The reader's zone, as IANA names it; null on a first visit without scripts, then only UTC is shown. */
  zone: string | null;
  now: number;
}
const ClockContext = createContext<Clock>({ zone: null, now: 0 });

export function ClockProvider({
  zone,
  now,
  children,
}: {
  zone: string | null;
  now: number;
  children: ReactNode;
}) {
  const here = useBrowser(() => Intl.DateTimeFormat().resolvedOptions().timeZone, zone);
  useEffect(() => {
    if (here && here !== zone)
      document.cookie = `${zoneCookie}=${here}; path=/; max-age=31536000; samesite=lax`;
  }, [here, zone]);
  return <ClockContext value={{ zone: here, now }}>{children}</ClockContext>;
}

export function useClock() {
  return use(ClockContext);
}

/**
 * A moment in the reader's zone with UTC beside it.
 * `precise` adds milliseconds: for packets, never for people.
 */
export function Time({
  at,
  style = 'full',
  precise = false,
}: {
  at: string | number | null | undefined;
  /** `full` both zones · `short` the reader's zone, UTC on hover · `ago` "3 minutes ago", the rest on hover. */
  style?: 'full' | 'short' | 'ago' | 'date';
  precise?: boolean;
}) {
  const { locale } = useText();
  const { zone, now } = use(ClockContext);
  if (at === null || at === undefined) return <span className="faint">–</span>;
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return <span className="faint">–</span>;

  const utc = utcWords(moment, precise);
  const here = zone && zone !== 'UTC' ? localWords(moment, locale, zone, precise) : null;
  const title = here ? `${here} · ${utc}` : utc;
  const iso = moment.toISOString();

  if (style === 'ago') {
    return (
      <time dateTime={iso} title={title}>
        {makeFormat(locale).ago(moment.getTime(), now || moment.getTime())}
      </time>
    );
  }
  if (style === 'date') {
    return (
      <time dateTime={iso} title={title} className="nowrap">
        {new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: zone ?? 'UTC' }).format(moment)}
      </time>
    );
  }
  return (
    <time dateTime={iso} title={title} className="time">
      <span className="nowrap">{here ?? utc}</span>
      {style === 'full' && here && (
        <>
          {' '}
          <span className="time-utc">{utc}</span>
        </>
      )}
    </time>
  );
}

function utcWords(moment: Date, precise: boolean): string {
  const iso = moment.toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, precise ? 23 : 16)} UTC`;
}

function localWords(moment: Date, locale: string, zone: string, precise: boolean): string {
  try {
    return new Intl.DateTimeFormat(locale, {
      timeZone: zone,
      year: 'numeric',
      month: 'short',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      ...(precise && { second: '2-digit', fractionalSecondDigits: 3 }),
      timeZoneName: 'short',
    }).format(moment);
  } catch {
    return utcWords(moment, precise);
  }
}
