import type { DecisionTable } from '../ssvc/decision-tables.ts';

export interface DecisionRow {
  readonly text: string;
  /** For `evaluateTable`. */
  readonly selection: Readonly<Record<string, readonly string[]>>;
  /** In lower case. */
  readonly outcome: string;
}

/**
 * A decision table as CERT/CC writes it: the names of decision points with their versions, then a row for each
 * combination with the names of the values in lower case.
 */
export function readDecisionTable(
  text: string,
  tables: ReadonlyMap<string, DecisionTable>,
): { readonly table: DecisionTable | undefined; readonly rows: readonly DecisionRow[] } {
  const [header = [], ...lines] = readCsv(text);
  const table = [...tables.values()].find(({ inputs, outcome }) =>
    [...inputs, outcome].every((point, i) => header[i + 1]?.startsWith(`${point.name} v${point.version}`)),
  );
  const rows = lines.map((line) => ({
    text: line.join(),
    selection: Object.fromEntries(
      (table?.inputs ?? []).map(({ id, values }, i) => [id, [keyOf(values, line[i + 1] ?? '')]]),
    ),
    outcome: line.at(-1) ?? '',
  }));
  return { table, rows };
}

function keyOf(values: ReadonlyMap<string, string>, name: string): string {
  return [...values].find(([, one]) => one.toLowerCase() === name)?.[0] ?? `no ${name}`;
}

function readCsv(text: string): string[][] {
  return text
    .trim()
    .split(/\r?\n/)
    .map((line) =>
      [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
    );
}
