import { useText } from '../../i18n/text.tsx';
import { TextField } from '../../ui/field.tsx';

/** What is on the receipt. The words are read like a password, and typed like a sentence. */
export function WordsFields() {
  const text = useText();
  return (
    <>
      <TextField
        label={text('receipt.reference')}
        hint={text('follow.reference.hint')}
        name="reference"
        required
        maxLength={60}
        autoComplete="off"
        spellCheck={false}
      />
      <TextField
        label={text('receipt.words')}
        hint={text('follow.words.hint')}
        name="words"
        required
        maxLength={200}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        lang="en"
      />
    </>
  );
}
