import { useEffect, useRef, type ReactNode } from 'react';
import { Link } from 'react-router';

import { useFormat } from '../i18n/format.ts';

export interface Tab {
  label: string;
  to: string;
  current: boolean;
  count?: number | undefined;
  /** Something in there wants to be seen. */
  mark?: 'alarm' | 'warn' | undefined;
}

/** Views of one thing. Links with addresses of their own, because a colleague must be able to open the same view. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }): ReactNode {
  const format = useFormat();
  const row = useRef<HTMLElement>(null);
  const current = tabs.find((tab) => tab.current)?.to;
  // On a phone the row is wider than the screen; what is shown must not lie outside of it.
  useEffect(() => {
    const tab = row.current?.querySelector<HTMLElement>('[aria-current]');
    if (!row.current || !tab) return;
    row.current.scrollLeft =
      tab.offsetLeft - row.current.offsetLeft - (row.current.clientWidth - tab.offsetWidth) / 2;
  }, [current]);
  return (
    <nav className="tabs" aria-label={label} ref={row}>
      {tabs.map((tab) => (
        <Link
          key={tab.to}
          to={tab.to}
          className="tab"
          aria-current={tab.current ? 'page' : undefined}
          preventScrollReset
          prefetch="intent"
        >
          <span className="tab-label">{tab.label}</span>
          {tab.count !== undefined && (
            <span className={`tab-count ${tab.mark && tab.count > 0 ? `tab-${tab.mark}` : ''}`}>
              {format.number(tab.count)}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}
