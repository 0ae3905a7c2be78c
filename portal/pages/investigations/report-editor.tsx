import { apis } from '@busbar/contract';
import { useRef } from 'react';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { keyIn } from '../../ui/form-key.tsx';
import { all, attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { revisionIn, typedIn } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/report-editor';
import { factIn, Facts } from './facts.tsx';
import { recommendationIn, Recommendations } from './recommendations.tsx';
import { reportIn, ReportText } from './report-text.tsx';

export async function loader({ request, params: { id }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, id);
  const report = await read(apis.investigations.report, { params: { id } });
  if (!report.mayWrite) return { ...report, pulse, last: null, facts: [], sources: [], recommendations: [] };
  const [final] = report.versions;
  const [last, facts, sources, recommendations] = await Promise.all([
    report.current || !final
      ? null
      : read(apis.investigations.version, { params: { id, version: final.version } }),
    all((after) =>
      read(apis.investigations.facts, { params: { id }, query: { limit: 200, ...(after && { after }) } }),
    ),
    read(apis.investigations.sources, { params: { id } }),
    read(apis.findings.list, { query: { case: id, limit: 200 } }),
  ]);
  return {
    ...report,
    pulse,
    last: last?.document ?? null,
    facts: facts.items,
    sources: sources.items,
    recommendations: recommendations.items.toReversed(),
  };
}

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const params = { id };
  let saved: number | undefined;
  const answer = await attempt<unknown>(async () => {
    switch (word(form, 'do')) {
      case 'fact':
        return call(apis.investigations.addFact, { params, body: { ...keyIn(form), ...factIn(form) } });
      case 'change':
        return call(apis.investigations.changeFact, {
          params: { id, fact: word(form, 'fact') },
          body: { revision: revisionIn(form), ...factIn(form) },
        });
      case 'recommend':
        return call(apis.findings.add, {
          params,
          body: { ...keyIn(form), ...recommendationIn(form) },
        });
      case 'reword':
        return call(apis.findings.change, {
          params: { id: word(form, 'finding') },
          body: { ...recommendationIn(form), revision: revisionIn(form) },
        });
      case 'remove':
        return call(apis.findings.remove, { params: { id: word(form, 'finding') } });
      case 'withdraw':
        return call(apis.investigations.withdrawFact, {
          params: { id, fact: word(form, 'fact') },
          body: { reason: word(form, 'reason') },
        });
      case 'check':
      case 'back':
        return call(apis.investigations.check, {
          params,
          body: {
            sha256: word(form, 'sha256'),
            agrees: word(form, 'do') === 'check',
            reason: word(form, 'reason'),
          },
        });
      default: {
        const report = await call(apis.investigations.save, {
          params,
          body: { revision: revisionIn(form), ...reportIn(form) },
        });
        saved = report.revision;
        if (word(form, 'do') === 'submit')
          await call(apis.investigations.submit, { params, body: { revision: saved } });
      }
    }
  });
  if (answer.refused) return { refused: answer.refused, saved, ...typedIn(form) };
  throw redirect(`/cases/${id}/report`);
}

/** The text, and beside it the facts that it names; who may not write reads the versions that are final. */
export default function ReportEditor({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const { pulse, case: of, current, versions, mayWrite, last, facts, sources, recommendations } = loaderData;
  const area = useRef<HTMLTextAreaElement | null>(null);
  const writesIn = (element: HTMLTextAreaElement) => (area.current = element);
  /** Puts the reference where one writes, as if it had been typed. */
  const insert = (number: number) => {
    const at = area.current;
    if (!at?.isConnected) return;
    at.focus();
    at.setRangeText(` [F${number}]`, at.selectionStart, at.selectionEnd, 'end');
    at.dispatchEvent(new Event('input', { bubbles: true }));
  };
  return (
    <Page
      title={text('investigation')}
      lead={text('investigation.lead')}
      seen={{ scope: 'receipt', label: of.label, owner: of.owner }}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}`}>{of.reference}</Link>
        </>
      }
    >
      <CaseTabs id={of.id} current="/report" pulse={pulse} />
      {actionData?.refused.code !== 'changed-meanwhile' && <RefusalNotice answer={actionData} />}
      {versions.length > 0 && (
        <section className="stack stack-s" aria-labelledby="versions">
          <h2 id="versions">{text('investigation.final')}</h2>
          <ul className="plain-list lines">
            {versions.map(({ version, title, at }) => (
              <li key={version}>
                <Link to={`/cases/${of.id}/reports/${version}`}>{title}</Link>{' '}
                <span className="soft">
                  {text('investigation.version', { version })} · <Time at={at} style="short" />
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {mayWrite && (
        <p>
          <Link to={`/cases/${of.id}/learning`}>{text('learning')}</Link>
        </p>
      )}
      {!mayWrite && versions.length === 0 && <p className="soft">{text('investigation.none')}</p>}
      {mayWrite && (
        <div className="investigation">
          <section className="stack" aria-labelledby="text">
            <h2 id="text">{text('investigation.text')}</h2>
            {current?.sentBack && (
              <Notice kind="warn" title={text('investigation.sentBack')}>
                {current.sentBack}
              </Notice>
            )}
            <ReportText of={of.id} report={current} {...{ last, facts, recommendations, writesIn }} />
            <Recommendations isClosed={current?.state === 'submitted'} {...{ recommendations, writesIn }} />
          </section>
          <section className="stack stack-s investigation-facts" aria-labelledby="facts">
            <h2 id="facts">{text('investigation.facts')}</h2>
            <Facts {...{ facts, sources, insert }} />
          </section>
        </div>
      )}
    </Page>
  );
}
