import { useMemo } from 'react';

import { useText } from './text.tsx';

/** Numbers, sizes, durations and lists as the reader's language writes them. */
export function useFormat() {
  const { locale } = useText();
  return useMemo(() => makeFormat(locale), [locale]);
}

export function makeFormat(locale: string) {
  const plain = new Intl.NumberFormat(locale);
  const measured = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const list = new Intl.ListFormat(locale, { type: 'conjunction' });
  const regions = new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const unit = (value: number, name: string, digits: number) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      // In short, English has no plural of bytes.
      unitDisplay: name === 'byte' ? 'long' : 'short',
      maximumFractionDigits: digits,
    }).format(value);

  return {
    number: (value: number) => plain.format(value),
    /** As exactly as it matters: measurements, whatever their size. */
    value: (value: number) => measured.format(value),
    percent: (share: number) => percent.format(share),
    list: (items: readonly string[]) => list.format(items),
    /** Of an ISO 3166-1 alpha-2 code; what is none stays as it is. */
    country: (code: string) => (/^[A-Z]{2}$/.test(code) ? (regions.of(code) ?? code) : code),
    /** One after the other; Chinese puts no space behind its full stop. */
    sentences: (said: readonly string[]) => said.join(locale === 'zh' ? '' : ' '),
    /** Powers of 1000, as file managers and disk makers count. */
    bytes(size: number): string {
      const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
      let step = 0;
      for (; size >= 1000 && step < names.length - 1; step++) size /= 1000;
      return unit(size, names[step]!, step === 0 ? 0 : size < 10 ? 1 : 0);
    },
    /** The two largest units that matter. */
    duration(seconds: number): string {
      if (seconds < 1) return unit(Math.round(seconds * 1000), 'millisecond', 0);
      if (seconds < 10) return unit(seconds, 'second', 1);
      const parts: [number, string][] = [
        [Math.floor(seconds / 86_400), 'day'],
        [Math.floor(seconds / 3600) % 24, 'hour'],
        [Math.floor(seconds / 60) % 60, 'minute'],
        [Math.floor(seconds) % 60, 'second'],
      ];
      const first = parts.findIndex(([value]) => value > 0);
      return parts
        .slice(first, first + 2)
        .filter(([value]) => value > 0)
        .map(([value, name]) => unit(value, name, 0))
        .join(' ');
    },
    ago(then: number, now: number): string {
      const seconds = Math.round((then - now) / 1000);
      const size = Math.abs(seconds);
      if (size < 60) return ago.format(seconds, 'second');
      if (size < 3600) return ago.format(Math.round(seconds / 60), 'minute');
      if (size < 86_400) return ago.format(Math.round(seconds / 3600), 'hour');
      return ago.format(Math.round(seconds / 86_400), 'day');
    },
  };
}
