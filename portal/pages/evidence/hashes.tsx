import type { EvidenceFile } from '@busbar/contract';

import { useText } from '../../i18n/text.tsx';
import { Icon } from '../../ui/icon.tsx';

/** Both hashes side by side: the sender's and ours, and whether they are the same. */
export function Hashes({ file: { sha256, claimed } }: { file: Pick<EvidenceFile, 'sha256' | 'claimed'> }) {
  const text = useText();
  return (
    <>
      <dt>{text('evidence.sha256')}</dt>
      <dd>{sha256 ? <code className="breaks">{sha256}</code> : text('evidence.sha256.later')}</dd>
      <dt>{text('evidence.claimed')}</dt>
      <dd>
        {claimed ? <code className="breaks">{claimed}</code> : text('evidence.claimed.none')}
        {sha256 && claimed && (
          <div>
            <Icon name={sha256 === claimed ? 'check' : 'alarm'} size={14} />{' '}
            {text(sha256 === claimed ? 'evidence.same' : 'evidence.differs')}
          </div>
        )}
      </dd>
    </>
  );
}
