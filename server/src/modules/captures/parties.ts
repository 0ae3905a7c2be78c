import type { Db } from '../../platform/database.ts';
import type { PlantService } from '../plant/plant-service.ts';

export type PartyOf = (
  asset: string | null,
  address: string,
) => { asset: string | null; name: string; address: string };

/** Who was meant by an asset and an address. Names are those of today: a person may have called the device something since. */
export function partiesFrom(plant: Pick<PlantService, 'assetsById'>) {
  return async (tx: Db, assets: readonly (string | null)[]): Promise<PartyOf> => {
    const found = await plant.assetsById(
      tx,
      assets.filter((asset) => asset !== null),
    );
    return (asset, address) => ({
      asset,
      name: (asset && found.get(asset)?.name) || address,
      address,
    });
  };
}
