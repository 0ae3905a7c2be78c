import { advisoryApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { AdvisoryService, Concerned } from './advisory-service.ts';
import type { ImportService } from './import-service.ts';

export const advisoryRoutes = (advisories: AdvisoryService, imports: ImportService, plant: Concerned) =>
  implement(advisoryApi, {
    list: ({ tx, query }) => advisories.list(tx, query, plant),
    index: (ask) => advisories.index(ask, ask.query.upTo),
    vendors: ({ tx, query }) => advisories.vendors(tx, query.search),
    get: ({ tx, params }) => advisories.get(tx, params.id, plant),
    document: ({ tx, params }) => advisories.document(tx, params.id),
    changes: ({ tx, params }) => advisories.changes(tx, params.id),
    conversion: ({ tx, params }) => advisories.conversion(tx, params.id),
    converted: ({ tx, params }) => advisories.converted(tx, params.id),
    validation: ({ tx, params }) => advisories.validation(tx, params.id),
    imports: ({ tx, query }) => imports.list(tx, query),
    import: ({ tx, params }) => imports.get(tx, params.id),
    beginImport: (ask) => imports.begin(ask),
  });
