import type { Locale } from './locale.ts';
import type { Messages } from './text.tsx';

/** One language; a reader never downloads the others. */
export async function loadMessages(locale: Locale): Promise<Messages> {
  switch (locale) {
    case 'ru':
      return (await import('../messages/ru.ts')).default;
    case 'zh':
      return (await import('../messages/zh.ts')).default;
    case 'en':
      return (await import('../messages/en.ts')).default;
  }
}
