import { Refusals } from '../../analysis/refusals.ts';
import { abortCodes } from '../canopen/abort-codes.ts';
import { fileErrors } from './mailbox.ts';

export const refusals = new Refusals('ethercat');

export const abortOf = refusals.numbered(abortCodes);
export const fileErrorOf = refusals.numbered(fileErrors);
/** The working counter of a write came back as it was. */
export const notTaken = refusals.named('no slave took it');
