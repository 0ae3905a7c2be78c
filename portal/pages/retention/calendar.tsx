import { apis, type RetentionLine, RetentionSearch } from '@busbar/contract';
import { Form, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager } from '../../ui/pager.tsx';
import { useMay, useVisitor } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { attempt, place, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/calendar';
import { HoldStanding, PurgeStanding } from './retention-parts.tsx';

const views = RetentionSearch.shape.view.unwrap().options;

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const asked = new URL(request.url).searchParams.get('view');
  const view = views.find((one) => one === asked) ?? 'all';
  const { items, next } = await reader(context, request)(apis.retention.calendar, {
    query: { view, ...place(request), limit: 100 },
  });
  return { view, lines: items, next };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const id = word(await request.formData(), 'case');
  const answer = await attempt(() => call(apis.retention.purge, { params: { id } }));
  if (answer.refused) return answer;
  throw redirect('/retention?view=purged');
}

/** What will be destroyed when, what is held, and what was destroyed. */
export default function Calendar({ loaderData: { view, lines, next }, actionData }: Route.ComponentProps) {
  const text = useText();
  const may = useMay();
  const { me } = useVisitor();
  const { words, code, time } = useColumns();
  const executes = may('legal hold / purge approval', ['execute']);
  const columns: Column<RetentionLine>[] = [
    code('reference', text('receipt.reference'), ({ reference }) => reference),
    words('purgeOn', text('retention.purgeOn'), ({ purgeOn }) => purgeOn),
    words('class', text('retention.class'), (one) => text(`retention.class.${one.class}`)),
    {
      id: 'hold',
      label: text('holds'),
      cell: ({ hold }) => (hold === 'none' ? '–' : <HoldStanding state={hold} />),
    },
    {
      id: 'purge',
      label: text('purges'),
      cell: ({ id, reference, purge, purgedAt }) =>
        purge === 'approved' && executes && !purgedAt ? (
          <Form method="post">
            <input type="hidden" name="case" value={id} />
            <ConfirmButton
              size="small"
              question={text('purges.execute.question', { reference })}
              consequence={text('purges.approve.means')}
              confirm={text('purges.execute')}
            >
              {text('purges.execute')}
            </ConfirmButton>
          </Form>
        ) : purge === 'none' ? (
          '–'
        ) : (
          <PurgeStanding state={purge} />
        ),
    },
    words('owner', text('case.owner'), ({ owner }) => owner),
    time('purgedAt', text('retention.purgedAt'), ({ purgedAt }) => purgedAt, { style: 'short' }),
  ];
  return (
    <Page
      title={text('retention.calendar')}
      lead={text('retention.calendar.lead')}
      seen={
        executes ? { scope: 'administrators' } : { scope: 'own', owner: me?.acting?.organisation.name ?? '' }
      }
    >
      <RefusalNotice answer={actionData} />
      <Tabs
        label={text('retention.views')}
        tabs={views.map((one) => ({
          label: text(`retention.view.${one}`),
          to: `/retention?view=${one}`,
          current: one === view,
        }))}
      />
      <LongSearch label={text('retention.search')} />
      <DataTable
        caption={text('retention.calendar')}
        rows={lines}
        columns={columns}
        rowKey={({ id }) => id}
        {...(!executes && { href: ({ id }: RetentionLine) => `/cases/${id}/retention` })}
        paged
        filter={false}
        empty={<Empty title={text('retention.none')}>{text('retention.none.why')}</Empty>}
      />
      <Pager next={next} />
    </Page>
  );
}
