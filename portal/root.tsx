import { apis, mayDo } from '@busbar/contract';
import { useEffect, type ReactNode } from 'react';
import { data, Links, Outlet, Scripts, ScrollRestoration, useRouteLoaderData } from 'react-router';

import type { Route } from './+types/root';
import { visitOf } from './context.ts';
import { cookie, themeCookie, zoneCookie } from './i18n/locale.ts';
import { useText } from './i18n/text.tsx';
import { SignInAgain } from './pages/account/sign-in-again.tsx';
import { ErrorPage } from './pages/error/error-page.tsx';
import { keepEarly, replayEarly } from './ui/early.ts';
import { ToastProvider } from './ui/notice.tsx';
import { Shell, type Visitor } from './ui/shell.tsx';
import { ClockProvider } from './ui/time.tsx';

import chinese from '@fontsource-variable/noto-sans-sc/index.css?url';

import './ui/styles.css';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { call, me, nonce, requestTime, requestId } = visitOf(context);
  const theme = cookie(request.headers, themeCookie);
  const zone = cookie(request.headers, zoneCookie);
  const visitor: Visitor = {
    me,
    // The page about a failure must not fail because of the same failure.
    instance: await call(apis.system.instance).catch(() => null),
    unseen: mayDo(me?.roles ?? [], apis.alerts.see.action)
      ? await call(apis.alerts.summary).then(
          ({ unseen }) => unseen,
          () => null,
        )
      : null,
    theme: theme === 'light' || theme === 'dark' ? theme : 'auto',
    zone: zone && /^[\w/+-]{1,60}$/.test(zone) ? zone : null,
    now: requestTime,
    origin: new URL(request.url).origin,
  };
  return data({ ...visitor, nonce, requestId });
}

/** The nonce belongs to the first document; later answers have none to give. */
export const shouldRevalidate = () => true;

export function Layout({ children }: { children: ReactNode }) {
  const text = useText();
  const root = useRouteLoaderData<typeof loader>('root');
  useEffect(() => void replayEarly(), []);
  return (
    <html lang={text.locale} data-theme={root && root.theme !== 'auto' ? root.theme : undefined}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        {/* The nonce lets exactly this text run; the browser's copy of it is never used. */}
        <script
          nonce={root?.nonce}
          // oxlint-disable-next-line react/no-danger
          dangerouslySetInnerHTML={{ __html: keepEarly }}
          suppressHydrationWarning
        />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        {text.locale === 'zh' && <link rel="stylesheet" href={chinese} />}
        <Links nonce={root?.nonce} />
      </head>
      <body>
        <ClockProvider zone={root?.zone ?? null} now={root?.now ?? 0}>
          <ToastProvider>
            <Shell>{children}</Shell>
            <SignInAgain />
          </ToastProvider>
        </ClockProvider>
        <ScrollRestoration nonce={root?.nonce} />
        <Scripts nonce={root?.nonce} />
        {/* Down here it holds up nothing: Chinese on a page of another language may come a moment later. */}
        {text.locale !== 'zh' && <link rel="stylesheet" href={chinese} />}
      </body>
    </html>
  );
}

export default function Root() {
  return <Outlet />;
}

export function ErrorBoundary({ error }: Route.ErrorBoundaryProps) {
  return <ErrorPage error={error} />;
}
