import type { Capture, OperationKind } from '../dissector.ts';

/** Operations by the number their protocol gives them, made known once; numbers without one share the unknown. */
export class Kinds {
  readonly #known = new Map<number, number>();
  readonly #unknown: number;

  constructor(capture: Capture, operations: Readonly<Record<number, OperationKind>>, unknown: OperationKind) {
    this.#unknown = capture.operation(unknown);
    const numbers = new Map<OperationKind, number>();
    for (const [code, kind] of Object.entries(operations)) {
      const number = numbers.get(kind) ?? capture.operation(kind);
      numbers.set(kind, number);
      this.#known.set(Number(code), number);
    }
  }

  of(code: number): number {
    return this.#known.get(code) ?? this.#unknown;
  }
}
