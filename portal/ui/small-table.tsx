import type { ReactNode } from 'react';

/** A table that is read rather than worked with. Where it is wider than the screen it scrolls by itself, by keyboard too. */
export function SmallTable({
  label,
  narrow = false,
  children,
}: {
  label: string;
  /** Its columns are few and short enough to stand side by side on a phone. */
  narrow?: boolean;
  children: ReactNode;
}) {
  return (
    // A region that scrolls must be reachable by keyboard.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className="small-table" role="region" aria-label={label} tabIndex={0}>
      <table className={narrow ? 'samples' : 'samples wide-on-phones'}>{children}</table>
    </div>
  );
}
