import type { MeasureState as Measured, TaskState as State } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State as Ring, type Standing } from '../../ui/badge.tsx';

const tasks: Record<State, Standing> = {
  open: 'waiting',
  doing: 'running',
  done: 'done',
  dropped: 'stopped',
};
const measures: Record<Measured, Standing> = {
  proposed: 'waiting',
  confirmed: 'running',
  done: 'done',
  undone: 'stopped',
  dropped: 'stopped',
};

export function TaskState({ state }: { state: State }) {
  const text = useText();
  return <Ring standing={tasks[state]}>{text(`taskState.${state}`)}</Ring>;
}

export function MeasureState({ state }: { state: Measured }) {
  const text = useText();
  return <Ring standing={measures[state]}>{text(`containmentState.${state}`)}</Ring>;
}
