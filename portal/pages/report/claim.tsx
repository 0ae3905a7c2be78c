import { apis } from '@busbar/contract';
import { Form, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { attempt, signedIn, word } from '../calls.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/claim';
import { WordsFields } from './words-fields.tsx';

export function loader({ request, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return {};
}

export async function action({ request, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const body = { reference: word(form, 'reference'), words: word(form, 'words') };
  const answer = await attempt(() => call(apis.cases.claim, { body }));
  if (answer.refused) return answer;
  throw redirect(`/cases/${answer.done.case}`);
}

/** Reported in the night without an account, taken into the organisation by day. */
export default function Claim({ actionData }: Route.ComponentProps) {
  const text = useText();
  const { me } = useVisitor();
  const busy = useNavigation().state === 'submitting';
  const owner = me?.acting?.organisation.name ?? '';
  return (
    <Page
      plain
      title={text('claim.title')}
      lead={text('claim.lead', { owner })}
      seen={{ scope: 'own', owner }}
    >
      <RefusalNotice answer={actionData} />
      <Form method="post" className="stack measure">
        <WordsFields />
        <div>
          <Button type="submit" kind="main" busy={busy}>
            {text('claim.take')}
          </Button>
        </div>
      </Form>
    </Page>
  );
}
