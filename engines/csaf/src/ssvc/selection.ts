import { decisionPoint, decisionPoints } from './decision-points.ts';
import { parseNamespace } from './namespaces.ts';

/** One item of `selections` in an SSVC object (SelectionList 2.0.0), as far as it concerns the registry. */
export interface SsvcSelection {
  readonly namespace: string;
  readonly key: string;
  readonly version: string;
  /** Keys of the values. */
  readonly values: readonly string[];
}

export type SelectionProblem =
  /** The namespace is `invalid`, which is reserved for what must not be accepted. */
  | { readonly code: 'invalid-namespace' }
  | { readonly code: 'unknown-decision-point' }
  | { readonly code: 'unknown-version'; readonly known: readonly string[] }
  | { readonly code: 'unknown-value'; readonly index: number; readonly known: readonly string[] }
  | { readonly code: 'order'; readonly index: number; readonly known: readonly string[] };

/**
 * What is wrong with a selection from a registered base namespace. Extensions may leave values out, but not add
 * or reorder any. Nothing can be said of other namespaces.
 */
export function selectionProblems({ namespace, key, version, values }: SsvcSelection): SelectionProblem[] {
  const { base, kind } = parseNamespace(namespace);
  if (kind === 'invalid') return [{ code: 'invalid-namespace' }];
  if (kind !== 'registered') return [];
  const point = decisionPoint(base, key, version);
  if (!point) {
    const known = [...decisionPoints.values()]
      .filter((one) => one.namespace === base && one.key === key)
      .map((one) => one.version);
    return [known.length ? { code: 'unknown-version', known } : { code: 'unknown-decision-point' }];
  }
  const known = [...point.values.keys()];
  const problems: SelectionProblem[] = [];
  let last = -1;
  for (const [index, value] of values.entries()) {
    const place = known.indexOf(value);
    if (place < 0) problems.push({ code: 'unknown-value', index, known });
    else if (place <= last) problems.push({ code: 'order', index, known });
    else last = place;
  }
  return problems;
}
