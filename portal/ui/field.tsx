import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from 'react';

import { useText } from '../i18n/text.tsx';
import { Icon } from './icon.tsx';

interface About {
  label: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
}

/** A label, a hint, an error and whatever is filled in between them. Everything is native, so it works without scripts. */
export function Field({
  label,
  hint,
  error,
  children,
}: About & {
  children: (wiring: { id: string; 'aria-describedby'?: string; 'aria-invalid'?: true }) => ReactNode;
}) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ');
  return (
    <div className={error ? 'field field-wrong' : 'field'}>
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {error && (
        <p className="field-error" id={`${id}-error`}>
          <Icon name="alarm" /> {error}
        </p>
      )}
      {children({
        id,
        ...(described && { 'aria-describedby': described }),
        ...(error && { 'aria-invalid': true }),
      })}
    </div>
  );
}

export function TextField({
  label,
  hint,
  error,
  width,
  ...input
}: About & { width?: 'code' | 'short' | 'full' } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field {...{ label, hint, error }}>
      {(wiring) => <input type="text" className={`input input-${width ?? 'full'}`} {...input} {...wiring} />}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  ...area
}: About & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field {...{ label, hint, error }}>
      {(wiring) => <textarea rows={4} className="input" {...area} {...wiring} />}
    </Field>
  );
}

export function SelectField({
  label,
  hint,
  error,
  options,
  ...select
}: About & {
  options: readonly { value: string; label: string }[];
} & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field {...{ label, hint, error }}>
      {(wiring) => (
        <select className="input select" {...select} {...wiring}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({
  label,
  hint,
  ...input
}: { label: ReactNode; hint?: ReactNode } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <div className="choice">
      <input
        type="checkbox"
        id={id}
        {...input}
        {...(hint !== undefined && { 'aria-describedby': `${id}-hint` })}
      />
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

export function Choices({
  label,
  hint,
  name,
  options,
  value,
  type = 'radio',
  optional = type === 'checkbox',
}: {
  label: ReactNode;
  hint?: ReactNode;
  name: string;
  type?: 'radio' | 'checkbox';
  optional?: boolean;
  options: readonly { value: string; label: ReactNode; hint?: ReactNode }[];
  value?: string | undefined;
}) {
  const id = useId();
  return (
    <fieldset className="field">
      <legend>{label}</legend>
      {hint !== undefined && <p className="field-hint">{hint}</p>}
      {options.map((option) => (
        <div className="choice" key={option.value}>
          <input
            type={type}
            id={`${id}-${option.value}`}
            name={name}
            value={option.value}
            defaultChecked={option.value === value}
            required={!optional}
          />
          <label htmlFor={`${id}-${option.value}`}>{option.label}</label>
          {option.hint !== undefined && <p className="field-hint">{option.hint}</p>}
        </div>
      ))}
    </fieldset>
  );
}

/** What went wrong with a form as a whole: first thing in it, read out at once. */
export function FormError({ children }: { children: ReactNode }) {
  const text = useText();
  return (
    <div className="notice notice-alarm" role="alert">
      <Icon name="alarm" />
      <div>
        <strong>{text('form.wrong')}</strong>
        <div>{children}</div>
      </div>
    </div>
  );
}
