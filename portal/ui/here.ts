import { type ComponentType, createContext, use } from 'react';

import type { KitAbout } from '@busbar/contract';
import type { Locale } from '../i18n/locale.ts';

/** What stands in for the service where a capture was analysed in this browser and went nowhere. */
export interface Here {
  /** How far the analysis of a capture is, and what became of it. */
  readonly Status: ComponentType<{ readonly capture: string }>;
  /** What can be taken away: made here, of what is here. */
  readonly Save: ComponentType<{ readonly capture: string }>;
  /** Where an advisory can be read; nowhere without a network. */
  readonly advisory: ((id: string) => string) | undefined;
  /** The file that stands in for the whole portal; nothing where a portal is around. */
  readonly kit: KitAbout | undefined;
  /** Where whoever is signed in makes a kit. */
  readonly kits: string | undefined;
  readonly theme: 'auto' | 'light' | 'dark';
  readonly choose: (chosen: { language: Locale } | { theme: Here['theme'] }) => void;
}

export const HereContext = createContext<Here | null>(null);

/** Null on every page that the service answers for. */
export const useHere = (): Here | null => use(HereContext);
