import type { Told } from '@busbar/contract';
import { inEnglish, type LookUp, type Reason, type Verdict } from '@busbar/csaf';

import { line, plain } from '../../platform/plain-text.ts';

export const toTold = (reason: Reason | LookUp): Told => ({
  code: reason.code,
  params: reason.params,
  text: plain(inEnglish(reason)),
});

/** The entry of an advisory that a device was found by, with its versions. */
export function entryOf({ product, range }: Verdict['path']): string {
  return line(product.includes(range) ? product : `${product} ${range}`);
}
