import { createContext, use, useSyncExternalStore } from 'react';

import type { Desk, Library, Looking } from './desk.ts';
import type { HeldList } from './asset-list.ts';
import type { HeldBaseline, HeldCapture } from './held-capture.ts';
import type { Aside } from './leaving.ts';
import type { Kept } from './rescue.ts';

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

export function useLists(): readonly HeldList[] {
  const { subscribe, listSnapshot } = useDesk();
  return useSyncExternalStore(subscribe, listSnapshot);
}

export function useBaselines(): readonly HeldBaseline[] {
  const { subscribe, baselineSnapshot } = useDesk();
  return useSyncExternalStore(subscribe, baselineSnapshot);
}

/** What tabs left that ended by themselves. */
export function useLeft(): readonly Kept[] {
  const { subscribe, leftSnapshot } = useDesk();
  return useSyncExternalStore(subscribe, leftSnapshot);
}

export function useLibrary(): Library {
  const { subscribe, librarySnapshot } = useDesk();
  return useSyncExternalStore(subscribe, librarySnapshot);
}

/** What somebody waits for on this page, once it takes long enough to be told of. */
export function useLooking(): Looking | undefined {
  const { subscribe, lookingSnapshot } = useDesk();
  return useSyncExternalStore(subscribe, lookingSnapshot);
}

/** What was prepared for a bundle with others. */
export function useAside(): readonly Aside[] {
  const { subscribe, asideSnapshot } = useDesk();
  return useSyncExternalStore(subscribe, asideSnapshot);
}
