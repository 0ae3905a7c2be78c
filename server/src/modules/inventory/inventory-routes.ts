import { inventoryApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { InventoryService } from './inventory-service.ts';

export const inventoryRoutes = (inventories: InventoryService) =>
  implement(inventoryApi, {
    list: (ask) => inventories.list(ask),
    begin: (ask) => inventories.begin(ask),
    get: (ask) => inventories.get(ask),
    rows: (ask) => inventories.rows(ask),
    choose: (ask) => inventories.choose(ask),
    confirm: (ask) => inventories.confirm(ask),
    undo: (ask) => inventories.undo(ask),
    remove: (ask) => inventories.remove(ask),
    exportCsv: (ask) => inventories.exportCsv(ask),
    exportJson: (ask) => inventories.exportJson(ask),
    exportCycloneDx: (ask) => inventories.exportCycloneDx(ask),
  });
