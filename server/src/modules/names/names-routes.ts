import { taughtNamesApi } from '@busbar/contract';

import { implement } from '../../platform/http.ts';
import type { NamesService } from './names-service.ts';

export const namesRoutes = (names: NamesService) => implement(taughtNamesApi, { list: () => names.list() });
