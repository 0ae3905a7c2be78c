import type { CheckName, Told } from '@busbar/contract';

import type { Snapshot } from '../snapshot.ts';

/** One question the gate asks. It looks at the frozen bytes and at what is so now, and touches nothing. */
export interface Check {
  readonly name: CheckName;
  find(snapshot: Snapshot, now: Circumstances): Iterable<Finding>;
}

export interface Finding {
  readonly outcome: 'warning' | 'blocked';
  readonly told: Told;
  readonly where: string;
}

/** What the gate knows besides the text. */
export interface Circumstances {
  /** When it would leave. */
  readonly at: Date;
  /** Of this program, as readers type it. */
  readonly origin: string;
  /** Names and aliases of the organisations whose plants we know. */
  readonly memberNames: readonly string[];
  /** Is this the serial number of a device of some member? Whose, nobody learns. */
  readonly isSerial: (word: string) => boolean;
  readonly signingKey: { readonly expiresAt: string | null } | undefined;
}

export const blocked = (where: string, code: string, text: string, params: Told['params'] = {}): Finding => ({
  outcome: 'blocked',
  where,
  told: { code, params, text },
});

export const warning = (where: string, code: string, text: string, params: Told['params'] = {}): Finding => ({
  outcome: 'warning',
  where,
  told: { code, params, text },
});
