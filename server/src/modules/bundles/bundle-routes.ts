import { bundleApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { BundleService } from './bundle-service.ts';

export const bundleRoutes = (bundles: BundleService) =>
  implement(bundleApi, {
    recipient: (ask) => bundles.recipient(ask),
    list: (ask) => bundles.list(ask),
    begin: (ask) => bundles.begin(ask),
    get: (ask) => bundles.get(ask),
    file: (ask) => bundles.file(ask),
    share: (ask) => bundles.share(ask),
    remove: (ask) => bundles.remove(ask),
  });
