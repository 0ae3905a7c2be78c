import { signingKeyApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { SigningService } from './signing-service.ts';

export const signingRoutes = (signing: SigningService) =>
  implement(signingKeyApi, {
    list: (ask) => signing.list(ask),
    create: (ask) => signing.create(ask),
    import: (ask) => signing.import(ask),
    revoke: (ask) => signing.revoke(ask),
  });
