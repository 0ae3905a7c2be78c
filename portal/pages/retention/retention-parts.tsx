import type { BreakGlass, CaseRetention, HoldState, PurgeState } from '@busbar/contract';
import { Fragment } from 'react';

import { useText } from '../../i18n/text.tsx';
import { State, type Standing } from '../../ui/badge.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Time } from '../../ui/time.tsx';

const holds: Record<HoldState, Standing> = {
  proposed: 'waiting',
  placed: 'running',
  refused: 'stopped',
  lifted: 'done',
};
const purges: Record<PurgeState, Standing> = {
  asked: 'waiting',
  refused: 'stopped',
  withdrawn: 'stopped',
  approved: 'running',
  executed: 'done',
};
const glass: Record<BreakGlass['state'], Standing> = {
  asked: 'waiting',
  refused: 'stopped',
  approved: 'running',
  ended: 'done',
  expired: 'done',
};

export function HoldStanding({ state }: { state: HoldState }) {
  return <State standing={holds[state]}>{useText()(`hold.${state}`)}</State>;
}

export function PurgeStanding({ state }: { state: PurgeState }) {
  return <State standing={purges[state]}>{useText()(`purge.${state}`)}</State>;
}

export function GlassStanding({ state }: { state: BreakGlass['state'] }) {
  return <State standing={glass[state]}>{useText()(`glass.${state}`)}</State>;
}

/** Above everything in a case that an administrator may look into now. */
export function GlassBanner({ breakGlass }: Pick<CaseRetention, 'breakGlass'>) {
  const text = useText();
  return breakGlass
    .filter(({ state }) => state === 'approved')
    .map(({ id, askedBy, decidedBy, reason, until }) => (
      <Notice key={id} kind="alarm" title={text('glass.banner', { who: askedBy })}>
        <p>{text.rich('glass.banner.what', { until: <Time at={until} />, lead: decidedBy ?? '' })}</p>
        <p>{text('glass.banner.why', { reason })}</p>
      </Notice>
    ));
}

/** What stays of a case whose key was destroyed. */
export function TombstoneNotice({ tombstone }: { tombstone: NonNullable<CaseRetention['tombstone']> }) {
  const text = useText();
  const { rule, purgedAt, endedOn, purgeOn, months, reason, destroyed, digest, ledger, receivedAt } =
    tombstone;
  return (
    <section className="panel stack stack-s" aria-labelledby="tombstone">
      <h2 id="tombstone">{text('tombstone')}</h2>
      <p className="strong">
        {text.rich('tombstone.what', { at: <Time at={purgedAt} /> })}{' '}
        {text(`tombstone.rule.${rule}`, { months, day: purgeOn })}
      </p>
      <p className="soft measure">{text('tombstone.means')}</p>
      <dl className="facts">
        <dt>{text('case.receivedAt')}</dt>
        <dd>
          <Time at={receivedAt} />
        </dd>
        <dt>{text('retention.endedOn')}</dt>
        <dd>{endedOn}</dd>
        {reason && (
          <>
            <dt>{text('retention.reason')}</dt>
            <dd>{reason}</dd>
          </>
        )}
        {(['messages', 'evidence'] as const).map(
          (what) =>
            destroyed[what] !== undefined && (
              <Fragment key={what}>
                <dt>{text(`tombstone.${what}`)}</dt>
                <dd>{destroyed[what]}</dd>
              </Fragment>
            ),
        )}
        <dt>{text('tombstone.digest')}</dt>
        <dd>
          <code className="breaks">{digest}</code>
        </dd>
        <dt>{text('tombstone.ledger')}</dt>
        <dd>
          {ledger === null
            ? text('tombstone.ledger.hidden')
            : text(ledger.whole ? 'tombstone.ledger.whole' : 'tombstone.ledger.broken', {
                seq: ledger.seq === null ? '–' : String(ledger.seq),
              })}
        </dd>
      </dl>
    </section>
  );
}
