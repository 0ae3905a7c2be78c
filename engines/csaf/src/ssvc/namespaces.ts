import { decisionPoints } from './decision-points.ts';

/**
 * A namespace of SSVC: a base, then extensions (a language tag, which may be empty, and refinements), separated by `/`.
 * `reserved` bases exist for a purpose and carry no registered decision points: `test` and `example` are welcome in
 * documents that try or show something, `invalid` never is.
 */
export interface SsvcNamespace {
  readonly base: string;
  readonly extension: string | undefined;
  readonly kind: 'registered' | 'unregistered' | 'test' | 'example' | 'invalid';
}

export function parseNamespace(namespace: string): SsvcNamespace {
  const slash = namespace.indexOf('/');
  const base = slash < 0 ? namespace : namespace.slice(0, slash);
  return {
    base,
    extension: slash < 0 ? undefined : namespace.slice(slash + 1),
    kind: kindOf(base),
  };
}

/** `nist#800-30` is a part of the registered namespace `nist`; `x_…` is nobody's. */
const registered = new Set(
  [...decisionPoints.values()]
    .map(({ namespace }) => namespace.split('#', 1)[0] ?? '')
    .filter((base) => !base.startsWith('x_')),
);

function kindOf(base: string): SsvcNamespace['kind'] {
  const [name = ''] = base.split('#', 1);
  if (name === 'test' || name === 'example' || name === 'invalid') return name;
  return registered.has(name) ? 'registered' : 'unregistered';
}
