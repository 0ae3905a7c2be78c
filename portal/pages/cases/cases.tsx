import { apis, type CaseLine, CaseSearch } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Severity } from '../../ui/badge.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager } from '../../ui/pager.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { place, reader, signedIn } from '../calls.ts';
import type { Route } from './+types/cases';
import { CaseState } from './case-state.tsx';

const views = CaseSearch.shape.view.unwrap().options;

export async function loader({ request, context }: Route.LoaderArgs) {
  const { roles } = signedIn(context, request);
  const asked = new URL(request.url).searchParams.get('view');
  const first = roles.some((role) => role === 'ANA' || role === 'LEAD') ? 'new' : 'all';
  const view = views.find((one) => one === asked) ?? first;
  const { items, next } = await reader(context, request)(apis.cases.list, {
    query: { view, ...place(request), limit: 100 },
  });
  return { view, cases: items, next };
}

/** The report desk from within: what came in, whose turn it is, and what is worst first to be seen. */
export default function Cases({ loaderData: { view, cases, next } }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const { me } = useVisitor();
  const atTheDesk = may('triage and move cases');
  const { words, code, count, time } = useColumns();
  const columns: Column<CaseLine>[] = [
    code('reference', text('receipt.reference'), ({ reference }) => reference),
    words('title', text('case.sees'), ({ title }) => title ?? text('cases.closedToMe')),
    count('unread', text('case.unread'), ({ unread }) => unread || null),
    words('alarm', text('case.alarm'), (one) => alarmOf(text, one), {
      show: (said) => <span className="alarm-words strong">{said}</span>,
    }),
    {
      id: 'severity',
      label: text('severity'),
      cell: ({ severity }) => severity && <Severity level={severity} />,
    },
    { id: 'state', label: text('state'), cell: ({ state }) => <CaseState state={state} /> },
    words('awaits', text('case.awaits'), ({ awaits }) => awaits && text(`case.awaits.${awaits}`)),
    ...(atTheDesk ? [words('owner', text('case.owner'), ({ owner }: CaseLine) => owner)] : []),
    time('receivedAt', text('case.receivedAt'), ({ receivedAt }) => receivedAt, { style: 'short' }),
  ];
  return (
    <Page
      title={text('nav.cases')}
      lead={text(atTheDesk ? 'cases.lead.desk' : 'cases.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
      actions={
        atTheDesk ? undefined : (
          <>
            <ButtonLink to="/report/claim">{text('claim.title')}</ButtonLink>
            <ButtonLink to="/report" kind="danger">
              {text('report')}
            </ButtonLink>
          </>
        )
      }
    >
      <Tabs
        label={text('cases.views')}
        tabs={views
          .filter((one) => atTheDesk || one !== 'slow')
          .map((one) => ({ label: text(`cases.${one}`), to: `/cases?view=${one}`, current: one === view }))}
      />
      {view === 'slow' && <p className="soft measure">{text('cases.slow.what')}</p>}
      <LongSearch label={text('cases.search')} />
      <DataTable
        caption={text('nav.cases')}
        rows={cases}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/cases/${id}`}
        paged
        filter={false}
        empty={
          <Empty title={text('cases.none')}>{text(atTheDesk ? 'cases.none.desk' : 'cases.none.why')}</Empty>
        }
      />
      <Pager next={next} />
    </Page>
  );
}

/** What somebody must see before anything else. */
export function alarmOf(
  text: ReturnType<typeof useText>,
  { danger, control }: Pick<CaseLine, 'danger' | 'control'>,
): string | null {
  if (danger === 'yes') return text('case.alarm.danger');
  if (control === 'no') return text('case.alarm.control');
  return control === 'partly' ? text('case.alarm.partly') : null;
}
