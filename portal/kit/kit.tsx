import type { KitAbout } from '@busbar/contract';
import type { Detection } from '@busbar/dissect';

import { openHere } from '../here/app.tsx';
import { Desk } from '../here/desk.ts';
import { isLocale, type Locale } from '../i18n/locale.ts';
import { loadMessages } from '../i18n/messages.ts';
import type { Messages } from '../i18n/text.tsx';
import { AboutKit } from './about-kit.tsx';
import { Frame } from './frame.tsx';
import { piecesIn } from './own-text.ts';

import '@fontsource-variable/noto-sans-sc/index.css';
import '../ui/styles.css';
import './kit.css';

// The program of a field kit: the pages of the analysis, with nobody around to ask.

const pieces = piecesIn(document);
const about = JSON.parse(pieces.about) as KitAbout;
const locale = localeOf(navigator.languages);
document.documentElement.lang = locale;

const desk = new Desk({
  version: about.version,
  whose: '',
  worker: () => new Worker(URL.createObjectURL(new Blob([pieces.worker], { type: 'text/javascript' }))),
  addressee: async () => ({
    cert: { name: about.cert.name, recipient: about.recipient },
    member: about.member,
    origin: about.origin,
  }),
  detections: async () => about.detections as Detection[],
  advisories: async () => new Blob([Uint8Array.from(atob(pieces.advisories), (char) => char.charCodeAt(0))]),
});
window.addEventListener('beforeunload', (event) => {
  if (desk.captures.length > 0) event.preventDefault();
});

void loadMessages(locale).then(open);

function open(messages: Messages) {
  return openHere(document.getElementById('kit')!, {
    desk,
    locale,
    messages,
    loadMessages,
    visitor: {
      me: null,
      instance: {
        state: 'ready',
        demo: false,
        version: about.version,
        cert: about.cert,
        demoAccounts: [],
        staffMustUsePasskey: false,
      },
      unseen: null,
      theme: 'auto',
      zone: null,
      now: Date.now(),
      origin: about.origin,
    },
    kit: { about, around: { Frame, pages: [{ path: 'kit', Component: AboutKit }] } },
    makeRoom: () => {},
  });
}

/** The first of the reader's languages that there is. */
function localeOf(wishes: readonly string[]): Locale {
  return wishes.map((wish) => wish.split('-')[0]!.toLowerCase()).find(isLocale) ?? 'en';
}
