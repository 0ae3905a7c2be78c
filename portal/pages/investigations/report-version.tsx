import { apis, editionOf } from '@busbar/contract';
import { Link } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { reader, signedIn } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { editionAsked, EditionLinks, ReportFiles } from './edition-links.tsx';
import { ReportArticle } from './report-article.tsx';
import type { Route } from './+types/report-version';

export async function loader({ request, params: { id, version }, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const report = await reader(context, request)(apis.investigations.version, {
    params: { id, version: Number(version) || 0 },
  });
  return { ...report, language: editionAsked(request, visitOf(context).locale) };
}

/** A report to be read and printed: the text, what is recommended, and every fact with what it stands on. */
export default function ReportVersion({ loaderData }: Route.ComponentProps) {
  const text = useText();
  const { case: of, document, language, state, version, sha256 } = loaderData;
  const { label } = document;
  const edition = editionOf(document, language);
  const title = edition.title.heading;
  const isFinal = state === 'final';
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
      actions={<ReportFiles of={of.id} {...{ version, language }} />}
    >
      <CaseTabs id={of.id} current="/report" />
      {!isFinal && <Notice kind="warn" title={text('investigation.draft')} />}
      <EditionLinks document={document} edition={edition} />
      <ReportArticle edition={edition} isFinal={isFinal} sha256={sha256} />
    </Page>
  );
}
