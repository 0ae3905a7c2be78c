import { apis, type ExerciseDraft, Language } from '@busbar/contract';
import { Link, redirect, useNavigation } from 'react-router';

import { visitOf } from '../../context.ts';
import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Time } from '../../ui/time.tsx';
import { attempt, reader, signedIn, word } from '../calls.ts';
import { CaseTabs } from '../cases/case-tabs.tsx';
import { EditionForm, refusalOf, revisionIn, typedIn, useEdition } from '../edition.tsx';
import { pulseOf, useLasting } from '../live.ts';
import { RefusalNotice } from '../refusal.tsx';
import type { Route } from './+types/learning';

export async function loader({ request, params, context }: Route.LoaderArgs) {
  signedIn(context, request);
  const read = reader(context, request);
  const pulse = await pulseOf(read, params.id);
  return { ...(await read(apis.learning.suggest, { params })), pulse };
}

export async function action({ request, params, context }: Route.ActionArgs) {
  const { call } = visitOf(context);
  const form = await request.formData();
  const read = (form.get('read') === 'on') as true;
  if (word(form, 'edition') === 'lesson') {
    const answer = await attempt(() =>
      call(apis.learning.lesson, { params, body: { ...lessonIn(form), read } }),
    );
    if (answer.refused) return { refused: answer.refused, ...typedIn(form) };
    throw redirect(`/drafts/${answer.done.id}`);
  }
  const exercise = exerciseIn(form);
  const body = {
    ...exercise,
    injects: exercise.injects.filter(({ says }) => says !== ''),
    revision: revisionIn(form),
    read,
  };
  const answer = await attempt(() => call(apis.learning.exercise, { params, body }));
  if (answer.refused) return { refused: answer.refused, ...typedIn(form) };
  throw redirect(`/cases/${params.id}/learning`);
}

const aboutIn = (form: FormData) => ({
  language: Language.parse(word(form, 'language')),
  title: word(form, 'title'),
});

const lessonIn = (form: FormData) => ({
  ...aboutIn(form),
  summary: word(form, 'summary'),
  mitigation: word(form, 'mitigation'),
});

function exerciseIn(form: FormData): ExerciseDraft {
  const typed = (name: string) =>
    form.getAll(name).map((value) => (typeof value === 'string' ? value.trim() : ''));
  const [after, expects] = [typed('after'), typed('expects')];
  const injects = typed('says').map((says, at) => ({
    after: Number(after[at]),
    says,
    expects: expects[at] ?? '',
  }));
  return { ...aboutIn(form), injects };
}

/** At the end of a case: a lesson and an exercise, of which somebody reads every line before anything is kept. */
export default function Learning({ loaderData, actionData: answered }: Route.ComponentProps) {
  const actionData = useLasting(answered);
  const text = useText();
  const { case: of, consents, replaced, kept, pulse } = loaderData;
  const lesson = useEdition({ name: 'lesson', revision: 0, value: loaderData.lesson, read: lessonIn });
  const exercise = useEdition({
    name: 'exercise',
    revision: kept?.revision ?? 0,
    // What somebody read and kept is gone on with.
    value: draftOf(kept ?? loaderData.exercise),
    read: exerciseIn,
  });
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
      <CaseTabs id={of.id} current="/report" pulse={pulse} />
      <RefusalNotice answer={refusalOf(actionData, exercise)} />
      {!consents && (
        <Notice kind="warn" title={text('learning.noConsent')}>
          {text('learning.noConsent.why')} <Link to={`/cases/${of.id}/consents`}>{text('learning.ask')}</Link>
        </Notice>
      )}
      <p className="soft">{text('learning.replaced', { count: replaced })}</p>
      <section className="panel stack" aria-labelledby="lesson">
        <h2 id="lesson">{text('learning.lesson')}</h2>
        <EditionForm of={lesson} buttons={<Keep may={consents}>{text('learning.lesson.begin')}</Keep>}>
          <About title={text('learning.lesson.title')} of={lesson.value} />
          <TextArea
            label={text('learning.lesson.summary')}
            name="summary"
            rows={10}
            maxLength={20_000}
            defaultValue={lesson.value.summary}
          />
          <TextArea
            label={text('learning.lesson.mitigation')}
            name="mitigation"
            rows={6}
            maxLength={20_000}
            defaultValue={lesson.value.mitigation}
          />
          <Checkbox name="read" required label={text('learning.read')} />
        </EditionForm>
      </section>
      <section className="panel stack" aria-labelledby="exercise">
        <h2 id="exercise">{text('learning.exercise')}</h2>
        {kept && (
          <p>
            {text.rich('learning.exercise.kept', {
              name: kept.by,
              at: <Time key="at" at={kept.at} style="short" />,
              edition: kept.revision,
            })}{' '}
            <a href={`/api/cases/${of.id}/exercise.html`} download>
              {text('learning.exercise.open')}
            </a>{' '}
            · <Link to={`/cases/${of.id}/learning/editions`}>{text('learning.editions')}</Link>
          </p>
        )}
        {exercise.value.injects.length === 0 ? (
          <p className="soft">{text('learning.exercise.none')}</p>
        ) : (
          <EditionForm
            of={exercise}
            by={kept?.by ?? null}
            lines={(one) => [
              { label: text('learning.exercise.title'), says: one.title },
              { label: text('language'), says: languageName(one.language) },
              ...one.injects.map(({ after, says, expects }, at) => ({
                label: text('learning.exercise.inject', { number: at + 1, after }),
                says: expects ? `${says}\n→ ${expects}` : says,
              })),
            ]}
            buttons={<Keep may={consents}>{text('learning.exercise.keep')}</Keep>}
          >
            <About title={text('learning.exercise.title')} of={exercise.value} />
            <p className="soft small">{text('learning.exercise.empty')}</p>
            {exercise.value.injects.map(({ after, says, expects }, at) => (
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
          </EditionForm>
        )}
      </section>
    </Page>
  );
}

const draftOf = ({ language, title, injects }: ExerciseDraft): ExerciseDraft => ({
  language,
  title,
  injects,
});

function Keep({ may, children }: { may: boolean; children: string }) {
  return (
    <Button type="submit" kind="main" busy={useNavigation().state === 'submitting'} disabled={!may}>
      {children}
    </Button>
  );
}

function About({ title, of }: { title: string; of: Pick<ExerciseDraft, 'language' | 'title'> }) {
  const text = useText();
  return (
    <>
      <TextField label={title} name="title" required maxLength={300} defaultValue={of.title} />
      <SelectField
        label={text('language')}
        name="language"
        defaultValue={of.language}
        options={Language.options.map((value) => ({ value, label: languageName(value) }))}
      />
    </>
  );
}
