import { useEffect, useMemo, type RefObject } from 'react';

import { useVisitor } from './shell.tsx';

/**
 * What is typed and was not sent. Of this tab only, and gone with it: the computers of a control room are shared. And of
 * one person: nobody else finds it here, it goes when he signs out in any tab, and when somebody else signs in after him.
 * Only what was typed before anybody signed in goes on with whoever does.
 */
const PREFIX = 'kept/';
const SIGNED_OUT = 'busbar.signedOut';
const placeOf = (person: string, name: string) => `${PREFIX}${person}/${name}`;

export type Entries = [string, string][];

export interface Shelf {
  get(): string | null;
  put(words: string): void;
  forget(): void;
}

/** Where the words of one form are kept for whoever reads the page. */
export function useShelf(name: string): Shelf {
  const person = useVisitor().me?.person?.id ?? '';
  return useMemo(
    () => ({
      get: () => tried(() => keptOf(person, name)),
      put: (words) => void tried(() => sessionStorage.setItem(placeOf(person, name), words)),
      forget: () => void tried(() => sessionStorage.removeItem(placeOf(person, name))),
    }),
    [person, name],
  );
}

/** What is typed into a form survives a reload and a page that was left by mistake. */
export function useKept(name: string, form: RefObject<HTMLFormElement | null>): void {
  const person = useVisitor().me?.person?.id ?? '';
  useEffect(() => {
    const element = form.current;
    if (!element) return;
    const place = placeOf(person, name);
    restore(
      element,
      tried(() => keptOf(person, name)),
    );
    const keep = () =>
      void tried(() => sessionStorage.setItem(place, JSON.stringify(entriesOf(new FormData(element)))));
    keep();
    element.addEventListener('input', keep);
    return () => element.removeEventListener('input', keep);
  }, [person, name, form]);
}

/** What was taken is kept here no longer. */
export function useForgotten(name: string): void {
  const { forget } = useShelf(name);
  useEffect(() => forget(), [forget]);
}

export const entriesOf = (form: FormData): Entries =>
  [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string');

/** On every page: what others left here goes. */
export function useOwnShelf(person: string | undefined): void {
  useEffect(() => {
    if (person) tried(() => takeOver(person));
    const elsewhere = ({ key }: StorageEvent) => {
      if (key === SIGNED_OUT) forgetAll();
    };
    window.addEventListener('storage', elsewhere);
    return () => window.removeEventListener('storage', elsewhere);
  }, [person]);
}

/** For the button that signs out: nothing that was typed stays, here and in other tabs. */
export function leave(): void {
  forgetAll();
  tried(() => localStorage.setItem(SIGNED_OUT, String(Date.now())));
}

function forgetAll(): void {
  tried(() => {
    for (const key of keysOf()) sessionStorage.removeItem(key);
  });
}

function takeOver(person: string): void {
  for (const key of keysOf()) {
    const [, whose, ...name] = key.split('/');
    if (whose === person) continue;
    if (whose === '') keptOf(person, name.join('/'));
    sessionStorage.removeItem(key);
  }
}

/** What was typed before he signed in is his from now on, and no second person's. */
function keptOf(person: string, name: string): string | null {
  const [his, before] = [placeOf(person, name), placeOf('', name)];
  const words = sessionStorage.getItem(his) ?? sessionStorage.getItem(before);
  if (person && words !== null) {
    sessionStorage.setItem(his, words);
    sessionStorage.removeItem(before);
  }
  return words;
}

const keysOf = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));

/** A full or forbidden store is no reason to stop writing. */
function tried<Result>(work: () => Result): Result | null {
  try {
    return work();
  } catch {
    return null;
  }
}

function restore(form: HTMLFormElement, kept: string | null): void {
  for (const [name, value] of JSON.parse(kept ?? '[]') as Entries) {
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
