import type { Pack, PackKey, PackSigner } from '@busbar/contract';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Tabs } from '../../ui/tabs.tsx';

/** The three lists: what came, what was made, whose is taken. */
export function PackTabs({ current }: { current: '/packs' | '/packs/made' | '/packs/keys' }) {
  const text = useText();
  return (
    <Tabs
      label={text('packs')}
      tabs={[
        { to: '/packs', label: text('packs.brought'), current: current === '/packs' },
        { to: '/packs/made', label: text('packs.made'), current: current === '/packs/made' },
        { to: '/packs/keys', label: text('packs.keys'), current: current === '/packs/keys' },
      ]}
    />
  );
}

export function PackCrumbs({ here }: { here: string }) {
  const text = useText();
  return (
    <>
      <Link to="/packs">{text('packs')}</Link> <Icon name="chevronRight" size={12} /> <span>{here}</span>
    </>
  );
}

const standings: Record<Pack['state'], Standing> = {
  arriving: 'waiting',
  checking: 'running',
  refused: 'failed',
  ready: 'waiting',
  installing: 'running',
  installed: 'done',
};

export function PackStateBadge({ state }: { state: Pack['state'] }) {
  const text = useText();
  return <State standing={standings[state]}>{text(`pack.state.${state}`)}</State>;
}

/** What people call a pack: whose, and which one; the name of its file until that is known. */
export function usePackName(): (pack: Pick<Pack, 'maker' | 'number' | 'name'>) => string {
  const text = useText();
  return ({ maker, number, name }) =>
    maker !== null && number !== null ? text('pack.called', { maker, number: String(number) }) : name;
}

export function Fingerprint({ of }: { of: string }) {
  return <code className="wrap">{(of.match(/.{1,4}/g) ?? []).join(' ')}</code>;
}

/** A key, as one compares it with what its owner says. */
export function SignerFacts({ signer }: { signer: PackSigner | PackKey }) {
  const text = useText();
  return (
    <dl className="facts">
      <dt>{text('pack.fingerprint')}</dt>
      <dd>
        <Fingerprint of={signer.fingerprint} />
      </dd>
      <dt>{text('pack.key.for')}</dt>
      <dd>{signer.userIds.join(', ') || '–'}</dd>
    </dl>
  );
}
