import { useState } from 'react';

/** 128 random bits. `randomUUID` is there on pages over TLS only. */
export const newFormKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join(
    '',
  );

/** What is sent again from this form is there once; a form that begins anew has another key. */
export function FormKey() {
  const [key] = useState(newFormKey);
  return <input type="hidden" name="key" defaultValue={key} suppressHydrationWarning />;
}

/** The key of the form that was sent. */
export function keyIn(form: FormData): { key?: string } {
  const key = form.get('key');
  return typeof key === 'string' && key ? { key } : {};
}
