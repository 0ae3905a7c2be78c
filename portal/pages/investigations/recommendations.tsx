import { type Finding, FindingEffort, FindingSeverity, OperationEffect } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { EditionFields, useAdding } from '../edition.tsx';

/** What is to be done, and what it costs: findings of whoever the case belongs to, once the report is final. */
export function Recommendations({
  recommendations,
  writesIn,
}: {
  recommendations: readonly Finding[];
  writesIn: (element: HTMLTextAreaElement) => void;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('recommendation');
  return (
    <>
      <h2>{text('investigation.recommendations')}</h2>
      <ol className="plain-list lines">
        {recommendations.map(({ id, number, title, because, severity, effort, effect }) => (
          <li key={id}>
            <strong>{`R${number}`}</strong> {title}
            <div className="small">{because}</div>
            <div className="soft small">
              {text(`findingSeverity.${severity}`)} · {text(`findingEffort.${effort}`)} ·{' '}
              {text(`findingEffect.${effect}`)}
            </div>
          </li>
        ))}
      </ol>
      <details className="panel more">
        <summary>{text('investigation.recommend')}</summary>
        <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
          <EditionFields of={adding} />
          <TextField label={text('investigation.what')} name="what" required maxLength={200} />
          <TextArea
            label={text('investigation.because')}
            name="because"
            maxLength={4000}
            rows={2}
            onFocus={(event) => writesIn(event.currentTarget)}
          />
          <div className="investigation-choices">
            <SelectField
              label={text('findings.severity')}
              name="severity"
              defaultValue="medium"
              options={FindingSeverity.options.map((value) => ({
                value,
                label: text(`findingSeverity.${value}`),
              }))}
            />
            <SelectField
              label={text('findings.effort')}
              name="effort"
              defaultValue="days"
              options={FindingEffort.options.map((value) => ({
                value,
                label: text(`findingEffort.${value}`),
              }))}
            />
            <SelectField
              label={text('findings.effect')}
              name="effect"
              defaultValue="none"
              options={OperationEffect.options.map((value) => ({
                value,
                label: text(`findingEffect.${value}`),
              }))}
            />
          </div>
          <TextField label={text('findings.effectNote')} name="effectNote" maxLength={500} />
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
