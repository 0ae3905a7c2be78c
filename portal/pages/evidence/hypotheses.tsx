import { type Hypothesis, HypothesisState } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { EditionFields, useAdding } from '../edition.tsx';
import { whatWords } from './words.ts';

/** What may have happened, with what speaks for it and against it. */
export function Hypotheses({ items, working }: { items: readonly Hypothesis[]; working: boolean }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const adding = useAdding('hypothesis');
  return (
    <section className="panel stack" aria-labelledby="hypotheses">
      <h2 id="hypotheses">{text('hypotheses')}</h2>
      {items.length === 0 && <p className="soft">{text('hypotheses.none')}</p>}
      {items.map((one) => (
        <article key={one.id} className="stack stack-s">
          <h3>{one.statement}</h3>
          {(['for', 'against'] as const).map((side) => {
            const found = one.arguments.filter(({ weighs }) => weighs === side);
            return (
              found.length > 0 && (
                <div key={side}>
                  <p className="soft small">{text(`hypotheses.${side}`, { count: found.length })}</p>
                  <ul>
                    {found.map(({ observation, what }) => (
                      <li key={observation}>{whatWords(text, what)}</li>
                    ))}
                  </ul>
                </div>
              )
            );
          })}
          {working ? (
            <Form method="post" className="row">
              <input type="hidden" name="hypothesis" value={one.id} />
              <SelectField
                label={text('state')}
                name="state"
                defaultValue={one.state}
                options={HypothesisState.options.map((value) => ({
                  value,
                  label: text(`hypothesisState.${value}`),
                }))}
              />
              <Button type="submit" size="small" name="do" value="judge" busy={busy}>
                {text('save')}
              </Button>
            </Form>
          ) : (
            <p>{text(`hypothesisState.${one.state}`)}</p>
          )}
        </article>
      ))}
      {working && (
        <Form method="post" className="stack stack-s" key={adding.key} {...adding.form}>
          <EditionFields of={adding} />
          <TextField label={text('hypotheses.new')} name="statement" required maxLength={4000} />
          <div>
            <Button type="submit" name="do" value="suppose" busy={busy}>
              {text('hypotheses.add')}
            </Button>
          </div>
        </Form>
      )}
    </section>
  );
}
