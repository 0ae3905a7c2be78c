import type { CaseState as State } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State as Ring, type Standing } from '../../ui/badge.tsx';

const standings: Record<State, Standing> = {
  received: 'waiting',
  triaged: 'waiting',
  containing: 'running',
  eradicating: 'running',
  recovering: 'running',
  monitoring: 'running',
  closed: 'done',
  rejected: 'stopped',
  duplicate: 'stopped',
};

export function CaseState({ state }: { state: State }) {
  const text = useText();
  return <Ring standing={standings[state]}>{text(`caseState.${state}`)}</Ring>;
}
