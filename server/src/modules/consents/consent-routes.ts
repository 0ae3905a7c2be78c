import { caseConsentApi, consentApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { CaseConsentService } from './case-consent-service.ts';
import type { ConsentService } from './consent-service.ts';

export const consentRoutes = (consents: ConsentService, ofCases: CaseConsentService) => [
  ...implement(consentApi, {
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
    shares: (ask) => consents.shares(ask),
    share: (ask) => consents.share(ask),
    packets: (ask) => consents.packets(ask),
  }),
  ...implement(caseConsentApi, {
    list: (ask) => ofCases.list(ask),
    get: (ask) => ofCases.get(ask),
    ofCase: (ask) => ofCases.ofCase(ask),
    ask: (ask) => ofCases.ask(ask),
    answer: (ask) => ofCases.answer(ask),
    takeBack: (ask) => ofCases.takeBack(ask),
    use: (ask) => ofCases.use(ask),
  }),
];
