import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, Tlp } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Empty, Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager } from '../../ui/pager.tsx';
import { Time } from '../../ui/time.tsx';
import { place, reader } from '../calls.ts';
import type { Route } from './+types/published';

export async function loader({ request, context }: Route.LoaderArgs) {
  const found = await reader(context, request)(apis.published.list, {
    query: { ...place(request), limit: 25 },
  });
  const subscribed = new URL(request.url).searchParams.has('subscribed');
  return { items: found.items, next: found.next, subscribed };
}

/** What this CERT has published, for everybody who reads. */
export default function PublishedList({ loaderData: { items, next, subscribed } }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page
      title={text('published')}
      lead={text('published.lead')}
      seen={{ scope: 'everyone' }}
      plain
      actions={
        <>
          <Link className="button button-plain button-normal" to="/subscriptions">
            <Icon name="bell" /> {text('subscriptions')}
          </Link>
          <a className="button button-plain button-normal" href="/feed.atom">
            <Icon name="open" /> {text('published.atom')}
          </a>
          <Link className="button button-plain button-normal" to="/verify">
            <Icon name="shield" /> {text('verify')}
          </Link>
        </>
      }
    >
      {subscribed && (
        <Notice kind="good" live title={text('published.subscribed')}>
          {text('published.subscribed.why')}
        </Notice>
      )}
      <LongSearch label={text('published.search')} />
      {items.length === 0 && <Empty title={text('published.none')}>{text('published.none.why')}</Empty>}
      <ul className="plain-list stack">
        {items.map((one) => (
          <li key={one.id} className="panel stack stack-s">
            <h2>
              <Link to={`/published/${one.id}`}>{one.title}</Link>
            </h2>
            {one.recalledAt ? (
              <State standing="stopped">{text('published.recalled')}</State>
            ) : (
              <p className="measure">{one.summary}</p>
            )}
            <p className="row small soft">
              <code>{one.ref}</code>
              <Tlp label={one.label} />
              <Time at={one.publishedAt} style="date" />
              <span>{one.languages.join(' · ')}</span>
            </p>
          </li>
        ))}
      </ul>
      <Pager next={next} />
    </Page>
  );
}
