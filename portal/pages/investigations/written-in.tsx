import { Language } from '@busbar/contract';

import { languageName } from '../../i18n/locale.ts';
import { useText } from '../../i18n/text.tsx';
import { SelectField } from '../../ui/field.tsx';
import { word } from '../calls.ts';

/** The language of a fact or a recommendation, where it is not that of the report. */
export function writtenIn(form: FormData): { language?: Language | undefined } {
  const language = Language.safeParse(word(form, 'writtenIn'));
  return language.success ? { language: language.data } : {};
}

export function WrittenIn({ begun }: { begun?: Language | undefined }) {
  const text = useText();
  return (
    <SelectField
      label={text('investigation.writtenIn')}
      name="writtenIn"
      defaultValue={begun ?? ''}
      options={[
        { value: '', label: text('investigation.asReport') },
        ...Language.options.map((value) => ({ value, label: languageName(value) })),
      ]}
    />
  );
}
