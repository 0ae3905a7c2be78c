import { client, overFetch, Refusal, type Call, type Route, type Told } from '@busbar/contract';
import { data, type LoaderFunctionArgs, redirect, type RouterContextProvider } from 'react-router';

import { visitOf } from '../context.ts';
import type { Locale } from '../i18n/locale.ts';

/** A no of the service, in a shape that reaches the page. */
export interface Refused {
  readonly refused: Told & {
    readonly status: number;
    readonly requestId: string | undefined;
    readonly fields: readonly { readonly path: string; readonly message: string }[];
  };
}

/** For loaders: a refusal becomes the error page, or the sign-in page for a visitor who may get further signed in. */
export function reader(context: Readonly<RouterContextProvider>, request: Request): Call {
  const { call, me } = visitOf(context);
  return async function read<Params extends object, Query extends object, Body, Reply>(
    route: Route<Params, Query, Body, Reply>,
    question?: { params?: Params; query?: Partial<Query>; body?: Body },
  ): Promise<Reply> {
    try {
      return await call(route, question);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      if (!me?.person && (error.status === 401 || error.status === 403)) throw signIn(request);
      if (me?.mustAddSecondFactor && error.status === 403) throw redirect('/me?first=1');
      throw data(refusal(error), { status: error.status });
    }
  };
}

/** For loaders of pages that answer one refusal by themselves; any other goes where `reader` sends it. */
export async function unless<Reply>(
  code: string,
  read: () => Promise<Reply>,
): Promise<{ done: Reply; refused?: never } | (Refused & { done?: never })> {
  try {
    return { done: await read() };
  } catch (error) {
    const refused = (error as { data?: Partial<Refused> } | undefined)?.data?.refused;
    if (refused?.code !== code) throw error;
    return { refused };
  }
}

/** A page's questions: `read` for what it cannot be without, `call` where a refusal is an answer. */
export interface Asking {
  readonly read: Call;
  readonly call: Call;
  readonly request: Request;
  readonly params: { readonly id: string; readonly packet?: string };
  readonly language: Locale;
}

/** A loader that asks the service what others may ask elsewhere, such as of a capture that never left the browser. */
export function asking<Answer>(ask: (asking: Asking) => Promise<Answer>) {
  return ({ context, request, params }: LoaderFunctionArgs): Promise<Answer> => {
    const { call, locale } = visitOf(context as RouterContextProvider);
    return ask({
      read: reader(context as RouterContextProvider, request),
      call,
      request,
      params: params as Asking['params'],
      language: locale,
    });
  };
}

/** For pages that make no sense to a visitor. */
export function signedIn(context: Readonly<RouterContextProvider>, request: Request) {
  const { me } = visitOf(context);
  if (!me?.person) throw signIn(request);
  return { ...me, person: me.person };
}

/** For actions: a refusal is an answer to show beside the form. */
export async function attempt<Reply>(
  work: () => Promise<Reply>,
): Promise<{ done: Reply; refused?: never } | (Refused & { done?: never })> {
  try {
    return { done: await work() };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refusal(error);
  }
}

/** The API from the browser: for uploads, live progress and passkeys. */
export const fromBrowser: Call = client(overFetch());

/** What the address says of a long list: where it goes on, and what is searched for. */
export function place(request: Request): { after?: string; search?: string } {
  const query = new URL(request.url).searchParams;
  const after = query.get('after')?.slice(0, 500);
  const search = query.get('search')?.trim().slice(0, 200);
  return { ...(after && { after }), ...(search && { search }) };
}

/** Every page of a list, up to a bound that keeps a page drawable. */
export async function all<Item>(
  next: (
    after: string | undefined,
  ) => Promise<{ items: Item[]; next: string | null; total?: number | undefined }>,
  most = 2000,
): Promise<{ items: Item[]; total: number | undefined; more: boolean }> {
  const items: Item[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await next(after);
    items.push(...page.items);
    if (page.next === null || page.items.length === 0)
      return { items, total: page.total ?? items.length, more: false };
    if (items.length >= most) return { items, total: page.total, more: true };
    after = page.next;
  }
}

/** Only to pages of our own: an address typed into `?back=` by somebody else must not lead away. */
export function safeBack(back: FormDataEntryValue | string | null | undefined): string {
  return typeof back === 'string' && /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/';
}

export function word(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

/** Passwords are taken as they are typed. */
export function secret(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

export function words(form: FormData, name: string): string[] {
  return form.getAll(name).filter((value): value is string => typeof value === 'string' && value !== '');
}

export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && error.name === 'Refusal';
}

function refusal({ status, told, fields, requestId }: Refusal): Refused {
  return { refused: { ...told, status, fields, requestId } };
}

function signIn(request: Request): Response {
  const { pathname, search } = new URL(request.url);
  return redirect(`/sign-in?back=${encodeURIComponent(pathname.replace(/\.data$/, '') + search)}`);
}
