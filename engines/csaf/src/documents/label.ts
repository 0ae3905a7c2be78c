import type { Tlp } from './document.ts';

/** CSAF 2.0 speaks TLP 1: WHITE for CLEAR, and nothing for AMBER+STRICT but the stricter RED. */
export function labelIn(csaf: '2.0' | '2.1', label: Tlp): string {
  if (csaf === '2.1') return label;
  return label === 'CLEAR' ? 'WHITE' : label === 'AMBER+STRICT' ? 'RED' : label;
}
