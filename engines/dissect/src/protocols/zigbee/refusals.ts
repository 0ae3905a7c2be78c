import { Refusals } from '../../analysis/refusals.ts';
import { statuses } from './clusters.ts';

export const refusals = new Refusals('zigbee');
export const statusRefusal = refusals.numbered(statuses);
