import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, FormError } from '../../ui/field.tsx';
import { Page } from '../../ui/page.tsx';
import { safeBack, word } from '../calls.ts';
import type { Route } from './+types/second-step';
import { auth, failureWords } from './auth.ts';
import { CodeField } from './code-field.tsx';

export function loader({ request }: Route.LoaderArgs) {
  const query = new URL(request.url).searchParams;
  return { back: safeBack(query.get('back')), recovery: query.get('with') === 'recovery' };
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData();
  const recovery = word(form, 'with') === 'recovery';
  const answer = await auth(
    visitOf(context).send,
    'POST',
    recovery ? 'two-factor/verify-backup-code' : 'two-factor/verify-totp',
    {
      code: word(form, 'code').replaceAll(recovery ? /\s/g : /\D/g, ''),
      trustDevice: form.get('trust') === 'yes',
    },
  );
  if (!answer.ok) return { failure: answer.code };
  throw redirect(safeBack(form.get('back')));
}

export default function SecondStep({ loaderData: { back, recovery }, actionData }: Route.ComponentProps) {
  const text = useText();
  const navigation = useNavigation();
  return (
    <Page
      plain
      title={text(recovery ? 'secondStep.recovery' : 'secondStep')}
      lead={text(recovery ? 'secondStep.recovery.lead' : 'secondStep.lead')}
      seen={{ scope: 'me' }}
    >
      <Form method="post" className="stack measure" key={recovery ? 'recovery' : 'code'}>
        {actionData && <FormError>{failureWords(text, actionData.failure)}</FormError>}
        <input type="hidden" name="back" value={back} />
        <input type="hidden" name="with" value={recovery ? 'recovery' : 'code'} />
        <CodeField recovery={recovery} />
        {!recovery && (
          <Checkbox
            name="trust"
            value="yes"
            label={text('secondStep.trust')}
            hint={text('secondStep.trust.hint')}
          />
        )}
        <div>
          <Button type="submit" kind="main" busy={navigation.state === 'submitting'}>
            {text('continue')}
          </Button>
        </div>
      </Form>
      <p>
        <Link to={`?back=${encodeURIComponent(back)}${recovery ? '' : '&with=recovery'}`}>
          {text(recovery ? 'secondStep.useCode' : 'secondStep.useRecovery')}
        </Link>
      </p>
    </Page>
  );
}
