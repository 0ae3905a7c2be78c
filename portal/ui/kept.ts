import { useEffect, type RefObject } from 'react';

/** Of this tab only, and gone with it: the computers of a control room are shared. */
const storage = () => window.sessionStorage;

/** What is typed into a form survives a reload and a page that was left by mistake. */
export function useKept(name: string, form: RefObject<HTMLFormElement | null>): void {
  useEffect(() => {
    const element = form.current;
    if (!element) return;
    restore(element, storage().getItem(name));
    const keep = () =>
      storage().setItem(
        name,
        JSON.stringify([...new FormData(element)].filter(([, value]) => typeof value === 'string')),
      );
    keep();
    element.addEventListener('input', keep);
    return () => element.removeEventListener('input', keep);
  }, [name, form]);
}

/** What was taken is kept here no longer. */
export function useForgotten(name: string): void {
  useEffect(() => storage().removeItem(name), [name]);
}

function restore(form: HTMLFormElement, kept: string | null): void {
  for (const [name, value] of JSON.parse(kept ?? '[]') as [string, string][]) {
    const found = form.elements.namedItem(name);
    if (found instanceof RadioNodeList) found.value = value;
    else if (found instanceof HTMLInputElement && found.type === 'checkbox') found.checked = true;
    else if (
      found instanceof HTMLInputElement ||
      found instanceof HTMLTextAreaElement ||
      found instanceof HTMLSelectElement
    )
      // What was typed before the scripts came is newer.
      found.value =
        found.type === 'hidden' || !found.value || found instanceof HTMLSelectElement ? value : found.value;
  }
}
