import { useLayoutEffect, type RefObject } from 'react';

import { isTyping } from './shell.tsx';

/**
 * A letter presses the control within that bears it in `aria-keyshortcuts`; a field is gone into. Where the form of a
 * button wants words first, the letter goes to the field for them.
 */
export function useLetterKeys(within: RefObject<HTMLElement | null>): void {
  // Hands that know the keys are faster than an effect after the page is painted.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const control = [
        ...(within.current?.querySelectorAll<HTMLElement>(
          `[aria-keyshortcuts="${CSS.escape(event.key.toUpperCase())}"]`,
        ) ?? []),
      ].find((one) => one.checkVisibility());
      if (!control) return;
      event.preventDefault();
      const field = isTyping(control) ? control : emptyFieldOf(control);
      if (field) field.focus();
      else control.click();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [within]);
}

const emptyFieldOf = (control: HTMLElement) =>
  control instanceof HTMLButtonElement
    ? [...(control.form?.querySelectorAll<HTMLInputElement>('input[type=text]') ?? [])].find(
        ({ value }) => value.trim() === '',
      )
    : undefined;
