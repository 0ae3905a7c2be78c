import type { ReactNode } from 'react';

import { useText } from '../i18n/text.tsx';
import { ContextBar } from './shell.tsx';
import type { Seen } from './seen.tsx';

/**
 * One screen: its title, who can see it, what it is in a sentence, what one can do, and the rest.
 * `plain` is for public and first-time pages: one column, large type.
 */
export function Page({
  title,
  heading = title,
  lead,
  seen,
  help,
  actions,
  crumbs,
  plain = false,
  children,
}: {
  title: string;
  heading?: ReactNode;
  lead?: ReactNode;
  seen: Seen;
  help?: string;
  actions?: ReactNode;
  crumbs?: ReactNode;
  plain?: boolean;
  children?: ReactNode;
}) {
  const text = useText();
  return (
    <>
      <title>{text('title', { page: title })}</title>
      <ContextBar seen={seen} help={help} />
      <main id="main" className={plain ? 'main main-plain' : 'main'} tabIndex={-1}>
        {crumbs && (
          <nav className="crumbs" aria-label={text('crumbs')}>
            {crumbs}
          </nav>
        )}
        <div className="page-head">
          <div className="page-title">
            <h1>{heading}</h1>
            {lead !== undefined && <div className="page-lead">{lead}</div>}
          </div>
          {actions && <div className="row page-actions">{actions}</div>}
        </div>
        {children}
      </main>
    </>
  );
}
