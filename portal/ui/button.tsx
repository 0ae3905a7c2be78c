import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link, type LinkProps } from 'react-router';

import { Icon, type IconName } from './icon.tsx';

interface Looks {
  /** One `main` action a screen; `danger` only for what cannot be taken back. */
  kind?: 'main' | 'plain' | 'quiet' | 'danger';
  size?: 'normal' | 'small' | 'large';
  icon?: IconName | undefined;
  children?: ReactNode;
}

type ButtonProps = Looks & ButtonHTMLAttributes<HTMLButtonElement> & { busy?: boolean };

export function Button({ kind, size, icon, busy = false, children, className, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={looks({ kind, size, children }, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : rest.onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}

export function ButtonLink({ kind, size, icon, children, className, ...rest }: Looks & LinkProps) {
  return (
    <Link {...rest} className={looks({ kind, size, children }, className)}>
      {icon && <Icon name={icon} />}
      {children}
    </Link>
  );
}

function looks(
  {
    kind = 'plain',
    size = 'normal',
    children,
  }: { kind?: Looks['kind']; size?: Looks['size']; children?: ReactNode },
  more = '',
) {
  return `button button-${kind} button-${size}${children === undefined ? ' button-bare' : ''} ${more}`.trim();
}
