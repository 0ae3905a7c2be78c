import type { Actor } from '../../platform/actor.ts';

const columns = ['person_name', 'assignee_name', 'recorded_name', 'changed_name', 'sent_name'];
/** Names under the key of the case. */
const sealed = ['confirmed_by'];

/** Rows as this actor may read them: to whoever holds the words of a report, nobody who works on it is named. */
export const rowsFor = <R extends object>({ receipt }: Actor, rows: readonly R[]): R[] =>
  receipt
    ? rows.map(
        (row) =>
          Object.fromEntries(
            Object.entries(row).map(([column, value]) => [
              column,
              sealed.includes(column) ? null : value && columns.includes(column) ? '' : value,
            ]),
          ) as R,
      )
    : [...rows];
