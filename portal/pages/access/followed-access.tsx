import { apis } from '@busbar/contract';
import { redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { ButtonLink } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt } from '../calls.ts';
import { receiptCookie } from '../report/receipt-cookie.ts';
import type { Route } from './+types/followed-access';
import { AccessLog } from './access-log.tsx';
import { searchOf } from './access-search.ts';

export async function loader({ request, context }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const found = await attempt(async () => {
    const { items } = await call(apis.cases.list, { query: { limit: 1 } });
    const held = items[0];
    if (!held) return undefined;
    const log = await call(apis.audit.ofReport, { params: { id: held.id }, query: searchOf(request) });
    return { reference: held.reference, lines: log.items, next: log.next };
  });
  if (!found.done)
    throw redirect('/report/follow?ended=1', { headers: { 'set-cookie': receiptCookie(request, '') } });
  return found.done;
}

/** Who looked at a report, for whoever holds its words. */
export default function FollowedAccess({ loaderData: { reference, lines, next } }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page
      title={text('accessLog.of', { reference })}
      heading={text('accessLog.report')}
      lead={text('accessLog.lead')}
      seen={{ scope: 'receipt' }}
    >
      <p>
        <ButtonLink to="/report/follow/case">{text('accessLog.back')}</ButtonLink>
      </p>
      <AccessLog lines={lines} next={next} />
    </Page>
  );
}
