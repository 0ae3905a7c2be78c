import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { attempt } from '../calls.ts';
import type { Route } from './+types/search';
import { AdvisoryLines } from './advisory-lines.tsx';
import { BigSearch } from './big-search.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { call, me } = visitOf(context);
  const words = (new URL(request.url).searchParams.get('q') ?? '').trim().slice(0, 200);
  if (!words) return { words, advisories: null, assets: null, captures: null };
  const [advisories, assets, captures] = await Promise.all([
    attempt(() => call(apis.advisories.list, { query: { search: words, limit: 10 } })),
    me?.person ? attempt(() => call(apis.plant.assets, { query: { search: words, limit: 10 } })) : null,
    me?.person ? attempt(() => call(apis.captures.list, { query: { search: words, limit: 5 } })) : null,
  ]);
  return {
    words,
    advisories: advisories.done ?? null,
    assets: assets?.done ?? null,
    captures: captures?.done ?? null,
  };
}

export default function Search({
  loaderData: { words, advisories, assets, captures },
}: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const count = (advisories?.items.length ?? 0) + (assets?.items.length ?? 0) + (captures?.items.length ?? 0);
  return (
    <Page
      plain
      title={words ? text('search.title', { words }) : text('search')}
      seen={{ scope: me?.person ? 'me' : 'everyone' }}
    >
      <BigSearch words={words} asked />
      {words && count === 0 && <p>{text('search.none')}</p>}
      {assets && assets.items.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('search.assets')}</h2>
          <ul className="plain-list lines">
            {assets.items.map((asset) => (
              <li key={asset.id} className="row row-end">
                <Link to={`/assets/${asset.id}`} className="with-icon">
                  <Icon name={roleIcon(asset.role)} /> {asset.name}
                </Link>
                <span className="soft small row">
                  {[asset.vendor, asset.product ?? asset.model, asset.addresses[0]]
                    .filter(Boolean)
                    .join(' · ')}{' '}
                  <Certainty level={asset.certainty} />
                </span>
              </li>
            ))}
          </ul>
          {assets.next && (
            <Link to={`/assets?search=${encodeURIComponent(words)}`}>{text('search.more')}</Link>
          )}
        </section>
      )}
      {captures && captures.items.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('captures')}</h2>
          <ul className="plain-list lines">
            {captures.items.map((capture) => (
              <li key={capture.id}>
                <Link to={`/captures/${capture.id}`}>{capture.name}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      {advisories && advisories.items.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('nav.advisories')}</h2>
          <AdvisoryLines advisories={advisories.items} />
          {advisories.next && (
            <Link to={`/advisories?search=${encodeURIComponent(words)}`}>{text('search.more')}</Link>
          )}
        </section>
      )}
    </Page>
  );
}
