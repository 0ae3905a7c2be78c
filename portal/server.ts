import { client } from '@busbar/contract';
import { createRequestHandler, RouterContextProvider, type ServerBuild } from 'react-router';
import * as build from 'virtual:react-router/server-build';

import { pageContext, type Visit } from './context.ts';
import { chooseLocale } from './i18n/locale.ts';

const handle = createRequestHandler(build as unknown as ServerBuild, 'production');

/**
 * Answers one request for a page. This is all that the server needs to know of the portal:
 * `const { respond } = await import('portal/build/server/index.js')`.
 */
export function respond(request: Request, visit: Visit): Promise<Response> {
  const context = new RouterContextProvider();
  context.set(pageContext, { locale: chooseLocale(request.headers), ...visit, call: client(visit.send) });
  return handle(request, context);
}

/** Every page that is read, as `routes.ts` has it, such as `cases/:id`; the first page is the empty word. */
export const addresses: readonly string[] = [
  ...new Set(
    Object.values((build as unknown as ServerBuild).routes).flatMap((page) =>
      page && page.id !== 'root' && (page.module.default || page.module.loader) ? [pathOf(page)] : [],
    ),
  ),
];

function pathOf({
  parentId,
  path = '',
}: {
  readonly parentId?: string | undefined;
  readonly path?: string | undefined;
}): string {
  const parent =
    parentId && parentId !== 'root' ? (build as unknown as ServerBuild).routes[parentId] : undefined;
  return [parent && pathOf(parent), path].filter(Boolean).join('/');
}

export { chooseLocale };
export type { Visit };
