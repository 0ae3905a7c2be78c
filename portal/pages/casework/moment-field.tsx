import { useText } from '../../i18n/text.tsx';
import { TextField } from '../../ui/field.tsx';
import { useClock } from '../../ui/time.tsx';
import { wallTime } from './moment.ts';

/** A date and a time in the reader's zone, which goes with it. */
export function MomentField({
  label,
  name,
  at,
  error,
  required,
  step,
}: {
  label: string;
  name: string;
  at?: string | null | undefined;
  error?: string | undefined;
  required?: boolean;
  /** In seconds, where minutes are too coarse. */
  step?: number;
}) {
  const text = useText();
  const zone = useClock().zone ?? 'UTC';
  return (
    <>
      <input type="hidden" name="zone" value={zone} />
      <TextField
        label={label}
        hint={text('moment.hint', { zone })}
        error={error}
        name={name}
        type="datetime-local"
        width="short"
        required={required}
        step={step}
        defaultValue={at ? wallTime(at, zone) : undefined}
      />
    </>
  );
}
