import { apis } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Certainty, Severity, State, Tlp } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt } from '../calls.ts';
import type { Route } from './+types/search';
import { AdvisoryLines } from './advisory-lines.tsx';
import { BigSearch } from './big-search.tsx';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { call, me } = visitOf(context);
  const words = (new URL(request.url).searchParams.get('q') ?? '').trim().slice(0, 200);
  if (!words)
    return { words, published: null, vulnerabilities: null, advisories: null, assets: null, captures: null };
  const [published, vulnerabilities, advisories, assets, captures] = await Promise.all([
    attempt(() => call(apis.published.list, { query: { search: words, limit: 5 } })),
    attempt(() => call(apis.vulnerabilities.list, { query: { search: words, limit: 10 } })),
    attempt(() => call(apis.advisories.list, { query: { search: words, limit: 10 } })),
    me?.person ? attempt(() => call(apis.plant.assets, { query: { search: words, limit: 10 } })) : null,
    me?.person ? attempt(() => call(apis.captures.list, { query: { search: words, limit: 5 } })) : null,
  ]);
  return {
    words,
    published: published.done ?? null,
    vulnerabilities: vulnerabilities.done ?? null,
    advisories: advisories.done ?? null,
    assets: assets?.done ?? null,
    captures: captures?.done ?? null,
  };
}

export default function Search({
  loaderData: { words, published, vulnerabilities, advisories, assets, captures },
}: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const count = [published, vulnerabilities, advisories, assets, captures].reduce(
    (sum, found) => sum + (found?.items.length ?? 0),
    0,
  );
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
      {published && published.items.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('published')}</h2>
          <ul className="plain-list lines news">
            {published.items.map((one) => (
              <li key={one.id}>
                <Link to={`/published/${one.id}`} className="news-title">
                  {one.title}
                </Link>
                <div className="row small soft">
                  {one.recalledAt && <State standing="stopped">{text('published.recalled')}</State>}
                  <span className="mono">{one.ref}</span>
                  <Tlp label={one.label} />
                  <Time at={one.publishedAt} style="date" />
                </div>
              </li>
            ))}
          </ul>
          {published.next && (
            <Link to={`/published?search=${encodeURIComponent(words)}`}>{text('search.more')}</Link>
          )}
        </section>
      )}
      {vulnerabilities && vulnerabilities.items.length > 0 && (
        <section className="stack stack-s">
          <h2>{text('nav.vulnerabilities')}</h2>
          <ul className="plain-list lines news">
            {vulnerabilities.items.map((one) => (
              <li key={one.id}>
                <Link to={`/vulnerabilities/${one.ref}`} className="news-title">
                  <span className="mono">{one.ref}</span> {one.title}
                </Link>
                <div className="row small soft">
                  <Severity level={one.severity} score={one.score} />
                  <span>{text('vulnerability.sources', { count: one.sources })}</span>
                  <Time at={one.updatedAt} style="date" />
                </div>
              </li>
            ))}
          </ul>
          {vulnerabilities.next && (
            <Link to={`/vulnerabilities?search=${encodeURIComponent(words)}`}>{text('search.more')}</Link>
          )}
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
