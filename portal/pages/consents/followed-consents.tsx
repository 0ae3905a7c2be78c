import { apis } from '@busbar/contract';
import { Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/followed-consents';
import { answerConsent, CaseConsentCard, KeptBack } from './case-consent-parts.tsx';
import { ConsentsLeft } from './consents-left.tsx';

export async function loader({ context }: Route.LoaderArgs) {
  const { call } = visitOf(context);
  const listed = await attempt(() => call(apis.cases.list, { query: { limit: 1 } }));
  const params = { id: listed.done?.items[0]?.id ?? '' };
  const asked = await attempt(() => call(apis.caseConsents.ofCase, { params }));
  if (!asked.done) throw redirect('/report/follow?ended=1');
  return asked.done;
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const answer = await answerConsent(call, await request.formData());
  if (answer.refused) return answer;
  throw redirect('/report/follow/consents');
}

/** What of one's report may leave, decided by whoever holds its words. */
export default function FollowedConsents({
  loaderData: { items, uses, left, kept },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <Page plain title={text('caseConsents')} lead={text('caseConsents.lead')} seen={{ scope: 'receipt' }}>
      <RefusalNotice answer={actionData} />
      <KeptBack kept={kept} />
      {items.length === 0 && <p>{text('caseConsents.none')}</p>}
      {items.map((consent) => (
        <CaseConsentCard key={consent.id} {...{ consent, uses, left, busy }} />
      ))}
      <ConsentsLeft {...{ left, items }} />
      <p>
        <Link to="/report/follow/case">{text('caseConsents.back')}</Link>
      </p>
    </Page>
  );
}
