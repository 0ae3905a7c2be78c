import type { Call, Me, Send } from '@busbar/contract';
import { createContext, type RouterContextProvider } from 'react-router';

import type { Locale } from './i18n/locale.ts';

/** What the server hands over for one request to a page. */
export interface Visit {
  /** Reaches the API and the sign-in endpoints in process, with the cookies of this request. Cookies that an answer sets go out with the page. */
  readonly send: Send;
  /** Who is asking. Null where the server could not tell, then pages treat the reader as a visitor. */
  readonly me: Me | null;
  /** For the Content-Security-Policy of this answer. */
  readonly nonce: string;
  readonly requestId: string;
  /** Milliseconds since the epoch; every "3 minutes ago" on the page is counted from here. */
  readonly requestTime: number;
  /** Chosen from the reader's cookie and browser when not given. */
  readonly locale?: Locale;
}

export interface PageContext extends Required<Visit> {
  readonly call: Call;
}

export const pageContext = createContext<PageContext>();

export function visitOf(context: Readonly<RouterContextProvider>): PageContext {
  return context.get(pageContext);
}
