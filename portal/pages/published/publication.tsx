import { apis } from '@busbar/contract';
import { Link, useSearchParams } from 'react-router';

import { useFormat } from '../../i18n/format.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Tlp } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { reader } from '../calls.ts';
import { PublicationText } from '../publication-text.tsx';
import type { Route } from './+types/publication';

export async function loader({ request, context, params }: Route.LoaderArgs) {
  return reader(context, request)(apis.published.get, { params: { id: params.id } });
}

/** One publication as its readers read it, or why it was recalled. */
export default function Publication({ loaderData: one }: Route.ComponentProps) {
  const text = useText();
  const format = useFormat();
  const [query] = useSearchParams();
  const wanted = query.get('language') ?? text.locale;
  const shown = one.texts.find(({ language }) => language === wanted) ?? one.texts[0];
  const newest = one.versions[0];
  return (
    <Page
      title={shown?.title ?? one.title}
      seen={{ scope: 'everyone' }}
      crumbs={
        <>
          <Link to="/published">{text('published')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <span className="mono">{one.ref}</span>
        </>
      }
      lead={
        <span className="row">
          <Tlp label={one.label} />
          <span>{text('release.version', { version: one.version })}</span>
          <Time at={one.publishedAt} style="date" />
        </span>
      }
    >
      {one.recalledAt && (
        <Notice kind="alarm" title={text('published.recalled')}>
          <p>
            <Time at={one.recalledAt} />
          </p>
          <p>{one.recallReason}</p>
          <p>{text('published.recalled.do')}</p>
        </Notice>
      )}
      {!one.current && newest && newest.id !== one.id && (
        <Notice kind="warn" title={text('published.old')}>
          <Link to={`/published/${newest.id}`}>{text('published.newest', { version: newest.version })}</Link>
        </Notice>
      )}
      {one.texts.length > 1 && (
        <Tabs
          label={text('language')}
          tabs={one.texts.map(({ language }) => ({
            label: languageName(language),
            to: `?language=${language}`,
            current: language === shown?.language,
          }))}
        />
      )}
      {shown?.basedOn && <Notice kind="warn" title={text('published.stale', { version: shown.basedOn })} />}
      <div className="split">
        {shown && <PublicationText published={shown} under={1} />}
        <aside className="stack">
          {one.vulnerabilities.length > 0 && (
            <section className="panel stack stack-s" aria-labelledby="vulnerabilities">
              <h2 id="vulnerabilities">{text('published.vulnerabilities')}</h2>
              <ul className="plain-list">
                {one.vulnerabilities.map((ref) => (
                  <li key={ref}>
                    <Link to={`/vulnerabilities/${ref}`} className="mono">
                      {ref}
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
          {one.files.length > 0 && (
            <section className="panel stack stack-s" aria-labelledby="files">
              <h2 id="files">{text('published.files')}</h2>
              <ul className="plain-list stack stack-s">
                {one.files.map(({ name, url, size, sha256 }) => (
                  <li key={url}>
                    <a href={url}>{csafOf(url) ?? name}</a>{' '}
                    <span className="small soft">{format.bytes(size)}</span>
                    <br />
                    <span className="small">
                      <a href={`${url}.asc`}>{text('published.signature')}</a> ·{' '}
                      <a href={`${url}.sha512`}>{text('hash.sha512')}</a> ·{' '}
                      <Link to={`/verify?hash=${sha256}`}>{text('verify')}</Link>
                    </span>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <section className="panel stack stack-s" aria-labelledby="versions">
            <h2 id="versions">{text('published.versions')}</h2>
            <ul className="plain-list">
              {one.versions.map(({ id, version, publishedAt, recalledAt }) => (
                <li key={id}>
                  {id === one.id ? (
                    <strong>{text('release.version', { version })}</strong>
                  ) : (
                    <Link to={`/published/${id}`}>{text('release.version', { version })}</Link>
                  )}{' '}
                  <Time at={publishedAt} style="date" /> {recalledAt && text('published.recalled')}
                </li>
              ))}
            </ul>
          </section>
        </aside>
      </div>
    </Page>
  );
}

/** Both versions of CSAF have the same file name; the folder tells them apart. */
const csafOf = (url: string) =>
  url.startsWith('/.well-known/csaf/') ? (url.includes('/v2.1/') ? 'CSAF 2.1' : 'CSAF 2.0') : undefined;
