import { kitApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { KitService } from './kit-service.ts';

export const kitRoutes = (kits: KitService) =>
  implement(kitApi, {
    list: (ask) => kits.list(ask),
    make: (ask) => kits.makeHere(ask),
    file: (ask) => kits.file(ask),
    signature: (ask) => kits.signature(ask),
  });
