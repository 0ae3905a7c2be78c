import { type CaseObservation, Certainty } from '@busbar/contract';
import { useEffect, useRef } from 'react';
import { Form, Link, useNavigation, useSearchParams } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { word, words } from '../calls.ts';
import { whatWords } from './words.ts';

/** What one row is about, and how sure it is. A device that was linked and is unticked is linked no more. */
export function MarkForm({ of }: { of: CaseObservation }) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const [query] = useSearchParams();
  const without = new URLSearchParams(query);
  without.delete('row');
  const form = useRef<HTMLFormElement>(null);
  // Whoever opened it by keyboard goes on in it.
  useEffect(() => form.current?.querySelector<HTMLInputElement>('input:not([type=hidden])')?.focus(), []);
  return (
    <Form method="post" className="panel stack" id="row" ref={form} aria-labelledby="row-what">
      <h2 id="row-what">{text('timeline.row')}</h2>
      <p className="measure">{whatWords(text, of.what)}</p>
      <input type="hidden" name="observation" value={of.id} />
      <input
        type="hidden"
        name="seen"
        value={JSON.stringify({ techniques: of.techniques.map(({ id }) => id), confidence: of.confidence })}
      />
      <TextField
        label={text('timeline.row.techniques')}
        hint={text('timeline.row.techniques.hint')}
        name="techniques"
        defaultValue={of.techniques.map(({ id }) => id).join(' ')}
        pattern="\s*(T[0-9]{4}([.][0-9]{3})?[\s,]*)*"
      />
      <SelectField
        label={text('certainty')}
        name="confidence"
        defaultValue={of.confidence}
        options={Certainty.options.map((value) => ({ value, label: text(`observationCertainty.${value}`) }))}
      />
      {of.assets.length > 0 && (
        <>
          <input type="hidden" name="linked" value="yes" />
          <fieldset className="field">
            <legend>{text('timeline.row.assets')}</legend>
            {of.assets.map(({ id, name }) => (
              <Checkbox key={id} label={name} name="assets" value={id} defaultChecked />
            ))}
          </fieldset>
        </>
      )}
      <div className="row">
        <Button type="submit" name="do" value="mark" busy={busy}>
          {text('save')}
        </Button>
        <Link to={`?${without}`} preventScrollReset>
          {text('close')}
        </Link>
      </div>
    </Form>
  );
}

export function marksIn(form: FormData) {
  return {
    techniques: word(form, 'techniques')
      .split(/[\s,]+/)
      .filter(Boolean),
    confidence: Certainty.parse(word(form, 'confidence')),
    ...(form.has('linked') && { assets: words(form, 'assets') }),
    seen: JSON.parse(word(form, 'seen')) as { techniques: string[]; confidence: Certainty },
  };
}
