import { Refusals } from '../../analysis/refusals.ts';
import { abortCodes } from './abort-codes.ts';

export const refusals = new Refusals('canopen');
export const abortOf = refusals.numbered(abortCodes);
