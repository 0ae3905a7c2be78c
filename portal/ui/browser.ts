import { useSyncExternalStore } from 'react';

const never = () => () => {};

/** Something only the browser knows; the server, and the first paint in the browser, say `before`. */
export function useBrowser<Value extends string | boolean | null>(read: () => Value, before: Value): Value {
  return useSyncExternalStore(never, read, () => before);
}
