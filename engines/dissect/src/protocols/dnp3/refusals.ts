import { Refusals } from '../../analysis/refusals.ts';
import type { Refusal } from '../../dissector.ts';
import { authenticationErrors } from './authentication.ts';
import {
  controlStatuses,
  EXECUTING,
  fileStatuses,
  NO_FUNCTION,
  NO_OBJECT,
  PARAMETER_WRONG,
} from './names.ts';

export const refusals = new Refusals('dnp3');

/** By internal indication. */
export const refusedBy: readonly (readonly [mask: number, refusal: Refusal])[] = [
  [NO_FUNCTION, refusals.named('function not supported')],
  [NO_OBJECT, refusals.named('object unknown')],
  [PARAMETER_WRONG, refusals.named('parameter error')],
  [EXECUTING, refusals.named('already executing')],
];
export const REFUSED = NO_FUNCTION | NO_OBJECT | PARAMETER_WRONG | EXECUTING;

export const controlRefusal = refusals.numbered(controlStatuses);
export const fileRefusal = refusals.numbered(fileStatuses);
export const authenticationRefusal = refusals.numbered(authenticationErrors);
