import { apis, unsupportedIn } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Markdown } from '../../ui/markdown.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { reader, signedIn } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import type { Route } from './+types/report-version';

export async function loader({ request, params: { id, version }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return reader(context, request)(apis.investigations.version, {
    params: { id, version: Number(version) || 0 },
  });
}

/** A report to be read and printed: the text, what is recommended, and every fact with what it stands on. */
export default function ReportVersion({ loaderData }: Route.ComponentProps) {
  const text = useText();
  const { case: of, document, state, version, sha256 } = loaderData;
  const { sections, facts, recommendations, label, title } = document;
  const isFinal = state === 'final';
  const file = (name: string) => `/api/cases/${of.id}/reports/${version}/report.${name}`;
  return (
    <Page
      title={title}
      seen={{ scope: 'receipt', label, owner: of.owner }}
      crumbs={
        <>
          <Link to={`/cases/${of.id}`}>{document.case}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}/report`}>{text('investigation')}</Link>
        </>
      }
      lead={text('investigation.version', { version })}
      actions={
        <span className="row">
          {['pdf', 'html', 'json'].map((name) => (
            <a key={name} className="button" href={file(name)} download>
              {name.toUpperCase()}
            </a>
          ))}
        </span>
      }
    >
      <CaseTabs id={of.id} current="/report" />
      {!isFinal && <Notice kind="warn" title={text('investigation.draft')} />}
      <article className="stack measure" lang={document.language}>
        {sections.map((section, at) => (
          <section key={at} className="stack stack-s">
            <h2>{section.heading}</h2>
            <Markdown text={section.text} />
            {!isFinal &&
              unsupportedIn(section.text).map((one) => (
                <Notice key={one.start} kind="warn" title={text('investigation.flagged', { count: 1 })}>
                  {one.text}
                </Notice>
              ))}
          </section>
        ))}
        {recommendations.length > 0 && (
          <section className="stack stack-s">
            <h2>{text('investigation.recommendations')}</h2>
            {recommendations.map((one) => (
              <div key={one.number}>
                <h3>
                  {`R${one.number}`} {one.title}
                </h3>
                <Markdown text={one.because} />
                <p className="soft">
                  {text(`findingEffort.${one.effort}`)} · {text(`findingEffect.${one.effect}`)}{' '}
                  {one.effectNote}
                </p>
              </div>
            ))}
          </section>
        )}
        <section className="stack stack-s">
          <h2>{text('investigation.facts')}</h2>
          <ol className="plain-list lines">
            {facts.map(({ number, says, evidence }) => (
              <li key={number} id={`F${number}`}>
                <strong>{`F${number}`}</strong> {says}
                {evidence.map((one) => (
                  <div key={`${one.id} ${one.place}`} className="soft small">
                    {text(`evidenceSource.${one.source}`)}: {one.name} {one.place}{' '}
                    {one.sha256 && <code>{one.sha256}</code>}
                  </div>
                ))}
              </li>
            ))}
          </ol>
        </section>
        {sha256 && (
          <p className="soft small">
            <code>{sha256}</code>
          </p>
        )}
      </article>
    </Page>
  );
}
