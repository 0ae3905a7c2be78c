import { type ComponentType, createContext, use } from 'react';

import type { KitAbout } from '@busbar/contract';
import type { Locale } from '../i18n/locale.ts';

/** What was looked at, and is to go to the service. */
export interface Sendable {
  /** An encrypted bundle. */
  readonly bundle: File;
  /** A table that the inventory reads; somebody imports it there, or not. */
  readonly devices: File | undefined;
  /** Which site it shows; the only one where none is named. */
  readonly site: string | undefined;
}

/** Under which ids they are found there. */
export interface Sent {
  readonly bundle: string;
  readonly inventory: string | undefined;
}

/** The way to the service for somebody signed in who may bring captures. */
export interface Sender {
  readonly sites: readonly { readonly id: string; readonly name: string }[];
  send(what: Sendable, onProgress: (sent: number) => void, signal: AbortSignal): Promise<Sent>;
}

/** What stands in for the service where a capture was analysed in this browser and went nowhere. */
export interface Here {
  /** How far the analysis of a capture is, and what became of it. */
  readonly Status: ComponentType<{ readonly capture: string }>;
  /** What can be taken away: made here, of what is here. */
  readonly Save: ComponentType<{ readonly capture: string }>;
  /** Saves a file that a capture carries. */
  readonly SaveCarried: ComponentType<{
    readonly capture: string;
    readonly transfer: string;
    readonly name: string;
  }>;
  /** Takes back that a capture shows what is usual. */
  readonly Unlearn: ComponentType<{ readonly capture: string }>;
  /** Saves the page that is seen as one file. */
  readonly SavePage: ComponentType<{ readonly name: string }>;
  /** Where an advisory can be read; nowhere without a network. */
  readonly advisory: ((id: string) => string) | undefined;
  /** Sends to the service what was looked at; nothing where nobody signed in who may. */
  readonly sender: Sender | undefined;
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
