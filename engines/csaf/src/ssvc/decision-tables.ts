import file from './data/decision-tables.json' with { type: 'json' };
import { type DecisionPoint, decisionPoints } from './decision-points.ts';

export interface DecisionTable {
  /** `namespace:key:version` */
  readonly id: string;
  readonly name: string;
  readonly inputs: readonly DecisionPoint[];
  readonly outcome: DecisionPoint;
  /** One digit for each combination of values, those of the last input counting fastest. */
  readonly outcomes: string;
}

export const decisionTables: ReadonlyMap<string, DecisionTable> = new Map(
  file.tables.map(({ id, name, inputs, outcome, outcomes }) => [
    id,
    { id, name, inputs: inputs.map(known), outcome: known(outcome), outcomes },
  ]),
);

export interface Evaluation {
  /** Keys of the outcomes that are possible, in the order of their definition; one when everything is decided. */
  readonly outcomes: readonly string[];
  /** Inputs about which nothing was said; each of their values was taken to be possible. */
  readonly open: readonly string[];
  /** What was said and the table does not know; it was left out. */
  readonly unknown: readonly { readonly point: string; readonly value: string }[];
}

/**
 * What a decision table says about a selection.
 * @param selection decision point (`namespace:key:version`) → keys of the values that are still possible
 */
export function evaluateTable(
  table: DecisionTable,
  selection: Readonly<Record<string, readonly string[]>>,
): Evaluation {
  const open: string[] = [];
  const unknown: { point: string; value: string }[] = [];
  const possible = new Set<string>();
  let places = [0];
  for (const { id, values } of table.inputs) {
    const keys = [...values.keys()];
    const said = Object.hasOwn(selection, id) ? (selection[id] ?? []) : [];
    const chosen = new Set(said.map((value) => keys.indexOf(value)).filter((i) => i >= 0));
    for (const value of said) if (!values.has(value)) unknown.push({ point: id, value });
    if (chosen.size === 0) open.push(id);
    const indexes = chosen.size > 0 ? [...chosen] : keys.map((_, i) => i);
    places = places.flatMap((place) => indexes.map((i) => place * keys.length + i));
  }
  const outcomes = [...table.outcome.values.keys()];
  for (const place of places) {
    const outcome = outcomes[Number.parseInt(table.outcomes[place] ?? '', 16)];
    if (outcome !== undefined) possible.add(outcome);
  }
  return { outcomes: outcomes.filter((key) => possible.has(key)), open, unknown };
}

function known(id: string): DecisionPoint {
  const point = decisionPoints.get(id);
  if (!point) throw new Error(`The decision tables name ${id}, which is not among the decision points`);
  return point;
}
