import { Refusals } from '../../analysis/refusals.ts';
import type { Refusal } from '../../dissector.ts';
import { addCauses } from './control.ts';
import { type ErrorCode, rejectReasons, serviceErrors } from './errors.ts';
import { dataAccessErrors } from './variables.ts';

export const refusals = new Refusals('mms');

const errors = serviceErrors.map((words) => refusals.numbered(words));
const rejections = Object.fromEntries(
  Object.entries(rejectReasons).map(([kind, words]) => [kind, refusals.numbered(words)]),
);

export const dataAccessRefusal = refusals.numbered(dataAccessErrors);
export const controlRefusal = refusals.numbered(addCauses);

export function errorRefusal({ kind, code }: ErrorCode): Refusal {
  return (errors[kind] ?? dataAccessRefusal)(code);
}

export function rejection({ kind, code }: ErrorCode): Refusal {
  return (rejections[kind] ?? dataAccessRefusal)(code);
}
