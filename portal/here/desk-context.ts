import { createContext, use, useSyncExternalStore } from 'react';

import type { Desk, Library } from './desk.ts';
import type { HeldCapture } from './held-capture.ts';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = use(DeskContext);
  if (!desk) throw new Error('useDesk outside of the analysis');
  return desk;
}

export function useCaptures(): readonly HeldCapture[] {
  const { subscribe, snapshot } = useDesk();
  return useSyncExternalStore(subscribe, snapshot);
}

export function useLibrary(): Library {
  const { subscribe, librarySnapshot } = useDesk();
  return useSyncExternalStore(subscribe, librarySnapshot);
}
