import { apis, type Source } from '@busbar/contract';
import { Form, redirect, useNavigation, useOutletContext } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { attempt, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/source-settings';
import { SettingsFields, settingsIn } from './source-parts.tsx';

export async function action({ request, params: { id }, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const state = word(form, 'state') === 'off' ? 'off' : 'on';
  const answer = await attempt(() =>
    call(apis.sources.change, { params: { id }, body: { ...settingsIn(form), state } }),
  );
  if (answer.refused) return answer;
  throw redirect(`/sources/${id}`);
}

export default function SourceSettings({ actionData }: Route.ComponentProps) {
  const text = useText();
  const source = useOutletContext<Source>();
  const busy = useNavigation().state === 'submitting';
  const error = useFieldError(actionData);
  return (
    <Form method="post" className="panel stack measure">
      <RefusalNotice answer={actionData} />
      <input type="hidden" name="state" value={source.state} />
      <SettingsFields source={source} kind={source.kind} error={error} />
      <p className="soft small">{text('source.settings.again')}</p>
      <div>
        <Button type="submit" kind="main" busy={busy}>
          {text('save')}
        </Button>
      </div>
    </Form>
  );
}
