import type { Pack, PackKey, PackSigner } from '@busbar/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { useVisitor } from '../../ui/shell.tsx';
import { Tabs } from '../../ui/tabs.tsx';

/** One of the three lists: what came, what was made, whose is taken. */
export function PacksPage({
  current,
  help = 'packs.help',
  children,
}: {
  current: '/packs' | '/packs/made' | '/packs/keys';
  help?: 'packs.help' | 'packs.keys.help';
  children: ReactNode;
}) {
  const text = useText();
  const { me } = useVisitor();
  return (
    <Page
      title={text('packs')}
      lead={text('packs.lead')}
      help={text(help)}
      seen={{ scope: 'own', owner: me?.acting?.organisation.name ?? '' }}
    >
      <Tabs
        label={text('packs')}
        tabs={[
          { to: '/packs', label: text('packs.brought'), current: current === '/packs' },
          { to: '/packs/made', label: text('packs.made'), current: current === '/packs/made' },
          { to: '/packs/keys', label: text('packs.keys'), current: current === '/packs/keys' },
        ]}
      />
      {children}
    </Page>
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
