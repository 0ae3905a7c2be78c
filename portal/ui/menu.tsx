import { useEffect, useRef, type ReactNode } from 'react';

import { Icon, type IconName } from './icon.tsx';

/** A button that opens a small sheet. A `details` element, so it opens without scripts; with them it closes as one expects. */
export function Menu({
  label,
  icon,
  hint,
  side = 'start',
  group,
  current = false,
  className = '',
  children,
}: {
  label: ReactNode;
  icon?: IconName;
  /** For a screen reader when the label alone does not say what opens. */
  hint?: string;
  side?: 'start' | 'end';
  /** Of the menus of a group one is open at a time, without scripts too. */
  group?: string;
  /** The page shown is one of those inside. */
  current?: boolean;
  className?: string;
  children: ReactNode;
}) {
  const details = useRef<HTMLDetailsElement>(null);

  useEffect(() => {
    const shut = (event: Event) => {
      const menu = details.current;
      if (!menu?.open) return;
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return;
        menu.querySelector('summary')?.focus();
      } else if (menu.contains(event.target as Node)) {
        // A link inside was followed, or what it offers was chosen: the sheet has done its work.
        if (event.type !== 'click' || !(event.target as Element).closest('a, .menu-item')) return;
        if (menu.contains(document.activeElement)) menu.querySelector('summary')?.focus();
      }
      menu.open = false;
    };
    document.addEventListener('pointerdown', shut);
    document.addEventListener('click', shut);
    document.addEventListener('focusin', shut);
    document.addEventListener('keydown', shut);
    return () => {
      document.removeEventListener('pointerdown', shut);
      document.removeEventListener('click', shut);
      document.removeEventListener('focusin', shut);
      document.removeEventListener('keydown', shut);
    };
  }, []);

  return (
    <details ref={details} name={group} className={`menu menu-${side} ${className}`.trim()}>
      <summary aria-label={hint} title={hint} aria-current={current || undefined}>
        {icon && <Icon name={icon} />}
        {label}
      </summary>
      <div className="menu-sheet">{children}</div>
    </details>
  );
}
