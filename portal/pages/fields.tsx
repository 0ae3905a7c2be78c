import { useText } from '../i18n/text.tsx';
import { TextField } from '../ui/field.tsx';

/** Fields that several forms ask for in the same words. */

interface Given {
  name: string;
  error?: string | undefined;
}

export function NewPasswordField({ label, ...given }: Given & { label?: string }) {
  const text = useText();
  return (
    <TextField
      label={label ?? text('password')}
      hint={text('password.hint')}
      type="password"
      autoComplete="new-password"
      minLength={12}
      maxLength={200}
      required
      {...given}
    />
  );
}

export function CountryField({
  required = false,
  ...given
}: Given & { required?: boolean; defaultValue?: string | undefined }) {
  const text = useText();
  return (
    <TextField
      label={text('country')}
      hint={text('country.hint')}
      pattern="[A-Za-z]{2}"
      maxLength={2}
      width="code"
      required={required}
      {...given}
    />
  );
}

/** Of somebody else: the browser must not fill in the reader's own. */
export function EmailField(given: Given) {
  const text = useText();
  return <TextField label={text('email')} type="email" autoComplete="off" required {...given} />;
}
