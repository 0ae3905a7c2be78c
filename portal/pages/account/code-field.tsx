import { useText } from '../../i18n/text.tsx';
import { TextField } from '../../ui/field.tsx';

/** The six digits that an authenticator app shows, or a recovery code in their place. */
export function CodeField({ recovery = false }: { recovery?: boolean }) {
  const text = useText();
  return (
    <TextField
      label={text(recovery ? 'secondStep.recovery.code' : 'secondStep.code')}
      name="code"
      width={recovery ? 'short' : 'code'}
      inputMode={recovery ? 'text' : 'numeric'}
      autoComplete="one-time-code"
      maxLength={recovery ? 40 : 10}
      required
    />
  );
}
