/** A variable of IEC 61850 by its MMS name: `LD/LN$FC$DO$DA`, IEC 61850-8-1, 7.3. */
export interface Reference {
  readonly node: string;
  readonly constraint: string;
  /** Data object, attribute, and so on. */
  readonly path: readonly string[];
}

/** Functional constraints: IEC 61850-7-2, table 20 (edition 2), and US of 8-1 for the settings in use. */
export const constraints: Readonly<Record<string, string>> = {
  ST: 'status',
  MX: 'measurement',
  CO: 'control',
  SP: 'set point',
  SG: 'settings of the active group',
  SE: 'settings being edited',
  SV: 'substitution',
  CF: 'configuration',
  DC: 'description',
  EX: 'extended definition',
  SR: 'service response',
  OR: 'operate received',
  BL: 'blocking',
  BR: 'buffered report',
  RP: 'unbuffered report',
  LG: 'logging',
  GO: 'GOOSE control',
  GS: 'GSSE control',
  MS: 'multicast sampled values',
  US: 'unicast sampled values',
};

const DESCRIPTIVE = new Set(['DC', 'EX', 'BR', 'RP', 'LG', 'GO', 'GS', 'MS', 'US', 'CF', 'SR']);

export function referenceOf(item: string): Reference | undefined {
  const slash = item.indexOf('/');
  if (slash < 0) return undefined;
  const [node, constraint, ...path] = item.slice(slash + 1).split('$');
  if (constraint === undefined || !(constraint in constraints)) return undefined;
  return { node: node!, constraint, path };
}

/** Not what the process is, but how the device is set up to tell it. */
export function isDescriptive(item: string): boolean {
  const reference = referenceOf(item);
  return reference !== undefined && DESCRIPTIVE.has(reference.constraint);
}
