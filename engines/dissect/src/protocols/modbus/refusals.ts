import { Refusals } from '../../analysis/refusals.ts';
import { exceptions } from './functions.ts';

export const refusals = new Refusals('modbus');
export const exceptionRefusal = refusals.numbered(exceptions);
/** UMAS says no more than that. */
export const umasRefusal = refusals.named('refused');
