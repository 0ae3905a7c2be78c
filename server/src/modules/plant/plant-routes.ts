import { plantApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { PlantService } from './plant-service.ts';

export const plantRoutes = (plant: PlantService) =>
  implement(plantApi, {
    sites: (ask) => plant.sites(ask),
    addSite: (ask) => plant.addSite(ask),
    changeSite: (ask) => plant.changeSite(ask),
    removeSite: (ask) => plant.removeSite(ask),
    summary: (ask) => plant.summary(ask),
    assets: (ask) => plant.search(ask),
    asset: (ask) => plant.page(ask),
    addAsset: (ask) => plant.add(ask),
    correct: (ask) => plant.correct(ask),
    names: (ask) => plant.names(ask),
    same: (ask) => plant.same(ask),
    merge: (ask) => plant.merge(ask),
    unmerge: (ask) => plant.unmerge(ask),
    split: (ask) => plant.split(ask),
    apart: (ask) => plant.apart(ask),
    describe: (ask) => plant.describe(ask),
    accept: (ask) => plant.move(ask, 'accepted'),
    dismiss: (ask) => plant.move(ask, 'dismissed'),
  });
