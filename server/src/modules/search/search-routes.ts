import { searchApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { SearchService } from './search-service.ts';

export const searchRoutes = (search: SearchService) =>
  implement(searchApi, {
    find: (ask) => search.find(ask),
  });
