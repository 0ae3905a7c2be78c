/**
 * What a reader does before the scripts of a page have come is kept, and done once they are there. Links and forms
 * need none of this: they work without scripts.
 */
interface Early {
  readonly events: readonly Event[];
  readonly stop: () => void;
}

declare global {
  interface Window {
    early?: Early;
  }
}

/** Stands in the head of the document as text, so it uses nothing but what the browser has. */
function keep(): void {
  const kinds = ['click', 'keydown', 'input', 'change'];
  const events: Event[] = [];
  const held: Element[] = [];
  const hear = (event: Event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const field = target.closest('input, select, textarea');
    if (event.type === 'keydown' && field) return;
    // Of the others, their change tells.
    if (
      event.type === 'input' &&
      !field?.matches('textarea, input:not([type=checkbox], [type=radio], [type=file])')
    )
      return;
    if (event.type === 'click') {
      const control = target.closest('button, a[href], summary, label') ?? field;
      if (control?.matches('button[type="button"], [data-scripts]')) {
        event.preventDefault();
        event.stopImmediatePropagation();
        control.setAttribute('aria-busy', 'true');
        held.push(control);
      } else if (control) return;
    }
    events.push(event);
  };
  const stop = () => {
    for (const kind of kinds) window.removeEventListener(kind, hear, true);
    window.removeEventListener('error', fail, true);
    for (const control of held) control.removeAttribute('aria-busy');
  };
  // Scripts that do not come at all: the page is then one without scripts, and nothing may be held back.
  const fail = (event: Event) => {
    if (event.target instanceof HTMLScriptElement) stop();
  };
  for (const kind of kinds) window.addEventListener(kind, hear, true);
  window.addEventListener('error', fail, true);
  window.early = { events, stop };
}

export const keepEarly = `(${keep.toString()})()`;

/** To be called when every handler of the page is in its place. */
export async function replayEarly(): Promise<void> {
  const { early } = window;
  if (!early) return;
  delete window.early;
  early.stop();
  const retyped = new Set<Element>();
  for (const event of early.events) {
    // What follows is answered by a page that has drawn what came before.
    await Promise.resolve();
    // A key belongs to what has the focus now: the key before it may have moved it into a field.
    const target = event.type === 'keydown' ? document.activeElement : (event.target as Element);
    if (!target?.isConnected) continue;
    if (event.type === 'change' && target.matches('[type=checkbox], [type=radio]')) {
      choose(target as HTMLInputElement);
      continue;
    }
    if (event.type === 'input') {
      if (retyped.has(target)) continue;
      retyped.add(target);
      retype(target as HTMLInputElement | HTMLTextAreaElement);
    }
    target.dispatchEvent(new (event.constructor as typeof Event)(event.type, event));
  }
}

/** React takes what it finds in a field for what was there before: a change must happen under its eyes. */
function choose(box: HTMLInputElement): void {
  box.checked = !box.checked;
  box.click();
}

/** As in `choose`; React watches the property of the element, not the one of its kind. */
function retype(field: HTMLInputElement | HTMLTextAreaElement): void {
  const typed = field.value;
  field.value = field.defaultValue;
  const kind = Object.getPrototypeOf(field) as object;
  Object.getOwnPropertyDescriptor(kind, 'value')?.set?.call(field, typed);
}
