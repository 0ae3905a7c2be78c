import {
  Id,
  MatchCertainty,
  MatchState,
  openMatchStates,
  Urgency,
  type WarningSearch,
} from '@busbar/contract';

export const views = ['open', 'closed', 'all'] as const;

/** To which warnings an address narrows the list. What is none of our words narrows nothing. */
export interface Narrowing {
  readonly view: (typeof views)[number];
  readonly urgency?: Urgency | undefined;
  readonly certainty?: MatchCertainty | undefined;
  readonly state?: MatchState | undefined;
  readonly advisory?: string | undefined;
  readonly asset?: string | undefined;
}

export function narrowingOf(query: URLSearchParams): Narrowing {
  const view = views.find((one) => one === query.get('view'));
  const state = MatchState.safeParse(query.get('state')).data;
  return {
    // A state by itself says which view it is in.
    view: view ?? (state ? viewOf(state) : 'open'),
    urgency: Urgency.safeParse(query.get('urgency')).data,
    certainty: MatchCertainty.safeParse(query.get('certainty')).data,
    state: state && statesOf(view ?? viewOf(state)).includes(state) ? state : undefined,
    advisory: Id.safeParse(query.get('advisory')).data,
    asset: Id.safeParse(query.get('asset')).data,
  };
}

/** The same as a question to the service. */
export function questionOf({ view, ...rest }: Narrowing): Partial<WarningSearch> {
  return {
    ...given(rest),
    ...(view !== 'all' && { open: view === 'open' ? ('true' as const) : ('false' as const) }),
  };
}

/** The list narrowed to this, from its first page. */
export const addressOf = ({ view, ...rest }: Narrowing): string =>
  `/warnings?${new URLSearchParams({ view, ...given(rest) })}`;

export const statesOf = (view: Narrowing['view']): readonly MatchState[] =>
  MatchState.options.filter((state) => view === 'all' || viewOf(state) === view);

const viewOf = (state: MatchState) => (openMatchStates.includes(state) ? 'open' : 'closed');

const given = <Fields extends object>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };
