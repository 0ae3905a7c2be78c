import { apis, editionOf } from '@busbar/contract';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt } from '../calls.ts';
import type { Route } from './+types/followed-report';
import { editionAsked, EditionLinks, ReportFiles } from './edition-links.tsx';
import { ReportArticle } from './report-article.tsx';

/** The newest final report; others stay with whoever has an account. */
export async function loader({ context, request }: Route.LoaderArgs) {
  const { call, locale } = visitOf(context);
  const listed = await attempt(() => call(apis.cases.list, { query: { limit: 1 } }));
  const params = { id: listed.done?.items[0]?.id ?? '' };
  const kept = await attempt(() => call(apis.investigations.report, { params }));
  if (!kept.done) throw redirect('/report/follow?ended=1');
  const [last] = kept.done.versions;
  return {
    id: params.id,
    language: editionAsked(request, locale),
    report:
      last && (await call(apis.investigations.version, { params: { ...params, version: last.version } })),
  };
}

/** What the CERT found out, for whoever holds the words of the report. */
export default function FollowedReport({ loaderData: { id, report, language } }: Route.ComponentProps) {
  const text = useText();
  const edition = report && editionOf(report.document, language);
  return (
    <Page
      plain
      title={edition?.title.heading ?? text('investigation')}
      seen={{ scope: 'receipt', ...(report && { label: report.document.label }) }}
      {...(report && {
        actions: <ReportFiles of={id} version={report.version} language={language} byWords />,
      })}
      {...(report && { lead: text('investigation.version', { version: report.version }) })}
    >
      {report && edition ? (
        <>
          <EditionLinks document={report.document} edition={edition} />
          <ReportArticle edition={edition} isFinal sha256={report.sha256} />
        </>
      ) : (
        <p>{text('investigation.none')}</p>
      )}
      <p>
        <Link to="/report/follow/case">{text('caseConsents.back')}</Link>
      </p>
    </Page>
  );
}
