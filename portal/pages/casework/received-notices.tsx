import { apis, type ReceivedNotice } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { useColumns } from '../../ui/columns.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { LongSearch, Pager } from '../../ui/pager.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { type Column, DataTable } from '../../ui/table.tsx';
import { place, reader, signedIn } from '../calls.ts';
import type { Route } from './+types/received-notices';

export async function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return reader(context, request)(apis.deadlines.received, { query: { ...place(request), limit: 100 } });
}

/** What members sent to this authority, newest first, and nothing of their cases. */
export default function ReceivedNotices({ loaderData: { items, next } }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const { words, code, time } = useColumns();
  const columns: Column<ReceivedNotice>[] = [
    words('title', text('notice'), ({ title }) => title),
    words('from', text('received.from'), ({ from }) => from),
    code('reference', text('receipt.reference'), ({ reference }) => reference),
    time('sentAt', text('received.at'), ({ sentAt }) => sentAt, { style: 'short' }),
  ];
  return (
    <Page
      title={text('nav.notices')}
      lead={text('received.lead')}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
    >
      <LongSearch label={text('received.search')} />
      <DataTable
        caption={text('nav.notices')}
        rows={items}
        columns={columns}
        rowKey={({ id }) => id}
        href={({ id }) => `/notices/${id}`}
        paged
        filter={false}
        empty={<Empty title={text('received.none')}>{text('received.none.why')}</Empty>}
      />
      <Pager next={next} />
    </Page>
  );
}
