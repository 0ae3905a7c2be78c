import type { Page } from 'playwright-core';

/**
 * What a page does for a pointer and not for a keyboard (WCAG 2.2, 2.1.1), each named with the reason; what closed
 * details and dialogs hold, too, for it stands in the document. The scripts of the page must be those of React.
 */
export const outOfReach = (page: Page): Promise<string[]> => page.evaluate(search);

const search = `(async () => {
  let key;
  for (let tries = 0; !key && tries < 500; tries++) {
    key = Object.keys(document.querySelector('main')).find((name) => name.startsWith('__reactProps$'));
    if (!key) await new Promise((later) => setTimeout(later, 10));
  }
  if (!key) return ['main: its scripts never came'];

  const presses = ['onClick', 'onDoubleClick', 'onMouseDown', 'onMouseUp', 'onPointerDown', 'onPointerUp'];
  const cursorOf = (element) => getComputedStyle(element).cursor;
  // The hand is inherited: what shows it first is what one presses.
  const isPressed = (element) =>
    presses.some((name) => element[key]?.[name]) ||
    (cursorOf(element) === 'pointer' && cursorOf(element.parentElement) !== 'pointer');

  function* outwards(element) {
    for (let at = element; at; at = at.parentElement) yield at;
  }
  const hearerOf = (element) => outwards(element).find((at) => at[key]?.onKeyDown);
  // Which keys a handler takes stands in it and nowhere else; pressing one would leave the page.
  const takesEnter = (element) => /\\bEnter\\b/.test(String(hearerOf(element)?.[key].onKeyDown));

  function isReached(element) {
    // A letter presses it.
    if (element.hasAttribute('aria-keyshortcuts')) return true;
    if (element.matches('label')) {
      const field = element.control;
      return Boolean(field && field.tabIndex >= 0 && (field.checkVisibility() || !element.checkVisibility()));
    }
    if (element.matches('a[href], button, input, select, textarea, summary')) return element.tabIndex >= 0;
    // The focus stays in the field, which moves in the list (ARIA 1.2, combobox).
    if (element.matches('[role="option"]')) {
      const field = document.querySelector('[aria-controls="' + element.closest('[role="listbox"]').id + '"]');
      return Boolean(field && field.tabIndex >= 0 && takesEnter(field));
    }
    if (!element.hasAttribute('tabindex') || !takesEnter(element)) return false;
    // Of a group one has the focus at a time, and arrow keys move it.
    return (
      element.tabIndex >= 0 ||
      Boolean(hearerOf(element).querySelector(element.localName + '[tabindex="0"]'))
    );
  }

  // Pressing beside a dialog closes it, as Escape does without being told (HTML, section 6.9.1, close requests).
  const isBackdrop = (element) => element.matches('dialog');
  // Doubles for the eye what is done by keyboard in the element that it names.
  const isDoubled = (element) => {
    const named = element.closest('[data-doubles]')?.dataset.doubles;
    return Boolean(named && document.getElementById(named)?.querySelector('[tabindex="0"]'));
  };
  const named = (element) =>
    element.localName + (element.id && '#' + element.id) +
    [...element.classList].map((name) => '.' + name).join('') +
    ' (' + element.textContent.trim().slice(0, 30) + ')';

  return [...document.body.querySelectorAll('*')]
    .filter((element) => isPressed(element) && !element.matches(':disabled'))
    .filter((element) => !isBackdrop(element) && !isDoubled(element))
    .filter((element) => !outwards(element).some(isReached))
    // One fault in a list is one in each row.
    .slice(0, 5)
    .map((element) => named(element) + ' is pressed, and no key does the same');
})()`;
