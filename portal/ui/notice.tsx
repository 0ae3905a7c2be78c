import { createContext, use, useCallback, useState, type ReactNode } from 'react';

import { useText } from '../i18n/text.tsx';
import { Button } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';

export type NoticeKind = 'note' | 'good' | 'warn' | 'alarm';
const icons: Record<NoticeKind, IconName> = { note: 'info', good: 'check', warn: 'alarm', alarm: 'alarm' };

/** Something worth knowing, in its place on the page. */
export function Notice({
  kind = 'note',
  title,
  children,
  live = false,
}: {
  kind?: NoticeKind;
  title?: ReactNode;
  children?: ReactNode;
  /** Read out when it appears: for answers to what the reader just did. */
  live?: boolean;
}) {
  return (
    <div
      className={`notice notice-${kind}`}
      role={live ? (kind === 'alarm' ? 'alert' : 'status') : undefined}
    >
      <Icon name={icons[kind]} />
      <div>
        {title !== undefined && <strong className="notice-title">{title}</strong>}
        {children}
      </div>
    </div>
  );
}

/** Nothing there yet: why, and the first step. */
export function Empty({
  title,
  children,
  action,
}: {
  title: string;
  children: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      <svg className="empty-drawing" width="72" height="40" viewBox="0 0 72 40" aria-hidden="true">
        <path d="M2 8h68" stroke="var(--bar)" strokeWidth="3" />
        <path
          d="M14 8v14M36 8v22M58 8v14"
          stroke="var(--line-strong)"
          strokeWidth="1.5"
          strokeDasharray="3 3"
        />
        <path
          d="M8 22h12v9H8zM30 30h12v9H30zM52 22h12v9H52z"
          fill="none"
          stroke="var(--line-strong)"
          strokeWidth="1.5"
          strokeDasharray="3 3"
        />
      </svg>
      <h2 className="empty-title">{title}</h2>
      <div className="soft measure">{children}</div>
      {action && <div className="row empty-action">{action}</div>}
    </div>
  );
}

interface Said {
  id: number;
  kind: NoticeKind;
  words: string;
}
const Toasts = createContext<(kind: NoticeKind, words: string) => void>(() => {});

/** `say('good', text('saved'))`: a short answer to what was just done. Nothing is said only here. */
export function useSay() {
  return use(Toasts);
}

export function ToastProvider({ children }: { children: ReactNode }) {
  const text = useText();
  const [said, setSaid] = useState<readonly Said[]>([]);
  const drop = useCallback((id: number) => setSaid((all) => all.filter((one) => one.id !== id)), []);
  const say = useCallback(
    (kind: NoticeKind, words: string) => {
      const id = performance.now();
      setSaid((all) => [...all.slice(-2), { id, kind, words }]);
      // What went wrong stays until it has been read.
      if (kind === 'good' || kind === 'note') setTimeout(() => drop(id), 6000);
    },
    [drop],
  );
  return (
    <Toasts value={say}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {said.map(({ id, kind, words }) => (
          <div key={id} className={`toast notice-${kind}`}>
            <Icon name={icons[kind]} />
            <span>{words}</span>
            <Button
              kind="quiet"
              size="small"
              icon="cross"
              aria-label={text('close')}
              onClick={() => drop(id)}
            />
          </div>
        ))}
      </div>
    </Toasts>
  );
}
