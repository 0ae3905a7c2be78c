import { Language, PublicationKind } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { SelectField, TextField } from '../../ui/field.tsx';

/** With what a publication begins, whether the CERT writes it or somebody proposes it. */
export function FirstFields({ language, error }: { language: string; error?: string | undefined }) {
  const text = useText();
  return (
    <>
      <TextField label={text('block.title')} name="title" required maxLength={300} error={error} />
      <div className="fields-together">
        <SelectField
          label={text('publication.kind')}
          name="kind"
          options={PublicationKind.options.map((value) => ({
            value,
            label: text(`publicationKind.${value}`),
          }))}
        />
        <SelectField
          label={language}
          name="language"
          defaultValue={text.locale}
          options={Language.options.map((value) => ({ value, label: text(`languageName.${value}`) }))}
        />
      </div>
    </>
  );
}
