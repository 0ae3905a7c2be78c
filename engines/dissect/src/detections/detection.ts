import type { Access, Certainty, Role, TransferKind } from '../dissector.ts';

/**
 * One idea of what should not go unnoticed, as its file under `detections/` says it. docs/detections.md tells how to
 * write one; docs/detections.schema.json is its shape.
 */
export interface Detection {
  readonly id: string;
  /** Counts up with what it says and looks for; 1 where it is not told. Of two of one id, the higher counts. */
  readonly version?: number;
  /** For whoever sits in the control room: what has been seen. */
  readonly title: Words;
  /** Why it matters. */
  readonly why: Words;
  /** What to do now, and what an analyst looks at to tell a false alarm from an attack. */
  readonly next: Words;
  readonly severity: Severity;
  /** `stated` when what was seen is the thing itself, `inferred` or `guessed` when there are innocent reasons for it too. */
  readonly certainty: Certainty;
  /** ATT&CK for ICS. */
  readonly techniques: readonly string[];
  /** Lesser detections between the same two that this one says better. */
  readonly replaces?: readonly string[];
  readonly seen: Seen;
}

export interface Words {
  readonly en: string;
  readonly ru: string;
  readonly zh: string;
}

export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

/** What must be seen: one of these. */
export type Seen =
  | { readonly operation: OperationSeen }
  | { readonly sequence: SequenceSeen }
  | { readonly anomaly: AnomalySeen }
  | { readonly conversation: ConversationSeen }
  | { readonly variables: VariablesSeen }
  | { readonly transfer: TransferSeen }
  | { readonly credentials: CredentialsSeen }
  | { readonly difference: DifferenceSeen };

/** Which operations are meant; all that is said must hold. `*` in a code stands for anything. */
export interface Which {
  readonly codes?: readonly string[];
  readonly except?: readonly string[];
  readonly access?: readonly Access[];
  readonly dangerous?: boolean;
  /** One of these is among its techniques: so it is found in protocols that are read only later, too. */
  readonly techniques?: readonly string[];
}

/** Between whom. */
export interface Whom {
  /** The likeliest role of either. */
  readonly fromRoles?: readonly Role[];
  readonly toRoles?: readonly Role[];
  readonly from?: Where;
  readonly to?: Where;
}

/** `public`: an address of the Internet, and none like the other's. `routed`: of no station on the wire, so beyond a router. `group`: of many at once. */
export type Where = 'public' | 'routed' | 'group';

/** What is counted together: between two, from one, or at one. */
export type Per = 'pair' | 'source' | 'target';

export interface OperationSeen extends Which, Whom {
  /** `only`: those the device said no to. `never`: those it did not. */
  readonly refused?: 'only' | 'never';
  /** Of the refusal, with `only`. */
  readonly reasons?: readonly string[];
  readonly per?: Per;
  /** At least so many; of different kinds, by so many sources, at so many targets. */
  readonly count?: number;
  readonly kinds?: number;
  readonly sources?: number;
  readonly targets?: number;
  /** Seconds; over the whole capture without it. */
  readonly within?: number;
  readonly newcomer?: Newcomer;
}

/** Somebody who began `after` seconds later than another, who did it `others` times. */
export interface Newcomer {
  readonly others: number;
  readonly after: number;
}

export interface SequenceSeen extends Whom {
  /** `target`: the steps may come from different sources. */
  readonly between?: 'pair' | 'target';
  /** Seconds from the first step to the last. */
  readonly within: number;
  readonly steps: readonly Step[];
}

export interface Step extends Which {
  /** So many operations of this step before the next one counts. */
  readonly count?: number;
}

/** Messages or packets that are well-formed but not right. */
export interface AnomalySeen extends Whom {
  readonly codes: readonly string[];
  readonly except?: readonly string[];
  /** From one to another. */
  readonly count?: number;
}

export interface ConversationSeen extends Whom {
  readonly protocols?: readonly string[];
  /** Spoken by the plant rather than by the office. */
  readonly industrial?: boolean;
  readonly transports?: readonly string[];
  /** Of the side that is asked. */
  readonly ports?: readonly number[];
  /** `false`: nobody said anything beyond opening or refusing the connection. */
  readonly said?: boolean;
  readonly per?: Per;
  /** So many different ones. */
  readonly targets?: number;
  readonly differentPorts?: number;
  readonly newcomer?: Newcomer;
}

/** Process variables that one source set at one target. */
export interface VariablesSeen extends Whom {
  readonly protocols?: readonly string[];
  /** So many different ones, each set at least once within `within` seconds of the first. */
  readonly different?: number;
  readonly within?: number;
  /** One that was set to something else so often within ten seconds. */
  readonly toggles?: number;
}

export interface TransferSeen extends Whom {
  readonly kinds?: readonly TransferKind[];
  readonly way?: 'to' | 'from';
  readonly protocols?: readonly string[];
  readonly names?: readonly string[];
}

export interface CredentialsSeen extends Whom {
  readonly schemes?: readonly string[];
  readonly protocols?: readonly string[];
  /** Different users or secrets from one source at one target. */
  readonly different?: number;
}

/** Something that is not as the baseline has it. The first detection that means it tells it. */
export interface DifferenceSeen {
  readonly kinds: readonly DifferenceKind[];
  readonly dangerous?: boolean;
  readonly industrial?: boolean;
  /** Of the identity that changed. */
  readonly fields?: readonly string[];
  readonly toRoles?: readonly Role[];
}

export type DifferenceKind =
  | 'new-device'
  /** It announces itself to everybody and talks to nobody. */
  | 'new-device-heard'
  | 'other-station'
  | 'identity-changed'
  | 'vanished-device'
  | 'new-talk'
  | 'new-operation'
  | 'more-often'
  | 'new-setting'
  | 'new-setter'
  | 'value-outside'
  | 'reading-outside'
  | 'new-user';

/** `modbus.write-*`: the star stands for any number of characters, everything else for itself. */
export function matcher(patterns: readonly string[]): (text: string) => boolean {
  const known = matchers.get(patterns);
  if (known) return known;
  const source = patterns.map((pattern) =>
    pattern
      .split('*')
      .map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'))
      .join('.*'),
  );
  const expression = new RegExp(`^(?:${source.join('|')})$`, 'i');
  const made = (text: string) => expression.test(text);
  matchers.set(patterns, made);
  return made;
}

/** Made once for each list of the catalogue, however many captures are read. */
const matchers = new WeakMap<readonly string[], (text: string) => boolean>();
