import { apis, Language } from '@busbar/contract';
import { Form, Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { FormKey } from '../../ui/form-key.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/learning';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  return reader(context, request)(apis.learning.suggest, { params });
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const about = { language: Language.parse(word(form, 'language')), title: word(form, 'title') };
  const read = (form.get('read') === 'on') as true;
  if (word(form, 'do') === 'lesson') {
    const answer = await attempt(() =>
      call(apis.learning.lesson, {
        params,
        body: { ...about, summary: word(form, 'summary'), mitigation: word(form, 'mitigation'), read },
      }),
    );
    if (answer.refused) return answer;
    throw redirect(`/drafts/${answer.done.id}`);
  }
  const typed = (name: string) =>
    form.getAll(name).map((value) => (typeof value === 'string' ? value.trim() : ''));
  const [after, expects] = [typed('after'), typed('expects')];
  const injects = typed('says')
    .map((says, at) => ({ after: Number(after[at]), says, expects: expects[at] ?? '' }))
    .filter(({ says }) => says !== '');
  const answer = await attempt(() =>
    call(apis.learning.exercise, { params, body: { ...about, injects, read } }),
  );
  if (answer.refused) return answer;
  throw redirect(`/cases/${params.id}/learning`);
}

/** At the end of a case: a lesson and an exercise, of which somebody reads every line before anything is kept. */
export default function Learning({ loaderData, actionData }: Route.ComponentProps) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { case: of, consents, lesson, replaced, kept } = loaderData;
  // What somebody read and kept is gone on with.
  const exercise = kept ?? loaderData.exercise;
  return (
    <Page
      title={`${text('learning')} – ${of.reference}`}
      heading={text('learning')}
      lead={text('learning.lead')}
      seen={{ scope: 'receipt', label: of.label, owner: of.owner }}
      crumbs={
        <>
          <Link to={`/cases/${of.id}`}>{of.reference}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${of.id}/report`}>{text('investigation')}</Link>
        </>
      }
    >
      <CaseTabs id={of.id} current="/report" />
      <RefusalNotice answer={actionData} />
      {!consents && (
        <Notice kind="warn" title={text('learning.noConsent')}>
          {text('learning.noConsent.why')} <Link to={`/cases/${of.id}/consents`}>{text('learning.ask')}</Link>
        </Notice>
      )}
      <p className="soft">{text('learning.replaced', { count: replaced })}</p>
      <section className="panel stack" aria-labelledby="lesson">
        <h2 id="lesson">{text('learning.lesson')}</h2>
        <Form method="post" className="stack stack-s">
          <FormKey />
          <TextField
            label={text('learning.lesson.title')}
            name="title"
            required
            maxLength={300}
            defaultValue={lesson.title}
          />
          <LanguageField begun={lesson.language} />
          <TextArea
            label={text('learning.lesson.summary')}
            name="summary"
            rows={10}
            maxLength={20_000}
            defaultValue={lesson.summary}
          />
          <TextArea
            label={text('learning.lesson.mitigation')}
            name="mitigation"
            rows={6}
            maxLength={20_000}
            defaultValue={lesson.mitigation}
          />
          <Checkbox name="read" required label={text('learning.read')} />
          <div>
            <Button type="submit" kind="main" name="do" value="lesson" busy={busy} disabled={!consents}>
              {text('learning.lesson.begin')}
            </Button>
          </div>
        </Form>
      </section>
      <section className="panel stack" aria-labelledby="exercise">
        <h2 id="exercise">{text('learning.exercise')}</h2>
        {kept && (
          <p>
            {text.rich('learning.exercise.kept', {
              name: kept.by,
              at: <Time key="at" at={kept.at} style="short" />,
            })}{' '}
            <a href={`/api/cases/${of.id}/exercise.html`} download>
              {text('learning.exercise.open')}
            </a>
          </p>
        )}
        {exercise.injects.length === 0 ? (
          <p className="soft">{text('learning.exercise.none')}</p>
        ) : (
          <Form method="post" className="stack stack-s">
            <FormKey />
            <TextField
              label={text('learning.exercise.title')}
              name="title"
              required
              maxLength={300}
              defaultValue={exercise.title}
            />
            <LanguageField begun={exercise.language} />
            <p className="soft small">{text('learning.exercise.empty')}</p>
            {exercise.injects.map(({ after, says, expects }, at) => (
              <div key={at} className="translate-pair">
                <input type="hidden" name="after" value={after} />
                <TextArea
                  label={text('learning.exercise.inject', { number: at + 1, after })}
                  name="says"
                  rows={2}
                  maxLength={2000}
                  defaultValue={says}
                />
                <TextArea
                  label={text('learning.exercise.expects', { number: at + 1 })}
                  name="expects"
                  rows={2}
                  maxLength={1000}
                  defaultValue={expects}
                />
              </div>
            ))}
            <Checkbox name="read" required label={text('learning.read')} />
            <div>
              <Button type="submit" kind="main" name="do" value="exercise" busy={busy} disabled={!consents}>
                {text('learning.exercise.keep')}
              </Button>
            </div>
          </Form>
        )}
      </section>
    </Page>
  );
}

function LanguageField({ begun }: { begun: Language }) {
  const text = useText();
  return (
    <SelectField
      label={text('language')}
      name="language"
      defaultValue={begun}
      options={Language.options.map((value) => ({ value, label: languageName(value) }))}
    />
  );
}
