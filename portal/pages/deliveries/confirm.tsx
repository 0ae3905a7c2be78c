import { apis } from '@busbar/contract';
import { Form, redirect } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/confirm';

export async function action({ context, params }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const answer = await attempt(() => call(apis.subscriptions.confirm, { params: { token: params.token } }));
  if (answer.refused) return answer;
  throw redirect('/published?subscribed=1');
}

/** Programs that look into mail follow links: only the button confirms. */
export default function Confirm({ actionData }: Route.ComponentProps) {
  const text = useText();
  return (
    <Page plain title={text('subscriptions.confirm')} seen={{ scope: 'me' }}>
      {actionData?.refused?.status === 404 ? (
        <p className="measure">{text('subscriptions.link.gone')}</p>
      ) : (
        <>
          <RefusalNotice answer={actionData} />
          <p className="measure">{text('subscriptions.confirm.lead')}</p>
          <Form method="post">
            <Button type="submit" kind="main">
              {text('subscriptions.confirm.do')}
            </Button>
          </Form>
        </>
      )}
    </Page>
  );
}
