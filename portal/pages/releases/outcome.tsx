import type { CheckOutcome, ReleaseState } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';

const standings: Record<ReleaseState, Standing> = {
  proposed: 'waiting',
  blocked: 'failed',
  approved: 'running',
  scheduled: 'waiting',
  sent: 'done',
  recalled: 'stopped',
  rejected: 'stopped',
  withdrawn: 'stopped',
};

export function ReleaseStanding({ state }: { state: ReleaseState }) {
  const text = useText();
  return <State standing={standings[state]}>{text(`releaseState.${state}`)}</State>;
}

const icons: Record<CheckOutcome, IconName> = { passed: 'check', warning: 'question', blocked: 'cross' };

export function Outcome({ outcome }: { outcome: CheckOutcome }) {
  const text = useText();
  return (
    <span className={`with-icon nowrap outcome-${outcome}`}>
      <Icon name={icons[outcome]} size={14} /> {text(`checkOutcome.${outcome}`)}
    </span>
  );
}
