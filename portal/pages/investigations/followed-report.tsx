import { apis } from '@busbar/contract';
import { Link, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt } from '../calls.ts';
import type { Route } from './+types/followed-report';
import { ReportArticle } from './report-article.tsx';

/** The newest final report; others stay with whoever has an account. */
export async function loader({ context }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const listed = await attempt(() => call(apis.cases.list, { query: { limit: 1 } }));
  const params = { id: listed.done?.items[0]?.id ?? '' };
  const kept = await attempt(() => call(apis.investigations.report, { params }));
  if (!kept.done) throw redirect('/report/follow?ended=1');
  const [last] = kept.done.versions;
  return {
    report:
      last && (await call(apis.investigations.version, { params: { ...params, version: last.version } })),
  };
}

/** What the CERT found out, for whoever holds the words of the report. */
export default function FollowedReport({ loaderData: { report } }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page
      plain
      title={report?.document.title ?? text('investigation')}
      seen={{ scope: 'receipt', ...(report && { label: report.document.label }) }}
      {...(report && { lead: text('investigation.version', { version: report.version }) })}
    >
      {report ? (
        <ReportArticle document={report.document} isFinal sha256={report.sha256} />
      ) : (
        <p>{text('investigation.none')}</p>
      )}
      <p>
        <Link to="/report/follow/case">{text('caseConsents.back')}</Link>
      </p>
    </Page>
  );
}
