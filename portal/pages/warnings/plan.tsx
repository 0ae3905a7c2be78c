import type { Measure, Safety } from '@busbar/contract';
import { useId } from 'react';
import { Form } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Plain } from '../advisories/plain.tsx';

type Colleague = { readonly id: string; readonly name: string };

const groups: readonly { safe: Safety; icon: IconName }[] = [
  { safe: 'yes', icon: 'check' },
  { safe: 'unknown', icon: 'question' },
  { safe: 'no', icon: 'alarm' },
];

/** What can be done, first what does not stop the plant; who does what is chosen of it, and until when. */
export function Plan({
  warning,
  colleagues,
  may,
  busy,
}: {
  warning: {
    readonly measures: readonly Measure[];
    readonly assignee: Colleague | null;
    readonly secondContact: Colleague | null;
    readonly due: string | null;
    readonly equal: number;
  };
  colleagues: readonly Colleague[];
  /** Whether it is still to be planned: afterwards measures are only ticked off. */
  may: { plan: boolean; tick: boolean };
  busy: boolean;
}) {
  const text = useText();
  const ticks = useId();
  const { measures } = warning;
  if (measures.length === 0) return <p>{text('measure.none')}</p>;
  const [own, others] = [measures.filter(({ fits }) => fits), measures.filter(({ fits }) => !fits)];
  const chosen = measures.filter((one) => one.chosen);
  const lines = (some: readonly Measure[]) => (
    <ul className="plain-list remedies">
      {some.map((measure) => (
        <Line key={measure.key} {...{ measure, may, ticks, busy }} />
      ))}
    </ul>
  );
  return (
    <>
      {chosen.length > 0 && chosen.every(({ done }) => done) && may.tick && (
        <Notice kind="good">{text('measure.allDone')}</Notice>
      )}
      <Form method="post" id={ticks} />
      <Form method="post" className="stack">
        <input type="hidden" name="do" value="plan" />
        {may.plan && <p className="soft">{text('plan.lead')}</p>}
        {groups.map(({ safe, icon }) => {
          const some = own.filter((one) => one.safe === safe);
          return (
            some.length > 0 && (
              <section key={safe} className="stack stack-s" aria-label={text(`measure.safe.${safe}`)}>
                <h3 className={`remedy-kind measure-${safe}`}>
                  <Icon name={icon} /> {text(`measure.safe.${safe}`)}
                </h3>
                {lines(some)}
              </section>
            )
          );
        })}
        {others.length > 0 && (
          <details className="more">
            <summary>{text('measure.others', { count: others.length })}</summary>
            {lines(others)}
          </details>
        )}
        {may.plan && (
          <fieldset className="panel stack">
            <legend>{text('plan.title')}</legend>
            <Who label={text('plan.assignee')} name="assignee" who={warning.assignee} among={colleagues} />
            <Who
              label={text('plan.second')}
              name="secondContact"
              who={warning.secondContact}
              among={colleagues}
            />
            <TextField
              label={text('plan.due')}
              type="date"
              name="due"
              width="short"
              defaultValue={warning.due ?? ''}
            />
            {warning.equal > 0 && (
              <Checkbox name="equal" value="true" label={text('plan.equal', { count: warning.equal })} />
            )}
            <div>
              <Button type="submit" kind="main" busy={busy}>
                {text('plan.save')}
              </Button>
            </div>
          </fieldset>
        )}
      </Form>
    </>
  );
}

function Line({
  measure: { key, text: words, url, kind, because, chosen, done },
  may,
  ticks,
  busy,
}: {
  measure: Measure;
  may: { plan: boolean; tick: boolean };
  ticks: string;
  busy: boolean;
}) {
  const text = useText();
  const what = (
    <>
      <span className="soft small">{text(`remedy.${kind}`)}</span>
      <Plain>{words}</Plain>
    </>
  );
  return (
    <li className="remedy stack stack-s">
      {may.plan ? (
        <Checkbox name="measure" value={key} defaultChecked={chosen !== null} label={what} />
      ) : (
        <div>{what}</div>
      )}
      <p className="soft small">{text.coded('measure', because)}</p>
      {url && (
        <p>
          <a href={url} rel="noreferrer noopener">
            {url}
          </a>
        </p>
      )}
      {chosen && (
        <p className="row small">
          <span>
            {done
              ? text('measure.done.by', { name: done.by })
              : text('measure.chosen.by', { name: chosen.by })}
          </span>
          {may.tick && (
            <>
              <Button
                type="submit"
                form={ticks}
                name={done ? 'untick' : 'tick'}
                value={key}
                size="small"
                busy={busy}
                icon={done ? undefined : 'check'}
              >
                {text(done ? 'measure.undone' : 'measure.done')}
              </Button>
            </>
          )}
        </p>
      )}
    </li>
  );
}

export function Who({
  label,
  name,
  who,
  among,
}: {
  label: string;
  name: string;
  who: Colleague | null;
  among: readonly Colleague[];
}) {
  const text = useText();
  const gone = who && !among.some(({ id }) => id === who.id) ? [who] : [];
  return (
    <SelectField
      label={label}
      name={name}
      defaultValue={who?.id ?? ''}
      options={[
        { value: '', label: text('plan.nobody') },
        ...[...gone, ...among].map(({ id, name: called }) => ({ value: id, label: called })),
      ]}
    />
  );
}
