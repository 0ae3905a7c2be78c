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
      if (isForOthers(event)) return;
      const control = controlOf(within.current, event.key.toUpperCase());
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
    // Whoever decides on a row takes it out of the list; the next one then stands in its place.
    let last = -1;
    const onKey = (event: KeyboardEvent) => {
      if (isForOthers(event)) return;
      const rows = [...(within.current?.querySelectorAll<HTMLElement>(row) ?? [])];
      const at = rows.findIndex((one) => one.contains(document.activeElement));
      const current = rows[at];
      const letter = event.key.toUpperCase();
      if (letter === 'J' || letter === 'K') {
        const to = at >= 0 ? at + (letter === 'J' ? 1 : -1) : Math.max(last, 0);
        const next = rows[Math.min(to, rows.length - 1)];
        if (next) last = rows.indexOf(next);
        next?.focus();
        next?.scrollIntoView({ block: 'nearest' });
      } else if (letter === 'X') tickOf(current)?.click();
      else if (event.key === 'Enter' && current && current === document.activeElement)
        current.querySelector<HTMLElement>('[data-open]')?.click();
      else {
        const isNone = rows.every((one) => !tickOf(one)?.checked);
        const decides = deciding.includes(letter) && controlOf(within.current, letter);
        if (decides && current && isNone) tickOf(current)?.click();
        return;
      }
      event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [within, row, deciding]);
}

/** Typed into a field, meant for the browser, or for the dialog that is open. */
const isForOthers = (event: KeyboardEvent) =>
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  isTyping(event.target) ||
  document.querySelector('dialog[open]') !== null;

const controlOf = (within: HTMLElement | null, letter: string) =>
  [...(within?.querySelectorAll<HTMLElement>(`[aria-keyshortcuts="${CSS.escape(letter)}"]`) ?? [])].find(
    (one) => one.checkVisibility(),
  );

const tickOf = (row: HTMLElement | undefined) => row?.querySelector<HTMLInputElement>('input[type=checkbox]');

const emptyFieldOf = (control: HTMLElement) =>
  control instanceof HTMLButtonElement
    ? [
        ...(control.form?.querySelectorAll<HTMLInputElement>('input[type=text]:not([data-optional])') ?? []),
      ].find(({ value }) => value.trim() === '')
    : undefined;
