import type { Role, Tlp } from '@busbar/contract';

/** Who acts, as which membership. Handed to the database with every transaction. */
export interface Actor {
  readonly person: string | null;
  readonly name: string;
  readonly organisation: string | null;
  readonly roles: readonly (Role | 'FOUNDER')[];
  /** The strictest label this actor may be shown. */
  readonly ceiling: Tlp;
  /** Signed in without a second factor, where the role asks for one: may only add it. */
  readonly restricted: boolean;
  /** Restricted because staff have to show a passkey, and none was shown in this session. */
  readonly passkeyNeeded?: boolean;
  /** Signed in, or in again, within the last ten minutes. */
  readonly proved?: boolean;
  /** Whose plant he looks at, where it is not that of his organisation; the database asks for its consent. */
  readonly plant?: string;
  /** The session he acts in; machines and the program itself have none. */
  readonly session?: string;
  /** The case whose words he has shown. Besides that he is nobody. */
  readonly receipt?: string;
}

export const visitor: Actor = {
  person: null,
  name: '',
  organisation: null,
  roles: ['PUB'],
  ceiling: 'CLEAR',
  restricted: false,
};

/** Whoever holds the words of a receipt, as long as he follows that report. */
export const holderOf = (receipt: string): Actor => ({
  ...visitor,
  roles: ['RCP'],
  ceiling: 'RED',
  receipt,
});

/** The program itself, founding an instance or letting an invited person in. Never made from a request. */
export const founder: Actor = { ...visitor, name: 'busbar', roles: ['FOUNDER'], ceiling: 'RED' };

/** The plant that an actor reads: his own, or the one that was opened to him. */
export const plantOf = ({ plant, organisation }: Actor): string | null => plant ?? organisation;

/** The program working for an organisation on what one of its people asked for. */
export function onBehalfOf(
  organisation: string,
  person: string | null,
  roles: Actor['roles'],
  name = '',
): Actor {
  return { person, name, organisation, roles, ceiling: 'RED', restricted: false };
}
