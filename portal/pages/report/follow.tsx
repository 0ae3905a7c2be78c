import { apis } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/follow';
import { CallUs } from './call.tsx';
import { receiptCookie } from './receipt-cookie.ts';
import { WordsFields } from './words-fields.tsx';

export function loader({ request }: Route.LoaderArgs) {
  return { ended: new URL(request.url).searchParams.has('ended') };
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const body = { reference: word(form, 'reference'), words: word(form, 'words') };
  const answer = await attempt(() => call(apis.cases.open, { body }));
  if (answer.refused) return answer;
  throw redirect('/report/follow/case', {
    headers: { 'set-cookie': receiptCookie(request, answer.done.token) },
  });
}

/** Back to one's report, by what stands on the receipt. */
export default function Follow({ loaderData: { ended }, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Page plain title={text('report.follow')} lead={text('follow.lead')} seen={{ scope: 'everyone' }}>
      {ended && !actionData && <Notice>{text('follow.ended')}</Notice>}
      <RefusalNotice answer={actionData} />
      <Form method="post" className="stack measure">
        <WordsFields />
        <div>
          <Button type="submit" kind="main" size="large" busy={busy}>
            {text('follow.open')}
          </Button>
        </div>
      </Form>
      <h2>{text('follow.lost')}</h2>
      <p className="measure">{text('follow.lost.do')}</p>
      <CallUs />
      <p className="row">
        <Link to="/report">{text('report')}</Link>
        <Link to="/report/claim">{text('claim.title')}</Link>
      </p>
    </Page>
  );
}
