import { sourceApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { SourceService } from './source-service.ts';

export const sourceRoutes = (sources: SourceService) =>
  implement(sourceApi, {
    list: ({ tx, query }) => sources.list(tx, query),
    get: ({ tx, params }) => sources.get(tx, params.id),
    look: (ask) => sources.look(ask),
    add: (ask) => sources.add(ask),
    change: (ask) => sources.change(ask),
    remove: (ask) => sources.remove(ask),
    fetch: (ask) => sources.ask(ask),
    runs: ({ tx, params, query }) => sources.runs(tx, params.id, query),
    documents: ({ tx, params, query }) => sources.documents(tx, params.id, query),
    original: (ask) => sources.original(ask),
    items: ({ tx, params, query }) => sources.items(tx, params.id, query),
    origins: ({ tx, params }) => sources.origins(tx, params.id),
  });
