import { apis, signInAgainHeader } from '@busbar/contract';
import { useSyncExternalStore } from 'react';

import { fromBrowser } from '../calls.ts';

/** A question to whoever sits there, as long as it is open: show once more who you are. */
interface Question {
  readonly answered: Promise<boolean>;
  readonly answer: (proved: boolean) => void;
}

let question: Question | null = null;
const listeners = new Set<() => void>();

/** What the dialog shows. */
export function useQuestion(): Question | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => question,
    () => null,
  );
}

/** Whether he did; however many ask at once, he is asked once. */
function askAgain(): Promise<boolean> {
  if (!question) {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const answer = (proved: boolean) => {
      show(null);
      resolve(proved);
    };
    show({ answered: promise, answer });
  }
  return question!.answered;
}

function show(next: Question | null): void {
  question = next;
  for (const listener of listeners) listener();
}

/**
 * `fetch` that asks when the service does, and then sends the same again: pages, forms and buttons wait a little longer
 * and know nothing of it. Who does not answer gets the refusal.
 */
export function askingAgain(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    // A body is read once.
    const again = input instanceof Request ? input.clone() : input;
    const answer = await send(input, init);
    if (!answer.headers.has(signInAgainHeader)) return answer;
    const asked = askAgain();
    init?.signal?.addEventListener('abort', () => question?.answer(false), { once: true });
    return (await asked) ? send(again, init) : answer;
  };
}

const guarded = Object.values(apis)
  .flatMap((api) => Object.values(api))
  .filter(({ method, reauthenticates }) => method === 'GET' && reauthenticates)
  .map(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}$`));

/** A file is fetched by the browser itself, past `fetch`: whoever goes for one is asked first. */
export function askBeforeFiles(): void {
  let free: Element | null = null;
  const hear = (event: MouseEvent | SubmitEvent) => {
    const target = event.target instanceof Element ? event.target.closest('a[href], form[method=get]') : null;
    const address =
      target instanceof HTMLAnchorElement
        ? target.href
        : target instanceof HTMLFormElement
          ? target.action
          : '';
    if (!target || !URL.canParse(address) || !guarded.some((path) => path.test(new URL(address).pathname)))
      return;
    // A click on a button of the form comes before what it sends.
    if (event.type === 'click' && target instanceof HTMLFormElement) return;
    if (free === target) {
      free = null;
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    void goOn(target, 'submitter' in event ? event.submitter : null);
  };
  const goOn = async (target: Element, submitter: HTMLElement | null) => {
    const proved = await fromBrowser(apis.people.me).then(
      (me) => me.proved || !me.person,
      // The service says what is wrong, and not we.
      () => true,
    );
    if (!proved && !(await askAgain())) return;
    free = target;
    if (target instanceof HTMLFormElement) target.requestSubmit(submitter);
    else if (target instanceof HTMLElement) target.click();
    free = null;
  };
  document.addEventListener('click', hear, true);
  document.addEventListener('submit', hear, true);
}
