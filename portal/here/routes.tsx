import type { ComponentType } from 'react';
import {
  type LoaderFunctionArgs,
  Outlet,
  type RouteObject,
  type ShouldRevalidateFunction,
  useActionData,
  useLoaderData,
  useParams,
  useRouteError,
} from 'react-router';

import type { Call } from '@busbar/contract';
import { isRefusal, type Asking } from '../pages/calls.ts';
import { ErrorPage } from '../pages/error/error-page.tsx';
import * as conversations from '../pages/plant/capture-conversations.tsx';
import * as detections from '../pages/plant/capture-detections.tsx';
import * as devices from '../pages/plant/capture-devices.tsx';
import * as differences from '../pages/plant/capture-differences.tsx';
import * as files from '../pages/plant/capture-files.tsx';
import * as map from '../pages/plant/capture-map.tsx';
import * as operations from '../pages/plant/capture-operations.tsx';
import * as problems from '../pages/plant/capture-problems.tsx';
import * as values from '../pages/plant/capture-values.tsx';
import * as warnings from '../pages/plant/capture-warnings.tsx';
import * as capture from '../pages/plant/capture.tsx';
import * as message from '../pages/plant/message.tsx';
import * as report from '../pages/plant/report.tsx';
import type { Locale } from '../i18n/locale.ts';
import type { Visitor } from '../ui/shell.tsx';
import { BundleOut } from './bundle-out.tsx';
import { List } from './list.tsx';
import { HereHome } from './home.tsx';
import { Share } from './share.tsx';
import { WhileLooking } from './while-looking.tsx';

/** A page of the portal with what it asks. */
interface PortalPage {
  readonly ask: (asking: Asking) => Promise<unknown>;
  readonly default: ComponentType<never>;
  readonly shouldRevalidate?: ShouldRevalidateFunction;
}

/** What is around the pages where no portal is, and the pages that only that has. */
export interface Around {
  readonly Frame: ComponentType;
  readonly pages: readonly RouteObject[];
}

/** The pages of a capture as the portal has them, under the same addresses, answered by `call`. */
export function routesOf(
  call: Call,
  visitor: () => Visitor,
  language: () => Locale,
  { Frame, pages }: Around = { Frame: Outlet, pages: [] },
): RouteObject[] {
  const asking = ({ request, params }: LoaderFunctionArgs): Asking => {
    // Whoever goes elsewhere waits for the answer no more.
    const ask = (async (route: Parameters<Call>[0], question?: object) =>
      call(route, { ...question, signal: request.signal } as never)) as Call;
    return {
      // A refusal is for the page about errors, as it is in the portal.
      read: (async (...question: Parameters<Call>) => {
        try {
          return await ask(...question);
        } catch (error) {
          throw isRefusal(error) ? new Response(null, { status: error.status }) : error;
        }
      }) as Call,
      call: ask,
      request,
      params: params as Asking['params'],
      language: language(),
    };
  };
  const page = ({ ask, default: Shown, shouldRevalidate }: PortalPage) => ({
    loader: (args: LoaderFunctionArgs) => ask(asking(args)),
    Component: withData(Shown),
    ...(shouldRevalidate && { shouldRevalidate }),
  });
  return [
    {
      id: 'root',
      loader: visitor,
      Component: Frame,
      HydrateFallback: () => null,
      children: [
        {
          ErrorBoundary: Failed,
          Component: WhileLooking,
          children: [
            { index: true, Component: HereHome },
            {
              // Views ask for what this one was told.
              id: 'pages/plant/capture',
              path: 'captures/:id',
              ...page(capture),
              children: [
                { index: true, ...page(detections) },
                {
                  path: 'unusual',
                  ...page(differences),
                  action: (args) => differences.learnt(asking(args)),
                },
                { path: 'devices', ...page(devices) },
                { path: 'map', ...page(map) },
                { path: 'conversations', ...page(conversations) },
                { path: 'operations', ...page(operations) },
                { path: 'values', ...page(values) },
                { path: 'files', ...page(files) },
                { path: 'warnings', ...page(warnings) },
                { path: 'problems', ...page(problems) },
              ],
            },
            { path: 'captures/:id/messages/:packet', ...page(message) },
            { path: 'captures/:id/report', ...page(report) },
            { path: 'captures/:id/bundle', Component: BundleOut },
            { path: 'bundle', Component: BundleOut },
            { path: 'lists/:id', Component: List, children: [{ index: true, ...page(warnings) }] },
            { path: 'captures/:id/share', Component: Share },
            ...pages,
          ],
        },
      ],
    },
  ];
}

/** Pages take what they asked for as properties. */
function withData(Shown: ComponentType<never>): ComponentType {
  const Told = Shown as ComponentType<{ loaderData: unknown; actionData: unknown; params: unknown }>;
  return function WithData() {
    return <Told loaderData={useLoaderData()} actionData={useActionData()} params={useParams()} />;
  };
}

function Failed() {
  return <ErrorPage error={useRouteError()} />;
}
