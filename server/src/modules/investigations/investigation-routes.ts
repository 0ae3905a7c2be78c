import { findingApi, investigationApi, reportTranslationApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { FindingService } from './finding-service.ts';
import type { InvestigationService } from './investigation-service.ts';
import type { TranslationService } from './translation-service.ts';

export const investigationRoutes = (
  investigations: InvestigationService,
  findings: FindingService,
  translations: TranslationService,
) => [
  ...implement(investigationApi, {
    facts: (ask) => investigations.facts(ask),
    addFact: (ask) => investigations.addFact(ask),
    changeFact: (ask) => investigations.changeFact(ask),
    withdrawFact: (ask) => investigations.withdrawFact(ask),
    sources: (ask) => investigations.sources(ask),
    report: (ask) => investigations.report(ask),
    save: (ask) => investigations.save(ask),
    submit: (ask) => investigations.submit(ask),
    check: (ask) => investigations.check(ask),
    version: (ask) => investigations.version(ask),
    pdf: (ask) => investigations.pdf(ask),
    html: (ask) => investigations.html(ask),
    json: (ask) => investigations.json(ask),
  }),
  ...implement(reportTranslationApi, {
    list: (ask) => translations.list(ask),
    save: (ask) => translations.save(ask),
  }),
  ...implement(findingApi, {
    list: (ask) => findings.list(ask),
    add: (ask) => findings.add(ask),
    change: (ask) => findings.change(ask),
    remove: (ask) => findings.remove(ask),
    move: (ask) => findings.move(ask),
  }),
];
