export const locales = ['en', 'ru', 'zh'] as const;
export type Locale = (typeof locales)[number];

/** Each language in its own words, so that a reader finds it without knowing the present one. */
export const localeNames: Record<Locale, string> = { en: 'English', ru: 'Русский', zh: '简体中文' };

/** The same for a code that comes from outside. */
export const languageName = (code: string): string => localeNames[code as Locale] ?? code;

export const languageCookie = 'busbar_lang';
export const themeCookie = 'busbar_theme';
export const zoneCookie = 'busbar_zone';

/** The reader's own choice first, then what the browser asks for (RFC 9110 §12.5.4), then English. */
export function chooseLocale(headers: Headers): Locale {
  const chosen = cookie(headers, languageCookie);
  if (isLocale(chosen)) return chosen;
  const wishes = (headers.get('accept-language') ?? '').slice(0, 500).split(',').map(wish);
  return (
    (wishes.toSorted((a, b) => b.quality - a.quality).find(({ locale }) => isLocale(locale))
      ?.locale as Locale) ?? 'en'
  );
}

export function isLocale(text: string | undefined): text is Locale {
  return (locales as readonly (string | undefined)[]).includes(text);
}

export function cookie(headers: Headers, name: string): string | undefined {
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

function wish(text: string): { locale: string; quality: number } {
  const [tag = '', ...parameters] = text.trim().toLowerCase().split(';');
  const weight = parameters.find((parameter) => parameter.trim().startsWith('q='))?.split('=')[1];
  const quality = weight === undefined ? 1 : Number(weight);
  return { locale: tag.split('-')[0] ?? '', quality: quality > 0 ? quality : -1 };
}
