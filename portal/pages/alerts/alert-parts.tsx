import type { AlertState } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';

const standings: Record<AlertState, Standing> = {
  queued: 'waiting',
  sent: 'running',
  seen: 'running',
  acknowledged: 'done',
  bounced: 'failed',
  keyExpired: 'failed',
};

/** What became of an alert for one person. */
export function AlertStanding({ state }: { state: AlertState | null }) {
  const text = useText();
  return state ? <State standing={standings[state]}>{text(`alertState.${state}`)}</State> : <>–</>;
}
