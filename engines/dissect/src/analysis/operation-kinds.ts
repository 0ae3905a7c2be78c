import type { OperationKind } from '../dissector.ts';
import { dissectors } from '../registry.ts';
import { Stage } from './stage.ts';

/** Every operation that any dissector can tell. */
export function operationKinds(): readonly OperationKind[] {
  return new Stage(dissectors, []).notebook.kinds;
}
