import { madePackApi, packApi, packKeyApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { PackService } from './pack-service.ts';

export const packRoutes = (packs: PackService) => [
  ...implement(packApi, {
    list: ({ tx, query }) => packs.list(tx, query),
    get: ({ tx, params }) => packs.get(tx, params.id),
    begin: (ask) => packs.begin(ask),
    check: (ask) => packs.checkAgain(ask),
    install: (ask) => packs.install(ask),
    remove: (ask) => packs.remove(ask),
  }),
  ...implement(madePackApi, {
    list: ({ tx, query }) => packs.listMade(tx, query),
    make: (ask) => packs.make(ask),
    file: (ask) => packs.file(ask),
  }),
  ...implement(packKeyApi, {
    list: ({ tx }) => packs.keys(tx),
    look: ({ body }) => packs.look(body.publicKey),
    accept: (ask) => packs.accept(ask),
    remove: (ask) => packs.removeKey(ask),
  }),
];
