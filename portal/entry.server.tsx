import { PassThrough } from 'node:stream';

import { createReadableStreamFromReadable } from '@react-router/node';
import { renderToPipeableStream } from 'react-dom/server';
import {
  ServerRouter,
  type EntryContext,
  type HandleErrorFunction,
  type RouterContextProvider,
} from 'react-router';

import { visitOf } from './context.ts';
import { loadMessages } from './i18n/messages.ts';
import { TextProvider } from './i18n/text.tsx';

const patience = 10_000;

export default async function handleRequest(
  request: Request,
  status: number,
  headers: Headers,
  entry: EntryContext,
  context: RouterContextProvider,
): Promise<Response> {
  const { locale, nonce } = visitOf(context);
  headers.set('content-type', 'text/html; charset=utf-8');
  headers.set('content-language', locale);
  headers.append('vary', 'Cookie, Accept-Language');
  const messages = await loadMessages(locale);

  return new Promise((resolve, reject) => {
    let failed = false;
    const { pipe, abort } = renderToPipeableStream(
      <TextProvider locale={locale} messages={messages}>
        <ServerRouter context={entry} url={request.url} nonce={nonce} />
      </TextProvider>,
      {
        nonce,
        // Whole pages only: a reader without scripts could not fetch the rest.
        onAllReady() {
          clearTimeout(timer);
          const body = new PassThrough();
          resolve(
            new Response(createReadableStreamFromReadable(body), { headers, status: failed ? 500 : status }),
          );
          pipe(body);
        },
        onShellError(error) {
          clearTimeout(timer);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
        onError(error) {
          failed = true;
          if (!request.signal.aborted) console.error(error);
        },
      },
    );
    const timer = setTimeout(() => abort(new Error('The page took too long to render')), patience);
  });
}

/** Refusals are answers, not faults; what remains is ours and belongs in the log. */
export const handleError: HandleErrorFunction = (error, { request, context }) => {
  if (request.signal.aborted || (error instanceof Error && error.name === 'Refusal')) return;
  console.error(`request ${visitOf(context as RouterContextProvider).requestId}`, error);
};
