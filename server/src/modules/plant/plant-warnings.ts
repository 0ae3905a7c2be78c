import type { ProductName, Warning } from '@busbar/contract';

import type { Actor } from '../../platform/actor.ts';
import type { Db } from '../../platform/database.ts';

/** What the plant asks of those who know advisories. Everything runs as the owner of the plant, in his transaction. */
export interface PlantWarnings {
  /** What is known of these devices is no longer what it was: match them anew. */
  assetsChanged(tx: Db, assets: readonly string[]): Promise<void>;
  /**
   * One device turned out to be part of another: both are matched anew, and what people decided on and were told of the
   * warnings of the part holds for those of the whole. Gives back what is to be kept for taking that back.
   */
  assetsMerged(tx: Db, actor: Actor, merge: Merge): Promise<object | null>;
  /**
   * And is one of its own again, with what `assetsMerged` gave then: match both anew, and tell nobody twice. `others` are
   * still part of the whole; what is to be kept of them instead is given back.
   */
  assetsParted(
    tx: Db,
    actor: Actor,
    merge: Merged,
    others: readonly Merged[],
  ): Promise<readonly Pick<Merged, 'id' | 'merged'>[]>;
  /** Vendors and products that this may mean, as advisories call them. */
  namesLike(tx: Db, typed: string): Promise<ProductName[]>;
  /** Where these devices stand, or what is said of it, is no longer what it was: decide anew how urgent their warnings are. */
  settingsChanged(tx: Db, actor: Actor, assets: readonly string[]): Promise<unknown>;
  /** Devices with open warnings, and how many; of the whole plant unless some are named. */
  openCounts(tx: Db, assets?: readonly string[]): Promise<Map<string, number>>;
  openByCertainty(tx: Db): Promise<{ open: number; exact: number; likely: number; unsure: number }>;
  /** The open warnings of these devices. */
  ofAssets(tx: Db, assets: readonly string[]): Promise<Warning[]>;
}

interface Merge {
  readonly id: string;
  readonly kept: string;
  readonly part: string;
  /** Who said so. */
  readonly person: string | null;
}
interface Merged extends Merge {
  readonly merged: object | null;
}

/** Where nobody knows advisories, nobody is warned. */
export const noWarnings: PlantWarnings = {
  assetsChanged: async () => {},
  assetsMerged: async () => null,
  assetsParted: async () => [],
  namesLike: async () => [],
  settingsChanged: async () => {},
  openCounts: async () => new Map(),
  openByCertainty: async () => ({ open: 0, exact: 0, likely: 0, unsure: 0 }),
  ofAssets: async () => [],
};
