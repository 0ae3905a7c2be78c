import type { CaseHead, ProcessEffect } from '@busbar/contract';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { useText } from '../../i18n/text.tsx';
import { Icon, type IconName } from '../../ui/icon.tsx';
import { Page } from '../../ui/page.tsx';
import { CaseTabs } from '../cases/case-tabs.tsx';

export type WorkTab = '/tasks' | '/measures' | '/deadlines';

/** A page of what is to be done in a case, below its room. */
export function CaseworkPage({
  id,
  head,
  pulse,
  tab,
  title,
  lead,
  within,
  actions,
  children,
}: {
  id: string;
  head: CaseHead;
  pulse: string;
  tab: WorkTab;
  title: string;
  lead: ReactNode;
  /** What it is a part of, when it is a page of its own below the tab. */
  within?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}) {
  const text = useText();
  return (
    <Page
      title={`${title} – ${head.reference}`}
      heading={title}
      seen={{ scope: 'receipt', label: head.label, ...(head.isMembers && { owner: head.owner }) }}
      lead={lead}
      actions={actions}
      crumbs={
        <>
          <Link to="/cases">{text('nav.cases')}</Link> <Icon name="chevronRight" size={12} />{' '}
          <Link to={`/cases/${id}`}>{head.reference}</Link> <Icon name="chevronRight" size={12} />{' '}
          {within && (
            <>
              {within} <Icon name="chevronRight" size={12} />{' '}
            </>
          )}
          {title}
        </>
      }
    >
      <CaseTabs id={id} current={tab} pulse={pulse} />
      {children}
    </Page>
  );
}

const icons: Record<ProcessEffect, IconName> = {
  none: 'check',
  possible: 'tilde',
  stops: 'alarm',
  unknown: 'question',
};

/** What it does to the process: never by colour alone. */
export function EffectMark({ effect }: { effect: ProcessEffect }) {
  const text = useText();
  return (
    <span className={`process-effect process-effect-${effect} nowrap`}>
      <Icon name={icons[effect]} size={13} /> {text(`processEffect.${effect}`)}
    </span>
  );
}
