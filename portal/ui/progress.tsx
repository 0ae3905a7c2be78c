import { type ReactNode } from 'react';

import { useFormat } from '../i18n/format.ts';
import { useText } from '../i18n/text.tsx';

/** What is being done, how far it is, how long it will still take, and a way out. */
export function Progress({
  what,
  done,
  total,
  unit = 'count',
  secondsLeft,
  cancel,
}: {
  what: ReactNode;
  done: number;
  /** Undefined while nobody can know. */
  total?: number | undefined;
  unit?: 'bytes' | 'count';
  secondsLeft?: number | undefined;
  cancel?: ReactNode;
}) {
  const text = useText();
  const format = useFormat();
  const amount = unit === 'bytes' ? format.bytes : format.number;
  const share = total ? Math.min(1, done / total) : undefined;
  return (
    <div className="progress">
      <div className="row row-end">
        <strong>{what}</strong>
        {share !== undefined && (
          <span className="progress-share">{format.percent(Math.floor(share * 100) / 100)}</span>
        )}
      </div>
      <progress
        aria-label={typeof what === 'string' ? what : text('progress')}
        {...(total !== undefined && { value: done, max: total })}
      />
      <div className="row row-end soft small">
        <span>
          {total !== undefined
            ? text('progress.of', { done: amount(done), total: amount(total) })
            : done > 0
              ? amount(done)
              : text('progress.starting')}
          {secondsLeft !== undefined && secondsLeft > 0 && share !== 1 && (
            <> · {text('progress.left', { time: format.duration(Math.max(1, Math.round(secondsLeft))) })}</>
          )}
        </span>
        {cancel}
      </div>
    </div>
  );
}
