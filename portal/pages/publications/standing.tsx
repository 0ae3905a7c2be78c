import type { ProposalState, PublicationState } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';

const standings: Record<PublicationState, Standing> = {
  draft: 'waiting',
  sourced: 'running',
  checked: 'running',
  inTranslation: 'running',
  approved: 'running',
  scheduled: 'running',
  published: 'done',
  revised: 'stopped',
  withdrawn: 'stopped',
};

export function PublicationStanding({ state }: { state: PublicationState }) {
  const text = useText();
  return <State standing={standings[state]}>{text(`publicationState.${state}`)}</State>;
}

const answers: Record<ProposalState, Standing> = {
  proposed: 'waiting',
  accepted: 'done',
  declined: 'failed',
  withdrawn: 'stopped',
};

export function ProposalStanding({ state }: { state: ProposalState }) {
  const text = useText();
  return <State standing={answers[state]}>{text(`proposalState.${state}`)}</State>;
}
