import { type Finding, FindingEffort, FindingKind, FindingSeverity, OperationEffect } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { ConfirmButton } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { word } from '../calls.ts';
import { EditionFields, Meanwhile, useAdding, useEdition } from '../edition.tsx';
import { WrittenIn, writtenIn } from './written-in.tsx';

/** What is to be done, and what it costs: findings of whoever the case belongs to, once the report is final. */
export function Recommendations({
  recommendations,
  isClosed,
  writesIn,
}: {
  recommendations: readonly Finding[];
  /** The report is with its checker: what it recommends stands still. */
  isClosed: boolean;
  writesIn: (element: HTMLTextAreaElement) => void;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('recommendation');
  return (
    <>
      <h2>{text('investigation.recommendations')}</h2>
      <ol className="plain-list lines">
        {recommendations.map((one) => (
          <li key={one.id}>
            <strong>{`R${one.number}`}</strong> <span lang={one.language}>{one.title}</span>
            <div className="small" lang={one.language}>
              {one.because}
            </div>
            <div className="soft small">
              {text(`findingKind.${one.kind}`)} · {text(`findingSeverity.${one.severity}`)} ·{' '}
              {text(`findingEffort.${one.effort}`)} · {text(`findingEffect.${one.effect}`)}
            </div>
            {one.state === 'drafted' && !isClosed && <Change of={one} writesIn={writesIn} />}
          </li>
        ))}
      </ol>
      <details className="panel more">
        <summary>{text('investigation.recommend')}</summary>
        <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
          <EditionFields of={adding} />
          <RecommendationFields writesIn={writesIn} />
          <div>
            <Button type="submit" name="do" value="recommend" busy={busy}>
              {text('investigation.recommend')}
            </Button>
          </div>
        </Form>
      </details>
    </>
  );
}

/** What the form of a recommendation says. */
export function recommendationIn(form: FormData) {
  return {
    ...writtenIn(form),
    title: word(form, 'what'),
    because: word(form, 'because'),
    kind: FindingKind.parse(word(form, 'kind')),
    severity: FindingSeverity.parse(word(form, 'severity')),
    effort: FindingEffort.parse(word(form, 'effort')),
    effect: OperationEffect.parse(word(form, 'effect')),
    effectNote: word(form, 'effectNote'),
  };
}

function Change({ of, writesIn }: { of: Finding; writesIn: (element: HTMLTextAreaElement) => void }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const { id, number, revision, language, title, because, kind, severity, effort, effect, effectNote } = of;
  const edition = useEdition({
    name: `recommendation ${id}`,
    revision,
    value: { language, title, because, kind, severity, effort, effect, effectNote },
    read: recommendationIn,
  });
  return (
    <details className="more small">
      <summary>{text('investigation.changeRecommendation', { number })}</summary>
      <div className="stack">
        <Form method="post" className="stack stack-s" key={edition.key} {...edition.form}>
          <EditionFields of={edition} />
          <input type="hidden" name="do" value="reword" />
          <input type="hidden" name="finding" value={id} />
          <RecommendationFields begun={edition.value} writesIn={writesIn} />
          <div>
            <Button type="submit" busy={busy}>
              {text('investigation.saveRecommendation')}
            </Button>
          </div>
          <Meanwhile
            of={edition}
            by={of.changedBy}
            lines={(one) => [
              { label: text('investigation.what'), says: one.title },
              { label: text('investigation.because'), says: one.because },
              { label: text('findings.kind'), says: text(`findingKind.${one.kind}`) },
              { label: text('findings.severity'), says: text(`findingSeverity.${one.severity}`) },
              { label: text('findings.effort'), says: text(`findingEffort.${one.effort}`) },
              { label: text('findings.effect'), says: text(`findingEffect.${one.effect}`) },
              { label: text('findings.effectNote'), says: one.effectNote },
            ]}
          />
        </Form>
        <Form method="post">
          <input type="hidden" name="finding" value={id} />
          <ConfirmButton
            name="do"
            value="remove"
            size="small"
            kind="plain"
            busy={busy}
            question={text('investigation.remove.question', { number })}
            consequence={text('investigation.remove.consequence')}
            confirm={text('remove')}
          >
            {text('remove')}
          </ConfirmButton>
        </Form>
      </div>
    </details>
  );
}

function RecommendationFields({
  begun,
  writesIn,
}: {
  begun?: ReturnType<typeof recommendationIn>;
  writesIn: (element: HTMLTextAreaElement) => void;
}) {
  const text = useText();
  return (
    <>
      <TextField
        label={text('investigation.what')}
        name="what"
        required
        maxLength={200}
        defaultValue={begun?.title}
      />
      <TextArea
        label={text('investigation.because')}
        name="because"
        maxLength={4000}
        defaultValue={begun?.because}
        rows={2}
        onFocus={(event) => writesIn(event.currentTarget)}
      />
      <div className="investigation-choices">
        <SelectField
          label={text('findings.kind')}
          name="kind"
          defaultValue={begun?.kind ?? 'weakness'}
          options={FindingKind.options.map((value) => ({ value, label: text(`findingKind.${value}`) }))}
        />
        <SelectField
          label={text('findings.severity')}
          name="severity"
          defaultValue={begun?.severity ?? 'medium'}
          options={FindingSeverity.options.map((value) => ({
            value,
            label: text(`findingSeverity.${value}`),
          }))}
        />
        <SelectField
          label={text('findings.effort')}
          name="effort"
          defaultValue={begun?.effort ?? 'days'}
          options={FindingEffort.options.map((value) => ({
            value,
            label: text(`findingEffort.${value}`),
          }))}
        />
        <SelectField
          label={text('findings.effect')}
          name="effect"
          defaultValue={begun?.effect ?? 'none'}
          options={OperationEffect.options.map((value) => ({
            value,
            label: text(`findingEffect.${value}`),
          }))}
        />
      </div>
      <TextField
        label={text('findings.effectNote')}
        name="effectNote"
        maxLength={500}
        defaultValue={begun?.effectNote}
      />
      <WrittenIn begun={begun?.language} />
    </>
  );
}
