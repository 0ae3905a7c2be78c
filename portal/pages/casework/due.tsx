import type { Deadline } from '@busbar/contract';

import { useFormat } from '../../i18n/format.ts';
import { useText } from '../../i18n/text.tsx';
import { State as Ring, type Standing } from '../../ui/badge.tsx';
import { Time, useClock } from '../../ui/time.tsx';

const standings: Record<Deadline['state'], Standing> = {
  waiting: 'waiting',
  running: 'running',
  late: 'failed',
  sent: 'done',
  sentLate: 'done',
  stopped: 'stopped',
};

export function DeadlineState({ state }: Pick<Deadline, 'state'>) {
  const text = useText();
  return <Ring standing={standings[state]}>{text(`deadlineState.${state}`)}</Ring>;
}

/** How long there is still: what one looks for first. */
export function TimeLeft({ deadline: { dueAt, state } }: { deadline: Pick<Deadline, 'dueAt' | 'state'> }) {
  const text = useText();
  const format = useFormat();
  const { now } = useClock();
  if (!dueAt || !now || (state !== 'running' && state !== 'late')) return null;
  const seconds = (Date.parse(dueAt) - now) / 1000;
  const length = format.duration(Math.max(60, Math.abs(seconds)));
  return (
    <strong className={seconds > 0 ? 'nowrap' : 'alarm-words nowrap'}>
      {text(seconds > 0 ? 'deadline.left' : 'deadline.over', { length })}
    </strong>
  );
}

/** When it ends: for the reader, and on the wall of the place whose law it is. */
export function Due({
  deadline: { dueAt, lastDay, zone },
}: {
  deadline: Pick<Deadline, 'dueAt' | 'lastDay' | 'zone'>;
}) {
  const text = useText();
  const here = useClock().zone;
  if (!dueAt) return null;
  const there = lastDay
    ? text('deadline.lastDay', { day: dayWords(lastDay, text.locale), zone })
    : here !== zone && text('deadline.inZone', { time: wallWords(dueAt, text.locale, zone), zone });
  return (
    <>
      <Time at={dueAt} />
      {there && <div className="soft small">{there}</div>}
    </>
  );
}

const dayWords = (day: string, locale: string): string =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${day}T12:00:00Z`),
  );

const wallWords = (at: string, locale: string, zone: string): string =>
  new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(at));
