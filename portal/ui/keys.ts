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

/**
 * J and K go over the rows of a list, X ticks one, Enter opens it. A letter that decides on what is ticked means the row
 * one stands on, where nothing is ticked: so this comes before `useLetterKeys`.
 * @param row selects the rows; each takes the focus, and bears `data-open` on what opens it
 * @param deciding letters of buttons that act on what is ticked
 */
export function useRowKeys(
  within: RefObject<HTMLElement | null>,
  row: string,
  deciding: readonly string[],
): void {
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const rows = [...(within.current?.querySelectorAll<HTMLElement>(row) ?? [])];
      const at = rows.findIndex((one) => one.contains(document.activeElement));
      const current = rows[at];
      const letter = event.key.toUpperCase();
      if (letter === 'J' || letter === 'K') {
        const next = rows[letter === 'J' ? at + 1 : at - 1];
        next?.focus();
        next?.scrollIntoView({ block: 'nearest' });
      } else if (letter === 'X') tickOf(current)?.click();
      else if (event.key === 'Enter' && current && current === document.activeElement)
        current.querySelector<HTMLElement>('[data-open]')?.click();
      else {
        const isNone = rows.every((one) => !tickOf(one)?.checked);
        if (deciding.includes(letter) && current && isNone) tickOf(current)?.click();
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [within, row, deciding]);
}

const tickOf = (row: HTMLElement | undefined) => row?.querySelector<HTMLInputElement>('input[type=checkbox]');

const emptyFieldOf = (control: HTMLElement) =>
  control instanceof HTMLButtonElement
    ? [
        ...(control.form?.querySelectorAll<HTMLInputElement>('input[type=text]:not([data-optional])') ?? []),
      ].find(({ value }) => value.trim() === '')
    : undefined;
