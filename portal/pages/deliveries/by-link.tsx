import { apis } from '@busbar/contract';
import { Form } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/by-link';
import { CriteriaFields, LanguageField, subscriptionIn, useCriteriaWords } from './criteria-fields.tsx';
import { SubscriptionState } from './subscriptions.tsx';

export async function loader({ context, params: { token } }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const found = await attempt(() => call(apis.subscriptions.byLink, { params: { token } }));
  return { subscription: found.done ?? null };
}

export async function action({ request, context, params: { token } }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const what = word(form, 'do');
  const answer = await attempt<unknown>(() =>
    what === 'end'
      ? call(apis.subscriptions.endByLink, { params: { token } })
      : call(apis.subscriptions.changeByLink, { params: { token }, body: subscriptionIn(form) }),
  );
  return { what, done: !answer.refused, refused: answer.refused };
}

/** Where the link in each message leads: to end it in one press, or to get less of it. */
export default function ByLink({ loaderData: { subscription: one }, actionData }: Route.ComponentProps) {
  const text = useText();
  const sentence = useCriteriaWords();
  if (!one)
    return (
      <Page plain title={text('subscriptions')} seen={{ scope: 'me' }}>
        {actionData?.what === 'end' && actionData.done ? (
          <Notice kind="good" live title={text('subscriptions.ended')} />
        ) : (
          <p className="measure">{text('subscriptions.link.gone')}</p>
        )}
      </Page>
    );
  return (
    <Page plain title={text('subscriptions')} lead={sentence(one)} seen={{ scope: 'me' }}>
      <RefusalNotice answer={actionData} />
      {actionData?.done && <Notice kind="good" live title={text('saved')} />}
      <p className="row">
        <SubscriptionState subscription={one} />
        <span>{one.address}</span>
      </p>
      {one.offReason && <p>{text.coded('problem', one.offReason)}</p>}
      <Form method="post">
        <input type="hidden" name="do" value="end" />
        <Button type="submit" kind="main">
          {text('subscriptions.end')}
        </Button>
      </Form>
      <section className="stack measure" aria-labelledby="change">
        <h2 id="change">{text('subscriptions.less')}</h2>
        <Form method="post" className="stack">
          <LanguageField language={one.language} />
          <CriteriaFields criteria={one} />
          <div>
            <Button type="submit">{text('save')}</Button>
          </div>
        </Form>
      </section>
    </Page>
  );
}
