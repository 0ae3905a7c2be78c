import { apis } from '@busbar/contract';
import { Link, type ShouldRevalidateFunctionArgs } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { useHere } from '../../ui/here.ts';
import { Icon } from '../../ui/icon.tsx';
import { MessageView } from '../../ui/message-view.tsx';
import { Page } from '../../ui/page.tsx';
import { CopyButton } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { type Asking, asking } from '../calls.ts';
import type { Route } from './+types/message';

export async function ask({ read, request, params }: Asking) {
  const at = new URL(request.url).searchParams.get('at') ?? undefined;
  const [capture, message] = await Promise.all([
    read(apis.captures.get, { params: { id: params.id } }),
    read(apis.captures.message, {
      params: { id: params.id, packet: Number(params.packet) },
      query: at ? { at } : {},
    }),
  ]);
  return {
    capture: {
      id: capture.id,
      name: capture.name,
      visibility: capture.visibility,
      packets: capture.summary?.packets ?? 0,
    },
    message,
  };
}

export const loader = asking(ask);

/** Choosing a field changes the address only. */
export function shouldRevalidate({
  currentUrl,
  nextUrl,
  defaultShouldRevalidate,
}: ShouldRevalidateFunctionArgs) {
  const same =
    currentUrl.pathname === nextUrl.pathname &&
    currentUrl.searchParams.get('at') === nextUrl.searchParams.get('at');
  return same ? false : defaultShouldRevalidate;
}

export default function MessagePage({ loaderData: { capture, message } }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const here = useHere();
  const base = `/captures/${capture.id}`;
  return (
    <Page
      title={text('message.title', { packet: format.number(message.packet), capture: capture.name })}
      heading={text('message.heading', { packet: format.number(message.packet) })}
      lead={
        <>
          {message.dissector !== 'frame' && `${message.dissector} · `}
          <Time at={message.time} precise />
        </>
      }
      seen={capture.visibility}
      help={text('message.help')}
      crumbs={
        <>
          <Link to={here ? '/' : '/plant'}>{text(here ? 'here' : 'nav.plant')}</Link>{' '}
          <Icon name="chevronRight" size={12} /> <Link to={base}>{capture.name}</Link>
        </>
      }
      actions={
        <>
          {message.packet > 1 && (
            <ButtonLink to={`${base}/messages/${message.packet - 1}`}>{text('message.previous')}</ButtonLink>
          )}
          {message.packet < capture.packets && (
            <ButtonLink to={`${base}/messages/${message.packet + 1}`}>{text('message.next')}</ButtonLink>
          )}
          <CopyButton words={message.bytes} label={text('message.copy')} />
        </>
      }
    >
      <MessageView message={message} key={`${message.packet}-${message.bytes.length}`} />
    </Page>
  );
}
