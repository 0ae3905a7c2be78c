import type { OperationKind } from '../dissector.ts';
import { dissectors } from '../registry.ts';
import { Stage } from './stage.ts';

/** Every operation that any dissector can tell. */
export function operationKinds(): readonly OperationKind[] {
  const stage = new Stage(dissectors, []);
  dissectors.forEach((_, dissector) => stage.sessionOf(dissector));
  return stage.notebook.kinds;
}
