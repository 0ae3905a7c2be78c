import { apis, ClaimKind } from '@busbar/contract';
import { data, Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { RefusalNotice, useFieldError } from '../refusal.tsx';
import type { Route } from './+types/decide';
import { answerIn, AnswerFields } from './answer-fields.tsx';
import { useFactWords } from './fact-words.ts';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const { ref, title, facts, owner } = await read(apis.vulnerabilities.get, { params: { ref: params.ref } });
  const key = new URL(request.url).searchParams.get('fact');
  const fact = facts.find((one) => one.key === key);
  if (key !== null && !fact) throw data(null, { status: 404 });
  return { ref, title, owner, fact: fact ?? null };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const fact = word(form, 'fact');
  const corrects = word(form, 'corrects');
  const aspect = word(form, 'aspect');
  const subject = word(form, 'subject');
  const answer = await attempt(() =>
    call(apis.vulnerabilities.decide, {
      params: { ref: params.ref },
      body: {
        ...answerIn(form),
        ...(fact
          ? { fact }
          : {
              kind: ClaimKind.catch('mitigation').parse(word(form, 'kind')),
              ...(aspect && { aspect }),
              ...(subject && { subject }),
            }),
        ...(corrects && { corrects }),
      },
    }),
  );
  if (answer.refused) return answer;
  throw redirect(`/verdicts/${answer.done.verdict}`);
}

export default function Decide({
  loaderData: { ref, title, fact, owner },
  actionData,
}: Route.ComponentProps) {
  const text = useText();
  const words = useFactWords();
  const busy = useNavigation().state === 'submitting';
  const error = useFieldError(actionData);
  const about = fact ?? { kind: 'mitigation' as const, aspect: '', subject: '' };
  return (
    <Page
      title={fact ? words.full(fact) : text('verdict.newFact')}
      lead={fact && fact.agreement === 'disagree' ? words.says(fact, fact.claims) : title}
      seen={{ scope: 'own', owner }}
      help={text('decide.help')}
      crumbs={
        <>
          <Link to="/vulnerabilities">{text('nav.vulnerabilities')}</Link>{' '}
          <Icon name="chevronRight" size={12} /> <Link to={`/vulnerabilities/${ref}`}>{ref}</Link>
        </>
      }
    >
      <Form method="post" className="stack measure">
        <RefusalNotice answer={actionData} />
        <Notice title={text('decide.blind.title')}>{text('decide.blind')}</Notice>
        {fact ? (
          <input type="hidden" name="fact" value={fact.key} />
        ) : (
          <>
            <SelectField
              name="kind"
              label={text('decide.kind')}
              options={ClaimKind.options.map((kind) => ({ value: kind, label: text(`fact.${kind}`) }))}
            />
            <TextField
              name="subject"
              label={text('decide.subject')}
              hint={text('decide.subject.hint')}
              maxLength={300}
            />
          </>
        )}
        <AnswerFields about={about} claims={fact?.claims ?? []} error={error} />
        {fact && fact.claims.length > 0 && (
          <SelectField
            name="corrects"
            label={text('decide.corrects')}
            hint={text('decide.corrects.hint')}
            options={[
              { value: '', label: text('decide.corrects.none') },
              ...fact.claims.map((claim) => ({
                value: claim.id,
                label: `${claim.publisher}: ${words.value(fact, claim.value)}`,
              })),
            ]}
          />
        )}
        <div className="row">
          <Button type="submit" kind="main" busy={busy}>
            {text('decide.send')}
          </Button>
          <Link to={`/vulnerabilities/${ref}`}>{text('cancel')}</Link>
        </div>
      </Form>
    </Page>
  );
}
