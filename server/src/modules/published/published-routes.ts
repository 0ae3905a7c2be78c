import { publishedApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { PublishedService } from './published-service.ts';

export const publishedRoutes = (published: PublishedService) =>
  implement(publishedApi, {
    list: (ask) => published.list(ask),
    get: (ask) => published.get(ask),
    verify: (ask) => published.verify(ask),
  });
