import { Refusals } from '../../analysis/refusals.ts';
import { causeName, FIRST_UNKNOWN, LAST_UNKNOWN } from './causes.ts';

export const refusals = new Refusals('iec104');
export const negativeConfirmation = refusals.named('negative confirmation');

const unknown: Record<number, string> = {};
for (let cause = FIRST_UNKNOWN; cause <= LAST_UNKNOWN; cause++) unknown[cause] = causeName(cause)!;
/** By cause of transmission. */
export const refusalOf = refusals.numbered(unknown);
