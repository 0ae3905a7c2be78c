import type { KitAbout } from '@busbar/contract';
import { StrictMode, useState } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { createMemoryRouter, RouterProvider } from 'react-router';

import { languageCookie, type Locale, themeCookie } from '../i18n/locale.ts';
import { type Messages, TextProvider } from '../i18n/text.tsx';
import { type Here, HereContext, type Sender } from '../ui/here.ts';
import { ToastProvider } from '../ui/notice.tsx';
import type { Visitor } from '../ui/shell.tsx';
import { ClockProvider } from '../ui/time.tsx';
import type { Desk } from './desk.ts';
import { DeskContext } from './desk-context.ts';
import type { Captures } from './held-capture.ts';
import { type Around, routesOf } from './routes.tsx';
import { Save } from './save.tsx';
import { SaveCarried } from './save-carried.tsx';
import { SavePage } from './save-page.tsx';
import { serviceOf } from './service.ts';
import { Status } from './status.tsx';
import { Unlearn } from './unlearn.tsx';

export interface Opening {
  readonly desk: Desk;
  readonly locale: Locale;
  readonly messages: Messages;
  readonly loadMessages: (locale: Locale) => Promise<Messages>;
  readonly visitor: Visitor;
  readonly advisory?: (id: string) => string;
  /** Where a field kit is made, for whoever may. */
  readonly kits?: string;
  /** Where somebody signed in who may send. */
  readonly sender?: Sender;
  /** Where no portal is around: what is in its place. */
  readonly kit?: { readonly about: KitAbout; readonly around: Around };
  /** Remembers what the reader chose; nothing is remembered where there is nobody to remember it for. */
  readonly remember?: (cookie: string) => void;
  /** Called just before something is to be seen: whatever stood here until then makes room. */
  readonly makeRoom: () => void;
  /** Where to begin: at a capture that was dropped elsewhere. */
  readonly at?: string;
}

/**
 * Opens the analysis in an element of a page, and gives back how it is closed once something is to be seen. The captures
 * stay on the desk.
 */
export async function openHere(element: HTMLElement, opening: Opening): Promise<() => void> {
  const { desk, visitor } = opening;
  desk.warmUp();
  let spoken = opening.locale;
  const router = createMemoryRouter(
    // Who has signed in elsewhere may not do more here: all of this is the reader's own.
    routesOf(
      serviceOf(desk),
      () => ({ ...visitor, me: null }),
      () => spoken,
      opening.kit?.around,
    ),
    { initialEntries: [opening.at ?? '/'] },
  );
  let seen = stateOf(desk);
  const unsubscribe = desk.subscribe(() => {
    const now = stateOf(desk);
    if (now.length === seen.length && now.every((one, place) => one === seen[place])) return;
    seen = now;
    void router.revalidate();
  });
  await begun(router);
  const root = createRoot(element);
  flushSync(opening.makeRoom);
  flushSync(() =>
    root.render(
      <StrictMode>
        <App opening={opening} router={router} speak={(locale) => (spoken = locale)} />
      </StrictMode>,
    ),
  );
  return () => {
    unsubscribe();
    root.unmount();
    router.dispose();
  };
}

/** The first page has been told what it asked for. */
function begun(router: Router): Promise<void> {
  return new Promise((done) => {
    if (router.state.initialized) return done();
    const stop = router.subscribe(({ initialized }) => {
      if (!initialized) return;
      stop();
      done();
    });
  });
}

type Router = ReturnType<typeof createMemoryRouter>;

/** What pages show of the captures; how far each is they see without asking. */
const stateOf = ({ captures, lists, baselines }: Captures): unknown[] => [
  ...captures.flatMap(({ state, shown, warnings, sha256, usual }) => [state, shown, warnings, sha256, usual]),
  ...lists.flatMap(({ state, read, warnings }) => [state, read, warnings]),
  ...baselines.map(({ baseline }) => baseline),
];

function App({
  opening: { desk, locale, messages, loadMessages, visitor, advisory, kits, sender, kit, remember },
  router,
  speak,
}: {
  opening: Opening;
  router: Router;
  /** What is asked from now on is answered in this language. */
  speak: (locale: Locale) => void;
}) {
  const [language, setLanguage] = useState({ locale, messages });
  const [theme, setTheme] = useState(visitor.theme);
  const here: Here = {
    Status,
    Save,
    SavePage,
    SaveCarried,
    Unlearn,
    advisory,
    sender,
    kit: kit?.about,
    kits,
    theme,
    choose(choice) {
      if ('theme' in choice) {
        setTheme(choice.theme);
        const root = document.documentElement;
        if (choice.theme === 'auto') delete root.dataset['theme'];
        else root.dataset['theme'] = choice.theme;
        remember?.(`${themeCookie}=${choice.theme}`);
        return;
      }
      speak(choice.language);
      remember?.(`${languageCookie}=${choice.language}`);
      void loadMessages(choice.language).then((loaded) => {
        setLanguage({ locale: choice.language, messages: loaded });
        document.documentElement.lang = choice.language;
        return router.revalidate();
      });
    },
  };
  return (
    <TextProvider {...language}>
      <ClockProvider zone={visitor.zone} now={visitor.now}>
        <ToastProvider>
          <DeskContext value={desk}>
            <HereContext value={here}>
              <RouterProvider router={router} />
            </HereContext>
          </DeskContext>
        </ToastProvider>
      </ClockProvider>
    </TextProvider>
  );
}
