import {
  apis,
  type CaseConcerns,
  type CaseObservation,
  Certainty,
  type ConcernedDevice,
} from '@busbar/contract';
import { useCallback, useEffect, useState } from 'react';
import { Form, Link, useNavigation, useSearchParams } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Button } from '../../ui/button.tsx';
import { Combobox } from '../../ui/combobox.tsx';
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx';
import { fromBrowser, word, words } from '../calls.ts';
import { EditionFields, Meanwhile, revisionIn, useEdition } from '../edition.tsx';
import { whatWords } from './words.ts';

type Linked = Pick<ConcernedDevice, 'id' | 'name'>;

/**
 * What one row is about, and how sure it is. Devices that the case names, or that are looked up, may be ticked; one that
 * was linked and is unticked is linked no more.
 */
export function MarkForm({
  caseId,
  of,
  concerns,
}: {
  caseId: string;
  of: CaseObservation;
  concerns: CaseConcerns | undefined;
}) {
  const text = useText();
  const busy = useNavigation().state === 'submitting';
  const [query] = useSearchParams();
  const without = new URLSearchParams(query);
  without.delete('row');
  const edition = useEdition({
    name: `mark ${of.id}`,
    revision: of.revision,
    value: {
      techniques: of.techniques.map(({ id }) => id),
      confidence: of.confidence,
      assets: of.assets.map(({ id }) => id).toSorted(),
    },
    read: said,
  });
  // What was looked up is of the form that was begun.
  const [lookedUp, setLookedUp] = useState<{ key: string; devices: readonly Linked[] }>();
  const picked = lookedUp?.key === edition.key ? lookedUp.devices : [];
  const named = concerns?.items.flatMap(({ device }) => device ?? []) ?? [];
  const told = concerns?.told.map(({ device }) => device) ?? [];
  const offered = new Map([...of.assets, ...picked, ...named, ...told].map((one) => [one.id, one.name]));
  const begun = edition.value;
  const { ref } = edition.form;
  // Whoever opened it by keyboard goes on in it.
  useEffect(() => ref.current?.querySelector<HTMLInputElement>('input:not([type=hidden])')?.focus(), [ref]);
  const find = useCallback(
    async (typed: string) =>
      (await fromBrowser(apis.caseConcerns.candidates, { params: { id: caseId }, query: { search: typed } }))
        .devices,
    [caseId],
  );
  return (
    <Form
      method="post"
      className="panel stack"
      id="row"
      key={edition.key}
      {...edition.form}
      aria-labelledby="row-what"
    >
      <h2 id="row-what">{text('timeline.row')}</h2>
      <p className="measure">{whatWords(text, of.what)}</p>
      <EditionFields of={edition} />
      <input type="hidden" name="do" value="mark" />
      <input type="hidden" name="observation" value={of.id} />
      {of.assets.map(({ id }) => (
        <input key={id} type="hidden" name="linked" value={id} />
      ))}
      <TextField
        label={text('timeline.row.techniques')}
        hint={text('timeline.row.techniques.hint')}
        name="techniques"
        defaultValue={begun.techniques.join(' ')}
        pattern="\s*(T[0-9]{4}([.][0-9]{3})?[\s,]*)*"
      />
      <SelectField
        label={text('certainty')}
        name="confidence"
        defaultValue={begun.confidence}
        options={Certainty.options.map((value) => ({ value, label: text(`observationCertainty.${value}`) }))}
      />
      {offered.size > 0 && (
        <fieldset className="field">
          <legend>{text('timeline.row.assets')}</legend>
          {[...offered].map(([id, name]) => (
            <Checkbox
              key={id}
              label={name}
              name="assets"
              value={id}
              defaultChecked={begun.assets.includes(id) || picked.some((one) => one.id === id)}
            />
          ))}
        </fieldset>
      )}
      {concerns?.plant && (
        <div className="needs-scripts">
          <Combobox
            label={text('timeline.row.find')}
            hint={text('timeline.row.find.hint')}
            name="typed"
            find={find}
            wordsOf={({ name, addresses: [address] }) => [name, address].filter(Boolean).join(' · ')}
            onPick={(device) => {
              const there = ref.current?.querySelector<HTMLInputElement>(`input[value="${device.id}"]`);
              if (there) there.checked = true;
              else setLookedUp({ key: edition.key, devices: [...picked, device] });
              edition.form.onInput();
            }}
          />
        </div>
      )}
      <div className="row">
        <Button type="submit" busy={busy}>
          {text('save')}
        </Button>
        <Link to={`?${without}`} preventScrollReset>
          {text('close')}
        </Link>
      </div>
      <Meanwhile
        of={edition}
        lines={({ techniques, confidence, assets }) => [
          { label: text('timeline.row.techniques'), says: techniques.join(' ') },
          { label: text('certainty'), says: text(`observationCertainty.${confidence}`) },
          {
            label: text('timeline.row.assets'),
            says: assets.map((id) => offered.get(id) ?? '–').join(', '),
          },
        ]}
      />
    </Form>
  );
}

function said(form: FormData) {
  return {
    techniques: word(form, 'techniques')
      .split(/[\s,]+/)
      .filter(Boolean),
    confidence: Certainty.parse(word(form, 'confidence')),
    assets: words(form, 'assets').toSorted(),
  };
}

/** Taken away is what stood there linked and is not ticked, and nothing else. */
export function marksIn(form: FormData) {
  const { assets: add, ...marks } = said(form);
  const remove = words(form, 'linked').filter((id) => !add.includes(id));
  return { ...marks, assets: { add, remove }, revision: revisionIn(form) };
}
