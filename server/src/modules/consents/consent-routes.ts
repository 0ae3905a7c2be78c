import { consentApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { ConsentService } from './consent-service.ts';

export const consentRoutes = (consents: ConsentService) =>
  implement(consentApi, {
    readers: (ask) => consents.readers(ask),
    accesses: (ask) => consents.accesses(ask),
    list: (ask) => consents.list(ask),
    give: (ask) => consents.give(ask),
    answer: (ask) => consents.answer(ask),
    plants: (ask) => consents.plants(ask),
    ask: (ask) => consents.ask(ask),
    giveBack: (ask) => consents.giveBack(ask),
    assets: (ask) => consents.assets(ask),
    asset: (ask) => consents.asset(ask),
    warnings: (ask) => consents.warnings(ask),
  });
