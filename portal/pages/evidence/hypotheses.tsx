import { type Hypothesis, HypothesisState } from '@busbar/contract';
import { Form, useNavigation } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';
import { Time } from '../../ui/time.tsx';
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
            const standing = found.filter(counts).length;
            return (
              found.length > 0 && (
                <div key={side}>
                  <p className="soft small">{text(`hypotheses.${side}`, { count: standing })}</p>
                  <ul>
                    {found.map((argument) => (
                      <li key={argument.observation}>
                        {counts(argument) ? (
                          whatWords(text, argument.what)
                        ) : (
                          <s>{whatWords(text, argument.what)}</s>
                        )}
                        <Withdrawn from={argument.withdrawn} />
                        {working && counts(argument) && (
                          <Withdraw hypothesis={one.id} observation={argument.observation} />
                        )}
                      </li>
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

type Argument = Hypothesis['arguments'][number];

const counts = ({ withdrawn }: Argument) => !withdrawn || withdrawn.again !== null;

/** Why it did not hold, and who said that it does all the same. */
function Withdrawn({ from }: { from: Argument['withdrawn'] }) {
  const text = useText();
  if (!from) return null;
  const { by, at, why, again } = from;
  return (
    <p className="soft small keeps-lines">
      {by ? text('hypotheses.withdrawn.by', { name: by }) : text('hypotheses.withdrawn')}{' '}
      <Time at={at} style="short" />: {why}
      {again && (
        <>
          {'\n'}
          {again.by ? text('hypotheses.again.by', { name: again.by }) : text('hypotheses.again')}{' '}
          <Time at={again.at} style="short" />
        </>
      )}
    </p>
  );
}

/** An argument that does not hold stays, struck through, with who says so and why. */
function Withdraw({ hypothesis, observation }: { hypothesis: string; observation: string }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  return (
    <details className="more">
      <summary>{text('hypotheses.withdraw')}</summary>
      <Form method="post" className="stack stack-s">
        <input type="hidden" name="hypothesis" value={hypothesis} />
        <input type="hidden" name="observation" value={observation} />
        <TextField
          label={text('hypotheses.withdraw.why')}
          hint={text('hypotheses.withdraw.means')}
          name="why"
          required
          maxLength={4000}
        />
        <div>
          <Button type="submit" size="small" name="do" value="withdraw" busy={busy}>
            {text('hypotheses.withdraw')}
          </Button>
        </div>
      </Form>
    </details>
  );
}
