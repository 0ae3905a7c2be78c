import type { Asset, Capture, PublicationLine, Site } from '@busbar/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Certainty } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { roleIcon } from '../../ui/plant-map.tsx';

interface Some<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** What only the reader's organisation sees. */
export interface Own {
  readonly drafts: Some<Pick<PublicationLine, 'id' | 'title' | 'ref'>>;
  readonly assets: Some<Asset>;
  readonly captures: Some<Pick<Capture, 'id' | 'name'>>;
  readonly sites: readonly Pick<Site, 'id' | 'name'>[];
}

export function OwnResults({ own: { drafts, assets, captures, sites }, words }: { own: Own; words: string }) {
  const text = useText();
  const search = `search=${encodeURIComponent(words)}`;
  return (
    <>
      <Lines title={text('search.assets')} more={assets.next && `/assets?${search}`}>
        {assets.items.map((asset) => (
          <li key={asset.id} className="row row-end">
            <Link to={`/assets/${asset.id}`} className="with-icon">
              <Icon name={roleIcon(asset.role)} /> {asset.name}
            </Link>
            <span className="soft small row">
              {[asset.vendor, asset.product ?? asset.model, asset.addresses[0]].filter(Boolean).join(' · ')}{' '}
              <Certainty level={asset.certainty} />
            </span>
          </li>
        ))}
      </Lines>
      <Lines title={text('sites')}>
        {sites.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/plant?site=${id}`}>{name}</Link>
          </li>
        ))}
      </Lines>
      <Lines title={text('captures')}>
        {captures.items.map(({ id, name }) => (
          <li key={id}>
            <Link to={`/captures/${id}`}>{name}</Link>
          </li>
        ))}
      </Lines>
      <Lines title={text('nav.publications')} more={drafts.next && `/drafts?${search}`}>
        {drafts.items.map(({ id, title, ref }) => (
          <li key={id} className="row row-end">
            <Link to={`/drafts/${id}`}>{title}</Link>
            <span className="soft small mono">{ref}</span>
          </li>
        ))}
      </Lines>
    </>
  );
}

function Lines({
  title,
  more,
  children,
}: {
  title: string;
  more?: string | null;
  children: readonly ReactNode[];
}) {
  const text = useText();
  if (children.length === 0) return null;
  return (
    <section className="stack stack-s">
      <h2>{title}</h2>
      <ul className="plain-list lines">{children}</ul>
      {more && <Link to={more}>{text('search.more')}</Link>}
    </section>
  );
}
