import { startTransition, StrictMode } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { HydratedRouter } from 'react-router/dom';

import { isLocale } from './i18n/locale.ts';
import { loadMessages } from './i18n/messages.ts';
import { TextProvider } from './i18n/text.tsx';
import { askBeforeFiles, askingAgain } from './pages/account/again.ts';

const lang = document.documentElement.lang;
const locale = isLocale(lang) ? lang : 'en';
const messages = await loadMessages(locale);

window.fetch = askingAgain(window.fetch.bind(window));
askBeforeFiles();

startTransition(() => {
  hydrateRoot(
    document,
    <StrictMode>
      <TextProvider locale={locale} messages={messages}>
        <HydratedRouter />
      </TextProvider>
    </StrictMode>,
  );
});
