import type { FileState as State, Run } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State as Ring, type Standing } from '../../ui/badge.tsx';

const standings: Record<State, Standing> = {
  receiving: 'running',
  damaged: 'failed',
  quarantined: 'waiting',
  available: 'done',
  sealed: 'stopped',
  removed: 'stopped',
  purged: 'stopped',
};

export function FileState({ state }: { state: State }) {
  const text = useText();
  return <Ring standing={standings[state]}>{text(`fileState.${state}`)}</Ring>;
}

const ofRuns: Record<Run['state'], Standing> = {
  running: 'running',
  done: 'done',
  failed: 'failed',
  cancelled: 'stopped',
};

export function RunState({ state }: { state: Run['state'] }) {
  const text = useText();
  return <Ring standing={ofRuns[state]}>{text(`runState.${state}`)}</Ring>;
}
